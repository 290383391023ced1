// status: what stands on chain for a hotkey, or for every hotkey of a subnet. Reads only; needs no key.

#include "reconciler/chain/node/reader.h"
#include "reconciler/chain/rpc/endpoints.h"
#include "reconciler/cli/commands.h"
#include "reconciler/cli/networks.h"
#include "reconciler/cli/wallet.h"
#include "reconciler/report/commitments.h"

namespace reconcile::cli {
namespace {

struct Question {
  CommitmentSpec where;  ///< network, endpoints, genesis
  std::uint16_t netuid = 0;
  std::string hotkey;  ///< empty: all
};

Result<Question> from_options(const Options& options) {
  if (options.netuid < 0)
    return fail(Fault::kInvalidInput, "status of which subnet?",
                "name it: --netuid 13, or a manifest with -f");
  Question out;
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

Result<Question> from_manifest(const Publication& publication) {
  if (!publication.desired.commitment)
    return fail(Fault::kInvalidInput, publication.desired.name + " commits nothing",
                "name a subnet: --netuid");
  Question out;
  out.where = *publication.desired.commitment;
  if (out.where.network == Network::kLedger)
    return fail(Fault::kUnsupported, publication.desired.name + " commits to a ledger, which is a text file",
                "read " + out.where.ledger.string());
  TRY_ASSIGN(const Account account, account_of(out.where));
  out.netuid = account.netuid;
  out.hotkey = account.hotkey;
  return out;
}

Result<CommitmentsReport> answer(const Question& question) {
  TRY_ASSIGN(std::string genesis, genesis_of(question.where, {}));
  const bool is_pinned = !genesis.empty();
  TRY_ASSIGN(std::shared_ptr<chain::Rpc> rpc, chain::connect({.endpoints = endpoints_of(question.where),
                                                              .expected_genesis = std::move(genesis)}));
  chain::SubstrateReader reader(rpc, network_of(question.where));
  CommitmentsReport out;
  out.network = network_of(question.where);
  out.netuid = question.netuid;
  out.hotkey = question.hotkey;
  if (question.hotkey.empty()) {
    TRY_ASSIGN(const chain::Snapshot now, reader.snapshot());
    out.block = now.block.number;
    TRY_ASSIGN(const std::vector<chain::ListedCommitment> all, reader.all_of(question.netuid, now));
    for (const chain::ListedCommitment& one : all) out.commitments.push_back({one.hotkey, one.commitment});
    if (!is_pinned) out.notes = rpc->notes();
    return out;
  }
  TRY_ASSIGN(ChainView view, reader.observe({question.netuid, question.hotkey}));
  out.block = view.finalized_block;
  out.registered = view.registered;
  out.budget = view.budget;
  if (view.commitment) out.commitments.push_back({question.hotkey, *std::move(view.commitment)});
  out.notes = std::move(view.notes);
  if (!view.subnet_exists) out.notes.push_back("this netuid does not exist");
  return out;
}

}  // namespace

ExitCode status_command(const Options& options, const std::vector<Publication>& publications,
                        Console& console) {
  std::vector<Result<Question>> questions;
  if (publications.empty()) questions.push_back(from_options(options));
  for (const Publication& publication : publications) questions.push_back(from_manifest(publication));
  ExitCode code = kOk;
  for (const Result<Question>& question : questions) {
    const Result<CommitmentsReport> report =
        question ? answer(*question) : Result<CommitmentsReport>(fail(question.error()));
    if (!report) {
      console.error(report.error());
      code = kError;
      continue;
    }
    const LayoutOptions layout{
        .color = console.color_out(), .width = static_cast<std::size_t>(console.width()), .show_all = true};
    console.out(options.output == Output::kJson ? print_commitments_json(*report)
                                                : print_commitments(*report, layout));
  }
  return code;
}

}  // namespace reconcile::cli
