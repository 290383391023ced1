#include "reconciler/plan/uploads.h"

#include <algorithm>
#include <set>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/model/key_template.h"
#include "reconciler/plan/expiry.h"
#include "reconciler/plan/lifecycle.h"
#include "reconciler/plan/publish.h"

namespace reconcile {
namespace {

/// What the bucket holds under a key, as far as it was asked.
enum class There { kNothing, kSameBytes, kOtherBytes, kUnknown };

There what_is_at(const Observed& observed, const ObjectKey& key, const std::optional<Sha256>& sha256,
                 const std::optional<Bytes>& size) {
  const auto head = observed.heads.find(key);
  if (head == observed.heads.end()) return There::kUnknown;
  if (!head->second) return There::kNothing;
  if (!sha256 || !size) return There::kUnknown;
  return sha256_of(*head->second) == sha256 && head->second->size == *size ? There::kSameBytes
                                                                           : There::kOtherBytes;
}

struct Chosen {
  ObjectKey key;
  bool already_there = false;
  bool replaces = false;
};

/// Who in this plan has a key already, and with which bytes.
struct Claim {
  std::string name;
  std::optional<Sha256> sha256;
};

class Uploads {
 public:
  Uploads(const Desired& desired, const Observed& observed, const CoveredEntries& committed,
          const std::vector<LifecycleRule>& in_force)
      : desired_(desired), observed_(observed), committed_(committed), in_force_(in_force) {}

  UploadPlan run(const BufferScan& scan) {
    for (const BufferFile& file : scan.files) {
      switch (file.state) {
        case BufferFile::State::kReady:
          ready(file);
          break;
        case BufferFile::State::kInvalid:
          invalid(file);
          break;
        case BufferFile::State::kWaiting:
          note(Note::Kind::kWaiting, file, file.reason, "looked at again next pass");
          break;
        case BufferFile::State::kRefused:
          note(Note::Kind::kWarning, file, file.reason, "never read");
          break;
      }
    }
    return std::move(out_);
  }

 private:
  void note(Note::Kind kind, const BufferFile& file, const std::string& text, const std::string& cause) {
    out_.notes.push_back({kind, "buffer/" + file.name, text, cause});
  }

  void refuse(const BufferFile& file, Error error) {
    out_.refusals.push_back({"buffer/" + file.name, "", "", std::move(error)});
  }

  void invalid(const BufferFile& file) {
    switch (desired_.buffer.invalid) {
      case InvalidFiles::kQuarantine:
        out_.quarantines.push_back({QuarantineFile{file.name, file.identity, file.reason}, file.reason});
        break;
      case InvalidFiles::kSkip:
        note(Note::Kind::kWarning, file, file.reason, "buffer.invalid: skip");
        break;
      case InvalidFiles::kFail:
        refuse(file, {Fault::kInvalidInput, file.reason,
                      "repair or remove the file, or set buffer.invalid to quarantine or skip"});
        break;
    }
  }

  /// A kept file that the rules would delete again soon after is not published a second time.
  bool kept_and_too_old(const BufferFile& file, const ObjectKey& key) const {
    if (desired_.buffer.after_publish != AfterPublish::kKeep) return false;
    const std::optional<Instant> end = expires_at(in_force_, key, modified_at(file));
    return end && *end - expiry_margin_of(desired_) <= observed_.now;
  }

  void ready(const BufferFile& file) {
    if (const auto failed = observed_.compress_errors.find(file.name);
        failed != observed_.compress_errors.end())
      return refuse(file, within("compressing " + file.name, failed->second));
    const Result<ObjectKey> wanted = candidate_key(desired_, file);
    if (!wanted) return refuse(file, wanted.error());
    UploadFile upload{.name = file.name,
                      .identity = file.identity,
                      .source_sha256 = file.sha256,
                      .compress = file.compress,
                      .key = *wanted,
                      .rows = file.container.rows};
    if (!file.compress) {
      upload.size = file.identity.size;
      upload.sha256 = file.sha256;
    } else if (file.staged) {
      upload.size = file.staged->size;
      upload.sha256 = file.staged->sha256;
    }
    const Result<Chosen> chosen = choose(upload);
    if (!chosen) return refuse(file, chosen.error());
    upload.key = chosen->key;
    upload.already_there = chosen->already_there;
    upload.replaces = chosen->replaces;
    const auto [claim, first] = taken_.try_emplace(upload.key, Claim{upload.name, upload.sha256});
    const bool fading = upload.already_there && about_to_expire(upload.key);
    if (upload.already_there && !fading && is_committed(upload)) {
      out_.key_of[file.name] = upload.key;
      out_.covered.push_back(&file);
      return;
    }
    if (!first)
      return note(Note::Kind::kWaiting, file,
                  fmt::format("has the same bytes as {} and waits for it", claim->second.name),
                  fmt::format("both get the key {}", upload.key.get()));
    if (kept_and_too_old(file, upload.key))
      return note(Note::Kind::kInfo, file, "kept, and older than the lifecycle rule keeps objects",
                  "not published, or not again");
    if (fading) {  // the same bytes are put over themselves, which renews their age
      upload.already_there = false;
      upload.replaces = true;
    }
    out_.key_of[file.name] = upload.key;
    out_.uploads.push_back({upload, fading ? "put again: it would expire soon" : cause_of(upload, *wanted)});
  }

