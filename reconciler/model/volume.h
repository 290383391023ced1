#pragma once
// How much there is in a bucket, and how fast it changes.

#include <cstdint>
#include <optional>
#include <string>

#include "reconciler/base/strong.h"

namespace reconcile {

/// What goes into a bucket and out of it.
struct Volume {
  Bytes stored{};             ///< on average over a month
  std::uint64_t objects = 0;  ///< that those bytes are
  std::uint64_t puts_per_day = 0;
  Bytes bytes_per_day{};  ///< of those puts
  std::uint64_t gets_per_day = 0;
  Bytes egress_per_month{};
  std::optional<Seconds> retention;  ///< an object goes after so long; nothing: never
  std::string why;                   ///< how `stored` was arrived at
  friend bool operator==(const Volume&, const Volume&) = default;
};

}  // namespace reconcile
