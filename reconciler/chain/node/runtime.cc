#include "reconciler/chain/node/runtime.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/chain/node/answers.h"

namespace reconcile::chain {
namespace {

using Json = nlohmann::json;

// Metadata::decode takes 16 MiB at most; as hex that doubles, and the envelope needs a little.
constexpr CallLimits kMetadataLimits{Bytes(33u << 20), std::chrono::milliseconds(120'000)};

Result<RuntimeVersion> version_at(Rpc& rpc, const std::string& block) {
  TRY_ASSIGN(const Json answer, rpc.ask("state_getRuntimeVersion", Json::array({block}), {}));
  TRY_ASSIGN(const Json* spec, member_of(answer, "specVersion", "state_getRuntimeVersion"));
  TRY_ASSIGN(const Json* transaction, member_of(answer, "transactionVersion", "state_getRuntimeVersion"));
  RuntimeVersion out;
  TRY_ASSIGN(out.spec, u32_in(*spec, "specVersion"));
  TRY_ASSIGN(out.transaction, u32_in(*transaction, "transactionVersion"));
  return out;
}

}  // namespace

Result<Runtime> RuntimeCache::at(const BlockHash& block) {
  const std::string hash = hex_of(block.get());
  TRY_ASSIGN(const RuntimeVersion version, version_at(rpc_, hash));
  if (last_ && last_->version == version) return *last_;
  TRY_ASSIGN(const Json answer, rpc_.ask("state_getMetadata", Json::array({hash}), kMetadataLimits));
  TRY_ASSIGN(ByteVector bytes, bytes_in(answer, "state_getMetadata"));
  Result<Metadata> metadata = Metadata::decode(std::move(bytes));
  if (!metadata)
    return fail(within(fmt::format("metadata of runtime {}", version.spec), std::move(metadata).error()));
  if (!metadata->pallet("Commitments"))
    return fail(Fault::kUnsupported,
                fmt::format("the chain (runtime {}) has no pallet Commitments", version.spec),
                "check the endpoint: it does not serve a Subtensor chain");
  last_ = Runtime{version, *std::move(metadata)};
  return *last_;
}

}  // namespace reconcile::chain
