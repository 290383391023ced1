#include "reconciler/cli/committed.h"

#include "reconciler/chain/node/reader.h"
#include "reconciler/chain/rpc/endpoints.h"
#include "reconciler/cli/networks.h"
#include "reconciler/cli/wallet.h"
#include "reconciler/directory/ledger.h"

namespace reconcile::cli {
namespace {

void take(CommitmentsReport& out, ChainView view) {
  out.block = view.finalized_block;
  out.registered = view.registered;
  out.budget = view.budget;
  if (view.commitment) out.commitments.push_back({out.hotkey, *std::move(view.commitment)});
  out.notes = std::move(view.notes);
  if (!view.subnet_exists) out.notes.emplace_back("this netuid does not exist");
}

Result<void> read_all(chain::SubstrateReader& reader, CommitmentsReport& out) {
  TRY_ASSIGN(const chain::Snapshot now, reader.snapshot());
  out.block = now.block.number;
  out.block_hash = "0x" + to_hex(now.block.hash.get());
  TRY_ASSIGN(const std::vector<chain::ListedCommitment> all, reader.all_of(out.netuid, now));
  for (const chain::ListedCommitment& one : all) out.commitments.push_back({one.hotkey, one.commitment});
  return {};
}

}  // namespace

Result<ChainQuestion> question_of(const Options& options, const std::string& command) {
  if (options.netuid < 0)
    return fail(Fault::kInvalidInput, command + " of which subnet?",
                "name it: --netuid 13, or a manifest with -f");
  ChainQuestion out;
  out.netuid = static_cast<std::uint16_t>(options.netuid);
  out.hotkey = options.hotkey;
  const std::optional<Network> network =
      options.network.empty() ? std::optional(Network::kFinney) : network_named(options.network);
  if (!network)
    return fail(Fault::kInvalidInput, "--network " + options.network + ": no network of this name",
                "one of finney, test and local; any other by --endpoint");
  out.where.network = !options.endpoints.empty() && options.network.empty() ? Network::kCustom : *network;
  out.where.endpoints = options.endpoints;
  return out;
}

Result<ChainQuestion> question_of(const Publication& publication) {
  if (!publication.desired.commitment)
    return fail(Fault::kInvalidInput, publication.desired.name + " commits nothing",
                "name a subnet: --netuid");
  ChainQuestion out;
  out.where = *publication.desired.commitment;
  TRY_ASSIGN(const Account account, account_of(out.where));
  out.netuid = account.netuid;
  out.hotkey = account.hotkey;
  return out;
}

Result<CommitmentsReport> read_commitments(const ChainQuestion& question) {
  CommitmentsReport out;
  out.network = network_of(question.where);
  out.netuid = question.netuid;
  out.hotkey = question.hotkey;
  if (question.where.network == Network::kLedger) {
    TRY_ASSIGN(ChainView view,
               directory::LedgerReader(question.where.ledger).observe({out.netuid, out.hotkey}));
    take(out, std::move(view));
    return out;
  }
  TRY_ASSIGN(std::string genesis, genesis_of(question.where, {}));
  const bool is_pinned = !genesis.empty();
  TRY_ASSIGN(std::shared_ptr<chain::Rpc> rpc, chain::connect({.endpoints = endpoints_of(question.where),
                                                              .expected_genesis = std::move(genesis)}));
  chain::SubstrateReader reader(rpc, out.network);
  if (question.hotkey.empty()) {
    TRY(read_all(reader, out));
    if (!is_pinned) out.notes = rpc->notes();
    return out;
  }
  TRY_ASSIGN(ChainView view, reader.observe({question.netuid, question.hotkey}));
  take(out, std::move(view));
  TRY_ASSIGN(const chain::BlockHash hash, chain::block_hash(*rpc, out.block));
  out.block_hash = "0x" + to_hex(hash.get());
  return out;
}

}  // namespace reconcile::cli