  std::string cause_of(const UploadFile& upload, const ObjectKey& wanted) const {
    std::string out = upload.already_there ? "already in the bucket, not yet committed" : "new in buffer";
    if (upload.compress) out += ", compressed on the way";
    if (upload.key != wanted) out += "; renamed: the key is taken by other bytes";
    if (upload.replaces) out += "; replaces other bytes (onConflict: overwrite)";
    return out;
  }

  /// The very bytes are in the bucket (the caller saw that); does a finalized commitment cover them too?
  bool is_committed(const UploadFile& upload) const {
    if (strategy_of(desired_) == Strategy::kNone) return true;  // verified in the bucket is all that is asked
    const bool any_turn =
        strategy_of(desired_) == Strategy::kLastFile && desired_.commitment->accept_overwrite;
    if (any_turn && !committed_.entries().empty())
      // One slot, many files, and the manifest accepts that most are never named: what was put before the
      // committed object had its turn. Without acceptOverwrite only the committed object itself is covered.
      return observed_.heads.at(upload.key)->modified <= committed_.entries().front().time;
    const IndexEntry* entry = committed_.find(upload.key);
    return entry && upload.sha256 == entry->sha256 && upload.size == entry->size && stays(*entry);
  }

  /// Whether the next index will still have this entry of the committed one: a file that is released on the
  /// strength of an entry that leaves would be named nowhere.
  bool stays(const IndexEntry& entry) const {
    if (!has_index(desired_)) return true;
    for (const IndexEntry& other : observed_.unfinished)
      if (other.key == entry.key && other.sha256 != entry.sha256 && supersedes(observed_, other, entry))
        return false;
    const Departures gone = plan_departures(desired_, observed_, {entry}, in_force_);
    return gone.leaving.empty() && gone.vanished.empty() && gone.changed.empty();
  }

  /// As what_is_at(); what another file of this plan will put there counts as there.
  There claimed_or_at(const UploadFile& upload, const ObjectKey& key) const {
    const auto claim = taken_.find(key);
    if (claim == taken_.end()) return what_is_at(observed_, key, upload.sha256, upload.size);
    return upload.sha256 && upload.sha256 == claim->second.sha256 ? There::kSameBytes : There::kOtherBytes;
  }

  bool about_to_expire(const ObjectKey& key) const {
    const auto head = observed_.heads.find(key);
    if (head == observed_.heads.end() || !head->second) return false;
    const std::optional<Instant> end = expires_at(in_force_, key, head->second->modified);
    return end && *end - expiry_margin_of(desired_) <= observed_.now;
  }

  bool is_there(const UploadFile& upload, const ObjectKey& key) const {
    return what_is_at(observed_, key, upload.sha256, upload.size) == There::kSameBytes;
  }

