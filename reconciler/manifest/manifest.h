#pragma once
// Manifests: from files to what they ask for, or to everything that is wrong with them.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reconciler/manifest/diagnostic.h"
#include "reconciler/manifest/environment.h"
#include "reconciler/manifest/syntax.h"

namespace reconcile::manifest {

struct Manifests {
  std::vector<Desired> publications;  ///< in the order of the files; empty when anything at all is wrong
  std::vector<Diagnostic> errors;     ///< all of them, at most 100, by place
  std::vector<Diagnostic> warnings;   ///< the manifest works, but will hurt
  std::vector<Path> files;            ///< what was read: manifests and .env files; worth watching
  std::set<std::string> variables;    ///< names that ${…} asked for
  /// For each publication by name: where its secrets are to be looked up (`resolve`).
  std::map<std::string, std::shared_ptr<const Environment>> environments;

  bool ok() const { return errors.empty(); }
};

struct LoadOptions {
  Environment environment;       ///< usually Environment::of_process()
  std::optional<Path> env_file;  ///< --env-file; otherwise `.env` beside each manifest, where there is one
};

/// Files as they are; of a folder its *.yaml, *.yml and *.toml by name, not of folders below and not hidden
/// ones. May be repeated; reads nothing but these files and their `.env`.
Manifests load(const std::vector<Path>& paths, const LoadOptions& options);

/// Texts that are in no file, by the names that messages give them; the folder of such a name, below the
/// current one, is what relative paths start from. A `.env` is read only where it is named.
Manifests load_texts(const std::map<std::string, std::string>& texts, const LoadOptions& options);

/// One file's text that is already at hand. `file` names it in messages; its folder is what relative paths
/// start from.
Manifests read_text(std::string text, const std::string& file, Syntax syntax, const Environment& environment);

/// The JSON Schema (draft-07) of one document, made from the table that the reader follows.
std::string schema();

/// A line for each field: address, type, default and what it is for; Markdown.
std::string reference();

}  // namespace reconcile::manifest
