#include <set>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/manifest/check.h"
#include "reconciler/model/index.h"
#include "reconciler/model/key_template.h"

namespace reconcile::manifest {
namespace {

using std::chrono::days;

bool overlap(std::string_view a, std::string_view b) { return a.starts_with(b) || b.starts_with(a); }

class Rule {
 public:
  Rule(const Desired& desired, const LifecycleRule& rule, std::size_t at, Notes& notes)
      : desired_(desired),
        rule_(rule),
        address_(fmt::format("spec.bucket.lifecycle.rules[{}]", at)),
        notes_(notes) {}

  void check() {
    if (rule_.id.size() > 255)  // S3 LifecycleRule: ID has at most 255 characters (API reference)
      notes_.error(address_ + ".id", "is longer than 255 characters", "shorten it");
    if (rule_.prefix.size() > 1024)
      notes_.error(address_ + ".prefix", "is longer than any key", "shorten it");
    if (!rule_.expire_after && !rule_.abort_uploads_after)
      notes_.error(address_, fmt::format("rule {} does nothing", rule_.id),
                   "give it expireAfter or abortIncompleteUploadsAfter");
    if (rule_.expire_after) check_days(*rule_.expire_after, "expireAfter");
    if (rule_.abort_uploads_after) check_days(*rule_.abort_uploads_after, "abortIncompleteUploadsAfter");
    if (rule_.expire_after) check_expiry(*rule_.expire_after);
  }

 private:
  void check_days(Seconds duration, const char* name) {
    const std::string address = address_ + "." + name;
    if (duration <= Seconds(0))
      return notes_.error(address, "0s: nothing would live at all", "write for example 14d");
    if (desired_.bucket.provider == Provider::kDirectory) return;
    if (duration % days(1) != Seconds(0))
      notes_.error(address,
                   fmt::format("{} is not a number of whole days, and providers know no other",
                               print_duration(duration)),
                   fmt::format("write {}", print_duration(std::chrono::ceil<days>(duration))));
    else if (duration > days(36500))
      notes_.error(address, "is longer than 100 years", "write a number of days that somebody will see");
  }

  void check_expiry(Seconds expire_after) {
    const std::string address = address_ + ".expireAfter";
    if (has_index(desired_) && overlap(rule_.prefix, kIndexPrefix))
      notes_.error(address_ + ".prefix",
                   fmt::format("rule {} would delete the index ({}), which the chain points at", rule_.id,
                               kIndexPrefix),
                   "give it the prefix of the data alone, such as data/");
    const auto key = KeyTemplate::compile(desired_.upload.key);
    if (!key || !overlap(rule_.prefix, key->static_prefix())) return;  // none of our objects
    const Seconds cadence = desired_.upload.cadence, margin = expiry_margin_of(desired_);
    if (expire_after < cadence)
      return notes_.error(address,
                          fmt::format("objects would expire after {}, before the next pass in {}",
                                      print_duration(expire_after), print_duration(cadence)),
                          "expire later, or shorten spec.upload.cadence");
    if (has_index(desired_) && expire_after < margin + cadence)
      notes_.error(
          address,
          fmt::format("objects would leave the index {} before they expire after {}: within a pass of being "
                      "published",
                      print_duration(margin), print_duration(expire_after)),
          fmt::format("expire after {} at least, or shorten spec.bucket.lifecycle.expiryMargin",
                      at_least(margin + cadence)));
  }

  /// The shortest expiry that is long enough, in what the provider counts in.
  std::string at_least(Seconds duration) const {
    return print_duration(desired_.bucket.provider == Provider::kDirectory
                              ? duration
                              : Seconds(std::chrono::ceil<days>(duration)));
  }

  const Desired& desired_;
  const LifecycleRule& rule_;
  const std::string address_;
  Notes& notes_;
};

}  // namespace

void check_lifecycle(const Desired& desired, Notes& notes) {
  const LifecycleSpec& lifecycle = desired.bucket.lifecycle;
  std::set<std::string> ids;
  for (std::size_t i = 0; i < lifecycle.rules.size(); ++i) {
    if (!ids.insert(lifecycle.rules[i].id).second)
      notes.error(fmt::format("spec.bucket.lifecycle.rules[{}].id", i),
                  fmt::format("a rule before it has the id {} too", lifecycle.rules[i].id),
                  "give each rule its own id");
    Rule(desired, lifecycle.rules[i], i, notes).check();
  }
  if (lifecycle.ownership == LifecycleOwnership::kIgnore && !lifecycle.rules.empty())
    notes.warning("spec.bucket.lifecycle.rules", "are not applied, since ownership is ignore",
                  "use ownership: merge, or leave the rules out");
}

}  // namespace reconcile::manifest
