#pragma once
// Manifests out of git: from --source to what a command works on.

#include <optional>

#include "reconciler/cli/options.h"
#include "reconciler/manifest/manifest.h"
#include "reconciler/ports/manifest_source.h"

namespace reconcile::cli {

/// What --source names. A dry run's is a temporary copy. Its token comes from RECONCILE_SOURCE_TOKEN, or the
/// file that RECONCILE_SOURCE_TOKEN_FILE names; RECONCILE_SOURCE_USER and RECONCILE_SOURCE_CA_FILE are for
/// servers of one's own. kInvalidInput: one of them cannot be used.
Result<std::unique_ptr<ManifestSource>> open_source(const Options& options);

/// The manifests of one commit, by name.
using Texts = std::map<std::string, std::string>;

/// Each publication bears the revision.
manifest::Manifests load_sourced(const Texts& texts, const Revision& revision, const Options& options);

/// What a command begins with.
struct Sourced {
  Revision revision;
  Texts texts;
  manifest::Manifests manifests;  ///< may be invalid
  std::optional<Error> newer;     ///< why it is not the newest that this begins with
};

/// The newest commit. Where that cannot be had, the last one that was taken up, as `newer` tells: with
/// `keep_going` also where it is refused or invalid, else only where the source does not answer. An error:
/// there is none.
Result<Sourced> begin_with(ManifestSource& source, const Options& options, bool keep_going);

}  // namespace reconcile::cli
