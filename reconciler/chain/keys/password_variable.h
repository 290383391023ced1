#pragma once
// Where btwallet keeps a key file's password: an environment variable named after the file.

#include <string>
#include <string_view>

#include "reconciler/base/result.h"
#include "reconciler/base/secret.h"

namespace reconcile::chain {

/// BT_PW_ and the path as it is (`~` already expanded), with `/` and `.` turned into `_`, in upper case.
std::string password_variable(std::string_view key_file_path);

/// The password in that variable: base64 of it, XORed with the repeated name. No protection, only a disguise.
/// kInvalidInput when the value is not base64.
Result<Secret> password_from_variable(std::string_view name, std::string_view value);

}  // namespace reconcile::chain
