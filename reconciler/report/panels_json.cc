#include "reconciler/report/panels_json.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"
#include "reconciler/report/cost_json.h"

namespace reconcile {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const ShownLine& line) {
  return {{"section", line.section}, {"symbol", std::string(1, line.symbol)},
          {"subject", line.subject}, {"detail", line.detail},
          {"cause", line.cause},     {"below", line.below}};
}

Json json_of(const BoardRow& row) {
  return {{"address", row.address}, {"state", row.state}, {"manifest", row.manifest},
          {"live", row.live},       {"local", row.local}, {"why", row.why}};
}

Json json_of(const DomainSummary& domain) {
  Json out{{"domain", domain.domain},
           {"location", domain.location},
           {"completeness", domain.completeness},
           {"detail", domain.detail}};
  if (domain.count) out["count"] = *domain.count;
  if (domain.bytes) out["bytes"] = domain.bytes->get();
  return out;
}

Json plan_json(const ShownPlan& plan) {
  Json out{{"made", print_time(plan.made)}, {"digest", "sha256:" + to_hex(plan.digest)},
           {"empty", plan.empty},           {"closing", plan.closing},
           {"command", plan.command},       {"lines", Json::array()},
           {"linesMore", plan.lines_more}};
  for (const ShownLine& line : plan.lines) out["lines"].push_back(json_of(line));
  return out;
}

Json board_json(const ShownPlan& plan) {
  Json out{{"rows", Json::array()}, {"more", plan.board_more}, {"unchanged", plan.unchanged}};
  for (const BoardRow& row : plan.board) out["rows"].push_back(json_of(row));
  return out;
}

/// Passes that said the same one after the other are one entry, with the first and the last of them.
Json timeline_json(const PublicationStatus& status) {
  Json out = Json::array();
  const PassSummary* newer = nullptr;
  for (const PassSummary& pass : status.history) {
    if (newer && newer->result == pass.result && newer->text == pass.text) {
      out.back()["first"] = print_time(pass.ended);
      out.back()["times"] = out.back()["times"].get<std::uint64_t>() + 1;
    } else {
      out.push_back({{"first", print_time(pass.ended)},
                     {"last", print_time(pass.ended)},
                     {"times", std::uint64_t{1}},
                     {"seconds", std::max(Seconds(0), pass.ended - pass.started).count()},
                     {"result", pass.result},
                     {"text", pass.text}});
    }
    newer = &pass;
  }
  return out;
}

Json events_json(const std::vector<StatusEvent>& events) {
  Json out = Json::array();
  for (const StatusEvent& event : events)
    out.push_back({{"type", event.warning ? "Warning" : "Normal"},
                   {"reason", event.reason},
                   {"address", event.address},
                   {"message", event.message},
                   {"count", event.count},
                   {"first", print_time(event.first)},
                   {"last", print_time(event.last)}});
  return out;
}

Json expiry_json(const ExpiryCalendar& calendar, Instant from) {
  Json out = Json::array();
  for (std::size_t day = 0; day < calendar.size(); ++day)
    out.push_back({{"day", print_time(from + static_cast<int>(day) * Seconds(86400)).substr(0, 10)},
                   {"objects", calendar[day].objects},
                   {"bytes", calendar[day].bytes.get()}});
  return out;
}

Json chain_json(const ChainSight& chain) {
  return {{"network", chain.network},
          {"finalizedBlock", chain.finalized_block},
          {"whose", chain.whose},
          {"commitment", chain.commitment},
          {"commitmentBlock", chain.commitment_block}};
}

Json cost_json(const Sight& sight, const std::optional<double>& budget) {
  Json out{{"items", Json::array()}, {"budgetUsd", nullptr}};
  if (budget) out["budgetUsd"] = *budget;
  if (sight.cost) {
    for (const CostItem& item : sight.cost->items) out["items"].push_back(cost_item_json(item));
    out["monthlyUsd"] = usd_number(sight.cost->total);
    out["pricesOf"] = sight.cost->as_of;
  }
  return out;
}

Json guards_json(const std::vector<GuardSight>& guards) {
  Json out = Json::array();
  for (const GuardSight& guard : guards) {
    out.push_back({{"name", guard.name}, {"used", nullptr}, {"limit", guard.limit}});
    if (guard.used) out.back()["used"] = *guard.used;
  }
  return out;
}

}  // namespace

Json headline_json(const Headline& headline) {
  return {{"word", headline.word}, {"tone", headline.tone}, {"text", headline.text}};
}

Json transfers_json(const ProcessStatus& status) {
  Json out = Json::array();
  for (const Transfer& moving : status.transfers) {
    const auto took = std::max<std::int64_t>(1, (status.now - moving.began).count());
    out.push_back({{"address", moving.address},
                   {"bytesDone", moving.bytes_done},
                   {"bytesTotal", moving.bytes_total},
                   {"bytesPerSecond", moving.bytes_done / static_cast<std::uint64_t>(took)},
                   {"tries", moving.tries}});
  }
  return out;
}

void add_panels(Json& out, const PublicationStatus& status, Instant now) {
  const Sight& sight = status.sight;
  out["plan"] = status.plan ? plan_json(*status.plan) : Json();
  out["board"] = status.plan ? board_json(*status.plan) : Json();
  out["domains"] = Json::array();
  if (status.plan)
    for (const DomainSummary& domain : status.plan->domains) out["domains"].push_back(json_of(domain));
  out["timeline"] = timeline_json(status);
  out["events"] = events_json(status.events);
  out["expiry"] = sight.leaving ? expiry_json(*sight.leaving, status.plan ? status.plan->made : now) : Json();
  out["stored"] =
      sight.stored ? Json{{"objects", sight.stored->objects}, {"bytes", sight.stored->bytes.get()}} : Json();
  out["chain"] = sight.chain ? chain_json(*sight.chain) : Json();
  out["commitments"] = Json::array();
  for (const SeenCommitment& seen : status.commitments)
    out["commitments"].push_back(
        {{"commitment", seen.commitment}, {"block", seen.block}, {"seen", print_time(seen.seen)}});
  out["cost"] = cost_json(sight, status.budget_monthly_usd);
  out["guards"] = guards_json(sight.guards);
  // `reconcile verify` is a run of its own, and this process was not told of one.
  out["readers"] = nullptr;
}

}  // namespace reconcile
