#pragma once
// Entries of an index as JSON, strictly read. Shared by the files that print and parse indexes.

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "reconciler/model/index.h"

namespace reconcile {

/// `index: ` and what is wrong.
tl::unexpected<Error> corrupt_index(const std::string& what);

nlohmann::ordered_json json_of(const IndexEntry& entry);

/// At most `count_max`, sorted by key, each key once. `where` is how errors name the list: "objects".
Result<std::vector<IndexEntry>> entries_from(const nlohmann::ordered_json& list, std::size_t count_max);

/// Compact, one line, a newline at the end. Bytes that are not UTF-8 are replaced rather than thrown on; the
/// buffer refuses such names beforehand.
std::string canonical_text(const nlohmann::ordered_json& json);

/// Nothing for what is not JSON, or nested deeper than an index ever is.
std::optional<nlohmann::ordered_json> shallow_json(std::string_view text);

}  // namespace reconcile
