#include "reconciler/model/lease.h"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/bytes.h"
#include "reconciler/base/sha256.h"
#include "reconciler/base/units.h"

namespace reconcile {
namespace {

using Json = nlohmann::ordered_json;

// A host name has at most 253 characters (RFC 1035 section 2.3.4).
constexpr std::size_t kTextMax = 253;
constexpr int kDepthMax = 4;

tl::unexpected<Error> corrupt(const std::string& what) {
  return fail(Fault::kCorrupt, "lease: " + what, "it is taken over once it has run out");
}

bool harmless(const std::string& text) {
  return !text.empty() && text.size() <= kTextMax &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

/// Strictly typed; the first thing that is missing or wrong stays.
class Fields {
 public:
  Fields(const Json& json, std::string& wrong) : json_(json), wrong_(wrong) {}

  std::string text(const char* name) {
    const auto found = json_.find(name);
    if (found != json_.end() && found->is_string() && harmless(found->get_ref<const std::string&>()))
      return found->get<std::string>();
    return refuse(name), "";
  }
  std::uint64_t count(const char* name) {
    const auto found = json_.find(name);
    if (found != json_.end() && found->is_number_unsigned()) return found->get<std::uint64_t>();
    return refuse(name), 0;
  }
  Instant time(const char* name) {
    const Result<Instant> out = parse_time(text(name));
    if (out) return *out;
    return refuse(name), Instant();
  }

 private:
  void refuse(const char* name) {
    if (wrong_.empty()) wrong_ = name;
  }
  const Json& json_;
  std::string& wrong_;
};

Instant ends(const SeenLease& seen) {
  const Instant by_the_store = seen.written + kLeaseTtl;
  return seen.document ? std::min(seen.document->expires, by_the_store) : by_the_store;
}

LeaseHeld held_by(const std::string& slot, const SeenLease& seen) {
  const std::string who = seen.document ? describe(seen.document->holder) : "an unknown program";
  const std::string since = print_time(seen.document ? seen.document->acquired : seen.written);
  const std::string until = print_time(ends(seen));
  return {{Fault::kConflict,
           fmt::format("{} is being worked on by {} since {}, until {} unless it goes on", slot, who, since,
                       until),
           "wait for it, or stop it there: its lease ends by itself",
           {}}};
}

}  // namespace

ObjectKey lease_key(const std::string& slot) {
  return ObjectKey(fmt::format("{}lease-{}.json", kOwnPrefix, to_hex(sha256_of(slot)).substr(0, 16)));
}

std::string print_lease(const LeaseDocument& lease) {
  const Json json{{"holder",
                   {{"host", lease.holder.host},
                    {"pid", lease.holder.pid},
                    {"run", lease.holder.run},
                    {"kernel", lease.holder.kernel}}},
                  {"token", lease.token},
                  {"acquired", print_time(lease.acquired)},
                  {"expires", print_time(lease.expires)}};
  return json.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

Result<LeaseDocument> parse_lease(const std::string& text) {
  if (text.size() > kLeaseBytesMax.get()) return corrupt("longer than a lease can be");
  bool deep = false;
  const auto shallow = [&deep](int depth, Json::parse_event_t, Json&) {
    deep = deep || depth > kDepthMax;
    return !deep;
  };
  const Json json = Json::parse(text, shallow, false);
  if (deep || json.is_discarded() || !json.is_object()) return corrupt("not a JSON object");
  const auto holder = json.find("holder");
  if (holder == json.end() || !holder->is_object()) return corrupt("no holder");
  std::string wrong;
  Fields who(*holder, wrong);
  Fields all(json, wrong);
  LeaseDocument out{{who.text("host"), who.count("pid"), who.text("run"), who.text("kernel")},
                    all.count("token"),
                    all.time("acquired"),
                    all.time("expires")};
  if (!wrong.empty()) return corrupt("no good " + wrong);
  return out;
}

std::string describe(const LeaseHolder& holder) {
  return fmt::format("process {} on {}", holder.pid, holder.host);
}

LeaseDecision decide_lease(const std::string& slot, const std::optional<SeenLease>& seen,
                           const LeaseHolder& self, Instant now,
                           const std::function<bool(const LeaseHolder&)>& certainly_gone) {
  const LeaseDocument* old = seen && seen->document ? &*seen->document : nullptr;
  const bool ours = old && old->holder.run == self.run;
  const bool gone = old && !ours && certainly_gone(old->holder);
  if (seen && !ours && !gone && now < ends(*seen)) return held_by(slot, *seen);
  LeaseTaken out{{self, 0, now, now + kLeaseTtl}, seen && !ours};
  // Without a token to count on from, the time is above whatever was counted so far: holders change less
  // often than once a second.
  const auto seconds = static_cast<std::uint64_t>(std::max<std::int64_t>(now.time_since_epoch().count(), 1));
  if (!old)
    out.document.token = seconds;
  else
    out.document.token = ours ? old->token : old->token + 1;
  if (ours && now < ends(*seen)) out.document.acquired = old->acquired;
  return out;
}

}  // namespace reconcile
