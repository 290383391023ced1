#include "reconciler/cli/chains.h"

#include "reconciler/directory/ledger.h"

namespace reconcile::cli {
namespace {

tl::unexpected<Error> not_yet() {
  return fail(Fault::kUnsupported, "committing to a Substrate chain is not yet carried out",
              "use `network: ledger`, or `strategy: none` to keep only the bucket in order");
}

}  // namespace

std::string network_of(const CommitmentSpec& commitment) {
  switch (commitment.network) {
    case Network::kFinney:
      return "finney";
    case Network::kTest:
      return "test";
    case Network::kLocal:
      return "local";
    case Network::kCustom:
      return "custom " + commitment.genesis_hash;
    case Network::kLedger:
      break;
  }
  return "ledger " + commitment.ledger.string();
}

Result<Account> account_of(const CommitmentSpec& commitment) {
  if (!commitment.wallet.ss58_address.empty())
    return Account{commitment.netuid, commitment.wallet.ss58_address};
  if (commitment.network ==
      Network::kLedger)  // the ledger knows no keys: the wallet's names tell accounts apart
    return Account{commitment.netuid, commitment.wallet.name + "/" + commitment.wallet.hotkey};
  return not_yet();
}

Result<std::unique_ptr<ChainReader>> open_chain_reader(const Publication& publication) {
  const CommitmentSpec& commitment = *publication.desired.commitment;
  if (commitment.network == Network::kLedger)
    return std::unique_ptr<ChainReader>(std::make_unique<directory::LedgerReader>(commitment.ledger));
  return not_yet();
}

Result<std::unique_ptr<Chain>> open_chain(const Publication& publication, Clock& clock) {
  const CommitmentSpec& commitment = *publication.desired.commitment;
  if (commitment.network == Network::kLedger)
    return std::unique_ptr<Chain>(std::make_unique<directory::Ledger>(commitment.ledger, clock));
  return not_yet();
}

}  // namespace reconcile::cli
