#pragma once
// What `cost` is told. Where a field is empty, the manifest and what is there count.

#include <cstdint>
#include <optional>
#include <string>

#include "reconciler/base/strong.h"

namespace reconcile::cli {

struct CostChoices {
  std::optional<Bytes> stored;  ///< given: the bucket is not looked at
  std::optional<std::uint64_t> objects;
  std::optional<std::uint64_t> puts_per_day;
  std::optional<std::uint64_t> gets_per_day;
  std::optional<Bytes> egress_per_month;
  std::uint64_t readers = 0;
  std::optional<Seconds> cadence;
  std::optional<Seconds> retention;
  std::string provider;  ///< empty: the manifest's
};

}  // namespace reconcile::cli
