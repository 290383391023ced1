#pragma once
// A bill's line as JSON.

#include <nlohmann/json_fwd.hpp>

#include "reconciler/model/cost.h"

namespace reconcile {

/// {"name","unit","quantity","free","unitUsd","monthlyUsd","own","why"}: quantities in bytes or requests,
/// prices per 10^9 bytes or per million requests.
nlohmann::ordered_json cost_item_json(const CostItem& item);

}  // namespace reconcile
