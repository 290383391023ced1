#include "reconciler/report/rows.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include <fmt/core.h>

#include "reconciler/base/units.h"

namespace reconcile {
namespace {

enum Place { kBucket, kObjects, kIndex, kCommitment, kBuffer, kNotes, kBlocked, kPlaces };
constexpr std::array<const char*, kPlaces> kTitles{"bucket", "objects", "index",  "commitment",
                                                   "buffer", "notes",   "blocked"};
constexpr std::size_t kReleasesListedMax = 3;
constexpr std::size_t kDroppedListedMax = 5;

struct Builder {
  bool show_all = false;
  std::array<Section, kPlaces> sections{};
  std::vector<std::pair<ReleaseFile, std::string>> releases{};  // with their causes

  void add(Place place, Row row) { sections[place].rows.push_back(std::move(row)); }
};

std::string join(const std::string& a, const char* separator, const std::string& b) {
  return a.empty() || b.empty() ? a + b : a + separator + b;
}

void add_step(Builder& out, const CreateBucket& a, const std::string& cause) {
  out.add(kBucket, {.symbol = '+', .subject = "bucket " + a.name, .cause = cause});
}

void add_step(Builder& out, const SetLifecycle& a, const std::string& cause) {
  using Kind = SetLifecycle::Change::Kind;
  for (const SetLifecycle::Change& change : a.changes) {
    Row row{.subject = "lifecycle " + change.id, .detail = change.text, .cause = change.cause, .keep = true};
    row.symbol = change.kind == Kind::kAdd ? '+' : change.kind == Kind::kChange ? '~' : '-';
    if (row.cause.empty()) row.cause = cause;
    if (!change.forecast.empty()) row.below.push_back({'!', change.forecast});
    out.add(kBucket, std::move(row));
  }
  if (a.changes.empty())
    out.add(kBucket, {.symbol = '~',
                      .subject = "lifecycle",
                      .detail = counted(a.after.rules.size(), "rule"),
                      .cause = cause,
                      .keep = true});
}

void add_step(Builder& out, const QuarantineFile& a, const std::string& cause) {
  out.add(kObjects, {.symbol = 'x',
                     .subject = a.name,
                     .detail = print_size(a.identity.size),
                     .cause = join(a.reason.empty() ? cause : a.reason, ": ", "quarantined")});
}

std::string size_of(const UploadFile& a) {
  if (a.already_there) return "already there";
  if (a.size) return print_size(*a.size);
  return print_size(a.identity.size) + (a.compress ? " raw" : "");
}

void add_step(Builder& out, const UploadFile& a, const std::string& cause) {
  Row row{.symbol = a.replaces ? '~' : '+',
          .subject = a.key.get(),
          .detail = size_of(a),
          .cause = cause,
          .keep = a.replaces};
  if (a.rows) row.detail += ", " + counted(*a.rows, "row");
  if (a.replaces) row.below.push_back({'!', "the bytes now under this key are overwritten"});
  out.add(kObjects, std::move(row));
}

void add_step(Builder& out, const RenewObject& a, const std::string& cause) {
  out.add(
      kObjects,
      {.symbol = '~', .subject = a.key.get(), .detail = print_size(a.size) + " put again", .cause = cause});
}

void add_step(Builder& out, const ExpireObject& a, const std::string& cause) {
  out.add(
      kObjects,
      {.symbol = '-', .subject = a.key.get(), .detail = print_size(a.size), .cause = cause, .keep = true});
}

void add_step(Builder& out, const WriteIndex& a, const std::string& cause) {
  Row row{.symbol = '+', .subject = a.key.get(), .cause = cause};
  row.detail = "names " + counted(a.index.objects.size(), "object");
  if (!a.dropped.empty()) row.detail += fmt::format(", {} leave", print_count(a.dropped.size()));
  const std::size_t parts = a.parts.size() + a.parts_kept;
  if (parts > 0) row.detail += ", " + counted(parts, "part");
  if (a.parts_kept > 0) row.detail += fmt::format(" ({} new)", print_count(a.parts.size()));
  if (a.copy) row.below.push_back({' ', "copied to " + a.copy->get() + ", which the commitment names"});
  if (a.already_there && !a.copy) row.below.push_back({' ', "already in the bucket: only committed"});
  const bool few = out.show_all || a.dropped.size() <= kDroppedListedMax;
  const std::size_t listed = few ? a.dropped.size() : kDroppedListedMax;
  for (std::size_t at = 0; at < listed; ++at)
    row.below.push_back({' ', a.dropped[at].get() + " leaves the index"});
  if (listed < a.dropped.size())
    row.below.push_back({' ', print_count(a.dropped.size() - listed) + " more leave (--show-all)"});
  out.add(kIndex, std::move(row));
}

void add_step(Builder& out, const CommitAction& a, const std::string& cause) {
  Row row{.symbol = '^', .subject = a.text, .cause = cause, .whole = true, .keep = true};
  row.detail = fmt::format("{} of {} bytes, {} charged", a.bytes, a.bytes_max, print_count(a.cost));
  row.below.push_back({' ', a.before.empty() ? "nothing is committed now" : "replaces " + a.before});
  out.add(kCommitment, std::move(row));
}

void add_step(Builder& out, const ReleaseFile& a, const std::string& cause) {
  out.releases.emplace_back(a, cause);
}

const char* released(AfterPublish how) {
  switch (how) {
    case AfterPublish::kDelete:
      return "deleted";
    case AfterPublish::kTrash:
      return "moved to trash";
    case AfterPublish::kKeep:
      return "kept";
  }
  return "kept";
}

Row release_row(const std::string& subject, Bytes size, AfterPublish how, const std::string& cause) {
  return {.symbol = how == AfterPublish::kKeep ? ' ' : '-',
          .subject = subject,
          .detail = fmt::format("{}, {}", print_size(size), released(how)),
          .cause = cause,
          .keep = true};
}

void add_releases(Builder& out) {
  if (out.show_all || out.releases.size() <= kReleasesListedMax) {
    for (const auto& [a, cause] : out.releases)
      out.add(kBuffer, release_row(a.name, a.identity.size, a.how, cause));
    return;
  }
  std::map<std::pair<AfterPublish, std::string>, std::pair<std::uint64_t, Bytes>> groups;
  for (const auto& [a, cause] : out.releases) {
    auto& [count, size] = groups[{a.how, cause}];
    ++count;
    size = size + a.identity.size;
  }
  for (const auto& [kind, sum] : groups)
    out.add(kBuffer, release_row(counted(sum.first, "file"), sum.second, kind.first, kind.second));
}

/// What is not ours stands with its like: "bucket/lifecycle/tmp" is the line "lifecycle tmp" of the bucket.
Place place_of(const Note& note) {
  if (note.kind != Note::Kind::kForeign) return kNotes;
  if (note.address.starts_with("bucket/")) return kBucket;
  if (note.address.starts_with("objects/")) return kObjects;
  if (note.address.starts_with("index/")) return kIndex;
  if (note.address.starts_with("chain/")) return kCommitment;
  return note.address.starts_with("buffer/") ? kBuffer : kNotes;
}

std::string subject_in(Place place, const std::string& address) {
  if (place == kNotes) return address;
  std::string out = address.substr(address.find('/') + 1);
  if (place == kBucket && out.find('/') != std::string::npos) out[out.find('/')] = ' ';
  return out;
}

char symbol_of(Note::Kind kind) {
  if (kind == Note::Kind::kForeign) return '?';
  return kind == Note::Kind::kWarning || kind == Note::Kind::kUnknown ? '!' : ' ';
}

void add_notes(Builder& out, std::vector<Note> notes) {
  // What hurts comes first, so that folding takes what does not.
  const auto rank = [](const Note& note) {
    return note.kind == Note::Kind::kWarning ? 0 : note.kind == Note::Kind::kUnknown ? 1 : 2;
  };
  std::stable_sort(notes.begin(), notes.end(),
                   [&](const Note& a, const Note& b) { return rank(a) < rank(b); });
  for (const Note& note : notes) {
    const Place place = place_of(note);
    out.add(place, {.symbol = symbol_of(note.kind),
                    .subject = subject_in(place, note.address),
                    .cause = join(note.text, "; ", note.cause),
                    .keep = note.kind == Note::Kind::kWarning});
  }
}

void add_refusal(Builder& out, const Refusal& refusal) {
  Row row{.symbol = 'x',
          .subject = refusal.address,
          .detail = refusal.guard,
          .cause = refusal.error.cause,
          .keep = !refusal.allow.empty()};
  if (!refusal.error.remedy.empty()) row.below.push_back({' ', refusal.error.remedy});
  if (!refusal.allow.empty()) row.below.push_back({' ', "to accept it once: " + refusal.allow});
  out.add(kBlocked, std::move(row));
}

}  // namespace

std::vector<Section> sections_of(const Plan& plan, bool show_all) {
  Builder builder{.show_all = show_all};
  for (const Step& step : plan.steps)
    std::visit([&](const auto& action) { add_step(builder, action, step.cause); }, step.action);
  add_releases(builder);
  add_notes(builder, plan.notes);
  for (const Refusal& refusal : plan.refusals) add_refusal(builder, refusal);
  std::vector<Section> out;
  for (std::size_t at = 0; at < kPlaces; ++at) {
    builder.sections[at].title = kTitles[at];
    if (!builder.sections[at].rows.empty()) out.push_back(std::move(builder.sections[at]));
  }
  return out;
}

const char* meaning_of(char symbol) {
  switch (symbol) {
    case '+':
      return "create";
    case '~':
      return "change";
    case '-':
      return "delete or release";
    case '^':
      return "commit";
    case '?':
      return "not ours";
    case 'x':
      return "blocked";
    case '!':
      return "warning";
    default:
      return "";
  }
}

std::string counted(std::uint64_t count, const std::string& noun) {
  return print_count(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace reconcile
