#pragma once
// The path of a derived key: `//hard/soft//0`.

#include <string_view>
#include <vector>

#include "reconciler/base/result.h"
#include "reconciler/chain/sr25519/sr25519.h"

namespace reconcile::chain {

struct Junction {
  bool hard = false;
  ChainCode chain_code{};
};

/// At most 32 junctions, as sp_core reads them. kInvalidInput for an empty junction (`///` begins a password,
/// which is not part of a path) or text that does not begin with a slash.
Result<std::vector<Junction>> parse_junctions(std::string_view path);

}  // namespace reconcile::chain
