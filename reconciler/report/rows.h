#pragma once
// What the sections of a plan say, before it is known where: text and markdown lay out the same rows.

#include <cstdint>
#include <string>
#include <vector>

#include "reconciler/model/plan.h"

namespace reconcile {

/// A line below a row.
struct SubLine {
  char symbol = ' ';  ///< `!` or a space
  std::string text;
};

/// One line of a section. Texts are raw: they may hold anything that a file name may.
struct Row {
  char symbol = ' ';  ///< one of + ~ - ^ ? x ! or a space
  std::string subject;
  std::string detail;
  std::string cause;
  std::vector<SubLine> below;
  bool whole =
      false;  ///< the subject is what the row is about: shown whole below where it had to be shortened
  bool keep = false;  ///< deletes bytes, cannot be undone or warns: never folded
};

struct Section {
  std::string title;
  std::vector<Row> rows;
};

/// bucket, objects, index, commitment, buffer, notes, blocked: those that have rows. Releases of many files
/// are one row unless `show_all`: their bytes are in the bucket.
std::vector<Section> sections_of(const Plan& plan, bool show_all);

/// What a symbol means: "create" for +. Empty for a space.
const char* meaning_of(char symbol);

/// "1 file", "12,418 files".
std::string counted(std::uint64_t count, const std::string& noun);

}  // namespace reconcile
