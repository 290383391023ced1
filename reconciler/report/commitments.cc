#include "reconciler/report/commitments.h"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/units.h"
#include "reconciler/base/utf8.h"
#include "reconciler/model/plan_json.h"
#include "reconciler/report/display.h"

namespace reconcile {
namespace {

using Json = nlohmann::ordered_json;

std::string hex_text(ByteView bytes) { return "0x" + to_hex(bytes); }

std::string kinds_of(const StoredCommitment& commitment) {
  std::string out;
  for (const StoredField& field : commitment.fields)
    out += fmt::format("{}{} {}", out.empty() ? "" : " + ", field.variant, field.bytes.size());
  return out.empty() ? "no field" : out;
}

/// Readable where it can be; what is still sealed says so.
std::string text_of(const StoredCommitment& commitment) {
  for (const StoredField& field : commitment.fields)
    if (field.reveal_round)
      return fmt::format("sealed until drand round {}", print_count(*field.reveal_round));
  return describe(commitment);
}

std::string age(std::uint64_t now, std::uint64_t block) {
  if (block == 0 || block > now) return "at an unknown block";
  return fmt::format("block {}, {} blocks ago", print_count(block), print_count(now - block));
}

std::string one(const CommitmentsReport& report, const LayoutOptions& options) {
  std::string out = fmt::format("  {}\n", visible(report.hotkey, options.ascii));
  const auto line = [&](const char* name, const std::string& text) {
    constexpr std::size_t kIndent = 14;
    const std::size_t width = std::max<std::size_t>(options.width, 60) - kIndent;
    std::string label = fmt::format("  {:<12}", name);
    for (const std::string& piece : wrap(visible(text, options.ascii), width)) {
      out += label + piece + "\n";
      label = std::string(kIndent, ' ');
    }
  };
  if (report.commitments.empty()) {
    line("commitment", "none");
  } else {
    const StoredCommitment& commitment = report.commitments.front().commitment;
    line("commitment", text_of(commitment));
    line("fields", kinds_of(commitment));
    line("written", age(report.block, commitment.block));
  }
  line("registered", report.registered ? "yes" : "no: it cannot commit on this netuid");
  if (report.budget) {
    const CommitBudget& budget = *report.budget;
    line("budget", fmt::format("{} of {} bytes of this epoch used; starts anew with block {}, about {}",
                               print_count(budget.used), print_count(budget.max),
                               print_count(budget.reset_block), print_time(budget.reset_at)));
  }
  return out;
}

std::string all(const CommitmentsReport& report, const LayoutOptions& options) {
  std::string out;
  for (const ShownCommitment& shown : report.commitments) {
    out += fmt::format("  {}  {}  {}\n", visible(shown.hotkey, options.ascii), kinds_of(shown.commitment),
                       age(report.block, shown.commitment.block));
    out += render_wrapped(visible(text_of(shown.commitment), options.ascii), 6, 6, options);
  }
  return out + fmt::format("{}\n", report.commitments.size() == 1
                                       ? "1 commitment."
                                       : print_count(report.commitments.size()) + " commitments.");
}

Json json_of(const StoredField& field) {
  Json out{{"variant", field.variant}, {"bytes", field.bytes.size()}, {"hex", hex_text(field.bytes)}};
  const std::string text(reconcile::text_of(field.bytes));
  if ((field.variant == "Raw" || field.variant == "BigRaw") && is_utf8(text)) out["text"] = text;
  if (field.reveal_round) out["revealRound"] = *field.reveal_round;
  return out;
}

}  // namespace

std::string print_commitments(const CommitmentsReport& report, const LayoutOptions& options) {
  std::string out =
      fmt::format("{} · netuid {} · block {} finalized\n", visible(report.network, options.ascii),
                  report.netuid, print_count(report.block));
  out += report.hotkey.empty() ? all(report, options) : one(report, options);
  for (const std::string& note : report.notes)
    out += render_wrapped("note: " + visible(note, options.ascii), 2, 4, options);
  return out;
}

std::string print_commitments_json(const CommitmentsReport& report) {
  Json commitments = Json::array();
  for (const ShownCommitment& shown : report.commitments) {
    Json fields = Json::array();
    for (const StoredField& field : shown.commitment.fields) fields.push_back(json_of(field));
    commitments.push_back(
        {{"hotkey", shown.hotkey}, {"block", shown.commitment.block}, {"fields", std::move(fields)}});
  }
  Json out{{"schemaVersion", kPlanSchemaVersion},
           {"kind", "Commitments"},
           {"network", report.network},
           {"finalizedBlock", report.block},
           {"netuid", report.netuid},
           {"commitments", std::move(commitments)}};
  if (!report.hotkey.empty()) {
    out["hotkey"] = report.hotkey;
    out["registered"] = report.registered;
  }
  if (report.budget)
    out["budget"] = {{"maxBytes", report.budget->max},
                     {"usedBytes", report.budget->used},
                     {"resetBlock", report.budget->reset_block},
                     {"resetAt", print_time(report.budget->reset_at)}};
  out["notes"] = report.notes;
  return out.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace reconcile
