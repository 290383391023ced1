#pragma once
// An index, or a part of one, as JSON: its entries are read one by one as the text goes by, and only what
// stands around them becomes a tree.

#include <optional>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "reconciler/model/index.h"

namespace reconcile {

struct IndexText {
  nlohmann::ordered_json around;                   ///< every member but `objects`
  std::optional<std::vector<IndexEntry>> objects;  ///< sorted by key, each key once; nullopt: no such list
};

/// kCorrupt: not JSON, nested deeper than an index ever is, an entry that is none, more than
/// kIndexEntriesMax of them. Of a member that stands twice the last counts, as everywhere in JSON here.
Result<IndexText> read_index_text(std::string_view text);

}  // namespace reconcile
