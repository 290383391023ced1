// The commit step: length, budget, ownership and registration are weighed before anything is signed.

#include <fmt/core.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"
#include "reconciler/plan/pointer.h"
#include "reconciler/plan/publish.h"

namespace reconcile {
namespace {

constexpr const char* kAddress = "chain/commitment";

/// Kept free by ordinary commits, in bytes: the longest Raw field. Whatever goes wrong late in an epoch,
/// readers can still be led back to an index that exists.
constexpr std::uint64_t kRepairReserve = kRawBytesMax;

/// What is on chain leads readers to nothing of ours.
bool is_repair(const Observed& observed) {
  return observed.lost_index || std::holds_alternative<ForeignCommitment>(observed.commitment);
}

std::optional<Refusal> over_budget(const Observed& observed, std::uint64_t cost) {
  const ChainView& chain = *if_complete(observed.chain);
  if (!chain.budget) return std::nullopt;
  const CommitBudget& budget = *chain.budget;
  // A budget that does not hold both is spent on commits: the reserve is a courtesy, not a lock.
  const bool reserves = !is_repair(observed) && budget.max >= cost + kRepairReserve;
  const std::uint64_t wanted = cost + (reserves ? kRepairReserve : 0);
  if (budget.used <= budget.max && wanted <= budget.max - budget.used) return std::nullopt;
  return Refusal{kAddress,
                 "",
                 "",
                 {Fault::kQuota,
                  fmt::format("{} of {} bytes of this epoch are used, this commit costs {}{}",
                              print_count(budget.used), print_count(budget.max), cost,
                              reserves ? fmt::format(", and {} are kept for a repair", kRepairReserve) : ""),
                  fmt::format("deferred to block {} (about {}); uploads go on, buffer files wait",
                              print_count(budget.reset_block), print_time(budget.reset_at))}};
}

}  // namespace

Result<Commitment> commitment_for(const Desired& desired, const ChainView& chain,
                                  const FormatValues& values) {
  TRY_ASSIGN(const Format format, Format::compile(desired.commitment->format));
  return commitment_of(format, values, chain.limits.raw_bytes_max, shape_of(desired));
}

std::string with_unknown_digest(std::string text) {
  const std::string unknown = to_base64url(Sha256().get());
  for (std::size_t at = text.find(unknown); at != std::string::npos; at = text.find(unknown, at))
    text.replace(at, unknown.size(), "…");
  return text;
}

CommitPlan plan_commit(const Desired& desired, const Observed& observed, const FormatValues& values,
                       bool exact, const Allowances& allowances) {
  CommitPlan out;
  const ChainView& chain = *if_complete(observed.chain);
  const auto refuse = [&](Error error) { out.refusals.push_back({kAddress, "", "", std::move(error)}); };
  const Result<Format> format = Format::compile(desired.commitment->format);
  if (!format) {
    refuse(format.error());
    return out;
  }
  const std::size_t bytes_max = chain.limits.raw_bytes_max;
  const CommitmentShape shape = shape_of(desired);
  if (shape == CommitmentShape::kTextAndDigest && chain.limits.fields_max < 2) {
    refuse(
        {Fault::kUnsupported,
         fmt::format("this chain takes {} field a commitment, and two are wanted", chain.limits.fields_max),
         "use strategy index, which puts the digest into the text"});
    return out;
  }
  CommitAction action;
  action.bytes_max = bytes_max;
  action.url = values.url;
  if (chain.commitment) action.before = describe(*chain.commitment);
  if (exact) {
    Result<Commitment> commitment = commitment_for(desired, chain, values);
    if (!commitment) {
      refuse(commitment.error());
      return out;
    }
    if (chain.commitment && same_bytes(*commitment, *chain.commitment)) return out;  // on change only
    action.text = describe(*commitment);
    action.bytes = commitment->fields.at(0).bytes.size();
    action.cost = budget_cost(*commitment);
    action.commitment = *std::move(commitment);
  } else {
    // Digests have a fixed width, so any digest measures the length.
    FormatValues measured = values;
    measured.sha256 = Sha256();
    const Result<Commitment> same_length = commitment_for(desired, chain, measured);
    if (!same_length) {
      refuse(same_length.error());
      return out;
    }
    action.text = with_unknown_digest(format->preview(values));
    action.url = with_unknown_digest(action.url);
    if (shape == CommitmentShape::kTextAndDigest) action.text += " + Sha256 …";
    action.bytes = same_length->fields.at(0).bytes.size();
    action.cost = budget_cost(*same_length);
  }
  if (const std::optional<Refusal> refusal = over_budget(observed, action.cost)) {
    out.refusals.push_back(*refusal);
    return out;
  }
  for (Refusal& refusal : refuse_before_upload(desired, observed, allowances))
    out.refusals.push_back(std::move(refusal));
  if (out.refusals.empty()) out.action = std::move(action);
  return out;
}

std::vector<Refusal> refuse_before_upload(const Desired& desired, const Observed& observed,
                                          const Allowances& allowances) {
  std::vector<Refusal> out;
  if (!desired.commitment || strategy_of(desired) == Strategy::kNone) return out;
  const ChainView* chain = if_complete(observed.chain);
  if (!chain) return out;  // a failing chain never stops uploads
  if (!chain->subnet_exists)
    out.push_back({kAddress,
                   "",
                   "",
                   {Fault::kDenied,
                    fmt::format("netuid {} does not exist on {}", observed.account.netuid, chain->network),
                    "correct netuid in the manifest"}});
  else if (!chain->registered)
    out.push_back(
        {kAddress,
         "",
         "",
         {Fault::kDenied,
          fmt::format("hotkey {} is not registered on netuid {} of {}", observed.account.hotkey,
                      observed.account.netuid, chain->network),
          "register the hotkey (btcli subnet register), or correct netuid and wallet in the manifest"}});
  const auto* foreign = std::get_if<ForeignCommitment>(&observed.commitment);
  if (foreign && !allowances.allows("foreign-commitment"))
    out.push_back(
        {kAddress,
         "foreign-commitment",
         "--allow foreign-commitment",
         {Fault::kConflict,
          fmt::format("the slot holds a commitment that is not of this publication's format: {}",
                      foreign->text),
          "make sure nobody needs it, then pass --allow foreign-commitment; it is replaced for good"}});
  return out;
}

}  // namespace reconcile
