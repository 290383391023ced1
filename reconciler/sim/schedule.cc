#include "reconciler/sim/schedule.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace reconcile::sim {
namespace {

using enum FaultKind;

constexpr std::array<const char*, kFaultKinds> kNames = {"kill-before",
                                                         "kill-after",
                                                         "fail-before",
                                                         "fail-after",
                                                         "throttle",
                                                         "truncated-list",
                                                         "stale-list",
                                                         "stale-fetch",
                                                         "changed-while-sent",
                                                         "partial-scan",
                                                         "unmounted",
                                                         "empty-mount",
                                                         "disk-full",
                                                         "disk-error",
                                                         "dropped",
                                                         "lost",
                                                         "late",
                                                         "duplicate",
                                                         "forked",
                                                         "nonce-race",
                                                         "budget-spent",
                                                         "upgrade",
                                                         "human-deletes",
                                                         "human-replaces",
                                                         "human-adds",
                                                         "human-edits-rules",
                                                         "foreign-commit",
                                                         "second-writer",
                                                         "deregistered",
                                                         "clock-jump",
                                                         "revision",
                                                         "rewrite",
                                                         "journal-lost"};

/// Rare ones stand once, common ones more often.
const std::vector<FaultKind>& somebody_else() {
  static const std::vector<FaultKind> kinds = {
      kHumanDeletes, kHumanReplaces, kHumanAdds, kHumanEditsRules, kForeignCommit, kSecondWriter,
      kDeregistered, kClockJump,     kRevision,  kRewrite,         kJournalLost};
  return kinds;
}

std::vector<FaultKind> with_kills(std::vector<FaultKind> own) {
  own.push_back(kKillBefore);
  own.push_back(kKillAfter);
  return own;
}

/// What can befall a method by itself; somebody else can act at any.
const std::vector<FaultKind>& own_kinds(std::string_view method) {
  static const std::vector<FaultKind> store = with_kills({kFailBefore, kFailAfter, kThrottle});
  static const std::map<std::string_view, std::vector<FaultKind>> others = {
      {"list", with_kills({kFailBefore, kFailAfter, kThrottle, kTruncatedList, kTruncatedList, kStaleList})},
      {"fetch", with_kills({kFailBefore, kThrottle, kStaleFetch})},
      {"put", with_kills({kFailBefore, kFailAfter, kFailAfter, kThrottle, kChangedWhileSent})},
      {"scan", with_kills({kPartialScan, kPartialScan, kUnmounted, kEmptyMount})},
      {"compress", with_kills({kDiskFull, kDiskError})},
      {"body", with_kills({kDiskError})},
      {"release", with_kills({kDiskError, kFailAfter})},
      {"quarantine", with_kills({kDiskFull})},
      {"tidy", with_kills({kDiskError})},
      {"journal-view", with_kills({kDiskError})},
      {"journal-begin", with_kills({kDiskFull})},
      {"journal-finish", with_kills({kDiskFull})},
      {"journal-count", with_kills({kDiskFull})},
      {"journal-own", with_kills({kDiskFull})},
      {"journal-pass", with_kills({kDiskFull})},
      {"sign", with_kills({kFailBefore})},
      {"observe", with_kills({kFailBefore, kThrottle, kUpgrade})},
      {"commit", with_kills({kFailBefore, kThrottle, kDropped, kLost, kLost, kLate, kDuplicate, kForked,
                             kNonceRace, kBudgetSpent})},
  };
  const auto found = others.find(method);
  return found == others.end() ? store : found->second;
}

bool can_befall(FaultKind kind, const std::string& method) {
  const std::vector<FaultKind>& own = own_kinds(method);
  const std::vector<FaultKind>& else_ = somebody_else();
  return std::find(own.begin(), own.end(), kind) != own.end() ||
         std::find(else_.begin(), else_.end(), kind) != else_.end();
}

}  // namespace

const char* name_of(FaultKind kind) { return kNames.at(static_cast<std::size_t>(kind)); }

std::optional<FaultKind> fault_kind_of(const std::string& name) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (name == kNames[i]) return static_cast<FaultKind>(i);
  return std::nullopt;
}

std::uint64_t mix(std::uint64_t seed, std::uint64_t place) {
  std::uint64_t z = seed * 0x9e3779b97f4a7c15ull + place * 0xd1342543de82ef95ull + 0x632be59bd9b4e019ull;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

Schedule::Schedule(std::uint64_t seed)
    : seed_(mix(seed, 0xfa01)), per_mille_(5 + mix(seed, 0xfa02) % 120), enabled_(mix(seed, 0xfa03)) {
  if (mix(seed, 0xfa04) % 4 == 0) enabled_ = ~0ull;
}

Schedule::Schedule(const std::vector<ScheduledFault>& faults) : played_(true) {
  for (const ScheduledFault& fault : faults) played_faults_.emplace(fault.call, fault);
}

std::optional<ScheduledFault> Schedule::draw(const std::string& method) const {
  const std::uint64_t roll = mix(seed_, calls_);
  const std::uint64_t weight = method == "commit" ? 4 : 1;  // there is but one of it in a pass
  if (roll % 1000 >= per_mille_ * weight) return std::nullopt;
  const std::uint64_t which = mix(roll, 1);
  const std::vector<FaultKind>& kinds = which % 4 == 0 ? somebody_else() : own_kinds(method);
  const FaultKind kind = kinds[(which >> 8) % kinds.size()];
  if ((enabled_ >> static_cast<unsigned>(kind) & 1) == 0) return std::nullopt;
  return ScheduledFault{calls_, kind, mix(roll, 2)};
}

std::optional<ScheduledFault> Schedule::next(const std::string& method, const std::string& subject) {
  ++calls_;
  if (stopped_) return std::nullopt;
  std::optional<ScheduledFault> out;
  if (played_) {
    // A shortened schedule makes for other calls: a fault waits for the next one that it can befall.
    for (auto fault = played_faults_.begin(); fault != played_faults_.end() && fault->first <= calls_;
         ++fault)
      if (can_befall(fault->second.kind, method)) {
        out = fault->second;
        out->call = calls_;
        played_faults_.erase(fault);
        break;
      }
  } else {
    out = draw(method);
  }
  if (!out) return out;
  out->where = subject.empty() ? method : method + " " + subject;
  fired_.push_back(*out);
  return out;
}

}  // namespace reconcile::sim
