#include "reconciler/sim/process.h"

#include <algorithm>

namespace reconcile::sim {
namespace {

/// Of a service manager (RestartSec).
constexpr Seconds kRestart{30};
/// The longest from the end of one pass to the end of the next: the schedule's longest wait, beside a clock
/// that jumps, a suspension (scenario.cc), and an epoch of the chain, which its budget is waited for.
Seconds silence_max(const Desired& desired, const WorldOptions& options) {
  constexpr Seconds kJump{2 * 1200}, kSuspended{7200};
  const auto epoch = static_cast<std::int64_t>(options.epoch_blocks) * options.block_time;
  return 2 * desired.upload.cadence + kJump + kSuspended + epoch;
}

}  // namespace

/// Its clock ends it, its bell turns the world's clock, and it is watched.
class Process::Door final : public Clock, public Bell, public LoopWatcher {
 public:
  explicit Door(Process& process) : process_(process), heard_(process.world_.now) {}

  Instant now() override { return process_.world_.now + process_.world_.skew; }
  void sleep_for(Seconds duration) override { process_.world_.advance(duration); }
  bool stopping() override {
    return process_.killed_ || process_.judge_.broken() || (one_pass ? ended : process_.world_.now >= until);
  }
  Rings wait(Seconds most) override {
    const Seconds left = until - process_.world_.now;
    if (!stopping() && !one_pass) process_.world_.advance(std::clamp(most, Seconds(0), left));
    listen();
    Rings out;
    out.reload =
        process_.publication_.revision() != std::exchange(revision_, process_.publication_.revision());
    out.pass_now = std::exchange(asked, false);
    heeded = heeded || out.pass_now;
    return out;
  }
  void pass_begins(const PublicationStatus&, const std::string&) override {}
  void pass_ended(const PublicationStatus&, const Verdict&, const PassResult*) override {
    listen();
    heard_ = process_.world_.now;
    ended = heeded;  // one that was due anyway came first
  }
  void reloaded(const Error*) override {}

  Instant until;
  bool one_pass = false;
  bool heeded = false;
  bool ended = false;
  bool asked = false;

 private:
  void listen() {
    const Seconds silent = process_.world_.now - heard_;
    if (silent > silence_max(process_.publication_.desired(), process_.world_.options))
      process_.judge_.blame("L1", "the loop ended no pass for " + std::to_string(silent.count()) + " s");
  }

  Process& process_;
  Instant heard_;
  std::uint64_t revision_ = 0;
};

Process::Process(World& world, Publication& publication, Judge& judge, std::uint64_t seed)
    : world_(world), publication_(publication), judge_(judge), seed_(seed) {}

Process::~Process() = default;

LoopedPublication Process::looped() {
  LoopedPublication out;
  out.desired = publication_.manifest();
  out.pass = [this](const LoopedPublication::Request& request) -> Result<PassResult> {
    ++passes_;
    std::optional<PassResult> result = publication_.pass(allowances_, &request);
    killed_ = !result;
    if (killed_) return fail(Fault::kCancelled, "killed", "");  // heard by nobody: the loop ends with it
    last_ = *result;
    return *std::move(result);
  };
  return out;
}

void Process::start() {
  killed_ = false;
  door_ = std::make_unique<Door>(*this);
  const auto reload = [this]() -> Result<std::vector<LoopedPublication>> { return std::vector{looped()}; };
  loop_ = std::make_unique<Loop>(std::vector{looped()}, LoopPorts{*door_, *door_, *door_, reload},
                                 mix(seed_, 0x100b + restarts_));
}

void Process::live(Seconds time, bool asked) {
  const Instant until = world_.now + time;
  while (world_.now < until && !judge_.broken()) {
    if (!loop_) start();
    door_->until = until;
    door_->asked = asked;
    loop_->run();
    if (!killed_) continue;
    ++restarts_;
    loop_.reset();
    world_.advance(std::min(kRestart, std::max(Seconds(0), until - world_.now)));
  }
}

PassResult Process::pass(const Allowances& allowances) {
  if (!loop_) start();
  allowances_ = allowances;
  door_->one_pass = door_->asked = true;
  door_->ended = door_->heeded = false;
  loop_->run();
  door_->one_pass = false;
  return *last_;
}

}  // namespace reconcile::sim
