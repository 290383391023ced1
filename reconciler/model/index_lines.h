#pragma once
// The entries of an index as this program prints them, read without a parser: of a large index they are
// nearly all of the text. Pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconciler/model/index.h"

namespace reconcile {

struct IndexLines {
  std::vector<IndexEntry> objects;  ///< sorted by key, each key once; at most kIndexEntriesMax
  std::string around;               ///< the same text with an empty list in place of them: yet to be read
};

/// Only the very form that print_index gives: one list `objects`, ASCII keys without escapes, members in
/// order, no whitespace. nullopt for anything else, be it another way to write the same, or wrong: which of
/// them is for the parser to say.
std::optional<IndexLines> read_index_lines(std::string_view text);

}  // namespace reconcile
