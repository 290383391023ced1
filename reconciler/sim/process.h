#pragma once
// The publication's process: the real loop, with its schedule and back-off, on the world's time. It is killed
// and started again as a service manager would.

#include <memory>
#include <optional>

#include "reconciler/engine/loop.h"
#include "reconciler/sim/publication.h"

namespace reconcile::sim {

class Process {
 public:
  /// `seed` decides jitter and back-off.
  Process(World& world, Publication& publication, Judge& judge, std::uint64_t seed);
  ~Process();

  /// Lives for so long, in true time, or until a promise is broken. An operator may ask for a pass at the
  /// beginning.
  void live(Seconds time, bool asked);
  /// The operator asks for a pass and allows this much in it. Only where nothing can kill the process.
  PassResult pass(const Allowances& allowances);

  std::uint64_t passes() const { return passes_; }
  std::uint64_t restarts() const { return restarts_; }

 private:
  class Door;  ///< what the loop stands on

  void start();
  void run();
  LoopedPublication looped();

  World& world_;
  Publication& publication_;
  Judge& judge_;
  std::uint64_t seed_;
  std::uint64_t passes_ = 0;
  std::uint64_t restarts_ = 0;
  Allowances allowances_;
  std::optional<PassResult> last_;
  bool killed_ = false;
  std::unique_ptr<Door> door_;
  std::unique_ptr<Loop> loop_;
};

}  // namespace reconcile::sim
