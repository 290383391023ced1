#pragma once
// From what `import` was told to a publication without rules, name or strategy: where to look.

#include "reconciler/cli/import_options.h"
#include "reconciler/cli/wiring.h"

namespace reconcile::cli {

/// Flags first, then the environment's S3_ENDPOINT, S3_BUCKET, S3_REGION and S3_PUBLIC_URL; credentials are
/// references to S3_ACCESS_KEY and S3_SECRET_KEY. `environment` may hold secrets; the result holds none.
/// kInvalidInput names what is missing.
Result<Desired> wish_of(const ImportOptions& options, const manifest::Environment& environment);

/// Whose storage it is: as told, else by the folder or the endpoint, else kS3.
Provider provider_of(const ImportOptions& options, const std::string& endpoint);

/// A name that a publication may have, as near to `text` as can be.
std::string label_from(const std::string& text);

}  // namespace reconcile::cli
