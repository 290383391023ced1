#pragma once
// What is wrong with a manifest, where, and what to do about it.

#include <string>
#include <vector>

#include "reconciler/model/desired.h"

namespace reconcile::manifest {

struct Diagnostic {
  Position position;    ///< line 0: the file as a whole
  std::string address;  ///< "spec.bucket.lifecycle.rules[0].expireAfter"; empty: the file
  std::string cause;
  std::string remedy;
  std::string excerpt;  ///< the line with a caret below; empty where the line may hold a secret
  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

/// `sn13.yaml:12:5: spec.upload.cadence: 0s is not a cadence`
std::string headline(const Diagnostic& diagnostic);
/// The headline, the excerpt and the remedy, each line ended.
std::string print(const Diagnostic& diagnostic);
/// All of them as one error, for callers that pass errors on: kInvalidInput.
Error error_of(const std::vector<Diagnostic>& diagnostics);

/// A file's text, kept to show lines of it.
struct Source {
  std::string file;  ///< as it was named
  std::string text;
  std::vector<std::size_t> lines;  ///< offset of each line's first byte

  Source(std::string file_name, std::string content);
  std::string line(int number) const;
  /// The line and a caret. `key_only` cuts the line behind the key at the caret. Empty for a line that looks
  /// as if a secret stood in it.
  std::string excerpt(const Position& at, bool key_only = false) const;
};

}  // namespace reconcile::manifest
