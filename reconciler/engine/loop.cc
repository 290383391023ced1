#include "reconciler/engine/loop.h"

#include <algorithm>
#include <set>

#include <fmt/core.h>

namespace reconcile {
namespace {

constexpr Seconds kLongestWait{60};  // then the loop shows that it is alive

}  // namespace

Loop::Loop(std::vector<LoopedPublication> publications, LoopPorts ports, std::uint64_t seed)
    : ports_(std::move(ports)), dice_(seed) {
  const Instant now = ports_.clock.now();
  run_id_ = fmt::format("{:x}", now.time_since_epoch().count());
  shown_.started = shown_.heartbeat = seen_ = now;
  take_over(std::move(publications));
  publish_all();
}

void Loop::run() {
  while (!ports_.clock.stopping()) {
    beat();
    const Instant now = ports_.clock.now();
    follow_the_clock(now);
    Entry* const due = earliest();
    if (due && due->next <= now) {
      pass(*due);
      heed(ports_.bell.wait(Seconds(0)));
    } else {
      heed(ports_.bell.wait(due ? std::min(kLongestWait, due->next - now) : kLongestWait));
    }
  }
  publish_all();
}

Loop::Entry* Loop::earliest() {
  const auto found = std::min_element(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
    return a.second.next < b.second.next;
  });
  return found == entries_.end() ? nullptr : &found->second;
}

/// The wall clock may be turned back, by minutes or days. Every wait goes on as if nothing had happened, up
/// to kLongestWait longer: what is due is moved by as much as the clock was since the last look.
void Loop::follow_the_clock(Instant now) {
  if (now < seen_)
    for (auto& [name, entry] : entries_) {
      entry.next -= seen_ - now;
      entry.began -= seen_ - now;
    }
  seen_ = now;
}

void Loop::pass(Entry& entry) {
  const std::string id = fmt::format("{}-{}", run_id_, ++passes_);
  entry.began = ports_.clock.now();
  entry.tracker.started(entry.began);
  publish(entry);
  ports_.watcher.pass_begins(entry.tracker.status(), id);
  const Verdict verdict = entry.tracker.run(id, ports_.clock);
  entry.next = when_next(entry, verdict, ports_.clock.now());
  entry.tracker.status().next_pass = entry.next;
  {
    const std::lock_guard lock(mutex_);
    shown_.transfers.clear();
  }
  publish(entry);
  const std::optional<PassResult>& last = entry.tracker.last();
  ports_.watcher.pass_ended(entry.tracker.status(), verdict, last ? &*last : nullptr);
}

Instant Loop::when_next(Entry& entry, const Verdict& verdict, Instant now) {
  const Desired& desired = entry.tracker.desired();
  const Rhythm rhythm = rhythm_of(desired);
  Instant next = next_regular(rhythm, desired.name, now, dice_);
  // A suspension's end is a change like any other: looked at when it comes.
  const bool suspended = desired.suspend && desired.suspend->until > now;
  if (suspended) return std::min(next, desired.suspend->until);
  entry.failures = verdict.retry ? entry.failures + 1 : 0;
  if (!verdict.retry) return next;
  Instant again = now + back_off(rhythm, *verdict.retry, entry.failures, dice_);
  // The chain has said when its budget begins anew: neither earlier, nor later than need be.
  const std::optional<CommitBudget>& budget = entry.tracker.status().sight.budget;
  if (*verdict.retry == Fault::kQuota && verdict.problem &&
      domain_name_of(verdict.problem->address) == "Chain" && budget && budget->reset_at > now)
    again = budget->reset_at;
  return std::max(std::min(next, again), now + verdict.not_before);
}

void Loop::heed(const Rings& rings) {
  if (rings.reload) reload();
  for (const std::string& name : rings.full)
    if (const auto found = entries_.find(name); found != entries_.end()) sooner(found->second);
  if (!rings.full.empty()) publish_all();
  if (!rings.pass_now) return;
  for (auto& [name, entry] : entries_) {
    entry.tracker.asked();
    entry.next = ports_.clock.now();
  }
  publish_all();
}

