#pragma once
// What a publication costs with each provider, as `cost` shows it.

#include <string>
#include <vector>

#include "reconciler/model/cost.h"
#include "reconciler/model/volume.h"
#include "reconciler/report/layout.h"

namespace reconcile {

struct ProviderCost {
  std::string provider;  ///< "r2"
  bool own = false;      ///< the manifest's, or the one that was named
  CostEstimate estimate;
  std::vector<std::string> notes;  ///< what the figures leave out
};

struct WhatIf {
  std::string change;  ///< "cadence 40m", "kept for 28d"
  MicroUsd total{};
};

struct CostReport {
  std::string publication;  ///< empty: all was typed
  std::string location;     ///< "r2://sn13-miner-1234"; empty likewise
  Volume volume;
  Seconds cadence{0};
  std::vector<ProviderCost> providers;
  std::size_t shown = 0;  ///< whose items are listed, and whom `what_if` is about
  std::vector<WhatIf> what_if;
  std::optional<MicroUsd> budget;
  std::vector<std::string> notes;
};

std::string print_cost(const CostReport& report, const LayoutOptions& options);

/// {"schemaVersion","kind":"Cost","publications":[…]}: every provider's items.
std::string print_cost_json(const std::vector<CostReport>& reports);

}  // namespace reconcile
