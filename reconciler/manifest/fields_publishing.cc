#include "reconciler/manifest/fields.h"

namespace reconcile::manifest {

std::vector<Field> publishing_fields() {
  return {
      {.address = "spec.buffer",
       .type = Type::kObject,
       .doc = "The local folder where finished files appear.",
       .required = true},
      {.address = "spec.buffer.path",
       .type = Type::kPath,
       .doc = "The folder. No other publication may use it, nor a folder in it.",
       .required = true,
       .set = [](Desired& d, const Value& v) { d.buffer.path = v.path; }},
      {.address = "spec.buffer.include",
       .type = Type::kTexts,
       .doc = "Files to publish as they are. Patterns without / look at the file name, in whichever folder.",
       .preset = R"(["*.parquet", "*.json.gz", "*.jsonl.gz"])",
       .set = [](Desired& d, const Value& v) { d.buffer.include = v.texts; }},
      {.address = "spec.buffer.compress",
       .type = Type::kTexts,
       .doc = "Files to publish as .gz.",
       .preset = R"(["*.json", "*.jsonl"])",
       .set = [](Desired& d, const Value& v) { d.buffer.compress = v.texts; }},
      {.address = "spec.buffer.settle",
       .type = Type::kDuration,
       .doc = "A file is finished when its size and time have not changed for so long and its container is "
              "whole.",
       .preset = "30s",
       .set = [](Desired& d, const Value& v) { d.buffer.settle = v.duration; }},
      {.address = "spec.buffer.invalid",
       .type = Type::kEnum,
       .doc = "What becomes of damaged files: set aside, left where they are, or the pass fails.",
       .preset = "quarantine",
       .values = "quarantine|skip|fail",
       .set = [](Desired& d, const Value& v) { d.buffer.invalid = static_cast<InvalidFiles>(v.integer); }},
      {.address = "spec.buffer.afterPublish",
       .type = Type::kEnum,
       .doc = "What becomes of a file once a final commitment covers it. trash keeps it 24 hours.",
       .preset = "delete",
       .values = "delete|trash|keep",
       .set = [](Desired& d,
                 const Value& v) { d.buffer.after_publish = static_cast<AfterPublish>(v.integer); }},
      {.address = "spec.buffer.diskBudget",
       .type = Type::kSize,
       .doc = "What compressed copies may take on the disk while they wait for the bucket and the chain, "
              "such as "
              "20GiB. Above it raw files wait as they are; nothing is ever deleted for it.",
       .preset = "unlimited",
       .word = "unlimited",
       .set =
           [](Desired& d, const Value& v) {
             d.buffer.disk_budget.reset();
             if (!v.word) d.buffer.disk_budget = v.size;
           }},
      {.address = "spec.upload", .type = Type::kObject, .doc = "How often, and under which keys."},
      {.address = "spec.upload.cadence",
       .type = Type::kDuration,
       .doc = "Time between passes, at least 1m. Under 10m costs, over 1h loses freshness.",
       .preset = "20m",
       .set = [](Desired& d, const Value& v) { d.upload.cadence = v.duration; }},
      {.address = "spec.upload.jitter",
       .type = Type::kPercent,
       .doc = "The cadence varies by so much, so that fleets spread out.",
       .preset = "10%",
       .most = 50,
       .set = [](Desired& d, const Value& v) { d.upload.jitter_percent = static_cast<int>(v.integer); }},
      {.address = "spec.upload.retryInterval",
       .type = Type::kDuration,
       .doc = "First wait after a failed pass; it grows up to the cadence.",
       .preset = "1m",
       .set = [](Desired& d, const Value& v) { d.upload.retry_interval = v.duration; }},
      {.address = "spec.upload.key",
       .doc =
           "Key of an object; knows yyyy mm dd hh (UTC), name, stem, ext, path, sha256 and sha8 in braces.",
       .preset = "data/{yyyy}/{mm}/{dd}/{name}",
       .set = [](Desired& d, const Value& v) { d.upload.key = v.text; }},
      {.address = "spec.upload.onConflict",
       .type = Type::kEnum,
       .doc = "The key is taken by other bytes: add a short hash to the name, replace them, or fail.",
       .preset = "rename",
       .values = "rename|overwrite|fail",
       .set = [](Desired& d, const Value& v) { d.upload.on_conflict = static_cast<OnConflict>(v.integer); }},
      {.address = "spec.upload.flushAt",
       .type = Type::kSize,
       .doc = "In the continuous mode, a buffer that so much came into does not wait for the cadence.",
       .preset = "200MiB",
       .set = [](Desired& d, const Value& v) { d.upload.flush_at = v.size; }},
      {.address = "spec.upload.parallelism",
       .type = Type::kInteger,
       .doc = "Uploads at once.",
       .preset = "auto",
       .word = "auto",
       .least = 1,
       .most = 64,
       .set =
           [](Desired& d, const Value& v) {
             d.upload.parallelism.reset();
             if (!v.word) d.upload.parallelism = static_cast<std::uint32_t>(v.integer);
           }},
      {.address = "spec.upload.maxBandwidth",
       .type = Type::kRate,
       .doc = "Bytes a second that all uploads to S3 together send, such as 50MiB/s.",
       .preset = "unlimited",
       .word = "unlimited",
       .set =
           [](Desired& d, const Value& v) {
             d.upload.max_bandwidth.reset();
             if (!v.word) d.upload.max_bandwidth = v.size;
           }},
  };
}

}  // namespace reconcile::manifest
