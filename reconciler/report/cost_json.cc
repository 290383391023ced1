#include "reconciler/report/cost_json.h"

#include <array>

#include <nlohmann/json.hpp>

namespace reconcile {

nlohmann::ordered_json cost_item_json(const CostItem& item) {
  constexpr std::array<const char*, 3> kUnits{"byte-months", "bytes", "requests"};
  return {{"name", item.name},
          {"unit", kUnits.at(static_cast<std::size_t>(item.unit))},
          {"quantity", item.quantity},
          {"free", item.free},
          {"unitUsd", usd_number(item.price)},
          {"monthlyUsd", usd_number(item.amount)},
          {"own", item.own},
          {"why", item.why}};
}

}  // namespace reconcile
