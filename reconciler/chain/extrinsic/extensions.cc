#include "reconciler/chain/extrinsic/extensions.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "reconciler/chain/metadata/value.h"
#include "reconciler/chain/scale/writer.h"

namespace reconcile::chain {
namespace {

// Without these a signature would not be bound to the runtime, the network, a time or a turn.
constexpr std::array<std::string_view, 5> kRequired = {"CheckSpecVersion", "CheckTxVersion", "CheckGenesis",
                                                       "CheckMortality", "CheckNonce"};

struct Encoded {
  ByteVector explicit_bytes, implicit_bytes;
};

// The extensions with bytes, by identifier (frame_system, pallet_transaction_payment,
// frame_metadata_hash_extension).
std::optional<Encoded> encode_known(std::string_view identifier, const SigningContext& context) {
  if (identifier == "CheckSpecVersion") return Encoded{{}, Writer().u32(context.spec_version).take()};
  if (identifier == "CheckTxVersion") return Encoded{{}, Writer().u32(context.transaction_version).take()};
  if (identifier == "CheckGenesis") return Encoded{{}, Writer().bytes(context.genesis.get()).take()};
  if (identifier == "CheckMortality") {
    return Encoded{context.era.encode(), Writer().bytes(context.era_birth_hash.get()).take()};
  }
  if (identifier == "CheckNonce") return Encoded{Writer().compact(context.nonce).take(), {}};
  if (identifier == "ChargeTransactionPayment") return Encoded{Writer().compact(context.tip).take(), {}};
  if (identifier == "CheckMetadataHash")
    return Encoded{Writer().u8(0).take(), Writer().u8(0).take()};  // Disabled, None
  return std::nullopt;
}

tl::unexpected<Error> refuse(const std::string& what) {
  return fail(Fault::kUnsupported, what + ": nothing is signed",
              "the runtime is newer than this program: update it");
}

Result<Encoded> encode(const Metadata& metadata, const SignedExtension& extension,
                       const SigningContext& context) {
  const std::string name(extension.identifier);
  auto known = encode_known(extension.identifier, context);
  if (!known) {
    if (metadata.is_zero_sized(extension.explicit_type) && metadata.is_zero_sized(extension.implicit_type)) {
      return Encoded{};
    }
    return refuse("the runtime's signed extension " + name + " is unknown and takes bytes");
  }
  // Read back by the runtime's own types: an extension that kept its name and changed its bytes is caught
  // here.
  if (!decode_whole(metadata, extension.explicit_type, known->explicit_bytes) ||
      !decode_whole(metadata, extension.implicit_type, known->implicit_bytes)) {
    return refuse("the runtime's signed extension " + name + " takes other bytes than the ones known");
  }
  return *std::move(known);
}

}  // namespace

Result<ExtensionBytes> encode_extensions(const Metadata& metadata, const SigningContext& context) {
  const auto& extensions = metadata.extrinsic().extensions;
  for (std::string_view required : kRequired) {
    const auto times = std::count_if(extensions.begin(), extensions.end(),
                                     [&](const SignedExtension& one) { return one.identifier == required; });
    if (times != 1)
      return refuse("the runtime's signed extensions do not have " + std::string(required) + " once");
  }
  Writer explicit_bytes, implicit_bytes;
  for (const SignedExtension& extension : extensions) {
    TRY_ASSIGN(const Encoded encoded, encode(metadata, extension, context));
    explicit_bytes.bytes(encoded.explicit_bytes);
    implicit_bytes.bytes(encoded.implicit_bytes);
  }
  return ExtensionBytes{explicit_bytes.take(), implicit_bytes.take()};
}

}  // namespace reconcile::chain
