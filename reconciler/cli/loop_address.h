#pragma once
// Where a running loop answers, as --address names it.

#include <string>

#include "reconciler/base/result.h"

namespace reconcile::cli {

/// `127.0.0.1:9464` and `http://127.0.0.1:9464/` are the same; `path` begins with a slash and comes behind.
/// kInvalidInput: no address of a loop.
Result<std::string> loop_url(std::string address, const std::string& path);

}  // namespace reconcile::cli
