#include "reconciler/engine/apply.h"

#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/sha256.h"
#include "reconciler/base/units.h"
#include "reconciler/engine/apply_bucket.h"
#include "reconciler/engine/apply_chain.h"
#include "reconciler/engine/lease.h"
#include "reconciler/engine/proof.h"
#include "reconciler/engine/write_index.h"
#include "reconciler/plan/pointer.h"
#include "reconciler/plan/publish.h"

namespace reconcile {
namespace {

using Kind = ActionOutcome::Kind;

class Applier {
 public:
  Applier(const Desired& desired, const Observed& observed, const Plan& plan, WritePorts& ports,
          const ApplyOptions& options)
      : desired_(desired), observed_(observed), plan_(plan), ports_(ports), options_(options) {
    report_.publication = desired.name;
    report_.started = ports.clock.now();
    for (const Step& step : plan.steps)
      report_.outcomes.push_back(
          {address_of(step.action), verb_of(step.action), Kind::kNotReached, std::nullopt, ""});
  }

  ApplyReport run() {
    each<CreateBucket>([&](const CreateBucket&) { return create_bucket(ports_); });
    bucket_failed_ = bucket_failed_ || any_failed();
    each<SetLifecycle>(
        [&](const SetLifecycle& action) { return set_lifecycle(desired_, observed_, action, ports_); });
    each<QuarantineFile>([&](const QuarantineFile& action) { return quarantine(action); });
    lifecycle_failed_ = any_failed_of<SetLifecycle>();
    if (!bucket_failed_) {
      uploads();
      each<RenewObject>([&](const RenewObject& action) { return renew_object(action, ports_); });
      index();
      commit();
      releases();
      each<ExpireObject>([&](const ExpireObject& action) { return expire(action); });
    }
    report_.ended = ports_.clock.now();
    return std::move(report_);
  }

 private:
  void set(std::size_t at, Kind kind, std::optional<Error> error, std::string detail) {
    ActionOutcome& outcome = report_.outcomes[at];
    outcome.kind = kind;
    outcome.error = std::move(error);
    outcome.detail = std::move(detail);
    const Event::Kind event = kind == Kind::kDone     ? Event::Kind::kDone
                              : kind == Kind::kFailed ? Event::Kind::kFailed
                                                      : Event::Kind::kSkipped;
    ports_.events.emit({event, outcome.address, outcome.error ? outcome.error->cause : outcome.detail, 0, 0});
  }

  void set(std::size_t at, const Result<std::string>& result) {
    if (result)
      set(at, Kind::kDone, std::nullopt, *result);
    else
      set(at, Kind::kFailed, result.error(), "");
  }

  /// Runs `act` on every step of one kind, in order; a stop leaves the rest "not reached".
  template <class A, class F>
  void each(F act) {
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
      const A* action = std::get_if<A>(&plan_.steps[i].action);
      if (!action) continue;
      if (stopped(i)) return;
      ports_.events.emit(
          {Event::Kind::kStarted, report_.outcomes[i].address, report_.outcomes[i].verb, 0, 0});
      set(i, act(*action));
    }
  }

  /// Nothing more may be begun: we are asked to stop, or the lease is not ours any more, which is told at the
  /// step that was next.
  bool stopped(std::size_t next) {
    if (ports_.clock.stopping() || (ports_.lease && ports_.lease->lost())) return true;
    const Result<void> kept = ports_.lease ? ports_.lease->keep() : Result<void>();
    if (!kept) set(next, Kind::kFailed, kept.error(), "");
    return !kept;
  }

  template <class A>
  bool any_failed_of() const {
    for (std::size_t i = 0; i < plan_.steps.size(); ++i)
      if (std::holds_alternative<A>(plan_.steps[i].action) && report_.outcomes[i].kind == Kind::kFailed)
        return true;
    return false;
  }

  bool any_failed() const {
    return std::any_of(report_.outcomes.begin(), report_.outcomes.end(),
                       [](const ActionOutcome& outcome) { return outcome.kind == Kind::kFailed; });
  }

  const BufferFile* file_named(const std::string& name, const FileIdentity& identity) const {
    const BufferScan* scan = if_any(observed_.buffer);
    if (!scan) return nullptr;
    const auto at =
        std::lower_bound(scan->files.begin(), scan->files.end(), name,
                         [](const BufferFile& file, const std::string& n) { return file.name < n; });
    return at != scan->files.end() && at->name == name && at->identity == identity ? &*at : nullptr;
  }

