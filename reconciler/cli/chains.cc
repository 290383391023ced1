#include "reconciler/cli/chains.h"

#include "reconciler/chain/rpc/endpoints.h"
#include "reconciler/cli/system_clock.h"
#include "reconciler/directory/ledger.h"

namespace reconcile::cli {
namespace {

struct Link {
  std::shared_ptr<chain::Rpc> rpc;
  bool is_pinned = false;
};

Result<Link> connect(const CommitmentSpec& commitment, const Path& learned) {
  TRY_ASSIGN(std::string genesis, genesis_of(commitment, learned));
  const bool is_pinned = !genesis.empty();
  TRY_ASSIGN(std::unique_ptr<chain::Rpc> rpc,
             chain::connect({.endpoints = endpoints_of(commitment), .expected_genesis = std::move(genesis)}));
  return Link{std::move(rpc), is_pinned};
}

}  // namespace

Result<std::unique_ptr<ChainReader>> open_chain_reader(const CommitmentSpec& commitment,
                                                       const Path& learned) {
  if (commitment.network == Network::kLedger)
    return std::unique_ptr<ChainReader>(std::make_unique<directory::LedgerReader>(commitment.ledger));
  TRY_ASSIGN(Link link, connect(commitment, learned));
  return std::unique_ptr<ChainReader>(
      std::make_unique<chain::SubstrateReader>(std::move(link.rpc), network_of(commitment)));
}

Result<std::unique_ptr<Chain>> open_chain(const Publication& publication, const Path& learned, Clock& clock) {
  const CommitmentSpec& commitment = *publication.desired.commitment;
  if (commitment.network == Network::kLedger)
    return std::unique_ptr<Chain>(std::make_unique<directory::Ledger>(commitment.ledger, clock));
  TRY_ASSIGN(Link link, connect(commitment, learned));
  chain::SubstrateOptions options{.network = network_of(commitment),
                                  .keep_genesis =
                                      [learned, known = link.is_pinned](const std::string& genesis) {
                                        return known ? Result<void>() : keep_genesis(learned, genesis);
                                      },
                                  .open_key = key_opener(publication),
                                  .pause = wait_for};
  return std::unique_ptr<Chain>(
      std::make_unique<chain::SubstrateChain>(std::move(link.rpc), std::move(options)));
}

}  // namespace reconcile::cli
