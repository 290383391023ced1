#include "reconciler/report/cost.h"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/units.h"
#include "reconciler/model/plan_json.h"
#include "reconciler/report/cost_json.h"
#include "reconciler/report/display.h"

namespace reconcile {
namespace {

using Json = nlohmann::ordered_json;

/// Exactly, with two decimals at least: $0.015.
std::string print_price(MicroUsd price) {
  std::string out = fmt::format("${}.{:06}", price.get() / 1'000'000, price.get() % 1'000'000);
  while (out.back() == '0' && out[out.size() - 3] != '.') out.pop_back();
  return out;
}

/// Decimal gigabytes, as they are billed: "100 GB", "0.0042 GB".
std::string gigabytes(std::uint64_t bytes) {
  std::string out = fmt::format("{}.{:09}", print_count(bytes / 1'000'000'000), bytes % 1'000'000'000);
  const std::size_t point = out.find('.');
  const std::size_t digits = bytes < 1'000'000'000 ? 6 : 1;
  out.resize(point + 1 + digits);
  while (out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
  return out;
}

std::string quantity_of(const CostItem& item, std::uint64_t quantity) {
  switch (item.unit) {
    case CostItem::Unit::kByteMonths:
      return gigabytes(quantity) + " GB-months";
    case CostItem::Unit::kBytes:
      return gigabytes(quantity) + " GB";
    case CostItem::Unit::kRequests:
      return counted(quantity, "request");
  }
  return "";
}

std::string price_words(const CostItem& item) {
  if (item.price == MicroUsd(0)) return "free";
  return fmt::format("{} a {}", print_price(item.price),
                     item.unit == CostItem::Unit::kRequests ? "million" : "GB");
}

std::string line_of(const CostItem& item, const LayoutOptions& options) {
  std::string detail = quantity_of(item, item.quantity);
  if (item.free > 0 && item.price != MicroUsd(0))
    detail += item.free == item.quantity ? ", all of it in the free tier"
                                         : fmt::format(", {} free", quantity_of(item, item.free));
  return fmt::format("  {:>10}  {:<17} {}, {}\n", print_usd(item.amount), item.name, detail,
                     price_words(item)) +
         (item.why.empty() ? "" : render_wrapped(visible(item.why, options.ascii), 14, 14, options));
}

MicroUsd own_part(const CostEstimate& estimate) {
  MicroUsd out{};
  for (const CostItem& item : estimate.items)
    if (item.own) out = out + item.amount;
  return out;
}

std::string head_of(const CostReport& report, const LayoutOptions& options) {
  std::string out;
  for (const std::string& part : {report.publication, report.location})
    if (!part.empty()) out += visible(part, options.ascii) + " · ";
  out += "prices of " + report.providers.at(report.shown).estimate.as_of + "\n";
  const Volume& volume = report.volume;
  out +=
      render_wrapped(fmt::format("{} GB in {} objects; {} uploaded a day ({} GB), kept {}; a pass each {}",
                                 gigabytes(volume.stored.get()), print_count(volume.objects),
                                 print_count(volume.puts_per_day), gigabytes(volume.bytes_per_day.get()),
                                 volume.retention ? "for " + print_duration(*volume.retention) : "for ever",
                                 print_duration(report.cadence)),
                     2, 2, options);
  out +=
      render_wrapped(fmt::format("readers fetch {} objects a day, {} GB a month",
                                 print_count(volume.gets_per_day), gigabytes(volume.egress_per_month.get())),
                     2, 2, options);
  return out;
}

Json json_of(const Volume& volume) {
  Json out{{"storedBytes", volume.stored.get()}, {"objects", volume.objects},
           {"putsPerDay", volume.puts_per_day},  {"bytesPerDay", volume.bytes_per_day.get()},
           {"getsPerDay", volume.gets_per_day},  {"egressBytesPerMonth", volume.egress_per_month.get()},
           {"retentionSeconds", nullptr},        {"why", volume.why}};
  if (volume.retention) out["retentionSeconds"] = volume.retention->count();
  return out;
}

Json json_of(const ProviderCost& provider) {
  Json out{{"provider", provider.provider},
           {"own", provider.own},
           {"monthlyUsd", usd_number(provider.estimate.total)},
           {"pricesOf", provider.estimate.as_of},
           {"items", Json::array()},
           {"notes", provider.notes}};
  for (const CostItem& item : provider.estimate.items) out["items"].push_back(cost_item_json(item));
  return out;
}

Json json_of(const CostReport& report) {
  Json out{{"publication", nullptr},
           {"bucket", nullptr},
           {"volume", json_of(report.volume)},
           {"cadenceSeconds", report.cadence.count()},
           {"providers", Json::array()},
           {"whatIf", Json::object()},
           {"budgetUsd", nullptr},
           {"notes", report.notes}};
  if (!report.publication.empty()) out["publication"] = report.publication;
  if (!report.location.empty()) out["bucket"] = report.location;
  for (const ProviderCost& provider : report.providers) out["providers"].push_back(json_of(provider));
  Json changes = Json::array();
  for (const WhatIf& what : report.what_if)
    changes.push_back({{"change", what.change}, {"monthlyUsd", usd_number(what.total)}});
  out["whatIf"] = {{"provider", report.providers.at(report.shown).provider}, {"changes", std::move(changes)}};
  if (report.budget) out["budgetUsd"] = usd_number(*report.budget);
  return out;
}

}  // namespace

std::string print_cost(const CostReport& report, const LayoutOptions& options) {
  const ProviderCost& shown = report.providers.at(report.shown);
  std::string out = head_of(report, options) + "\na month\n";
  for (const ProviderCost& provider : report.providers)
    out += fmt::format("  {:>10}  {}{}\n", print_usd(provider.estimate.total), provider.provider,
                       provider.own ? "  <- this one" : "");

  out += fmt::format("\n{}, item by item\n", shown.provider);
  for (const CostItem& item : shown.estimate.items) out += line_of(item, options);
  out += fmt::format("  {:>10}  together, of which {} are this program's own requests\n",
                     print_usd(shown.estimate.total), print_usd(own_part(shown.estimate)));
  if (report.budget)
    out += fmt::format("  {:>10}  is the budget{}\n", print_usd(*report.budget),
                       shown.estimate.total > *report.budget ? ", and less than that" : "");

  out += fmt::format("\n{}, if\n", shown.provider);
  for (const WhatIf& what : report.what_if)
    out += fmt::format("  {:>10}  {}\n", print_usd(what.total), what.change);

  std::vector<std::string> notes = report.notes;
  for (const ProviderCost& provider : report.providers)
    for (const std::string& note : provider.notes) notes.push_back(provider.provider + ": " + note);
  if (!notes.empty()) out += "\nnotes\n";
  for (const std::string& note : notes) out += render_wrapped(visible(note, options.ascii), 2, 4, options);
  return out;
}

std::string print_cost_json(const std::vector<CostReport>& reports) {
  Json out{{"schemaVersion", kPlanSchemaVersion}, {"kind", "Cost"}, {"publications", Json::array()}};
  for (const CostReport& report : reports) out["publications"].push_back(json_of(report));
  return out.dump(2) + "\n";
}

}  // namespace reconcile