  Result<std::string> quarantine(const QuarantineFile& action) {
    const BufferFile* file = file_named(action.name, action.identity);
    if (!file)
      return fail(Fault::kConflict, action.name + " changed since the plan", "the next pass looks again");
    TRY(ports_.buffer.quarantine(*file));
    return action.reason;
  }

  void uploads() {
    std::vector<UploadJob> jobs;
    std::vector<std::size_t> at;
    for (std::size_t i = 0; i < plan_.steps.size(); ++i)
      if (const auto* upload = std::get_if<UploadFile>(&plan_.steps[i].action)) {
        jobs.push_back({upload, file_named(upload->name, upload->identity)});
        at.push_back(i);
      }
    if (jobs.empty()) return;
    const Result<std::int64_t> intent =
        ports_.journal.begin("objects", fmt::format("upload {} files", jobs.size()), ports_.clock.now());
    if (!intent) return fail_all<UploadFile>(intent.error());
    std::vector<UploadResult> results = upload_all(jobs, ports_, desired_, options_.uploads);
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      if (!results[i].reached) continue;
      report_.uploaded_bytes += results[i].sent_bytes;
      ActionOutcome& outcome = report_.outcomes[at[i]];  // the pool has told the events already
      if (!results[i].verified) {
        outcome.kind = Kind::kFailed;
        outcome.error = results[i].verified.error();
        continue;
      }
      outcome.kind = Kind::kDone;
      outcome.detail = jobs[i].upload->already_there ? "verified, was there already" : "verified";
      verified_.emplace(jobs[i].upload->name, *std::move(results[i].verified));
    }
    close(*intent, "done");
  }

  template <class A>
  void fail_all(const Error& error) {
    for (std::size_t i = 0; i < plan_.steps.size(); ++i)
      if (std::holds_alternative<A>(plan_.steps[i].action)) set(i, Kind::kFailed, error, "");
  }

  void close(std::int64_t intent, const std::string& outcome) {
    if (const Result<void> done = ports_.journal.finish(intent, outcome, ports_.clock.now()); !done)
      ports_.events.emit({Event::Kind::kWarning, "journal", done.error().cause, 0, 0});
  }

  template <class A>
  std::optional<std::size_t> position_of() const {
    for (std::size_t i = 0; i < plan_.steps.size(); ++i)
      if (std::holds_alternative<A>(plan_.steps[i].action)) return i;
    return std::nullopt;
  }

  /// The entries of the uploads that are really there: what failed is not named (S2).
  std::vector<IndexEntry> verified_entries() const {
    std::vector<IndexEntry> out;
    for (const Step& step : plan_.steps) {
      const auto* upload = std::get_if<UploadFile>(&step.action);
      const auto found = upload ? verified_.find(upload->name) : verified_.end();
      if (found == verified_.end()) continue;
      const VerifiedObject& object = found->second;
      out.push_back({object.key(), object.size(), object.sha256(), plan_.made, upload->rows});
    }
    return out;
  }

  void index() {
    const std::optional<std::size_t> at = position_of<WriteIndex>();
    if (!at || stopped(*at)) return;
    if (lifecycle_failed_)
      return set(*at, Kind::kSkipped, std::nullopt,
                 "the lifecycle rules are not as planned: they might take it away");
    const auto& action = std::get<WriteIndex>(plan_.steps[*at].action);
    const auto& base = *if_complete(observed_.base_index);
    const std::set<ObjectKey> dropped(action.dropped.begin(), action.dropped.end());
    const std::optional<IndexFile> follows = base_with_unfinished(observed_);
    const Index index = action.already_there
                            ? action.index
                            : next_index(follows ? &*follows : nullptr, dropped, verified_entries(),
                                         action.index.seq, observed_.account, plan_.made);
    const std::vector<IndexEntry> none;
    const bool nothing_new = !action.already_there && index.objects == (base ? base->index.objects : none);
    const bool to_be_signed = action.copy && observed_.indexes_signed && base && !base->index.signature;
    if (nothing_new && !to_be_signed) return set(*at, Kind::kSkipped, std::nullopt, "no upload succeeded");
    Result<WrittenIndex> written = write_index(how_to_write(action, index), desired_, observed_, ports_);
    if (!written) return set(*at, Kind::kFailed, written.error(), "");
    report_.uploaded_bytes += written->sent_bytes;
    set(*at, Kind::kDone, std::nullopt,
        fmt::format("{} objects, read back as a reader would", index.objects.size()));
    written_index_ = std::move(written->index);
  }

