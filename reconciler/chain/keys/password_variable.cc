#include "reconciler/chain/keys/password_variable.h"

#include <algorithm>

#include "reconciler/base/bytes.h"
#include "reconciler/chain/secret_bytes.h"

namespace reconcile::chain {

std::string password_variable(std::string_view key_file_path) {
  std::string out = "BT_PW_";
  for (char c : key_file_path) {
    if (c == '/' || c == '.') c = '_';
    out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

Result<Secret> password_from_variable(std::string_view name, std::string_view value) {
  auto bytes = from_base64(value);
  if (!bytes || name.empty()) {
    return fail(Fault::kInvalidInput, "environment variable " + std::string(name) + " does not hold base64",
                "set it as btwallet does, or give the password in another way");
  }
  std::string password(bytes->size(), '\0');
  for (std::size_t i = 0; i < password.size(); ++i) {
    password[i] = static_cast<char>((*bytes)[i] ^ static_cast<unsigned char>(name[i % name.size()]));
  }
  wipe(*bytes);
  return Secret(std::move(password));
}

}  // namespace reconcile::chain
