#pragma once
// One publication with the real planner and engine, on one simulated machine in one simulated world.

#include <memory>
#include <optional>

#include "reconciler/engine/guarded.h"
#include "reconciler/engine/pass.h"
#include "reconciler/engine/settled.h"
#include "reconciler/engine/tracker.h"
#include "reconciler/sim/fated.h"
#include "reconciler/sim/judge.h"
#include "reconciler/sim/scenario.h"
#include "reconciler/sim/sim_buffer.h"
#include "reconciler/sim/sim_chain.h"
#include "reconciler/sim/sim_clock.h"
#include "reconciler/sim/sim_signer.h"
#include "reconciler/sim/sim_store.h"

namespace reconcile::sim {

/// Stands between the engine and the world's ports, and so makes another engine of it.
class Disguise {
 public:
  virtual ~Disguise() = default;
  virtual WritePorts wear(const WritePorts& real) = 0;
};
using DisguiseMaker = std::function<std::unique_ptr<Disguise>(World&)>;

class Publication {
 public:
  Publication(World& world, const Scenario& scenario, Judge& judge, const DisguiseMaker& disguise);

  /// One pass, or what was done of one: a process that is killed leaves what it wrote and forgets what it
  /// knew. nullopt: killed. `request`: the loop's, which keeps what it remembers; else each pass is a
  /// process.
  std::optional<PassResult> pass(const Allowances& allowances = {},
                                 const LoopedPublication::Request* request = nullptr);
  /// A new manifest, from the next pass on.
  void revise(std::uint64_t value) { write(revised(next_, value, world_.now)); }
  /// As it was at first.
  void restore() { write(original_); }
  const Desired& desired() const { return desired_; }
  /// What the manifest says, and how often it has been written.
  const Desired& manifest() const { return next_; }
  std::uint64_t revision() const { return revision_; }
  FatedJournal& journal() { return journal_; }
  const Account& account() const { return account_; }

 private:
  void write(Desired next) {
    next_ = std::move(next);
    ++revision_;
  }
  void die();

  class Silent final : public Events {
    void emit(const Event&) override {}
  };

  World& world_;
  Scenario scenario_;
  Judge& judge_;
  Desired original_;
  Desired desired_;
  Desired next_;
  std::uint64_t revision_ = 0;
  Swept swept_;
  std::optional<Breakers> breakers_;
  Account account_{13, "5Hotkey"};
  SimStore store_{world_};
  SimChain chain_{world_};
  SimBuffer buffer_{world_};
  SimClock clock_{world_};
  SimPublicReader readers_{world_};
  FatedJournal journal_{world_};
  SimChecker checker_;
  SimSigner key_{"5Hotkey"};
  FatedSigner signer_{world_, key_};
  Silent events_;
  std::unique_ptr<Disguise> disguise_;
};

}  // namespace reconcile::sim
