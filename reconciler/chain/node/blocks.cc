#include "reconciler/chain/node/blocks.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/chain/node/answers.h"

namespace reconcile::chain {
namespace {

using Json = nlohmann::json;

// A Substrate block is at most 5 MiB by default (BlockLength); as hex in JSON that doubles.
constexpr CallLimits kBlockLimits{Bytes(64u << 20), std::chrono::milliseconds(60'000)};

}  // namespace

Result<BlockRef> finalized_head(Rpc& rpc) {
  TRY_ASSIGN(const Json answer, rpc.ask("chain_getFinalizedHead", Json::array(), {}));
  TRY_ASSIGN(const BlockHash hash, hash_in(answer, "chain_getFinalizedHead"));
  TRY_ASSIGN(const Json header, rpc.ask("chain_getHeader", Json::array({hex_of(hash.get())}), {}));
  TRY_ASSIGN(const Json* number, member_of(header, "number", "chain_getHeader"));
  TRY_ASSIGN(const std::uint64_t block, block_number_in(*number, "a header's number"));
  return BlockRef{block, hash};
}

Result<BlockHash> block_hash(Rpc& rpc, std::uint64_t number) {
  TRY_ASSIGN(const Json answer, rpc.ask("chain_getBlockHash", Json::array({number}), {}));
  if (answer.is_null())
    return fail(Fault::kTransient, fmt::format("the node does not know block {}", number),
                "it may lag behind; the next pass asks again");
  return hash_in(answer, "chain_getBlockHash");
}

Result<std::optional<std::uint32_t>> place_in_block(Rpc& rpc, const BlockHash& block, ByteView extrinsic) {
  TRY_ASSIGN(const Json answer, rpc.ask("chain_getBlock", Json::array({hex_of(block.get())}), kBlockLimits));
  if (answer.is_null())
    return fail(Fault::kTransient, "the node no longer has block " + hex_of(block.get()),
                "use an endpoint that keeps more blocks");
  TRY_ASSIGN(const Json* body, member_of(answer, "block", "chain_getBlock"));
  TRY_ASSIGN(const Json* extrinsics, member_of(*body, "extrinsics", "chain_getBlock"));
  if (!extrinsics->is_array())
    return fail(Fault::kCorrupt, "chain_getBlock: the extrinsics are no list", "check the endpoint");
  const std::string wanted = hex_of(extrinsic);
  std::uint32_t place = 0;
  for (const Json& one : *extrinsics) {
    if (const auto* text = one.get_ptr<const std::string*>(); text && *text == wanted)
      return std::optional(place);
    ++place;
  }
  return std::optional<std::uint32_t>();
}

}  // namespace reconcile::chain
