#include "reconciler/cli/explanation.h"

#include <algorithm>
#include <chrono>

#include <fmt/core.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"
#include "reconciler/model/plan_json.h"
#include "reconciler/plan/expiry.h"
#include "reconciler/plan/lifecycle.h"

namespace reconcile::cli {
namespace {

constexpr std::string_view kObjects = "objects/";
constexpr std::string_view kBuffer = "buffer/";
constexpr std::string_view kRules = "bucket/lifecycle/";
const char* const kStates[] = {"ready", "waiting", "invalid", "refused"};

const IndexEntry* entry_of(const Observed& observed, const ObjectKey& key) {
  const auto* base = if_complete(observed.base_index);
  if (!base || !*base) return nullptr;
  const auto& entries = (*base)->index.objects;
  const auto found =
      std::find_if(entries.begin(), entries.end(), [&](const IndexEntry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

std::string owner_of(const Desired& desired, const Result<std::optional<ObjectHead>>& head) {
  if (!head) return "unknown";
  if (!*head || !sha256_of(**head)) return "foreign";
  return belongs_to(desired, **head) ? "this" : "other";
}

class Explainer {
 public:
  Explainer(const Desired& desired, const PlanResult& seen, const std::string& address,
            const Result<std::optional<ObjectHead>>& head)
      : desired_(desired), observed_(seen.observed), plan_(seen.plan), address_(address), head_(head) {}

  Explanation run() {
    if (address_.starts_with(kObjects))
      object(ObjectKey(address_.substr(kObjects.size())));
    else if (address_.starts_with(kBuffer))
      file(address_.substr(kBuffer.size()));
    else
      other();
    const bool is_blocked = plan();
    if (is_blocked && out_.verdict != "foreign") return finish("blocked");
    return finish(out_.verdict);
  }

 private:
  void decide(std::string verdict, std::string reason) {
    out_.verdict = std::move(verdict);
    out_.reason = std::move(reason);
  }

  Explanation finish(std::string verdict) {
    out_.verdict = std::move(verdict);
    out_.decided_again = observed_.now + desired_.upload.cadence;
    out_.lines.insert(out_.lines.begin(), fmt::format("verdict: {}: {}", out_.verdict, out_.reason));
    out_.lines.push_back(fmt::format("decided again: at the next pass, every {} under --loop: by {}",
                                     print_duration(desired_.upload.cadence),
                                     print_time(out_.decided_again)));
    return std::move(out_);
  }

  // Objects ------------------------------------------------------------------------------------------------

  void object(const ObjectKey& key) {
    const ListedObject* listed = listed_at(observed_, address_);
    const IndexEntry* entry = entry_of(observed_, key);
    out_.protection = protection_of(desired_, observed_, key);
    std::optional<Instant> time;
    if (listed) time = entry ? std::min(entry->time, listed->modified) : listed->modified;
    out_.rule = deciding_rule(desired_, observed_, key, time);
    out_.owner = listed ? owner_of(desired_, head_) : "";
    what_the_bucket_says(listed);
    what_the_index_says(entry);
    if (out_.protection)
      out_.lines.push_back(
          fmt::format("protect: `{}`{}", out_.protection->pattern,
                      out_.protection->in_manifest ? "" : ", which left the manifest and protects still"));
    out_.lines.push_back("rule: " + (out_.rule ? describe(*out_.rule) : std::string("none lets it go")));
    judge_object(key, listed, entry);
  }

  void what_the_bucket_says(const ListedObject* listed) {
    if (const Error* why = why_not(observed_.objects)) {
      out_.lines.push_back("bucket: unknown: " + why->cause);
    } else if (!listed) {
      out_.lines.emplace_back("bucket: not there (the listing is complete)");
    } else {
      out_.lines.push_back(fmt::format("bucket: {}, last modified {}", print_size(listed->size),
                                       print_time(listed->modified)));
      const auto& owner = out_.owner;
      out_.lines.push_back("owner: " + (owner == "this"    ? "this publication"
                                        : owner == "other" ? "another publication of this program"
                                        : owner == "foreign"
                                            ? "somebody else: it bears no metadata of this program"
                                            : "unknown: " + head_.error().cause));
    }
  }

  void what_the_index_says(const IndexEntry* entry) {
    const auto* base = if_complete(observed_.base_index);
    if (!base)
      out_.lines.push_back("index: unknown: " + why_not(observed_.base_index)->cause);
    else if (entry)
      out_.lines.push_back(fmt::format(
          "index: named by {}{}; never deleted while it is", (*base)->key.get(),
          observed_.base_index_committed ? ", which the finalized commitment names" : ", not committed"));
    else
      out_.lines.emplace_back("index: not named");
  }

  /// What happens to it in the next pass, else what keeps it, the strongest first.
  void judge_object(const ObjectKey& key, const ListedObject* listed, const IndexEntry* entry) {
    for (const Step& step : plan_.steps) {
      if (address_of(step.action) == address_) {
        const bool goes = std::holds_alternative<ExpireObject>(step.action);
        return decide(goes ? "delete" : "upload",
                      fmt::format("the next pass {} it: {}", goes ? "deletes" : "uploads", step.cause));
      }
      const auto* index = std::get_if<WriteIndex>(&step.action);
      if (index && std::find(index->dropped.begin(), index->dropped.end(), key) != index->dropped.end())
        return decide("leaving",
                      "the next pass takes it out of the index; it is deleted only after that is final");
    }
    if (!if_complete(observed_.objects)) return decide("unknown", "the bucket could not be read whole");
    if (!listed) return decide("absent", "it is not in the bucket, and nothing brings it there");
    if (out_.owner == "foreign" || out_.owner == "other")
      return decide("foreign", "it is not this publication's, and never touched");
    if (out_.owner == "unknown")
      return decide("unknown", "whose it is could not be read; so it is not touched");
    if (out_.protection) return decide("protected", protected_reason());
    if (entry && observed_.base_index_committed)
      return decide("committed", "the finalized commitment covers it: it is not deleted while that is so");
    if (out_.rule)
      return decide("expires", fmt::format("rule {} lets it go from {}", out_.rule->rule.id,
                                           print_time(*out_.rule->goes_at)));
    decide("kept", "no rule lets it go");
  }

  /// This program keeps its word; a provider knows nothing of it.
  std::string protected_reason() const {
    std::string out =
        fmt::format("spec.protect has `{}`: this program never deletes it", out_.protection->pattern);
    if (out_.rule && out_.rule->carried_out_by == "provider")
      out += fmt::format(", but rule {} of the bucket lets the provider", out_.rule->rule.id);
    return out;
  }

  // Files --------------------------------------------------------------------------------------------------

  void file(const std::string& name) {
    const BufferScan* scan = if_any(observed_.buffer);
    if (!scan) {
      out_.lines.push_back("buffer: unknown: " + why_not(observed_.buffer)->cause);
      return decide("unknown", "the buffer could not be read");
    }
    const auto file = std::find_if(scan->files.begin(), scan->files.end(),
                                   [&](const BufferFile& one) { return one.name == name; });
    if (file == scan->files.end()) {
      out_.lines.emplace_back("buffer: no such file, or no include pattern matches it");
      return decide("absent", "there is no such file, or no include pattern matches it");
    }
    what_the_buffer_says(*file);
    judge_file(*file);
  }

  void what_the_buffer_says(const BufferFile& file) {
    out_.lines.push_back(fmt::format("buffer: {}, {}, modified {}", kStates[static_cast<int>(file.state)],
                                     print_size(file.identity.size), print_time(modified_at(file))));
    if (!file.reason.empty()) out_.lines.push_back("reason: " + file.reason);
    if (file.state == BufferFile::State::kReady) out_.lines.push_back("sha256: " + to_hex(file.sha256));
    if (file.container.rows)
      out_.lines.push_back(fmt::format(
          "parquet: {} rows in {} row groups, {} columns, {}", print_count(*file.container.rows),
          file.container.row_groups.value_or(0), file.container.columns.value_or(0), file.container.codec));
  }

  void judge_file(const BufferFile& file) {
    for (const Step& step : plan_.steps)
      if (const auto* upload = std::get_if<UploadFile>(&step.action); upload && upload->name == file.name) {
        out_.lines.push_back("object: " + upload->key.get());
        return decide("upload",
                      fmt::format("the next pass uploads it as {}: {}", upload->key.get(), step.cause));
      }
    for (const Step& step : plan_.steps)
      if (address_of(step.action) == address_)
        return decide(verb_of(step.action), fmt::format("the next pass: {}", step.cause));
    switch (file.state) {
      case BufferFile::State::kReady:
        return decide("kept", "it stays: nothing is to be done with it");
      case BufferFile::State::kWaiting:
        return decide("waiting", file.reason + ": looked at again in the next pass");
      case BufferFile::State::kInvalid:
        return decide("invalid", file.reason);
      case BufferFile::State::kRefused:
        return decide("invalid", "never read: " + file.reason);
    }
  }

  // Everything else ----------------------------------------------------------------------------------------

  void other() {
    decide("settled", "it is as the manifest has it");
    if (address_.starts_with("chain")) chain();
    if (address_.starts_with(kRules)) lifecycle_rule(address_.substr(kRules.size()));
  }

  void lifecycle_rule(const std::string& id) {
    for (const LifecycleRule& rule : plan_lifecycle(desired_, observed_).in_force)
      if (rule.id == id) {
        out_.rule = deciding_rule(desired_, observed_, ObjectKey(rule.prefix), std::nullopt);
        if (out_.rule && out_.rule->rule.id != id) out_.rule.reset();  // another one is shorter there
      }
    if (out_.rule) out_.lines.push_back("rule: " + describe(*out_.rule));
  }

  void chain() {
    const ChainView* chain = if_complete(observed_.chain);
    if (!chain) {
      out_.lines.push_back("chain: unknown: " + why_not(observed_.chain)->cause);
      return decide("unknown", "the chain could not be read");
    }
    out_.lines.push_back(
        fmt::format("chain: {}, finalized block {}", chain->network, print_count(chain->finalized_block)));
    if (!chain->commitment) {
      out_.lines.emplace_back("commitment: none");
      return decide("absent", "nothing is committed");
    }
    out_.lines.push_back(fmt::format("commitment: {} (block {})", reconcile::describe(*chain->commitment),
                                     print_count(chain->commitment->block)));
    if (std::holds_alternative<ForeignCommitment>(observed_.commitment)) {
      out_.lines.emplace_back(
          "not of this publication's format: replaced only with --allow foreign-commitment");
      decide("foreign", "somebody else committed it");
    }
    if (const auto* own = std::get_if<OwnCommitment>(&observed_.commitment); own && own->key)
      out_.lines.push_back("points at: " + own->key->get());
  }

  // The plan -----------------------------------------------------------------------------------------------

  bool about(const std::string& other) const {
    return other == address_ || other.starts_with(address_ + "/");
  }

  bool is_about(const Action& action) const {
    if (about(address_of(action))) return true;
    const auto* set = std::get_if<SetLifecycle>(&action);
    return set &&
           std::any_of(set->changes.begin(), set->changes.end(), [&](const SetLifecycle::Change& change) {
             return std::string(kRules) + change.id == address_;
           });
  }

  /// What the next pass does here, refuses and notes; true: something is refused.
  bool plan() {
    bool any = false, is_blocked = false;
    for (const Step& step : plan_.steps)
      if (is_about(step.action)) {
        out_.lines.push_back(
            fmt::format("next pass: {} {}: {}", verb_of(step.action), address_of(step.action), step.cause));
        if (out_.verdict == "settled" || (out_.verdict == "absent" && address_.starts_with("chain")))
          decide("change", fmt::format("the next pass changes it: {}", step.cause));
        any = true;
      }
    for (const Refusal& refusal : plan_.refusals)
      if (about(refusal.address)) {
        out_.lines.push_back(fmt::format("blocked: {}; {}", refusal.error.cause, refusal.error.remedy));
        if (!is_blocked) out_.reason = refusal.error.cause;
        any = is_blocked = true;
      }
    for (const Note& note : plan_.notes)
      if (about(note.address)) {
        out_.lines.push_back(fmt::format("note: {} ({})", note.text, note.cause));
        if (note.kind == Note::Kind::kForeign && note.address == address_) decide("foreign", note.text);
      }
    if (!any) out_.lines.emplace_back("next pass: nothing to do here");
    return is_blocked;
  }

  const Desired& desired_;
  const Observed& observed_;
  const Plan& plan_;
  const std::string& address_;
  const Result<std::optional<ObjectHead>>& head_;
  Explanation out_;
};

}  // namespace

const ListedObject* listed_at(const Observed& observed, const std::string& address) {
  const auto* listing = if_complete(observed.objects);
  if (!listing || !address.starts_with(kObjects)) return nullptr;
  const std::string_view key = std::string_view(address).substr(kObjects.size());
  const auto found = std::find_if(listing->begin(), listing->end(),
                                  [&](const ListedObject& object) { return object.key.get() == key; });
  return found == listing->end() ? nullptr : &*found;
}

Explanation explain(const Desired& desired, const PlanResult& seen, const std::string& address,
                    const Result<std::optional<ObjectHead>>& head) {
  return Explainer(desired, seen, address, head).run();
}

}  // namespace reconcile::cli
