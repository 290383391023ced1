#pragma once

namespace reconcile::cli {

/// The whole program: the exit code is one of exit_code.h.
int run(int argc, const char* const* argv);

}  // namespace reconcile::cli
