#include "reconciler/engine/happenings.h"

#include <array>
#include <map>

#include <fmt/core.h>

#include "reconciler/base/units.h"

namespace reconcile {
namespace {

std::string domain_of(const std::string& address) { return address.substr(0, address.find('/')); }

/// What is told of steps that were carried out. Quarantined files are told one by one.
struct Deed {
  const char* domain;
  const char* verb;
  const char* reason;
  const char* noun;
  const char* address;
};
constexpr std::array kDeeds{Deed{"objects", "create", "Uploaded", "object", "objects"},
                            Deed{"objects", "update", "Replaced", "object", "objects"},
                            Deed{"objects", "renew", "Renewed", "object", "objects"},
                            Deed{"objects", "delete", "Expired", "object", "objects"},
                            Deed{"bucket", "create", "BucketCreated", "bucket", "bucket"},
                            Deed{"bucket", "update", "LifecycleSet", "document", "bucket/lifecycle"},
                            Deed{"index", "index", "IndexWritten", "index", "index"},
                            Deed{"chain", "commit", "Committed", "commitment", "chain/commitment"},
                            Deed{"buffer", "release", "Released", "file", "buffer"}};

/// One for all objects, but each setting of the bucket by itself.
std::string place_of(const std::string& address) {
  const std::string domain = domain_of(address);
  return domain == "bucket" || domain == "chain" ? address : domain;
}

std::string counted(std::uint64_t count, const std::string& noun) {
  const bool es = noun.ends_with('x');
  return fmt::format("{} {}{}", print_count(count), noun, count == 1 ? "" : es ? "es" : "s");
}

class Teller {
 public:
  Teller(const PassResult* result, const Verdict& verdict) : result_(result), verdict_(verdict) {}

  std::vector<StatusEvent> run(bool settled) {
    if (result_) {
      drift(drift_in(*result_, settled));
      lease();
      if (result_->report) deeds(*result_->report);
      files();
      refusals();
    }
    if (verdict_.problem) worst(*verdict_.problem);
    for (auto& [key, group] : errors_) {
      if (group.count > 1) group.event.message += fmt::format(" (and {} more)", print_count(group.count - 1));
      out_.push_back(std::move(group.event));
    }
    return std::move(out_);
  }

 private:
  struct Errors {
    StatusEvent event;
    std::uint64_t count = 0;
  };

  void add(std::string reason, std::string address, std::string message, bool warning) {
    out_.push_back({std::move(reason), std::move(address), std::move(message), "", warning});
  }

  /// One by one up to kToldFilesMax, and the rest as a number: a thousand damaged files must not push out
  /// what else happened.
  void few(const std::string& reason, const std::string& domain, const std::string& what,
           const std::vector<std::pair<std::string, std::string>>& told) {
    for (std::size_t at = 0; at < told.size() && at < kToldFilesMax; ++at)
      add(reason, told[at].first, told[at].second, true);
    if (told.size() > kToldFilesMax)
      add(reason, domain, fmt::format("{} more {}", print_count(told.size() - kToldFilesMax), what), true);
  }

  void drift(const std::vector<std::string>& addresses) {
    std::map<std::string, std::vector<std::pair<std::string, std::string>>> domains;
    for (const std::string& address : addresses)
      domains[domain_of(address)].emplace_back(address, "others changed it since it was last in agreement");
    for (const auto& [domain, told] : domains) few("DriftDetected", domain, "were changed by others", told);
  }

  void lease() {
    if (!result_->lease) return;
    if (!result_->lease->taken_from.empty())
      add("LeaseTakenOver", "bucket/lease", "taken over from " + result_->lease->taken_from, true);
    if (result_->lease->lost)
      add("LeaseLost", "bucket/lease", "lost while a pass was at work; nothing more was begun", true);
  }

