#include "tests/contract/chain_contract.h"

#include "tests/contract/object_store_fixture.h"
#include "tests/contract/substrate_fixture.h"

#include "reconciler/directory/ledger.h"
#include "reconciler/sim/sim_chain.h"
#include "reconciler/sim/sim_clock.h"

namespace reconcile::contract {
namespace {

class LedgerFixture final : public ChainFixture {
 public:
  Chain& chain() override { return ledger_; }

 private:
  TemporaryFolder folder_;
  sim::World world_{{}};
  sim::SimClock clock_{world_};
  directory::Ledger ledger_{folder_.path() / "state" / "ledger.jsonl", clock_};
};

class SimChainFixture final : public ChainFixture {
 public:
  Chain& chain() override { return chain_; }

 private:
  sim::World world_{{}};
  sim::SimChain chain_{world_};
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(
    All, ChainContract,
    testing::Values(
        ChainFactory{"ledger", [] { return std::make_unique<LedgerFixture>(); }},
        ChainFactory{"sim", [] { return std::make_unique<SimChainFixture>(); }},
        ChainFactory{"substrate_http", [] { return std::make_unique<SubstrateFixture>(Carrier::kHttp); }},
        ChainFactory{"substrate_ws", [] { return std::make_unique<SubstrateFixture>(Carrier::kWebSocket); }}),
    chain_name);

}  // namespace reconcile::contract
