// The real planner and engine in a seeded world with faults. Judged by the world, never by a plan: a planner
// that does nothing must fail here. A failing seed is printed; it replays exactly.

#include <gtest/gtest.h>

#include "reconciler/base/sha256.h"
#include "reconciler/engine/pass.h"
#include "reconciler/sim/sim_buffer.h"
#include "reconciler/sim/sim_chain.h"
#include "reconciler/sim/sim_clock.h"
#include "reconciler/sim/sim_journal.h"
#include "reconciler/sim/sim_store.h"

namespace reconcile {
namespace {

using sim::World;

class Silent final : public Events {
 public:
  void emit(const Event&) override {}
};

Desired wish() {
  Desired out;
  out.name = "sim";
  out.source = "sim.yaml";
  out.bucket.provider = Provider::kS3;
  out.bucket.name = "sim";
  out.bucket.create = true;
  out.bucket.lifecycle.rules = {{"ExpireOldData", "data/", Seconds(std::chrono::days(14)), std::nullopt}};
  CommitmentSpec commitment;
  commitment.network = Network::kLedger;
  commitment.netuid = 13;
  out.commitment = commitment;
  return out;
}

/// One publication in one world, with everything that was ever written to the buffer remembered.
class Simulation {
 public:
  explicit Simulation(sim::WorldOptions options) : world(options), desired(wish()) {}

  void scrape(const std::string& name, const std::string& content) {
    world.write_file(name, content);
    written.insert_or_assign(content, world.now);
  }

  PassResult pass() {
    WritePorts ports{store, &chain, buffer, journal, clock, readers, events};
    PassOptions options;
    options.apply.parallelism = 1;  // one thread: a seed replays exactly
    const std::size_t released_before = world.folder.released.size();
    const PassResult result = run_pass(desired, {"s3://sim", account, std::nullopt, {}}, ports, options);
    if (world.folder.released.size() != released_before) check_releases();
    return result;
  }

  /// The index that the finalized commitment names, read as any reader would.
  std::optional<Index> committed_index() {
    const sim::Faults faults = std::exchange(world.options.faults, {});
    std::optional<Index> out;
    const ChainView view = chain.observe(account).value();
    if (view.commitment) {
      const std::string text = describe(*view.commitment);
      const std::string url = text.substr(text.rfind('|') + 1);
      const Result<std::string> body = readers.fetch(url, Bytes(1 << 20));
      if (body &&
          text.find(to_base64url(ByteView(sha256_of(std::string_view(*body)).get()))) != std::string::npos)
        out = parse_index(*body).value();
    }
    world.options.faults = faults;
    return out;
  }

  /// S1, S2: whatever left the buffer is named by the finalized index, and its very bytes are in the bucket.
  void check_releases() {
    const std::optional<Index> index = committed_index();
    ASSERT_TRUE(index) << "something was released and no finalized commitment leads to an index";
    std::set<Sha256> named;
    for (const IndexEntry& entry : index->objects) {
      const auto object = world.bucket.objects.find(entry.key.get());
      ASSERT_NE(object, world.bucket.objects.end())
          << "the committed index names what is not there: " << entry.key.get();
      ASSERT_EQ(object->second.sha256, entry.sha256);
      named.insert(entry.sha256);
    }
    for (const auto& [content, when] : written) {
      const bool may_have_expired = world.now - when > std::chrono::days(14) - expiry_margin_of(desired);
      if (in_buffer(content) || may_have_expired) continue;
      EXPECT_TRUE(named.contains(sha256_of(std::string_view(content)))) << "lost: " << content;
    }
  }

  bool in_buffer(const std::string& content) const {
    for (const auto& [name, file] : world.folder.files)
      if (*file.content == content) return true;
    return false;
  }

