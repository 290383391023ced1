#include "reconciler/engine/lease.h"

#include <fmt/core.h>

#include "reconciler/base/units.h"

namespace reconcile {
namespace {

/// Reading again settles a lost answer and a race that was lost; more often is somebody else's steady work.
constexpr int kTakeAttempts = 3;
constexpr Seconds kRenewAfter = kLeaseTtl / 3;
/// A bucket that cannot be reached for so long may not see our renewal before the lease runs out.
constexpr Seconds kStopAfter = kLeaseTtl * 2 / 3;

std::optional<SeenLease> seen_in(const LeaseView& view) {
  if (!view.lease) return std::nullopt;
  SeenLease out{std::nullopt, view.lease->modified};
  if (Result<LeaseDocument> document = parse_lease(view.lease->text)) out.document = *std::move(document);
  return out;
}

/// Empty: it was given back.
std::string whose_it_still_was(const std::optional<SeenLease>& seen) {
  if (!seen || !seen->document) return "an unknown program";
  const LeaseDocument& document = *seen->document;
  return document.expires > document.acquired ? describe(document.holder) : "";
}

bool read_to_see(const Error& error) {
  return error.fault == Fault::kConflict || error.fault == Fault::kUnknownOutcome;
}

}  // namespace

Lease::Lease(LeaseStore& store, Clock& clock, Options options)
    : store_(store), clock_(clock), options_(std::move(options)), key_(lease_key(options_.slot)) {
  if (!options_.certainly_gone) options_.certainly_gone = [](const LeaseHolder&) { return false; };
}

Result<Lease::Taken> Lease::take() {
  const std::scoped_lock lock(mutex_);
  lost_.reset();
  held_ = false;
  taken_ = unsupported_;
  if (unsupported_) return Taken{};
  Result<Taken> taken = try_to_take();
  if (!taken) lost_ = taken.error();
  return taken;
}

Result<Lease::Taken> Lease::try_to_take() {
  Taken out;
  Error last;
  for (int attempt = 0; attempt < kTakeAttempts; ++attempt) {
    TRY_ASSIGN(const LeaseView view, store_.read_lease(key_));
    store_ahead_ = view.now - clock_.now();
    LeaseDecision decision =
        decide_lease(options_.slot, seen_in(view), options_.self, view.now, options_.certainly_gone);
    if (auto* held = std::get_if<LeaseHeld>(&decision)) return fail(std::move(held->error));
    const LeaseTaken& take = std::get<LeaseTaken>(decision);
    out.store_ahead = store_ahead_;
    if (take.changes_holder) out.other_wrote = view.lease->modified - store_ahead_;
    out.taken_from = take.changes_holder ? whose_it_still_was(seen_in(view)) : "";
    const Result<void> written =
        write(take.document, view.lease ? std::optional(view.lease->etag) : std::nullopt);
    if (!written && written.error().fault == Fault::kUnsupported) {
      taken_ = unsupported_ = out.found_out = true;
      return out;
    }
    if (!written && !read_to_see(written.error())) return fail(written.error());
    if (written) {
      taken_ = held_ = out.held = true;
      return out;
    }
    last = written.error();
  }
  return fail(within("the lease of " + options_.slot, last));
}

Result<void> Lease::keep() {
  const std::scoped_lock lock(mutex_);
  if (lost_) return fail(*lost_);
  if (!held_) return {};
  const Seconds age = clock_.now() - written_;
  // A clock that was set back says nothing about how long ago it was.
  if (age >= Seconds(0) && age < kRenewAfter) return {};
  const Result<void> renewed = renew();
  if (renewed || lost_) return renewed;
  if (age >= Seconds(0) && age < kStopAfter) return {};  // tried again before the next step
  return lose(
      within(fmt::format("the lease of {} could not be renewed, and others may take it", options_.slot),
             renewed.error()));
}

Result<void> Lease::give_back() {
  const std::scoped_lock lock(mutex_);
  const bool ours = held_ && !lost_;
  taken_ = held_ = false;
  lost_.reset();
  if (!ours) return {};
  LeaseDocument ended = document_;
  // Nothing of a lease that is given back lies in the future, not even by a clock that runs behind.
  ended.expires = ended.acquired;
  return write(ended, etag_);
}

bool Lease::taken() const {
  const std::scoped_lock lock(mutex_);
  return taken_;
}

bool Lease::lost() const {
  const std::scoped_lock lock(mutex_);
  return lost_.has_value();
}

std::optional<std::uint64_t> Lease::token() const {
  const std::scoped_lock lock(mutex_);
  return held_ ? std::optional(document_.token) : std::nullopt;
}

Result<void> Lease::write(const LeaseDocument& document, const std::optional<std::string>& expected) {
  const Instant before = clock_.now();  // the store counts from later on
  TRY_ASSIGN(etag_, store_.write_lease(key_, print_lease(document), expected));
  document_ = document;
  written_ = before;
  return {};
}

/// A refusal may be the echo of our own write whose answer was lost: what is there decides.
Result<void> Lease::renew() {
  LeaseDocument renewed = document_;
  renewed.expires = store_time() + kLeaseTtl;
  const Result<void> written = write(renewed, etag_);
  if (written || !read_to_see(written.error())) return written;
  TRY_ASSIGN(const LeaseView view, store_.read_lease(key_));
  const std::optional<SeenLease> seen = seen_in(view);
  const bool ours = seen && seen->document && seen->document->holder.run == options_.self.run;
  if (!ours) return lose(taken_over(seen));
  etag_ = view.lease->etag;
  if (*seen->document != renewed) return write(renewed, etag_);
  document_ = renewed;
  written_ = clock_.now() - (view.now - view.lease->modified);
  return {};
}

Error Lease::taken_over(const std::optional<SeenLease>& seen) const {
  const std::string who = !seen             ? "nobody: the lease was deleted"
                          : !seen->document ? "an unknown program"
                                            : fmt::format("{} at {}", describe(seen->document->holder),
                                                          print_time(seen->document->acquired));
  return {Fault::kConflict,
          fmt::format("the lease of {} was taken over by {}", options_.slot, who),
          "nothing more is begun; let one machine work on this slot, the next pass looks again",
          {}};
}

Result<void> Lease::lose(Error error) {
  lost_ = std::move(error);
  return fail(*lost_);
}

Instant Lease::store_time() const { return clock_.now() + store_ahead_; }

}  // namespace reconcile
