#pragma once
// What a month of a publication costs, taken apart.

#include <cstdint>
#include <string>
#include <vector>

#include "reconciler/model/prices.h"

namespace reconcile {

/// One line of a bill.
struct CostItem {
  enum class Unit { kByteMonths, kBytes, kRequests };
  std::string name;  ///< "storage", "uploads", …: stable, at most one of each
  Unit unit = Unit::kRequests;
  std::uint64_t quantity = 0;  ///< a month
  std::uint64_t free = 0;      ///< of it, by the free tier: never more than `quantity`
  MicroUsd price{};            ///< per 10^9 bytes, or per million requests
  MicroUsd amount{};           ///< of what is not free
  bool own = false;            ///< requests that this program makes beside the uploads
  std::string why;
  friend bool operator==(const CostItem&, const CostItem&) = default;
};

/// Names that items can have.
inline constexpr std::size_t kCostItemsMax = 16;

struct CostEstimate {
  std::vector<CostItem> items;  ///< at most kCostItemsMax
  MicroUsd total{};             ///< the sum of their amounts
  std::string as_of;            ///< of the prices
  friend bool operator==(const CostEstimate&, const CostEstimate&) = default;
};

}  // namespace reconcile
