#include "reconciler/plan/plan.h"

#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/model/plan_json.h"
#include "reconciler/plan/cost.h"
#include "reconciler/plan/counts.h"
#include "reconciler/plan/expiry.h"
#include "reconciler/plan/lifecycle.h"
#include "reconciler/plan/named.h"
#include "reconciler/plan/publish.h"
#include "reconciler/plan/uploads.h"

namespace reconcile {
namespace {

template <class T>
void append(std::vector<T>& to, std::vector<T> from) {
  std::move(from.begin(), from.end(), std::back_inserter(to));
}

class Planner {
 public:
  Planner(const Desired& desired, const Observed& observed, const Allowances& allowances)
      : desired_(desired), observed_(observed), allowances_(allowances) {}

  Plan run() {
    out_.publication = desired_.name;
    out_.manifest = desired_.source;
    out_.manifest_digest = desired_.digest;
    out_.revision = desired_.revision;
    out_.made = observed_.now;
    out_.domains = domains_of(desired_, observed_);
    for (const std::string& field : desired_.not_carried_out)
      note(Note::Kind::kWarning, field, "is read and checked, and not yet carried out",
           "manifest " + place_of(desired_, field));
    for (const std::string& text : observed_.store_notes) note(Note::Kind::kInfo, "bucket", text, "provider");
    for (const std::string& text : observed_.wallet_notes)
      note(Note::Kind::kWarning, "chain", text, "wallet");
    if (const ChainView* chain = if_complete(observed_.chain))
      for (const std::string& text : chain->notes) note(Note::Kind::kInfo, "chain", text, chain->network);
    for (const std::string& pattern : observed_.journal.protect)
      if (std::find(desired_.protect.begin(), desired_.protect.end(), pattern) == desired_.protect.end())
        note(Note::Kind::kInfo, "spec.protect",
             fmt::format("`{}` left the manifest and protects still", pattern),
             "--allow unprotect gives it up");
    if (bucket_is_usable()) everything();
    warn_of_the_budget();
    respect_the_mode();
    out_.counts = count(observed_, out_);
    out_.digest = digest_of(out_);
    return std::move(out_);
  }

 private:
  void note(Note::Kind kind, std::string address, std::string text, std::string cause) {
    out_.notes.push_back({kind, std::move(address), std::move(text), std::move(cause)});
  }

  void warn_of_the_budget() {
    if (!desired_.budget_monthly_usd) return;
    const std::string cause = "manifest " + place_of(desired_, "spec.budget.monthlyUsd");
    const std::optional<CostEstimate> cost = cost_of(desired_, observed_);
    if (!cost)
      return note(Note::Kind::kUnknown, "spec.budget",
                  observed_.prices ? "what a month costs is not known: the bucket was not listed whole"
                                   : "what a month costs is not known: this provider has no price list here",
                  cause);
    const MicroUsd budget = usd_from(*desired_.budget_monthly_usd);
    if (cost->total <= budget) return;
    const auto largest =
        std::max_element(cost->items.begin(), cost->items.end(),
                         [](const CostItem& a, const CostItem& b) { return a.amount < b.amount; });
    note(Note::Kind::kWarning, "spec.budget",
         fmt::format("about {} a month at prices of {}, without what readers fetch, over {}: {} for {}; "
                     "reconcile cost "
                     "says more",
                     print_usd(cost->total), cost->as_of, print_usd(budget), print_usd(largest->amount),
                     largest->name),
         cause);
  }

  bool bucket_is_usable() {
    const bool* exists = if_complete(observed_.bucket_exists);
    if (!exists) {
      out_.refusals.push_back({"bucket", "", "", *why_not(observed_.bucket_exists)});
      return false;
    }
    if (*exists) return true;
    if (desired_.bucket.create) {
      out_.steps.push_back(
          {CreateBucket{desired_.bucket.name}, "manifest " + place_of(desired_, "spec.bucket.create")});
      return true;
    }
    out_.refusals.push_back(
        {"bucket",
         "",
         "",
         {Fault::kNotFound, "there is no bucket " + observed_.bucket_location,
          "create it at the provider, correct spec.bucket.name, or set spec.bucket.create: true"}});
    return false;
  }

