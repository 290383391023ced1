#pragma once
// Entries of an index as JSON, and its canonical text. Shared by the files that print and parse indexes.

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "reconciler/model/index.h"

namespace reconcile {

/// `index: ` and what is wrong.
tl::unexpected<Error> corrupt_index(const std::string& what);

nlohmann::ordered_json json_of(const IndexEntry& entry);

/// Compact, one line, a newline at the end. Bytes that are not UTF-8 are replaced rather than thrown on; the
/// buffer refuses such names beforehand.
std::string canonical_text(const nlohmann::ordered_json& json);

}  // namespace reconcile
