#include "samples.h"

#include <fmt/core.h>

#include "reconciler/base/sha256.h"
#include "reconciler/base/units.h"
#include "reconciler/base/utf8.h"
#include "reconciler/model/plan_json.h"

namespace reconcile::testing_plans {
namespace {

constexpr Bytes operator""_MiB(unsigned long long count) { return Bytes(count << 20); }

Instant at(const char* time) { return parse_time(time).value(); }
const Instant kNow = at("2026-11-22T07:20:14Z");

FileIdentity identity(std::uint64_t inode, Bytes size) {
  return {2049, inode, size, 1'795'332'014'123'456'789 + static_cast<std::int64_t>(inode)};
}

Plan plan_named(const std::string& name) {
  Plan out;
  out.publication = name;
  out.manifest = "manifests/sn13-r2.yaml";
  out.manifest_digest = sha256_of(std::string_view("manifest of " + name));
  out.made = kNow;
  out.domains = {{"bucket", "r2://sn13-miner-1234", "complete", 12418, Bytes(44'345'537'331), ""},
                 {"buffer", "./buffer", "complete", 27, Bytes(2'040'109'465), "(1 still being written)"},
                 {"chain", "finney netuid 13 5F3sXk…k9Q", "complete", {}, {}, "block 7,412,908 finalized"}};
  return out;
}

Plan sealed(Plan plan) {
  plan.digest = digest_of(plan);
  return plan;
}

UploadFile upload(const std::string& name, std::uint64_t number, Bytes size) {
  const Sha256 sha256 = sha256_of(std::string_view(name));
  return {
      name,  identity(number, size), sha256, false, ObjectKey("data/2026/11/22/" + name), size, sha256, false,
      false, 1000 * number};
}

IndexEntry entry(const UploadFile& a) {
  return {a.key, a.size.value_or(a.identity.size), a.sha256.value_or(Sha256()), kNow, a.rows};
}

WriteIndex write_index(std::uint64_t seq, std::vector<IndexEntry> entries) {
  WriteIndex out;
  out.key = index_key(kIndexPrefix, seq);
  out.index = {seq, {}, 13, "5F3sXk9Q", kNow, std::move(entries)};
  if (seq > 1) out.index.prev = sha256_of(std::string_view("index before"));
  return out;
}

CommitAction commit(std::uint64_t seq) {
  CommitAction out;
  out.url = "https://pub-3f1a9b2c7d.r2.dev/" + index_key(kIndexPrefix, seq).get();
  out.text = "rc1|k3Jxv0dQzLw5mQ2t8TtZbJ0C1sV9nYhRr6e4pA7uGgM|" + out.url;
  out.bytes = out.text.size();
  out.cost = 102;
  return out;
}

LifecycleDocument lifecycle(int days) {
  return {{{{"ExpireOldData", "data/", Seconds(days * 86400), {}}, true, true, ""},
           {{"tmp-debug", "tmp/", Seconds(86400), {}}, false, true, "<Rule><ID>tmp-debug</ID></Rule>"}}};
}

}  // namespace

Plan daily_plan() {
  Plan out = plan_named("sn13-miner-1234");
  out.steps.push_back({SetLifecycle{lifecycle(30),
                                    lifecycle(14),
                                    {{SetLifecycle::Change::Kind::kChange, "ExpireOldData",
                                      "expireAfter 30d -> 14d", "manifest sn13-r2.yaml:31",
                                      "1,204 objects (3.9 GiB) will expire at the next daily pass"}}},
                       "manifest sn13-r2.yaml:31"});
  out.steps.push_back(
      {QuarantineFile{"x_09.json.gz", identity(900, Bytes(1'048'576)), "truncated gzip at byte 1,048,576"},
       "truncated gzip at byte 1,048,576"});
  std::vector<IndexEntry> entries;
  std::vector<Step> releases;
  for (std::uint64_t number = 1; number <= 26; ++number) {
    UploadFile file = upload(fmt::format("reddit_{:02}.parquet", number), number, Bytes(78'465'748 + number));
    entries.push_back(entry(file));
    releases.push_back(
        {ReleaseFile{file.name, file.identity, file.source_sha256, AfterPublish::kDelete, file.key},
         "once the commitment is final"});
    out.steps.push_back({std::move(file), "new in buffer"});
  }
  out.steps.push_back({write_index(124, std::move(entries)), "26 new objects"});
  CommitAction pointer = commit(124);
  pointer.before = "rc1|m1Qx…|https://pub-3f1a9b2c7d.r2.dev/i/00000123.json";
  out.steps.push_back({std::move(pointer), "the index changes; 300 of 3,100 bytes used this epoch"});
  for (Step& step : releases) out.steps.push_back(std::move(step));
  out.notes = {{Note::Kind::kForeign, "bucket/lifecycle/tmp-debug", "left alone: not ours", ""},
               {Note::Kind::kWaiting, "buffer/reddit_27.parquet", "still being written", "settles in 12s"}};
  out.counts = {26, 1, 1, 26, 1, 0, 0, 12417, Bytes(2'040'109'799), 31, MicroUsd(30'000), MicroUsd(130)};
  return sealed(out);
}

Plan empty_plan() {
  Plan out = plan_named("sn13-miner-1234");
  out.domains[1] = {"buffer", "./buffer", "complete", 1, Bytes(77), "(1 still being written)"};
  out.notes = {{Note::Kind::kInfo, "spec.budget", "read and checked, not yet carried out", ""}};
  return sealed(out);
}

Plan unreadable_plan() {
  Plan out = plan_named("sn13-miner-1234");
  const std::string cause =
      "GET r2://sn13-miner-1234?list-type=2: HTTP 503 SlowDown (request 8f1c2d) after 3 attempts";
  out.domains[0] = {"bucket", "r2://sn13-miner-1234", "none", {}, {}, cause};
  out.domains[2].completeness = "partial";
  out.refusals = {{"bucket",
                   "",
                   "",
                   {Fault::kTransient, cause,
                    "the next pass lists it again; nothing is deleted or uploaded until then"}}};
  out.counts.blocked = 1;
  return sealed(out);
}

Plan blocked_plan() {
  Plan out = plan_named("sn13-miner-1234");
  UploadFile file = upload("reddit_01.parquet", 1, 512_MiB);
  file.replaces = true;
  out.steps = {{std::move(file), "other bytes are under this key; onConflict: overwrite"}};
  out.refusals = {
      {"objects",
       "maxDeletes",
       "--allow maxDeletes=412",
       {Fault::kDenied,
        "412 deletions planned, limit 100 (manifest sn13-r2.yaml:44); 31 in the last 24h count too",
        "lower the number of deletions or raise spec.guards.maxDeletes"}},
      {"chain/commitment",
       "foreign-commitment",
       "--allow foreign-commitment",
       {Fault::kConflict,
        "the slot holds a commitment that this program did not write: {\"repo\": \"someone/else\"}",
        "check that no other program commits for this hotkey"}},
      {"objects/data/2026/11/22/reddit_02.parquet",
       "",
       "",
       {Fault::kConflict, "the key is taken by other bytes; onConflict: fail",
        "rename the file, or set onConflict: rename"}}};
  out.counts.upload = 1;
  out.counts.blocked = 3;
  out.counts.upload_bytes = 512_MiB;
  out.counts.requests = 66;
  return sealed(out);
}

Plan first_run_plan() {
  Plan out = plan_named("first");
  out.domains = {
      {"bucket", "minio://new-bucket", "complete", 0, Bytes(0), "not there yet"},
      {"buffer", "/var/lib/scraper/finished-files-of-the-reddit-scraper", "complete", 1, Bytes(2048), ""},
      {"chain", "ledger netuid 13 demo", "complete", {}, {}, "nothing committed"}};
  UploadFile raw = upload("posts.jsonl", 1, Bytes(2048));
  raw.key = ObjectKey("data/2026/11/22/posts.jsonl.gz");
  raw.compress = true;
  raw.size.reset();
  raw.sha256.reset();
  raw.rows.reset();
  WriteIndex first = write_index(1, {entry(raw)});
  first.exact = false;
  CommitAction pointer = commit(1);
  pointer.text = "rc1|…|" + pointer.url;
  out.steps = {{CreateBucket{"new-bucket"}, "create: true"},
               {SetLifecycle{{},
                             {{{{"ExpireOldData", "data/", Seconds(14 * 86400), {}}, true, true, ""}}},
                             {{SetLifecycle::Change::Kind::kAdd, "ExpireOldData",
                               "prefix data/, expireAfter 14d", "", ""}}},
                "manifest first.yaml:20"},
               {raw, "new in buffer"},
               {first, "the first index"},
               {pointer, "nothing is committed"},
               {ReleaseFile{raw.name, raw.identity, raw.source_sha256, AfterPublish::kTrash, raw.key},
                "once the commitment is final"}};
  out.counts = {1, 2, 1, 1, 0, 0, 0, 0, Bytes(2048), 6, {}, {}};
  return sealed(out);
}

Plan expiry_plan() {
  Plan out = plan_named("sn13-miner-1234");
  WriteIndex index = write_index(200, {});
  std::vector<Step> deletions;
  for (int number = 0; number < 30; ++number) {
    const ObjectKey key(
        fmt::format("data/2026/11/{:02}/a-rather-long-folder-name/and-another-one/posts_{:03}.json.gz",
                    1 + number / 10, number));
    index.dropped.push_back(key);
    deletions.push_back(
        {ExpireObject{key, 3_MiB, fmt::format("etag{}", number), sha256_of(std::string_view(key.get())),
                      "ExpireOldData"},
         "expired 2d ago by ExpireOldData, not in the finalized index, past its grace of 1h"});
  }
  out.steps.push_back(
      {RenewObject{ObjectKey("data/newest.parquet"), 4_MiB, {}}, "the chain names it; would expire in 20h"});
  out.steps.push_back({std::move(index), "30 entries expire within 1d"});
  for (Step& step : deletions) out.steps.push_back(std::move(step));
  for (int number = 0; number < 25; ++number)
    out.notes.push_back({Note::Kind::kUnknown, fmt::format("objects/data/unread_{:02}.parquet", number),
                         "left alone: HEAD failed", "HTTP 500"});
  out.notes.push_back({Note::Kind::kWarning, "bucket", "Wasabi bills each object for at least 90 days", ""});
  out.counts.remove = 30;
  out.counts.requests = 33;
  out.counts.monthly = MicroUsd(-510'000);
  return sealed(out);
}

Plan hostile_plan() {
  Plan out = plan_named("hostile");
  const std::vector<std::string> names = {
      "line\nPlan: 0 to upload. No changes.",
      "\x1b[2J\x1b[1;1Hcleared.parquet",
      "\u202ereversed\u202c.parquet",
      "a.parquet      512.4 MiB  new in buffer",
      "| b | `c` | <img src=x onerror=alert(1)> @everyone #1 **bold** [l](https://evil)",
      "漢字と絵文字\U0001f600のとても長い名前のファイル漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字.parquet",
      "e\u0301\u0301\u0301 combining.parquet",
      std::string("broken \xff\xfe utf-8.parquet"),
      "back\\slash \"quoted\" \t tab\u2028.parquet",
      " leading and trailing ",
      std::string(900, 'x') + ".parquet",
      "zero\u200bwidth\ufeff\u2066.parquet"};
  std::uint64_t number = 0;
  for (const std::string& name : names) {
    ++number;
    const std::string cause = is_utf8(name) ? "new in buffer: " + name : "new in buffer";
    out.steps.push_back({upload(name, number, Bytes(number * 1000)), cause});
    out.notes.push_back({Note::Kind::kWaiting, "buffer/" + name, "still being written: " + name, ""});
  }
  CommitAction pointer = commit(1);
  pointer.before = "\x1b[31mred\x1b[0m\r\n| x |";
  out.steps.push_back({std::move(pointer), "\u202enoitnevni"});
  out.refusals = {{"objects/" + names[0], "", "", {Fault::kConflict, names[1], names[2]}}};
  out.counts.upload = names.size();
  out.counts.commit = 1;
  out.counts.blocked = 1;
  return sealed(out);
}

std::vector<Sample> all_samples() {
  return {{"plan-daily", daily_plan()},           {"plan-empty", empty_plan()},
          {"plan-unreadable", unreadable_plan()}, {"plan-blocked", blocked_plan()},
          {"plan-first-run", first_run_plan()},   {"plan-expiry", expiry_plan()},
          {"plan-hostile", hostile_plan()}};
}

ApplyReport partial_report() {
  ApplyReport out;
  out.publication = "sn13-miner-1234";
  out.started = kNow;
  out.ended = kNow + Seconds(133);
  for (int number = 1; number <= 24; ++number)
    out.outcomes.push_back({fmt::format("objects/data/2026/11/22/reddit_{:02}.parquet", number),
                            "create",
                            ActionOutcome::Kind::kDone,
                            {},
                            "73.8 MiB verified"});
  out.outcomes.push_back({"objects/data/2026/11/22/reddit_25.parquet", "create", ActionOutcome::Kind::kFailed,
                          Error{Fault::kDenied, "PUT: HTTP 403 AccessDenied (request 8f1c2d)",
                                "give the token write access to this bucket"},
                          ""});
  out.outcomes.push_back({"chain/commitment", "commit", ActionOutcome::Kind::kFailed,
                          Error{Fault::kUnknownOutcome, "submit: no reply within 60s",
                                "the next pass reads the chain before it repeats anything"},
                          "sent"});
  out.outcomes.push_back(
      {"buffer/reddit_25.parquet", "release", ActionOutcome::Kind::kSkipped, {}, "its upload failed"});
  out.outcomes.push_back({"buffer/reddit_24.parquet", "release", ActionOutcome::Kind::kNotReached, {}, ""});
  out.uploaded_bytes = 1'883'177'952;
  out.requests = 61;
  return out;
}

ApplyReport converged_report() {
  ApplyReport out;
  out.publication = "sn13-miner-1234";
  out.started = kNow;
  out.ended = kNow + Seconds(41);
  out.outcomes = {
      {"objects/data/a.parquet", "create", ActionOutcome::Kind::kDone, {}, "verified"},
      {"index/i/00000124.json", "index", ActionOutcome::Kind::kDone, {}, "read back through the public URL"},
      {"chain/commitment", "commit", ActionOutcome::Kind::kDone, {}, "block 7,412,912"},
      {"buffer/a.parquet", "release", ActionOutcome::Kind::kDone, {}, ""}};
  out.converged = true;
  out.uploaded_bytes = 5 << 20;
  out.released_files = 1;
  out.requests = 7;
  out.finalized_block = 7'412'912;
  return out;
}

}  // namespace reconcile::testing_plans