  void everything() {
    LifecyclePlan lifecycle = plan_lifecycle(desired_, observed_);
    if (lifecycle.step && rules_must_wait(lifecycle.in_force))
      note(Note::Kind::kWaiting, "bucket/lifecycle",
           knows_what_is_named()
               ? "the rules change once an index without the objects that they expire is final"
               : "the rules change once it is known what the commitment names",
           "nothing that the commitment names may be taken away from under it");
    else if (lifecycle.step)
      out_.steps.push_back(*std::move(lifecycle.step));
    append(out_.notes, std::move(lifecycle.notes));
    const bool rules_refused = !lifecycle.refusals.empty();
    append(out_.refusals, std::move(lifecycle.refusals));

    UploadPlan files =
        plan_uploads(desired_, observed_, covered_entries(desired_, observed_), lifecycle.in_force);
    append(out_.notes, std::move(files.notes));
    append(out_.refusals, std::move(files.refusals));
    append(out_.steps, std::move(files.quarantines));
    if (rules_refused) return;  // nothing is published that a rule would take away from under the commitment

    std::vector<Refusal> before_upload = refuse_before_upload(desired_, observed_, allowances_);
    if (!before_upload.empty()) {
      append(out_.refusals, std::move(before_upload));
      return;
    }
    if (kept_files_would_take_turns()) return;
    one_file_a_pass(files);
    std::vector<const UploadFile*> uploads;
    for (const Step& step : files.uploads) uploads.push_back(&std::get<UploadFile>(step.action));
    PublishPlan publish = plan_publish(desired_, observed_, uploads, lifecycle.in_force, allowances_);
    append(out_.notes, std::move(publish.notes));
    append(out_.refusals, std::move(publish.refusals));
    expire_and_release(lifecycle, std::move(files), std::move(publish));
  }

  bool kept_files_would_take_turns() {
    if (strategy_of(desired_) != Strategy::kLastFile || desired_.commitment->accept_overwrite ||
        desired_.buffer.after_publish != AfterPublish::kKeep)
      return false;
    out_.refusals.push_back(
        {"chain/commitment",
         "",
         "",
         {Fault::kInvalidInput, "with strategy last-file, kept files would be committed in turn for ever",
          "set buffer.afterPublish: delete, commitment.acceptOverwrite: true, or strategy: index"}});
    return true;
  }

  /// S4: a commitment that cannot be read, or leads to nothing that can be read, may name anything.
  bool knows_what_is_named() const {
    if (strategy_of(desired_) == Strategy::kNone) return true;
    if (!if_complete(observed_.chain)) return false;
    if (has_index(desired_)) return if_complete(observed_.base_index) && !observed_.lost_index;
    const auto* own = std::get_if<OwnCommitment>(&observed_.commitment);
    return !own || !own->key || observed_.heads.contains(*own->key);
  }

  /// S3: does the commitment in force name what the new rules would let the provider delete?
  bool rules_must_wait(const std::vector<LifecycleRule>& in_force) const {
    if (!knows_what_is_named()) return true;
    if (observed_.stale_pointer) return true;  // readers still follow what it held before
    const auto* listing = if_complete(observed_.objects);
    const CoveredEntries covered = covered_entries(desired_, observed_);
    // An object may be older than its entry, which says when it was taken up.
    if (!listing) return !covered.entries().empty();
    Ascending<ListedObject> listed(*listing);
    for (const IndexEntry& entry : covered.entries()) {
      const ListedObject* object = listed.find(entry.key);
      const Instant time = object ? std::min(object->modified, entry.time) : entry.time;
      const std::optional<Instant> end = expires_at(in_force, entry.key, time);
      if (end && *end - expiry_margin_of(desired_) <= observed_.now) return true;
    }
    return false;
  }

  /// last-file without acceptOverwrite: the oldest file first, the others wait, so that none is overwritten
  /// unseen.
  void one_file_a_pass(UploadPlan& files) {
    if (strategy_of(desired_) != Strategy::kLastFile || desired_.commitment->accept_overwrite ||
        files.uploads.size() < 2)
      return;
    const auto oldest =
        std::min_element(files.uploads.begin(), files.uploads.end(), [](const Step& a, const Step& b) {
          const auto &x = std::get<UploadFile>(a.action), &y = std::get<UploadFile>(b.action);
          return std::pair(x.identity.mtime_ns, x.name) < std::pair(y.identity.mtime_ns, y.name);
        });
    std::iter_swap(files.uploads.begin(), oldest);
    for (auto at = files.uploads.begin() + 1; at != files.uploads.end(); ++at)
      note(Note::Kind::kWaiting, "buffer/" + std::get<UploadFile>(at->action).name,
           "waits: last-file publishes one file a pass",
           "set commitment.acceptOverwrite: true, or use strategy index");
    files.uploads.erase(files.uploads.begin() + 1, files.uploads.end());
  }

