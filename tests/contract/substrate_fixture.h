#pragma once
// A Substrate chain for the contract: a development node that makes a block each 20 ms, //Alice and //Bob
// registered on netuids 13 and 14.

#include "tests/chain/support/devnode.h"
#include "tests/contract/chain_contract.h"
#include <thread>

#include "reconciler/chain/keys/key_file.h"
#include "reconciler/chain/keys/keypair.h"
#include "reconciler/chain/keys/ss58.h"
#include "reconciler/chain/node/substrate_chain.h"
#include "reconciler/chain/rpc/endpoints.h"

namespace reconcile::contract {

enum class Carrier { kHttp, kWebSocket };

class SubstrateFixture final : public ChainFixture {
 public:
  explicit SubstrateFixture(Carrier carrier)
      : node_({"--block-ms", "20", "--netuid", "13", "--netuid", "14", "--register", "13://Alice",
               "--register", "13://Bob", "--register", "14://Alice"}),
        carrier_(carrier) {}

  Chain& chain() override { return both_; }
  Account account() override { return {13, address("//Alice")}; }
  Account other_hotkey() override { return {13, address("//Bob")}; }
  Account other_netuid() override { return {14, address("//Alice")}; }

 private:
  static chain::Keypair key(const std::string& path) {
    // The phrase that every Substrate development chain uses (sp_core::crypto::DEV_PHRASE).
    return chain::open_key("bottom drive obey lake curtain smoke basket hold race lonely fit walk", {})
        .value()
        .derive(path)
        .value();
  }
  static std::string address(const std::string& path) { return chain::to_ss58(key(path).account()); }

  /// One SubstrateChain signs for one hotkey; the contract speaks with two.
  class OfEither final : public Chain {
   public:
    explicit OfEither(SubstrateFixture& fixture) : fixture_(fixture) {}
    Result<ChainView> observe(const Account& account) override { return of(account).observe(account); }
    Result<Inclusion> commit(const Account& account, const Commitment& commitment) override {
      return of(account).commit(account, commitment);
    }

   private:
    Chain& of(const Account& account) {
      std::unique_ptr<Chain>& chain = chains_[account.hotkey];
      if (!chain) chain = fixture_.open(account.hotkey == address("//Bob") ? "//Bob" : "//Alice");
      return *chain;
    }
    SubstrateFixture& fixture_;
    std::map<std::string, std::unique_ptr<Chain>> chains_;
  };

  std::unique_ptr<Chain> open(const std::string& path) {
    const std::string endpoint = carrier_ == Carrier::kHttp ? node_.http() : node_.ws();
    auto rpc = chain::connect({.endpoints = {endpoint}, .expected_genesis = node_.genesis()});
    if (!rpc) throw std::runtime_error(rpc.error().cause);
    return std::make_unique<chain::SubstrateChain>(
        *std::move(rpc),
        chain::SubstrateOptions{.network = "devnode",
                                .open_key = [path] { return Result<chain::Keypair>(key(path)); },
                                .pause =
                                    [](std::chrono::milliseconds wait) {
                                      std::this_thread::sleep_for(wait);  // polling, bounded by the era
                                      return true;
                                    },
                                .poll_max = std::chrono::milliseconds(20)});
  }

  chain::testing::DevNode node_;
  Carrier carrier_;
  OfEither both_{*this};
};

}  // namespace reconcile::contract
