#pragma once
// From a file's text to trees, one a document.

#include <vector>

#include "reconciler/manifest/diagnostic.h"
#include "reconciler/manifest/node.h"

namespace reconcile::manifest {

// No manifest comes near these; what does is not one. Checked before a parser sees the text.
inline constexpr std::size_t kManifestBytesMax = 1 << 20;
inline constexpr int kNestingMax = 64;
inline constexpr int kValuesMax = 100'000;  ///< a publication has about 50

enum class Syntax { kYaml, kToml };

/// By the extension: .yaml and .yml, .toml. kInvalidInput for another one.
Result<Syntax> syntax_of(const Path& file);

struct Documents {
  std::vector<Node> documents;     ///< maps, in the order of the file
  std::vector<Diagnostic> errors;  ///< not empty: `documents` is not to be used
};

/// Size, UTF-8, nesting. Nothing when all is well.
std::vector<Diagnostic> check_bounds(const Source& source, Syntax syntax);

/// YAML: every document of the file, empty ones left out. Duplicate keys, anchors, aliases, merge keys and
/// explicit tags are errors: a manifest says what it means where it stands.
Documents read_yaml(const Source& source);

/// TOML: the file is one publication, or holds `[[publication]]` tables and nothing else.
Documents read_toml(const Source& source);

/// `check_bounds`, then the reader of that syntax.
Documents read_documents(const Source& source, Syntax syntax);

}  // namespace reconcile::manifest
