#include "reconciler/engine/apply_chain.h"

#include <fmt/core.h>

#include "reconciler/base/sha256.h"
#include "reconciler/base/units.h"
#include "reconciler/engine/write_index.h"
#include "reconciler/plan/pointer.h"
#include "reconciler/plan/publish.h"

namespace reconcile {
namespace {

/// A larger object is not held in memory to be hashed: that a reader is answered with more than this is
/// enough.
constexpr Bytes kProbeBytesMax{64ull << 20};

/// Whatever the chain is going to say, readers must be able to follow it first: promises of an earlier pass,
/// or of another public URL, do not count.
Result<void> readers_can_fetch(const Published& published, const std::string& public_base,
                               WritePorts& ports) {
  if (published.probed || published.values.url.empty()) return {};
  const std::string& url = published.values.url;
  const Bytes size = published.values.size.value_or(Bytes(0));
  const bool small = size.get() < kProbeBytesMax.get();
  const Result<std::string> body = ports.readers.fetch(url, small ? Bytes(size.get() + 1) : Bytes(1 << 16));
  const bool there_and_large = !small && !body && body.error().fault == Fault::kInvalidInput;
  if (there_and_large) return {};
  if (!body)
    return fail(
        within("readers cannot fetch " + url,
               Error{body.error().fault, body.error().cause,
                     "make the bucket publicly readable, or correct publicUrl; nothing was committed"}));
  if (sha256_of(std::string_view(*body)) != published.values.sha256)
    return fail(Fault::kConflict, url + " returns other bytes than were put",
                "check that publicUrl leads to this bucket; nothing was committed");
  if (published.index)
    for (const IndexPart& part : published.index->file().parts)
      TRY(seen_by_readers(url_of(public_base, part.key), part.size, part.sha256, ports));
  return {};
}

}  // namespace

Result<Covered> covered_by(const Desired& desired, const Published& published, PublicReader& readers) {
  if (!published.index) return Covered::objects(published.objects);
  if (strategy_of(desired) == Strategy::kStaticPointer)
    return Covered::entries_behind(readers, published.values.url, *published.index);
  return Covered::entries(*published.index);
}

Result<CommitOutcome> commit_and_read_back(const Desired& desired, const Observed& observed,
                                           const Published& published, WritePorts& ports,
                                           const Allowances& allowances) {
  TRY(readers_can_fetch(published, observed.public_base, ports));
  TRY_ASSIGN(const Covered covered, covered_by(desired, published, ports.readers));
  TRY_ASSIGN(const ChainView now, ports.chain->observe(observed.account));
  const ChainView& seen = *if_complete(observed.chain);
  if (now.commitment != seen.commitment)
    return fail(Fault::kConflict,
                "the commitment changed since it was observed: another writer uses this hotkey",
                "stop the other writer; the next pass observes again");
  const CommitPlan plan = plan_commit(desired, observed, published.values, true, allowances);
  if (!plan.refusals.empty()) return fail(plan.refusals.front().error);
  if (!plan.action) return fail(Fault::kInternal, "nothing to commit after all", "the next pass plans anew");
  const Commitment& commitment = *plan.action->commitment;

  TRY_ASSIGN(const std::int64_t intent,
             ports.journal.begin("chain/commitment", describe(commitment), ports.clock.now()));
  const Result<Inclusion> included = ports.chain->commit(observed.account, commitment);
  if (!included && included.error().fault != Fault::kUnknownOutcome) {
    TRY(ports.journal.finish(intent, name_of(included.error().fault), ports.clock.now()));
    return fail(included.error());
  }
  Result<Coverage> coverage = Coverage::read_back(*ports.chain, observed.account, commitment, covered);
  if (!coverage)
    return fail(included ? coverage.error() : included.error());  // the intent stays open: unknown
  TRY(ports.journal.finish(intent, "finalized", ports.clock.now()));
  return CommitOutcome{*coverage, fmt::format("finalized in block {}", print_count(coverage->block()))};
}

}  // namespace reconcile