  void expire_and_release(const LifecyclePlan& lifecycle, UploadPlan files, PublishPlan publish) {
    std::vector<Step> releases;
    const auto release = [&](const std::string& name, const FileIdentity& identity, const Sha256& sha256,
                             const char* cause) {
      if (desired_.buffer.after_publish == AfterPublish::kKeep) return;
      releases.push_back(
          {ReleaseFile{name, identity, sha256, desired_.buffer.after_publish, files.key_of.at(name)}, cause});
    };
    for (const BufferFile* file : files.covered)
      release(file->name, file->identity, file->sha256,
              "verified in the bucket and covered by the finalized commitment");
    Named named = std::move(publish.named);
    for (const Step& step : files.uploads) {
      const UploadFile& upload = std::get<UploadFile>(step.action);
      named.insert(upload.key);
      if (publish.uploads_covered)
        release(upload.name, upload.identity, upload.source_sha256,
                "once it is verified and the commitment is final");
    }
    for (const auto& [name, key] : files.key_of) named.insert(key);
    append(out_.steps, std::move(files.uploads));
    append(out_.steps, std::move(publish.renewals));
    if (publish.index) out_.steps.push_back(*std::move(publish.index));
    if (publish.commit) {
      warn_of_letters(std::get<CommitAction>(publish.commit->action));
      out_.steps.push_back(*std::move(publish.commit));
    }
    append(out_.steps, std::move(releases));
    foreign_objects(named);
    // What is finalized must be known before anything goes, and which files still stand for an object.
    if (!lifecycle.expire_ourselves || !knows_what_is_named() || observed_.stale_pointer) return;
    if (!if_complete(observed_.buffer)) return;
    ExpiryPlan expiry = plan_expiry(desired_, observed_, named, desired_.bucket.lifecycle.rules, allowances_);
    append(out_.steps, std::move(expiry.steps));
    append(out_.refusals, std::move(expiry.refusals));
  }

  /// The released Python SDK counts letters where it means bytes, and drops what is not UTF-8 when it reads.
  void warn_of_letters(const CommitAction& commit) {
    if (!commit.commitment) return;
    for (const Field& field : commit.commitment->fields)
      if (field.kind == Field::Kind::kRaw &&
          std::any_of(field.bytes.begin(), field.bytes.end(), [](std::uint8_t byte) { return byte >= 0x80; }))
        note(Note::Kind::kWarning, "chain/commitment", "holds letters beyond ASCII, which some readers drop",
             "keep spec.commitment.format and the keys in it to ASCII");
  }

  void foreign_objects(const Named& named) {
    const auto* listing = if_any(observed_.objects);
    if (const Error* why = why_not(observed_.objects)) out_.refusals.push_back({"objects", "", "", *why});
    // Without the index nobody can say what it does not name.
    if (!listing || !has_index(desired_) || !if_any(observed_.base_index)) return;
    std::uint64_t unnamed = 0;
    Bytes bytes;
    for (const ListedObject& object : *listing) {
      if (named.contains(object.key)) continue;
      ++unnamed;
      bytes = bytes + object.size;
    }
    if (unnamed > 0)
      note(Note::Kind::kForeign, "objects",
           fmt::format("{} ({}) not named by the index: left alone",
                       unnamed == 1 ? "1 object" : print_count(unnamed) + " objects", print_size(bytes)),
           "not ours, or on their way to expiry");
  }

  void respect_the_mode() {
    const bool suspended = desired_.suspend && desired_.suspend->until > observed_.now;
    if (desired_.mode != Mode::kObserve && !suspended) return;
    out_.steps.clear();
    note(Note::Kind::kInfo, "publication",
         suspended ? fmt::format("suspended until {}: {}", print_time(desired_.suspend->until),
                                 desired_.suspend->reason)
                   : "only observed",
         suspended ? "spec.suspend" : "spec.mode: observe");
  }

  const Desired& desired_;
  const Observed& observed_;
  const Allowances& allowances_;
  Plan out_;
};

}  // namespace

Plan plan(const Desired& desired, const Observed& observed, const Allowances& allowances) {
  return Planner(desired, observed, allowances).run();
}

}  // namespace reconcile
