#pragma once
// One file: is it whole, and what is its hash? Each byte is read once.

#include "reconciler/base/result.h"
#include "reconciler/buffer/folder.h"
#include "reconciler/buffer/gzip_writer.h"
#include "reconciler/model/observed.h"

namespace reconcile::buffer {

struct Examined {
  Sha256 sha256;
  ContainerInfo container;
};

/// kCorrupt: damaged. kConflict: changed while it was read. Anything else: could not be read. `known` is its
/// hash where it is known; then only what a Parquet footer tells is read again.
Result<Examined> examine(int root, const std::string& name, const FileIdentity& identity,
                         const std::optional<Sha256>& known);

/// Every byte of an open file, in order; stops after `size` bytes and one more: a file that grew is
/// kConflict.
Result<void> read_through(int file, const std::string& name, Bytes size, const ByteSink& sink);

}  // namespace reconcile::buffer