  Result<Chosen> choose(const UploadFile& upload) const {
    switch (claimed_or_at(upload, upload.key)) {
      case There::kNothing:
        return Chosen{upload.key, false, false};
      case There::kSameBytes:
        return Chosen{upload.key, is_there(upload, upload.key), false};
      case There::kUnknown:
        return unknown(upload);
      case There::kOtherBytes:
        break;
    }
    const bool twice_in_this_plan = taken_.contains(upload.key);
    if (desired_.upload.on_conflict == OnConflict::kOverwrite && !twice_in_this_plan) {
      TRY(may_be_replaced(upload));
      return Chosen{upload.key, false, true};
    }
    if (desired_.upload.on_conflict == OnConflict::kFail)
      return fail(Fault::kConflict,
                  fmt::format("{}: the key {} is taken by other bytes", upload.name, upload.key.get()),
                  "rename the file, or set upload.onConflict to rename or overwrite");
    TRY_ASSIGN(const ObjectKey renamed, reconcile::renamed(upload.key, upload.source_sha256));
    switch (claimed_or_at(upload, renamed)) {
      case There::kNothing:
        return Chosen{renamed, false, false};
      case There::kSameBytes:
        return Chosen{renamed, is_there(upload, renamed), false};
      case There::kUnknown:
        return unknown(upload);
      case There::kOtherBytes:
        return fail(Fault::kConflict,
                    fmt::format("{}: both {} and {} are taken by other bytes", upload.name, upload.key.get(),
                                renamed.get()),
                    "rename the file in the buffer");
    }
    return unknown(upload);
  }

  /// S5: overwriting destroys as a delete does, so it stops at what is not ours or is protected.
  Result<void> may_be_replaced(const UploadFile& upload) const {
    const std::optional<ObjectHead>& head = observed_.heads.at(upload.key);
    if (head && sha256_of(*head) && !is_protected(desired_, observed_, upload.key)) return {};
    return fail(Fault::kConflict,
                fmt::format("{}: the key {} holds an object that is {}", upload.name, upload.key.get(),
                            head && sha256_of(*head) ? "protected" : "not ours"),
                "rename the file, remove that object by hand, or set upload.onConflict: rename");
  }

  tl::unexpected<Error> unknown(const UploadFile& upload) const {
    if (const auto error = observed_.head_errors.find(upload.key); error != observed_.head_errors.end())
      return fail(within(upload.name + ": its key could not be asked for", error->second));
    if (upload.compress && !upload.sha256)
      return fail(Fault::kConflict,
                  fmt::format("{}: the key {} is taken; by which bytes is known once the file is compressed",
                              upload.name, upload.key.get()),
                  "an applying pass compresses it first and then decides");
    return fail(Fault::kTransient, upload.name + ": its key was not asked for", "the next pass asks again");
  }

  const Desired& desired_;
  const Observed& observed_;
  const CoveredEntries& committed_;
  const std::vector<LifecycleRule>& in_force_;
  std::map<ObjectKey, Claim> taken_;
  UploadPlan out_;
};

}  // namespace

Result<ObjectKey> candidate_key(const Desired& desired, const BufferFile& file) {
  TRY_ASSIGN(const KeyTemplate key_template, KeyTemplate::compile(desired.upload.key));
  Result<ObjectKey> key = key_template.render(
      {.path = file.name + (file.compress ? ".gz" : ""), .time = modified_at(file), .sha256 = file.sha256});
  if (!key) return fail(within(file.name, std::move(key).error()));
  return key;
}

std::vector<ObjectKey> keys_to_ask(const Desired& desired, const BufferScan& scan) {
  std::set<ObjectKey> keys;
  for (const BufferFile& file : scan.files) {
    if (file.state != BufferFile::State::kReady) continue;
    const Result<ObjectKey> key = candidate_key(desired, file);
    if (!key) continue;
    keys.insert(*key);
    if (const Result<ObjectKey> other = renamed(*key, file.sha256)) keys.insert(*other);
  }
  return {keys.begin(), keys.end()};
}

UploadPlan plan_uploads(const Desired& desired, const Observed& observed, const CoveredEntries& committed,
                        const std::vector<LifecycleRule>& in_force) {
  if (const BufferScan* scan = if_any(observed.buffer)) {
    UploadPlan out = Uploads(desired, observed, committed, in_force).run(*scan);
    if (const Error* why = why_not(observed.buffer))  // the files that could be read go on; the rest is said
      out.refusals.push_back({"buffer", "", "", *why});
    const bool stop = desired.buffer.invalid == InvalidFiles::kFail &&
                      std::any_of(scan->files.begin(), scan->files.end(),
                                  [](const BufferFile& f) { return f.state == BufferFile::State::kInvalid; });
    if (stop) out.uploads.clear();
    return out;
  }
  UploadPlan out;
  out.refusals.push_back({"buffer", "", "", *why_not(observed.buffer)});
  return out;
}

}  // namespace reconcile
