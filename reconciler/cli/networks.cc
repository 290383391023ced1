#include "reconciler/cli/networks.h"

#include <filesystem>

#include "reconciler/base/bytes.h"
#include "reconciler/chain/rpc/endpoints.h"

namespace reconcile::cli {
namespace {

constexpr Bytes kGenesisFileMax{256};

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
      return commitment.genesis_hash.empty() ? "custom" : "custom " + commitment.genesis_hash;
    case Network::kLedger:
      break;
  }
  return "ledger " + commitment.ledger.string();
}

std::optional<Network> network_named(const std::string& name) {
  if (name == "finney") return Network::kFinney;
  if (name == "test") return Network::kTest;
  if (name == "local") return Network::kLocal;
  return std::nullopt;
}

std::vector<std::string> endpoints_of(const CommitmentSpec& commitment) {
  if (!commitment.endpoints.empty()) return commitment.endpoints;
  // opentensor/bittensor, bittensor/core/settings.py: the SDK's own defaults.
  switch (commitment.network) {
    case Network::kFinney:
      return {"wss://entrypoint-finney.opentensor.ai:443", "wss://lite.sub.latent.to:443"};
    case Network::kTest:
      return {"wss://test.finney.opentensor.ai:443"};
    case Network::kLocal:
      return {"ws://127.0.0.1:9944"};
    case Network::kCustom:
    case Network::kLedger:
      break;
  }
  return {};
}

Result<std::string> genesis_of(const CommitmentSpec& commitment, const Path& learned) {
  if (!commitment.genesis_hash.empty()) return commitment.genesis_hash;
  if (commitment.network == Network::kFinney) return std::string(chain::kFinneyGenesis);
  if (commitment.network == Network::kTest) return std::string(chain::kTestGenesis);
  const Result<std::string> kept = read_file(learned, kGenesisFileMax);
  if (!kept && kept.error().fault == Fault::kNotFound) return std::string();
  if (!kept) return fail(kept.error());
  const std::string genesis = kept->substr(0, kept->find('\n'));
  if (!genesis.starts_with("0x") || !sha256_from_hex(genesis.substr(2)))
    return fail(Fault::kCorrupt, learned.string() + " holds no genesis hash",
                "write genesisHash in the manifest and remove the file");
  return genesis;
}

Result<void> keep_genesis(const Path& learned, const std::string& genesis) {
  std::error_code ignored;
  if (std::filesystem::exists(learned, ignored)) return {};
  return write_file_atomically(learned, genesis + "\n");
}

}  // namespace reconcile::cli
