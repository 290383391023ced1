#pragma once
// A verification for people and for machines.

#include <optional>
#include <string>

#include "reconciler/report/layout.h"
#include "reconciler/verify/result.h"

namespace reconcile::verify {

/// The worst first, and a summary. What stands on chain and in indexes is made visible: it is somebody else's
/// text.
std::string print_text(const VerifyResult& result, const LayoutOptions& options);

/// {"schemaVersion","kind":"Verification",…}, one document; schema/verify.schema.json.
std::string print_json(const VerifyResult& result, int exit_code);

/// One JSON object a line: `finding`…, then `summary`. The same schema describes both.
std::string print_ndjson(const VerifyResult& result, int exit_code);

}  // namespace reconcile::verify
