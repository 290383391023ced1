#pragma once
// What a .gitignore says of .env, without asking git.

#include <string_view>

namespace reconcile::cli {

/// True: git leaves a `.env` beside this .gitignore alone. Only the usual patterns are known (.env, .env*,
/// *.env, with or without a slash before them), so false may also mean that another one covers it. The last
/// pattern counts, and a `!` before it takes it back, as git has it.
bool ignores_env(std::string_view gitignore);

}  // namespace reconcile::cli