  World world;
  Desired desired;
  Account account{13, "5Hotkey"};
  sim::SimStore store{world};
  sim::SimChain chain{world};
  sim::SimBuffer buffer{world};
  sim::SimClock clock{world};
  sim::SimPublicReader readers{world};
  sim::SimJournal journal;
  Silent events;
  std::map<std::string, Instant> written;  // content, and when it was scraped
};

sim::WorldOptions options_for(std::uint64_t seed) {
  sim::WorldOptions out;
  out.seed = seed;
  sim::Random random(seed ^ 0x9e3779b97f4a7c15ull);
  const auto upto = [&](std::uint64_t most) { return static_cast<int>(random.below(most + 1)); };
  out.faults = {.fail_before = upto(20),
                .fail_after = upto(20),
                .throttle = upto(10),
                .truncate_list = upto(30),
                .stale_read = 0,
                .drop_extrinsic = upto(30),
                .lose_extrinsic = upto(30)};
  out.page_keys = 1 + random.below(5);
  return out;
}

void one_seed(std::uint64_t seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  Simulation simulation(options_for(seed));
  sim::Random script(seed);
  for (int step = 0; step < 12; ++step) {
    const std::uint64_t files = script.below(3);
    for (std::uint64_t i = 0; i < files; ++i) {
      const std::string name = "f" + std::to_string(script.below(6)) + ".parquet";
      if (simulation.world.folder.files.contains(name))
        continue;  // a scraper does not write over a finished file
      simulation.scrape(name, "content " + std::to_string(script.next()));
    }
    simulation.world.advance(Seconds(60 + static_cast<std::int64_t>(script.below(1200))));
    if (script.roll(10)) simulation.journal = {};
    simulation.pass();
    if (::testing::Test::HasFatalFailure()) return;
  }
  // L1: faults stop, the world stops changing: converged within 3 passes, and stays so.
  simulation.world.options.faults = {};
  simulation.world.advance(Seconds(3600));
  PassResult last;
  int passes = 0;
  do {
    last = simulation.pass();
    ++passes;
  } while (!last.plan.empty() && passes < 4);
  EXPECT_TRUE(last.plan.empty()) << "not converged after 3 passes: "
                                 << (last.plan.refusals.empty() ? address_of(last.plan.steps.front().action)
                                                                : last.plan.refusals.front().error.cause);
  EXPECT_TRUE(simulation.world.folder.files.empty());
  simulation.check_releases();
  // S9: nothing more is sent.
  simulation.world.forget_calls();
  simulation.pass();
  EXPECT_TRUE(simulation.world.writes().empty());
}

TEST(Simulation, ConvergesWithoutLossUnderFaultsForEverySeed) {
  for (std::uint64_t seed = 0; seed < 100 && !::testing::Test::HasFailure(); ++seed) one_seed(seed);
}

TEST(Simulation, CommitsOncePerChangeWhenNothingFails) {
  Simulation simulation({});
  for (int i = 0; i < 5; ++i) {
    simulation.scrape("f" + std::to_string(i) + ".parquet", "content " + std::to_string(i));
    simulation.world.advance(Seconds(1200));
    simulation.pass();
    simulation.pass();
  }
  EXPECT_EQ(simulation.world.chain.included.size(), 5u);
}

TEST(Simulation, AReaderWhoFollowsTheCommitmentNeverMeetsA404WhileObjectsExpire) {
  sim::WorldOptions options;
  options.store.lifecycle_enforced = true;
  Simulation simulation(options);
  for (int day = 0; day < 40; ++day) {
    simulation.scrape("d" + std::to_string(day) + ".parquet", "day " + std::to_string(day));
    for (int pass = 0; pass < 4; ++pass) {
      simulation.world.advance(Seconds(6 * 3600));
      simulation.pass();
      const std::optional<Index> index = simulation.committed_index();
      if (!index) continue;
      for (const IndexEntry& entry : index->objects)
        ASSERT_TRUE(simulation.world.bucket.objects.contains(entry.key.get()))
            << "day " << day << ": " << entry.key.get();
    }
  }
  EXPECT_FALSE(simulation.world.bucket.expired.empty())
      << "the provider's lifecycle never ran: nothing was proved";
}

}  // namespace
}  // namespace reconcile
