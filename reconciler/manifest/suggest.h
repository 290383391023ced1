#pragma once
// "did you mean …": the nearest of some words.

#include <string>
#include <string_view>
#include <vector>

namespace reconcile::manifest {

/// Insertions, deletions, replacements and swaps of neighbours between two words, letters' case aside.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The nearest candidate at most 1 + a quarter of its length away; empty when none is so near.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace reconcile::manifest
