#pragma once
// What goes wrong in a simulated run, call by call: drawn from a seed, or played back from a list. Every call
// of a port has a number, from 1; at most one thing befalls it. What befalls call N depends on the seed and N
// alone, never on what happened before, so that a schedule can be shortened and played again.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace reconcile::sim {

enum class FaultKind : std::uint8_t {
  // Any call.
  kKillBefore,  ///< the process dies; the call does not reach the port
  kKillAfter,   ///< it does, with all its effects, and nobody learns of them
  kFailBefore,  ///< nothing happened: 5xx, a refused connection, now and then a revoked credential
  kFailAfter,   ///< it happened, and the answer was lost
  kThrottle,
  // The bucket.
  kTruncatedList,     ///< breaks off after some of its keys
  kStaleList,         ///< complete, and as it was some writes ago
  kStaleFetch,        ///< readers see the object as it was before its last write
  kChangedWhileSent,  ///< the file under an upload is written to
  // The disk.
  kPartialScan,  ///< some files could not be read
  kUnmounted,    ///< no buffer folder
  kEmptyMount,   ///< the folder is there, and empty: its file system is not mounted
  kDiskFull,
  kDiskError,
  // The chain.
  kDropped,      ///< submitted, never included
  kLost,         ///< the connection ends after sending; included some blocks later, or never
  kLate,         ///< included after many blocks
  kDuplicate,    ///< included, and once more some blocks later
  kForked,       ///< included in a block that is not to stay; again in a later one, or never
  kNonceRace,    ///< refused: another extrinsic of this key took the number
  kBudgetSpent,  ///< others used up the epoch's bytes
  kUpgrade,      ///< the runtime changes: not understood for a while
  // Somebody else, at the moment of any call.
  kHumanDeletes,     ///< an object, an index, a part of one
  kHumanReplaces,    ///< the same, by other bytes
  kHumanAdds,        ///< an object of theirs, often where one of ours would go
  kHumanEditsRules,  ///< lifecycle rules: ours gone, or one of theirs more
  kForeignCommit,    ///< the slot is taken by somebody with the same key
  kSecondWriter,     ///< another copy of this program publishes a file of its own
  kDeregistered,     ///< the hotkey loses its registration, or gets it back
  kClockJump,        ///< this machine's clock, by up to 20 minutes either way
  kRevision,         ///< a new manifest, for the next pass
  kRewrite,          ///< a file in the buffer is written to
  kJournalLost,      ///< and the process dies with it
};
inline constexpr std::size_t kFaultKinds = static_cast<std::size_t>(FaultKind::kJournalLost) + 1;

/// "kill-before", "truncated-list", …: stable, for people and JSON.
const char* name_of(FaultKind kind);
/// The inverse; nothing for another word.
std::optional<FaultKind> fault_kind_of(const std::string& name);

struct ScheduledFault {
  std::uint64_t call = 0;
  FaultKind kind = FaultKind::kFailBefore;
  std::uint64_t value = 0;  ///< how it goes: which key, how many blocks, …
  std::string where{};      ///< the call it befell: "put data/x"; told, never read back
};

/// splitmix64's finaliser over both: independent numbers for independent places.
std::uint64_t mix(std::uint64_t seed, std::uint64_t place);

class Schedule {
 public:
  /// Draws. Each seed has its own mixture: how often, and which kinds at all.
  explicit Schedule(std::uint64_t seed);
  /// Plays these, each at its call or, where it cannot befall that, at the next one that it can.
  explicit Schedule(const std::vector<ScheduledFault>& faults);

  /// A call begins. What befalls it, where that can befall this method.
  std::optional<ScheduledFault> next(const std::string& method, const std::string& subject);
  /// From now on nothing goes wrong.
  void stop() { stopped_ = true; }

  std::uint64_t calls() const { return calls_; }
  const std::vector<ScheduledFault>& fired() const { return fired_; }

 private:
  std::optional<ScheduledFault> draw(const std::string& method) const;

  std::uint64_t seed_ = 0;
  std::uint64_t per_mille_ = 0;
  std::uint64_t enabled_ = 0;  ///< a bit for each kind
  bool played_ = false;
  bool stopped_ = false;
  std::map<std::uint64_t, ScheduledFault> played_faults_;
  std::uint64_t calls_ = 0;
  std::vector<ScheduledFault> fired_;
};

}  // namespace reconcile::sim
