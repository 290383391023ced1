// How much there is, out of what was seen.

#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/model/key_template.h"
#include "reconciler/plan/cost.h"
#include "reconciler/plan/cost_counts.h"
#include "reconciler/plan/lifecycle.h"

namespace reconcile {
namespace {

constexpr Seconds kDay{kDaySeconds};
constexpr Seconds kWeek = 7 * kDay;  // evens out days of the week; older days say less of the next month

std::uint64_t seconds_of(Seconds duration) { return static_cast<std::uint64_t>(duration.count()); }

/// As long a stretch as the objects tell of, and what came in it.
struct Arrivals {
  Seconds window{kDay};
  std::uint64_t objects = 0;
  std::uint64_t bytes = 0;
};

Arrivals arrivals_of(const Observed& observed, const std::vector<ListedObject>& objects,
                     const std::optional<Seconds>& retention) {
  Instant oldest = observed.now;
  for (const ListedObject& object : objects) oldest = std::min(oldest, object.modified);
  Arrivals out;
  const Seconds longest = retention ? std::clamp(*retention, kDay, kWeek) : kWeek;
  out.window = std::clamp(observed.now - oldest, kDay, longest);
  for (const ListedObject& object : objects)
    if (object.modified > observed.now - out.window) {
      ++out.objects;
      out.bytes = plus(out.bytes, object.size.get());
    }
  return out;
}

/// Files that wait to be published came in the same stretch.
void add_waiting(const Desired& desired, const Observed& observed, Arrivals& out) {
  const BufferScan* scan = if_any(observed.buffer);
  if (!scan || desired.buffer.after_publish == AfterPublish::kKeep)
    return;  // kept files are in the bucket too
  for (const BufferFile& file : scan->files)
    if (file.state == BufferFile::State::kReady) {
      ++out.objects;
      out.bytes = plus(out.bytes, file.staged ? file.staged->size.get() : file.identity.size.get());
    }
}

}  // namespace

std::optional<Seconds> retention_of(const Desired& desired, const std::vector<LifecycleRule>& rules) {
  const Result<KeyTemplate> key = KeyTemplate::compile(desired.upload.key);
  const std::string prefix = key ? key->static_prefix() : "";
  std::optional<Seconds> out;
  for (const LifecycleRule& rule : rules)
    if (rule.expire_after && prefix.starts_with(rule.prefix) && (!out || *rule.expire_after < *out))
      out = rule.expire_after;
  return out;
}

std::optional<Volume> volume_of(const Desired& desired, const Observed& observed) {
  const std::vector<ListedObject>* objects = if_complete(observed.objects);
  if (!objects) return std::nullopt;
  Volume out;
  out.retention = retention_of(desired, plan_lifecycle(desired, observed).in_force);
  Arrivals in = arrivals_of(observed, *objects, out.retention);
  add_waiting(desired, observed, in);
  out.puts_per_day = share(in.objects, kDaySeconds, seconds_of(in.window));
  if (out.puts_per_day == 0 && in.objects > 0) out.puts_per_day = 1;
  out.bytes_per_day = Bytes(share(in.bytes, kDaySeconds, seconds_of(in.window)));

  std::uint64_t now = 0;
  for (const ListedObject& object : *objects) now = plus(now, object.size.get());
  out.stored = Bytes(now);
  out.objects = objects->size();
  out.why = print_size(Bytes(now)) + " now";
  if (!out.retention) {
    out.why += "; nothing lets them expire, so it grows";
    return out;
  }
  const std::uint64_t full = share(in.bytes, seconds_of(*out.retention), seconds_of(in.window));
  out.why += fmt::format("; {} a day kept for {} are {}", print_size(out.bytes_per_day),
                         print_duration(*out.retention), print_size(Bytes(full)));
  out.stored = Bytes(std::max(now, full));
  out.objects = std::max(out.objects, share(in.objects, seconds_of(*out.retention), seconds_of(in.window)));
  return out;
}

Volume kept_for(const Volume& volume, Seconds retention) {
  Volume out = volume;
  if (!volume.retention || *volume.retention <= Seconds(0)) return out;
  const std::uint64_t before = seconds_of(*volume.retention), after = seconds_of(retention);
  out.stored = Bytes(share(volume.stored.get(), after, before));
  out.objects = share(volume.objects, after, before);
  out.retention = retention;
  return out;
}

Volume read_by(Volume volume, const Habits& habits, std::uint64_t readers) {
  const MonthlyRequests requests = requests_of(volume, habits);
  const std::uint64_t indexes = habits.index ? requests.working / kMonthDays : 0;
  volume.gets_per_day = plus(
      volume.gets_per_day,
      times(readers,
            plus(volume.puts_per_day, times(indexes, 1 + std::min<std::uint64_t>(1, requests.index_parts)))));
  volume.egress_per_month = Bytes(
      plus(volume.egress_per_month.get(), times(readers, times(volume.bytes_per_day.get(), kMonthDays))));
  return volume;
}

}  // namespace reconcile
