#include "tests/contract/object_store_contract.h"

#include "tests/contract/directory_fixture.h"

#include "reconciler/sim/faulty.h"
#include "reconciler/sim/sim_store.h"

namespace reconcile::contract {
namespace {

class SimFixture : public StoreFixture {
 public:
  ObjectStore& store() override { return store_; }
  LiveRule foreign_rule() override {
    LiveRule live;
    live.rule = {"foreign", "logs/", Seconds(86400 * 7), std::nullopt};
    live.understood = false;
    live.raw = "id=foreign\nexpire_days=7\nprefix=logs/\ntag=short\n";
    return live;
  }
  bool age(const ObjectKey&, Seconds by) override {
    world_.advance(by);
    return true;
  }

 private:
  sim::World world_{{}};
  sim::SimStore store_{world_};
};

/// A decorator whose script is empty changes nothing.
class FaultyFixture final : public SimFixture {
 public:
  ObjectStore& store() override { return faulty_; }

 private:
  sim::FaultScript script_;
  sim::FaultyStore faulty_{SimFixture::store(), script_};
};

template <class Fixture>
StoreFactory factory(const char* name) {
  return {name, [] { return std::make_unique<Fixture>(); }};
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(All, ObjectStoreContract,
                         testing::Values(factory<DirectoryFixture>("directory"), factory<SimFixture>("sim"),
                                         factory<FaultyFixture>("faulty")),
                         store_name);

}  // namespace reconcile::contract
