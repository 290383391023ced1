#pragma once
// Is a journal sound? Asked without writing a byte.

#include <optional>
#include <string>

#include "reconciler/base/files.h"

namespace reconcile::journal {

/// "ok", or what SQLite finds first (PRAGMA quick_check); nullopt: there is no file. Creates nothing, not
/// even SQLite's -wal and -shm; sees what a running writer has committed. A damaged header is an answer too,
/// no error. kUnsupported, kInvalidInput: a newer program's file, or no journal at all. May be repeated.
Result<std::optional<std::string>> quick_check(const Path& path);

}  // namespace reconcile::journal
