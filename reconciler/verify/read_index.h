#pragma once
// The index that a commitment leads to, proved to be the right one, with all of its parts.

#include <vector>

#include "reconciler/verify/body.h"
#include "reconciler/verify/verify.h"

namespace reconcile::verify {

/// What stands before every key in the addresses of this publisher: the index's own address up to its `i/`.
/// Nothing for an address without one.
std::optional<std::string> base_of(const std::string& index_url);

struct OpenedIndex {
  IndexFacts facts;
  std::vector<IndexEntry> objects;
  std::string base;
};

/// Of the body of an index. Adds what it finds to `findings`; nothing where it must not be relied on, or
/// where not all of it could be read.
std::optional<OpenedIndex> open_index(const Account& account, const Pointer& pointer, const Body& body,
                                      const VerifyOptions& options, Source& source,
                                      std::vector<Finding>& findings);

}  // namespace reconcile::verify
