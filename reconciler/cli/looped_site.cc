#include "reconciler/cli/looped_site.h"

#include <random>

#include "reconciler/engine/sight.h"

namespace reconcile::cli {

Result<void> HeldLocks::hold(const std::string& publication, const std::string& slot, const Path& buffer,
                             Seconds timeout) {
  const auto found = held_.find(publication);
  if (found != held_.end() && found->second.slot == slot && found->second.buffer == buffer) return {};
  if (found != held_.end()) held_.erase(found);
  TRY_ASSIGN(SlotLock lock, SlotLock::acquire(slot, buffer, timeout));
  held_.emplace(publication, Held{slot, buffer, std::move(lock)});
  return {};
}

void HeldLocks::keep_only(const std::set<std::string>& publications) {
  std::erase_if(held_, [&](const auto& entry) { return !publications.contains(entry.first); });
}

LoopedSite::LoopedSite(Publication publication, const Options& options, HeldLocks& locks, Events& events)
    : breakers_(clock_, rhythm_of(publication.desired), std::random_device()()),
      publication_(std::move(publication)),
      options_(options),
      locks_(locks),
      events_(events) {}

Result<PassResult> LoopedSite::pass(const LoopedPublication::Request& request) {
  const Desired& desired = publication_.desired;
  if (request.sweep) swept_.forget();
  if (request.by_hand) breakers_.close();
  const bool suspended = desired.suspend && desired.suspend->until > clock_.now();
  return desired.mode == Mode::kEnforce && !suspended ? enforce(request) : look();
}

Result<PassResult> LoopedSite::look() {
  site_.reset();
  TRY_ASSIGN(const std::unique_ptr<ReadSite> site, open_for_reading(publication_, options_));
  site->site.swept = &swept_;
  ReadPorts ports = site->ports();
  ports.breakers = &breakers_;
  PlanResult seen = plan_only(publication_.desired, site->site, ports, options_.allowances);
  PassResult out;
  out.plan = std::move(seen.plan);
  out.sight = sight_of(publication_.desired, seen.observed, out.plan);
  return out;
}

Result<PassResult> LoopedSite::enforce(const LoopedPublication::Request& request) {
  const Desired& desired = publication_.desired;
  if (!site_) {
    TRY_ASSIGN(site_, open_for_writing(publication_, options_, events_));
    for (const std::string& warning : site_->warnings)
      events_.emit({Event::Kind::kWarning, "journal", warning, 0, 0});
  }
  TRY(locks_.hold(desired.name, slot_name(desired, site_->site), desired.buffer.path, options_.lock_timeout));
  site_->site.swept = &swept_;
  PassOptions options;
  options.apply.allowances = options_.allowances;
  options.apply.uploads.parallelism =
      options_.parallelism != 0 ? options_.parallelism : desired.upload.parallelism.value_or(0);
  options.approve = request.approve;
  WritePorts ports = site_->ports();
  ports.breakers = &breakers_;
  PassResult result = run_pass(desired, site_->site, ports, options);
  // Rotated credentials, a node that went away: what failed is made anew from what stands there now.
  if (judge(desired, result).problem) site_.reset();
  return result;
}

}  // namespace reconcile::cli