  IndexWrite how_to_write(const WriteIndex& action, const Index& index) const {
    const auto& base = *if_complete(observed_.base_index);
    IndexWrite out{.index = index, .key = action.key, .copy = action.copy};
    if (action.already_there) out.there = action.copy ? base : observed_.pending_index;
    out.content_addressed = strategy_of(desired_) == Strategy::kContentAddressed;
    out.sign = strategy_of(desired_) == Strategy::kStaticPointer && observed_.indexes_signed;
    if (base) out.parts_there = base->parts;
    if (base && observed_.base_index_committed) out.parts_seen = base->parts;
    return out;
  }

  void commit() {
    const std::optional<std::size_t> at = position_of<CommitAction>();
    coverage_ = standing_coverage();
    if (at ? stopped(*at) : ports_.clock.stopping()) return;
    if (!at) return covered_already();
    const Result<std::optional<Published>> published =
        lifecycle_failed_ ? std::optional<Published>() : what_to_commit();
    if (!published) return set(*at, Kind::kFailed, published.error(), "");
    if (!*published) return set(*at, Kind::kSkipped, std::nullopt, "what it would point at is not verified");
    Result<CommitOutcome> done =
        commit_and_read_back(desired_, observed_, **published, ports_, options_.allowances);
    if (!done) return set(*at, Kind::kFailed, done.error(), "");
    coverage_ = std::move(done->coverage);
    report_.finalized_block = coverage_->block();
    set(*at, Kind::kDone, std::nullopt, done->detail);
  }

  /// The chain says already what it would be told: a pointer that never changes, or a file that is put again
  /// under the address that is committed.
  void covered_already() {
    const ChainView* chain = if_complete(observed_.chain);
    if (!chain || !chain->commitment || !position_of<ReleaseFile>() || lifecycle_failed_) return;
    if (!written_index_ && strategy_of(desired_) != Strategy::kLastFile) return;
    const Result<std::optional<Published>> published = what_to_commit();
    if (!published || !*published) return;
    const Result<Commitment> says = commitment_for(desired_, *chain, (*published)->values);
    if (!says || !same_bytes(*says, *chain->commitment)) return;
    const Result<Covered> covered = covered_by(desired_, **published, ports_.readers);
    if (!covered) return;
    Result<Coverage> coverage = Coverage::read_back(*ports_.chain, observed_.account, *says, *covered);
    if (coverage) coverage_ = *std::move(coverage);
  }

  /// What the commitment will name: the index just written, the one that stands, or the newest file
  /// (last-file).
  Result<std::optional<Published>> what_to_commit() const {
    using Maybe = std::optional<Published>;
    if (strategy_of(desired_) == Strategy::kLastFile) return newest_file();
    if (written_index_) return Maybe(published(*written_index_, true));
    const auto* base = if_complete(observed_.base_index);
    if (position_of<WriteIndex>() || !base || !*base) return Maybe();
    TRY_ASSIGN(const VerifiedIndex standing, VerifiedIndex::check(ports_.store, **base));
    return Maybe(published(standing, false));
  }

  Published published(const VerifiedIndex& index, bool probed) const {
    const IndexFile& file = index.file();
    return {.values = values_for(desired_, observed_, file.index, file.key, file.sha256, file.size),
            .index = index,
            .probed = probed};
  }

  std::optional<Published> newest_file() const {
    const UploadFile* newest = nullptr;
    for (const Step& step : plan_.steps) {
      const auto* upload = std::get_if<UploadFile>(&step.action);
      if (!upload || !verified_.contains(upload->name)) continue;
      if (!newest || std::pair(newest->identity.mtime_ns, newest->name) <
                         std::pair(upload->identity.mtime_ns, upload->name))
        newest = upload;
    }
    if (!newest) return std::nullopt;
    const VerifiedObject& object = verified_.at(newest->name);
    const IndexEntry entry{object.key(), object.size(), object.sha256(), plan_.made, newest->rows};
    // acceptOverwrite says that the other files of this pass count as published too; without it there are
    // none.
    return Published{.values = values_for(desired_, observed_, entry), .objects = verified_entries()};
  }

  /// What was covered before this pass, read from the chain once more: files left over from an earlier pass.
  std::optional<Coverage> standing_coverage() const {
    if (strategy_of(desired_) == Strategy::kNone) return Coverage::not_configured();
    if (!position_of<ReleaseFile>()) return std::nullopt;
    const ChainView* chain = if_complete(observed_.chain);
    if (!chain || !chain->commitment) return std::nullopt;
    const Result<Covered> covered = standing();
    if (!covered) return std::nullopt;
    Result<Coverage> still = Coverage::still(*ports_.chain, observed_.account, *chain->commitment, *covered);
    if (!still) return std::nullopt;
    return *std::move(still);
  }