  void deeds(const ApplyReport& report) {
    for (const Deed& deed : kDeeds) {
      std::uint64_t count = 0;
      const ActionOutcome* last = nullptr;
      for (const ActionOutcome& outcome : report.outcomes)
        if (outcome.kind == ActionOutcome::Kind::kDone && domain_of(outcome.address) == deed.domain &&
            outcome.verb == deed.verb)
          ++count, last = &outcome;
      if (count == 0) continue;
      std::string message = counted(count, deed.noun);
      if (deed.reason == std::string("Uploaded"))
        message += fmt::format(", {} sent with indexes", print_size(Bytes(report.uploaded_bytes)));
      if (deed.reason == std::string("Expired"))
        message += fmt::format(", {}", print_size(Bytes(report.deleted_bytes)));
      if (count == 1 && !last->detail.empty()) message += ": " + last->detail;
      add(deed.reason, deed.address, std::move(message), false);
    }
    for (const ActionOutcome& outcome : report.outcomes)
      if (outcome.error)
        error(reason_of(outcome.error->fault, outcome.address), outcome.address, *outcome.error);
  }

  /// Damaged ones that were moved aside, and those that are never read.
  void files() {
    std::vector<std::pair<std::string, std::string>> moved, refused;
    if (result_->report) {
      std::map<std::string, std::string> reasons;
      for (const Step& step : result_->plan.steps)
        if (const auto* file = std::get_if<QuarantineFile>(&step.action))
          reasons.emplace(address_of(step.action), file->reason);
      for (const ActionOutcome& outcome : result_->report->outcomes)
        if (outcome.kind == ActionOutcome::Kind::kDone && outcome.verb == std::string("quarantine"))
          moved.emplace_back(outcome.address, reasons[outcome.address]);
    }
    const Plan& last = result_->left ? *result_->left : result_->plan;
    for (const Note& note : last.notes)
      if (note.kind == Note::Kind::kWarning && note.address.starts_with("buffer/"))
        refused.emplace_back(note.address, note.text);
    for (const Refusal& refusal : last.refusals)
      if (refusal.guard.empty() && refusal.address.starts_with("buffer/"))
        refused.emplace_back(refusal.address, refusal.error.cause);
    few("Quarantined", "buffer", "files were moved aside", moved);
    few("FileRefused", "buffer", "files were not taken", refused);
  }

  void refusals() {
    const Plan& last = result_->left ? *result_->left : result_->plan;
    for (const Refusal& refusal : last.refusals) {
      if (!refusal.guard.empty())
        add("GuardBlocked", refusal.address, refusal.guard + ": " + refusal.error.cause, true);
      else if (!refusal.address.starts_with("buffer/"))
        error(reason_of(refusal.error.fault, refusal.address), refusal.address, refusal.error);
    }
  }

  /// By class and domain: a bucket that is away fails a thousand uploads in one way.
  void error(const std::string& reason, const std::string& address, const Error& error) {
    if (error.fault == Fault::kCancelled) return;
    const std::string where = place_of(address);
    Errors& group = errors_[{reason, where}];
    if (group.count++ == 0) group.event = {reason, where, error.cause, pattern_of(error.cause), true};
  }

  /// What keeps the publication from Ready, unless it has been told already: a lease, a fight, a domain that
  /// was not read whole, a pass that could not take place.
  void worst(const Problem& problem) {
    if (problem.reason == "GuardBlocked" || problem.address.starts_with("buffer/")) return;
    const bool held = problem.address == kLeaseAddress && problem.error.fault == Fault::kConflict;
    const std::string reason = held ? "LeaseHeld" : problem.reason;
    if (!errors_.contains({reason, place_of(problem.address)})) error(reason, problem.address, problem.error);
  }

  const PassResult* result_;
  const Verdict& verdict_;
  std::map<std::pair<std::string, std::string>, Errors> errors_;
  std::vector<StatusEvent> out_;
};

}  // namespace

std::vector<std::string> drift_in(const PassResult& result, bool settled) {
  std::vector<std::string> out;
  for (const Note& note : result.plan.notes)
    if (note.cause.starts_with("drift:")) out.push_back(note.address);
  for (const Step& step : result.plan.steps) {
    const bool setting = std::holds_alternative<CreateBucket>(step.action) ||
                         std::holds_alternative<SetLifecycle>(step.action);
    if (setting && settled) out.push_back(address_of(step.action));
  }
  return out;
}

std::vector<StatusEvent> happenings(const PassResult* result, const Verdict& verdict, bool settled) {
  return Teller(result, verdict).run(settled);
}

}  // namespace reconcile
