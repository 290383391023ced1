#pragma once
// The simulated world: one bucket, one chain, one buffer folder, one clock, one seed. The ports of this
// folder are views of it; tests look at it directly and judge by what is really there.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reconciler/ports/object_store.h"
#include "reconciler/sim/schedule.h"

namespace reconcile::sim {

/// splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014): the same
/// numbers on every platform.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }
  bool roll(int percent) { return percent > 0 && below(100) < static_cast<std::uint64_t>(percent); }

 private:
  std::uint64_t state_;
};

/// In percent of the calls that it can befall. All zero: a perfect world.
struct Faults {
  int fail_before = 0;     ///< kTransient, nothing happened
  int fail_after = 0;      ///< a write happened and answers kUnknownOutcome
  int throttle = 0;        ///< kQuota, nothing happened
  int truncate_list = 0;   ///< a listing breaks off with kTransient after some of its keys
  int stale_read = 0;      ///< a read shows the bucket as it was before its last write
  int drop_extrinsic = 0;  ///< submitted, never included: kTransient once it can no longer be
  int lose_extrinsic = 0;  ///< kUnknownOutcome at once; included some blocks later, or never
};

struct WorldOptions {
  std::uint64_t seed = 1;
  Faults faults;
  Instant start{Seconds(1'795'000'000)};
  std::size_t page_keys = 1000;
  StoreCapabilities store;  ///< lifecycle_enforced: advance() expires objects by the bucket's rules
  Seconds block_time{12};
  std::uint64_t first_block = 1000;
  std::uint64_t finality_lag = 3;                ///< blocks between the newest and the finalized one
  std::uint64_t mortality = 64;                  ///< blocks in which an extrinsic can be included
  std::uint64_t epoch_blocks = 361;              ///< tempo 360
  std::optional<std::uint64_t> epoch_bytes_max;  ///< 3,100 on finney; unset: no budget
};

using Content = std::shared_ptr<const std::string>;

struct WorldObject {
  Content content;
  Sha256 sha256;
  std::string content_type;
  std::map<std::string, std::string> metadata;
  Instant modified;
};

struct WorldBucket {
  bool exists = false;
  std::map<std::string, WorldObject> objects;
  std::vector<std::string> rules;    ///< in the simulated provider's own words: rule_text.h
  std::vector<std::string> expired;  ///< keys that the provider's lifecycle deleted, in order
  /// For stale reads: what the last few writes replaced, the newest last.
  struct Before {
    std::string key;
    std::optional<WorldObject> object;
  };
  std::vector<Before> before;
};

struct WorldChain {
  struct Entry {
    std::uint64_t block = 0;
    Account account;
    Commitment commitment;
  };
  std::vector<Entry> included;  ///< by block
  std::vector<Entry> pending;   ///< `block`: when it will be included
  std::set<Account> unregistered;
  std::uint64_t upgraded_until = 0;  ///< block: until then the runtime is not understood
};

struct WorldFile {
  Content content;
  FileIdentity identity;
  std::string damage;  ///< not empty: its container is broken, and how
};

struct WorldFolder {
  bool exists = true;
  bool marked = false;
  std::map<std::string, WorldFile> files;
  std::map<std::string, Content> staged;  ///< compressed copies by name of their source
  std::map<std::string, std::pair<Instant, WorldFile>> trash;
  std::map<std::string, WorldFile> quarantined;
  std::vector<std::string> released;  ///< names, in order
  std::uint64_t next_inode = 1;
};

/// One call of a port.
struct Call {
  std::string method;   ///< "put", "commit", …
  std::string subject;  ///< key, file name, hotkey
  bool write = false;
  std::optional<Fault> fault;  ///< what the caller was told
};

class Witness;

/// Every access holds the lock; the ports take it for each call.
class World {
 public:
  explicit World(WorldOptions world_options)
      : options(std::move(world_options)), random(options.seed), now(options.start) {}

  /// Turns the clock: blocks are made, extrinsics included, objects expire.
  void advance(Seconds by);
  std::uint64_t head_block() const;
  std::uint64_t finalized_block() const;

  /// A scraper at work: a new file, or new content under an old name.
  void write_file(const std::string& name, std::string content, const std::string& damage = "");
  std::vector<Call> writes() const;
  void forget_calls();
  void ask_to_stop();

  /// For the ports: a call begins; what the schedule says may befall it, somebody else's doings included.
  void begin_call(const char* method, const std::string& subject);
  /// Does this befall the call at hand? By the schedule; without one by a roll of so many percent.
  bool befalls(FaultKind kind, int percent = 0);
  void record(Call call);
  /// A write is about to replace or remove this.
  void before_write(const std::string& key);

  mutable std::recursive_mutex mutex;
  WorldOptions options;
  Random random;
  Instant now;
  bool stopping = false;
  WorldBucket bucket;
  WorldChain chain;
  WorldFolder folder;
  std::vector<Call> calls;
  std::uint64_t trace = 0xcbf29ce484222325ull;  ///< FNV-1a of all calls and their ends
  Seconds skew{0};                              ///< this machine's clock less the true time
  Schedule* schedule = nullptr;                 ///< nullptr: faults are rolled, in percent
  std::optional<ScheduledFault> befallen;       ///< what the schedule has for the call at hand
  Witness* witness = nullptr;
  /// Carries out what somebody else does at the moment of a call.
  std::function<void(const ScheduledFault&)> somebody_else;
};

}  // namespace reconcile::sim
