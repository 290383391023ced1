#pragma once
// A password from a person, not shown while it is typed.

#include <string>

#include "reconciler/base/result.h"
#include "reconciler/base/secret.h"

namespace reconcile::cli {

/// There is a terminal to ask on.
bool can_prompt();

/// Asks on the terminal itself, whatever stdin and stdout are. At most 1,024 bytes, up to the line's end.
/// kCancelled: the line was not ended.
Result<Secret> prompt_password(const std::string& question);

}  // namespace reconcile::cli
