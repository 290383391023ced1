#include "reconciler/plan/counts.h"

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/plan/cost_counts.h"

namespace reconcile {
namespace {

DomainSummary bucket_of(const Observed& observed) {
  DomainSummary out{
      "bucket", observed.bucket_location, completeness_of(observed.objects), std::nullopt, std::nullopt, ""};
  const bool* exists = if_complete(observed.bucket_exists);
  if (exists && !*exists) {
    out.completeness = "complete";
    out.detail = "does not exist";
    return out;
  }
  if (const auto* objects = if_any(observed.objects)) {
    out.count = objects->size();
    Bytes bytes;
    for (const ListedObject& object : *objects) bytes = bytes + object.size;
    out.bytes = bytes;
  }
  if (observed.objects_not_listed > 0 && observed.listed_before)
    out.detail = fmt::format("({} as listed at {})", print_count(observed.objects_not_listed),
                             print_time(*observed.listed_before));
  if (const Error* why = exists ? why_not(observed.objects) : why_not(observed.bucket_exists))
    out.detail = why->cause;
  return out;
}

DomainSummary buffer_of(const Desired& desired, const Observed& observed) {
  DomainSummary out{
      "buffer", desired.buffer.path.string(), completeness_of(observed.buffer), std::nullopt, std::nullopt,
      ""};
  const BufferScan* scan = if_any(observed.buffer);
  if (const Error* why = why_not(observed.buffer)) out.detail = why->cause;
  if (!scan) return out;
  std::uint64_t waiting = 0;
  Bytes bytes;
  for (const BufferFile& file : scan->files) {
    if (file.state == BufferFile::State::kWaiting) ++waiting;
    bytes = bytes + file.identity.size;
  }
  out.count = scan->files.size();
  out.bytes = bytes;
  if (waiting > 0 && out.detail.empty()) out.detail = fmt::format("({} still being written)", waiting);
  return out;
}

DomainSummary chain_of(const Desired& desired, const Observed& observed) {
  const ChainView* chain = if_complete(observed.chain);
  DomainSummary out{"chain", "", completeness_of(observed.chain), std::nullopt, std::nullopt, ""};
  const char* const networks[] = {"finney", "test", "local", "ledger", "custom"};
  out.location = fmt::format("{} netuid {} {}", networks[static_cast<int>(desired.commitment->network)],
                             observed.account.netuid, observed.account.hotkey);
  if (chain) out.detail = fmt::format("block {} finalized", print_count(chain->finalized_block));
  if (const Error* why = why_not(observed.chain)) out.detail = why->cause;
  return out;
}

/// By what they cost.
struct Requests {
  std::uint64_t puts = 0, lists = 0, gets = 0, settings = 0, deletes = 0;
  std::uint64_t all() const { return puts + lists + gets + settings + deletes; }
};

/// What is put is seen by HEAD, an index and what belongs to it twice, and fetched as readers do: once more
/// before it is committed.
Requests requests_of(const Action& action) {
  if (const auto* upload = std::get_if<UploadFile>(&action))
    return {.puts = upload->already_there ? 0u : 1u, .gets = 1};
  if (const auto* index = std::get_if<WriteIndex>(&action)) {  // a part that is there already: HEAD alone
    const std::uint64_t copy = index->copy ? 1 : 0;
    return {.puts = 1 + index->parts.size() + copy,
            .gets = 3 + 3 * index->parts.size() + index->parts_kept + 2 * copy};
  }
  if (std::holds_alternative<CommitAction>(action)) return {.gets = 1};
  if (std::holds_alternative<SetLifecycle>(action)) return {.puts = 1, .settings = 2};
  if (std::holds_alternative<CreateBucket>(action)) return {.puts = 1};
  if (std::holds_alternative<RenewObject>(action)) return {.puts = 1, .gets = 1};
  if (std::holds_alternative<ExpireObject>(action)) return {.gets = 1, .deletes = 1};
  return {};
}

/// Many uploads are seen in one listing instead of by HEAD.
void see_together(std::uint64_t sent, Requests& requests) {
  if (sent < kSeenTogether) return;
  requests.gets -= sent;
  requests.lists += (sent + kPageKeys - 1) / kPageKeys;
}

Bytes removed_by(const Action& action) {
  const auto* expire = std::get_if<ExpireObject>(&action);
  return expire ? expire->size : Bytes();
}

/// Requests are paid once, bytes each month that they stay. Deletes are free with every provider of the
/// table.
void add_prices(const PriceTable& prices, const Requests& requests, Bytes removed, PlanCounts& out) {
  out.monthly = MicroUsd(price_of(out.upload_bytes, prices.storage_gb_month).get() -
                         price_of(removed, prices.storage_gb_month).get());
  out.once = price_of(requests.puts, prices.of(prices.puts).per_million) +
             price_of(requests.lists, prices.of(prices.lists).per_million) +
             price_of(requests.gets, prices.of(prices.gets).per_million) +
             price_of(requests.settings, prices.of(prices.settings).per_million);
}

}  // namespace

std::vector<DomainSummary> domains_of(const Desired& desired, const Observed& observed) {
  std::vector<DomainSummary> out{bucket_of(observed), buffer_of(desired, observed)};
  if (strategy_of(desired) != Strategy::kNone) out.push_back(chain_of(desired, observed));
  return out;
}

PlanCounts count(const Observed& observed, const Plan& plan) {
  PlanCounts out;
  Requests requests;
  std::uint64_t sent = 0;
  Bytes removed;
  for (const Step& step : plan.steps) {
    const Requests own = requests_of(step.action);
    requests = {requests.puts + own.puts, requests.lists + own.lists, requests.gets + own.gets,
                requests.settings + own.settings, requests.deletes + own.deletes};
    const auto* sending = std::get_if<UploadFile>(&step.action);
    if (sending && !sending->already_there) ++sent;
    removed = removed + removed_by(step.action);
    if (const auto* upload = std::get_if<UploadFile>(&step.action)) {
      ++out.upload;
      if (!upload->already_there)
        out.upload_bytes = out.upload_bytes + upload->size.value_or(upload->identity.size);
    } else if (const auto* index = std::get_if<WriteIndex>(&step.action)) {
      for (const IndexPart& part : index->parts) out.upload_bytes = out.upload_bytes + part.size;
    } else if (const auto* set = std::get_if<SetLifecycle>(&step.action)) {
      out.change += set->changes.size();
    } else if (std::holds_alternative<CreateBucket>(step.action) ||
               std::holds_alternative<RenewObject>(step.action)) {
      ++out.change;
    } else if (std::holds_alternative<CommitAction>(step.action)) {
      ++out.commit;
    } else if (std::holds_alternative<ReleaseFile>(step.action)) {
      ++out.release;
    } else if (std::holds_alternative<QuarantineFile>(step.action)) {
      ++out.quarantine;
    } else if (std::holds_alternative<ExpireObject>(step.action)) {
      ++out.remove;
    }
  }
  out.blocked = plan.refusals.size();
  const auto* base = if_complete(observed.base_index);
  if (base && *base) out.unchanged = (*base)->index.objects.size();
  see_together(sent, requests);
  out.requests = requests.all();
  if (observed.prices) add_prices(*observed.prices, requests, removed, out);
  return out;
}

}  // namespace reconcile