/// A full buffer does not wait for the cadence; but at most one pass each retryInterval, since passes cost
/// requests and bytes on chain, and never against a back-off.
void Loop::sooner(Entry& entry) {
  const Desired& desired = entry.tracker.desired();
  const Instant now = ports_.clock.now();
  const bool suspended = desired.suspend && desired.suspend->until > now;
  if (suspended || entry.failures > 0) return;
  entry.next = std::min(entry.next, std::max(now, entry.began + rhythm_of(desired).retry_interval));
}

void Loop::reload() {
  Result<std::vector<LoopedPublication>> read = ports_.reload();
  const Instant now = ports_.clock.now();
  const std::optional<Error> error = read ? std::nullopt : std::optional(read.error());
  if (read)
    take_over(*std::move(read));
  else
    for (auto& [name, entry] : entries_) entry.tracker.manifest_invalid(error, now);
  {
    const std::lock_guard lock(mutex_);
    shown_.manifest_error = error;
  }
  publish_all();
  ports_.watcher.reloaded(error ? &*error : nullptr);
}

void Loop::take_over(std::vector<LoopedPublication> publications) {
  const Instant now = ports_.clock.now();
  std::set<std::string> named;
  for (LoopedPublication& publication : publications) {
    const std::string name = publication.desired.name;
    named.insert(name);
    const auto found = entries_.find(name);
    if (found == entries_.end()) {
      entries_.emplace(name, Entry{Tracker(std::move(publication), now), now, {}});
      continue;
    }
    Entry& entry = found->second;
    const bool other = entry.tracker.replace(std::move(publication), now);
    // The fix of what failed may be in a secret, which the digest does not cover: try at once.
    if (!other && entry.failures == 0) continue;
    entry.failures = 0;
    entry.next = now;
  }
  std::erase_if(entries_, [&](const auto& entry) { return !named.contains(entry.first); });
}

PublicationStatus Loop::shown(const Entry& entry) {
  PublicationStatus out = entry.tracker.status();
  if (!entry.tracker.running()) out.next_pass = entry.next;
  return out;
}

void Loop::publish(const Entry& entry) {
  PublicationStatus copy = shown(entry);
  const std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(shown_.publications.begin(), shown_.publications.end(),
                   [&](const PublicationStatus& publication) { return publication.name == copy.name; });
  if (found != shown_.publications.end()) *found = std::move(copy);
  ++revision_;
}

void Loop::publish_all() {
  std::vector<PublicationStatus> copies;
  for (const auto& [name, entry] : entries_) copies.push_back(shown(entry));
  const std::lock_guard lock(mutex_);
  shown_.publications = std::move(copies);
  ++revision_;
}

void Loop::beat() {
  const Instant now = ports_.clock.now();
  const std::lock_guard lock(mutex_);
  shown_.heartbeat = now;
}

void Loop::heard(const Event& event) {
  using enum Event::Kind;
  const Instant now = ports_.clock.now();
  const std::lock_guard lock(mutex_);
  shown_.heartbeat = now;
  std::vector<Transfer>& transfers = shown_.transfers;
  const auto found = std::find_if(transfers.begin(), transfers.end(),
                                  [&](const Transfer& moving) { return moving.address == event.address; });
  if (event.kind == kDone || event.kind == kFailed || event.kind == kSkipped) {
    if (found != transfers.end()) transfers.erase(found);
  } else if ((event.kind == kStarted || event.kind == kProgress) && event.bytes_total > 0) {
    if (found == transfers.end()) {
      if (transfers.size() < kTransfersMax)
        transfers.push_back({event.address, event.bytes_done, event.bytes_total, 1, now});
      return;
    }
    if (event.bytes_done < found->bytes_done) ++found->tries;  // sent from its beginning once more
    found->bytes_done = event.bytes_done;
    found->bytes_total = event.bytes_total;
  }
}

ProcessStatus Loop::status() const {
  const Instant now = ports_.clock.now();
  const bool stopping = ports_.clock.stopping();
  const std::lock_guard lock(mutex_);
  ProcessStatus out = shown_;
  out.now = now;
  out.stopping = stopping;
  return out;
}

}  // namespace reconcile
