#pragma once
// What `verify` is asked for.

#include <optional>
#include <string>

#include "reconciler/base/strong.h"
#include "reconciler/verify/sample.h"

namespace reconcile::cli {

struct VerifyChoices {
  verify::Sampling sampling;
  std::optional<verify::BlockSeed> seed_block;  ///< unset: the finalized block that is read
  std::optional<Seconds> max_age;  ///< unset: three cadences of a manifest, else ages are not judged
  std::string format;              ///< empty: the forms that are known
  bool allow_loopback = false;
  Seconds timeout{30};
  Bytes max_index{32ull << 20};
  Bytes max_object{5ull << 30};
};

}  // namespace reconcile::cli
