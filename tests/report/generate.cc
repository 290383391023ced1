#include "generate.h"

#include <algorithm>
#include <map>

#include <rapidcheck.h>

#include "reconciler/model/plan_json.h"

namespace reconcile::testing_plans {
namespace {

std::uint64_t number() { return *rc::gen::arbitrary<std::uint64_t>(); }
bool coin() { return *rc::gen::arbitrary<bool>(); }
std::size_t few() { return *rc::gen::inRange<std::size_t>(0, 4); }

/// Valid UTF-8 with everything that needs care.
std::string text() {
  static const std::vector<std::string> kPieces = {
      "a",      "B",          "7",      " ",      "/",       "\\", "\"",
      "\n",     "\r",         "\x1b",   "\u202e", "…",       "é",  "漢",
      "\t",     "\U0001f600", "\u0301", "<b>",    "|",       "`",  std::string(1, '\0'),
      "\u2028", "\u0085",     "{",      "%s",     ".parquet"};
  std::string out;
  for (std::size_t left = *rc::gen::inRange<std::size_t>(0, 12); left > 0; --left)
    out += *rc::gen::elementOf(kPieces);
  return out;
}

/// Any bytes: what a store or a file system may hand us as a name.
std::string bytes() { return coin() ? text() : *rc::gen::arbitrary<std::string>(); }

Sha256 digest() { return Sha256(*rc::gen::arbitrary<std::array<std::uint8_t, 32>>()); }
Instant time() { return Instant(Seconds(*rc::gen::inRange<std::int64_t>(0, 4'000'000'000))); }
FileIdentity identity() { return {number(), number(), Bytes(number()), *rc::gen::arbitrary<std::int64_t>()}; }

template <class Make>
auto maybe(Make make) -> std::optional<decltype(make())> {
  if (coin()) return std::nullopt;
  return make();
}

Seconds duration() { return Seconds(*rc::gen::inRange<std::int64_t>(0, 1'000'000'000)); }

LifecycleDocument lifecycle() {
  LifecycleDocument out;
  for (std::size_t left = few(); left > 0; --left)
    out.rules.push_back({{bytes(), bytes(), maybe(duration), maybe(duration)}, coin(), coin(), bytes()});
  return out;
}

SetLifecycle set_lifecycle() {
  using Kind = SetLifecycle::Change::Kind;
  SetLifecycle out{lifecycle(), lifecycle(), {}};
  for (std::size_t left = few(); left > 0; --left)
    out.changes.push_back(
        {*rc::gen::element(Kind::kAdd, Kind::kChange, Kind::kRemove), bytes(), text(), text(), text()});
  return out;
}

UploadFile upload() {
  return {bytes(),
          identity(),
          digest(),
          coin(),
          ObjectKey(bytes()),
          maybe([] { return Bytes(number()); }),
          maybe(digest),
          coin(),
          coin(),
          maybe(number)};
}

WriteIndex write_index() {
  WriteIndex out;
  out.key = ObjectKey(bytes());
  out.index = {number(), maybe(digest), static_cast<std::uint16_t>(number()), text(), time(), {}};
  std::map<ObjectKey, IndexEntry> entries;  // an index is sorted, each key once
  for (std::size_t left = few(); left > 0; --left) {
    const ObjectKey key("k" + text());
    entries[key] = {key, Bytes(number()), digest(), time(), maybe(number)};
  }
  for (const auto& [key, entry] : entries) out.index.objects.push_back(entry);
  out.exact = coin();
  for (std::size_t left = few(); left > 0; --left) out.dropped.push_back(ObjectKey(bytes()));
  out.already_there = coin();
  return out;
}

Field field() {
  if (coin()) {
    const Sha256 sha256 = digest();
    return {Field::Kind::kSha256, ByteVector(sha256.get().begin(), sha256.get().end())};
  }
  ByteVector raw = *rc::gen::arbitrary<ByteVector>();
  raw.resize(std::min<std::size_t>(raw.size(), 128));
  return {Field::Kind::kRaw, raw};
}

CommitAction commit() {
  const auto commitment = [] {
    Commitment out;
    for (std::size_t left = few(); left > 0; --left) out.fields.push_back(field());
    return out;
  };
  return {maybe(commitment), bytes(), number(), number(), number(), bytes(), bytes()};
}

Action action() {
  switch (*rc::gen::inRange(0, 9)) {
    case 0:
      return CreateBucket{bytes()};
    case 1:
      return set_lifecycle();
    case 2:
      return QuarantineFile{bytes(), identity(), text()};
    case 3:
      return RenewObject{ObjectKey(bytes()), Bytes(number()), digest()};
    case 4:
      return write_index();
    case 5:
      return commit();
    case 6:
      return ReleaseFile{bytes(), identity(), digest(),
                         *rc::gen::element(AfterPublish::kDelete, AfterPublish::kTrash, AfterPublish::kKeep),
                         ObjectKey(bytes())};
    case 7:
      return ExpireObject{ObjectKey(bytes()), Bytes(number()), bytes(), digest(), bytes()};
    default:
      return upload();
  }
}

Note note() {
  using Kind = Note::Kind;
  return {*rc::gen::element(Kind::kInfo, Kind::kForeign, Kind::kWaiting, Kind::kWarning, Kind::kUnknown),
          text(), text(), text()};
}

Refusal refusal() {
  const auto fault = static_cast<Fault>(*rc::gen::inRange(0, static_cast<int>(Fault::kInternal) + 1));
  return {text(), text(), text(), {fault, text(), text()}};
}

PlanCounts counts() {
  PlanCounts out{number(), number(), number(), number(), number(), number(), number(), number()};
  out.upload_bytes = Bytes(number());
  out.requests = number();
  out.monthly = MicroUsd(*rc::gen::arbitrary<std::int32_t>());
  out.once = MicroUsd(*rc::gen::inRange<std::int32_t>(0, 1'000'000'000));
  return out;
}

}  // namespace

Plan any_plan() {
  Plan out{text(), text(), digest(), time(), {}, {}, {}, {}, counts(), {}};
  for (std::size_t left = few(); left > 0; --left)
    out.domains.push_back(
        {text(), text(), text(), maybe(number), maybe([] { return Bytes(number()); }), text()});
  for (std::size_t left = 2 * few(); left > 0; --left) out.steps.push_back({action(), text()});
  for (std::size_t left = few(); left > 0; --left) out.notes.push_back(note());
  for (std::size_t left = few(); left > 0; --left) out.refusals.push_back(refusal());
  out.revision = maybe([] { return Revision{text(), text()}; });
  out.digest = digest_of(out);
  return out;
}

}  // namespace reconcile::testing_plans
