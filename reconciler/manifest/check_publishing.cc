#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/manifest/check.h"
#include "reconciler/model/glob.h"
#include "reconciler/model/index.h"
#include "reconciler/model/key_template.h"
#include "reconciler/model/lease.h"

namespace reconcile::manifest {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

void check_cadence(const UploadSpec& upload, Notes& notes) {
  constexpr const char* kAddress = "spec.upload.cadence";
  const std::string cadence = print_duration(upload.cadence);
  // Bounds: the tutorial's own ("under 10 minutes: many small files and cost; over 1 hour: freshness").
  if (upload.cadence < minutes(1))
    notes.error(kAddress, fmt::format("{} is no cadence: passes would run without end", cadence),
                "write 1m at least; 15m to 30m suits most");
  else if (upload.cadence < minutes(10))
    notes.warning(kAddress, fmt::format("{} makes many small objects and many requests", cadence),
                  "15m to 30m suits most");
  else if (upload.cadence > hours(1))
    notes.warning(kAddress, fmt::format("with {} data is stale when readers see it", cadence),
                  "15m to 30m suits most");
  if (upload.retry_interval < Seconds(1))
    notes.error("spec.upload.retryInterval", "0s: a failed pass would be repeated without end",
                "write for example 1m");
  else if (upload.retry_interval > upload.cadence)
    notes.warning("spec.upload.retryInterval", "is longer than the cadence, and so means nothing",
                  "shorten it");
}

void check_key_template(const Desired& desired, Notes& notes) {
  const auto key = KeyTemplate::compile(desired.upload.key);
  if (!key) return notes.error("spec.upload.key", key.error().cause, key.error().remedy);
  const std::string& prefix = key->static_prefix();
  const std::string_view index(kIndexPrefix);
  if (has_index(desired) && (index.starts_with(prefix) || prefix.starts_with(index)))
    notes.error("spec.upload.key",
                fmt::format("keys that begin with `{}` may get among the indexes, which are kept in {}",
                            prefix, index),
                "begin it with a folder of its own, such as data/");
  if (prefix.starts_with(kOwnPrefix))
    notes.error("spec.upload.key", fmt::format("`{}` is what this program keeps for itself", kOwnPrefix),
                "begin it with a folder of its own, such as data/");
}

void check_patterns(const char* address, const std::vector<std::string>& patterns, Notes& notes) {
  for (const std::string& pattern : patterns)
    if (const auto fine = check_glob(pattern); !fine)
      notes.error(address, fine.error().cause, fine.error().remedy);
}

void check_buffer(const Desired& desired, Notes& notes) {
  const BufferSpec& buffer = desired.buffer;
  check_patterns("spec.buffer.include", buffer.include, notes);
  check_patterns("spec.buffer.compress", buffer.compress, notes);
  check_patterns("spec.protect", desired.protect, notes);
  if (buffer.include.empty() && buffer.compress.empty())
    notes.error("spec.buffer.include", "nothing would ever be published",
                "list what is to be, such as [\"*.parquet\"]");
  for (const std::string& pattern : buffer.compress)
    for (const char* compressed : {"a.parquet", "a.gz", "a.json.gz", "a.zst"})
      if (glob_match_path(pattern, compressed)) {
        notes.error("spec.buffer.compress",
                    fmt::format("`{}` also means files such as {}, which are compressed already", pattern,
                                compressed),
                    "name what is raw: [\"*.json\", \"*.jsonl\"]");
        break;
      }
  if (!buffer.path.has_relative_path())
    notes.error("spec.buffer.path", "is the root of the file system", "give the files a folder of their own");
  if (buffer.settle > desired.upload.cadence)
    notes.warning("spec.buffer.settle", "is longer than the cadence: files wait for more than one pass",
                  "shorten it");
}

void check_guards(const Desired& desired, Notes& notes) {
  if (desired.guards.window < minutes(1) || desired.guards.window > std::chrono::days(366))
    notes.error("spec.guards.window", fmt::format("{} is no window", print_duration(desired.guards.window)),
                "write 1m to 366d, such as 24h");
  if (desired.upload.flush_at.get() == 0)
    notes.error("spec.upload.flushAt", "0: every byte would start a pass", "write for example 200MiB");
}

}  // namespace

void check_publishing(const Desired& desired, Notes& notes) {
  check_cadence(desired.upload, notes);
  check_key_template(desired, notes);
  check_buffer(desired, notes);
  check_guards(desired, notes);
}

}  // namespace reconcile::manifest