  Result<Covered> standing() const {
    if (strategy_of(desired_) == Strategy::kLastFile) {
      if (desired_.commitment->accept_overwrite) return Covered::objects(covered_by_turn());
      return Covered::objects(covered_entries(desired_, observed_).entries());
    }
    const auto* base = if_complete(observed_.base_index);
    if (!base || !*base || !observed_.base_index_committed) return Covered::objects({});
    TRY_ASSIGN(const VerifiedIndex index, VerifiedIndex::check(ports_.store, **base));
    return covered_by(desired_, published(index, false), ports_.readers);
  }

  /// last-file with acceptOverwrite: every file whose release is planned without an upload in this plan had
  /// its turn in the slot.
  std::vector<IndexEntry> covered_by_turn() const {
    std::vector<IndexEntry> out;
    for (const Step& step : plan_.steps)
      if (const auto* action = std::get_if<ReleaseFile>(&step.action);
          action && !uploaded_here(action->name)) {
        const auto head = observed_.heads.find(action->key);
        const std::optional<Sha256> sha256 = head != observed_.heads.end() && head->second
                                                 ? reconcile::sha256_of(*head->second)
                                                 : std::nullopt;
        if (sha256)
          out.push_back({action->key, head->second->size, *sha256, head->second->modified, std::nullopt});
      }
    return out;
  }

  bool uploaded_here(const std::string& name) const {
    return std::any_of(plan_.steps.begin(), plan_.steps.end(), [&](const Step& step) {
      const auto* upload = std::get_if<UploadFile>(&step.action);
      return upload && upload->name == name;
    });
  }

  void releases() {
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
      const auto* action = std::get_if<ReleaseFile>(&plan_.steps[i].action);
      if (!action) continue;
      if (stopped(i)) return;
      release_one(i, *action);
    }
  }

  void release_one(std::size_t at, const ReleaseFile& action) {
    if (!coverage_)
      return set(at, Kind::kSkipped, std::nullopt, "the commitment is not final: the file stays");
    const BufferFile* file = file_named(action.name, action.identity);
    if (!file) return set(at, Kind::kSkipped, std::nullopt, "the file changed since the plan: it stays");
    const auto uploaded = verified_.find(action.name);
    if (uploaded == verified_.end() && uploaded_here(action.name))
      return set(at, Kind::kSkipped, std::nullopt, "it is not verified in the bucket: it stays");
    const Result<VerifiedObject> object =
        uploaded != verified_.end() ? Result<VerifiedObject>(uploaded->second) : verify_again(action, *file);
    if (!object) return set(at, Kind::kFailed, object.error(), "");
    const Result<void> done = release(ports_.buffer, *file, action.how, *object, *coverage_);
    if (!done) return set(at, Kind::kFailed, done.error(), "");
    if (action.how != AfterPublish::kKeep) ++report_.released_files;
    set(at, Kind::kDone, std::nullopt, "");
  }

  Result<VerifiedObject> verify_again(const ReleaseFile& action, const BufferFile& file) {
    const Bytes size = file.compress && file.staged ? file.staged->size : file.identity.size;
    const Sha256 sha256 = file.compress && file.staged ? file.staged->sha256 : file.sha256;
    return VerifiedObject::check(ports_.store, action.key, size, sha256);
  }

  Result<std::string> expire(const ExpireObject& action) {
    TRY_ASSIGN(std::string detail, expire_object(action, ports_));
    report_.deleted_bytes += action.size.get();
    return detail;
  }

  const Desired& desired_;
  const Observed& observed_;
  const Plan& plan_;
  WritePorts& ports_;
  const ApplyOptions& options_;
  ApplyReport report_;
  bool bucket_failed_ = false;
  bool lifecycle_failed_ = false;
  std::map<std::string, VerifiedObject> verified_;  // by file name
  std::optional<VerifiedIndex> written_index_;
  std::optional<Coverage> coverage_;
};

}  // namespace

ApplyReport apply(const Desired& desired, const Observed& observed, const Plan& plan, WritePorts& ports,
                  const ApplyOptions& options) {
  return Applier(desired, observed, plan, ports, options).run();
}

}  // namespace reconcile
