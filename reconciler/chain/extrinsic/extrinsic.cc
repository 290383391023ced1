#include "reconciler/chain/extrinsic/extrinsic.h"

#include <algorithm>
#include <string>

#include "reconciler/chain/extrinsic/call.h"
#include "reconciler/chain/hashing.h"
#include "reconciler/chain/scale/writer.h"

namespace reconcile::chain {
namespace {

constexpr std::uint8_t kVersion = 4;
constexpr std::uint8_t kSigned = 0x80;
constexpr std::uint8_t kMultiAddressId = 0;
constexpr std::size_t kPayloadBytesMax = 256;  // sp_runtime SignedPayload: above it, the hash is signed

tl::unexpected<Error> refuse(const std::string& what) {
  return fail(Fault::kUnsupported, "the runtime's extrinsic format: " + what + ": nothing is signed",
              "the runtime is newer than this program: update it");
}

bool has_case(const Type& type, std::string_view name, std::uint8_t index) {
  const auto* variants = std::get_if<VariantType>(&type.shape);
  return variants && std::any_of(variants->cases.begin(), variants->cases.end(), [&](const VariantCase& one) {
           return one.name == name && one.index == index;
         });
}

const Type* parameter(const Metadata& metadata, std::string_view name) {
  for (const TypeParameter& one : metadata.type(metadata.extrinsic().type).parameters) {
    if (one.name == name && one.type) return &metadata.type(*one.type);
  }
  return nullptr;
}

Result<void> check_format(const Metadata& metadata) {
  if (metadata.extrinsic().version != kVersion) {
    return refuse("version " + std::to_string(metadata.extrinsic().version) + ", this program writes 4");
  }
  const Type* address = parameter(metadata, "Address");
  if (!address || !has_case(*address, "Id", kMultiAddressId))
    return refuse("the address is not a MultiAddress");
  const Type* signature = parameter(metadata, "Signature");
  if (!signature || !has_case(*signature, "Ed25519", static_cast<std::uint8_t>(CryptoType::kEd25519)) ||
      !has_case(*signature, "Sr25519", static_cast<std::uint8_t>(CryptoType::kSr25519))) {
    return refuse("the signature is not a MultiSignature");
  }
  return {};
}

}  // namespace

Result<UnsignedExtrinsic> prepare_set_commitment(const Metadata& metadata, std::uint16_t netuid,
                                                 std::span<const CommitmentField> fields,
                                                 const SigningContext& context) {
  TRY(check_format(metadata));
  UnsignedExtrinsic out;
  TRY_ASSIGN(out.call, set_commitment_call(metadata, netuid, fields));
  TRY_ASSIGN(ExtensionBytes extensions, encode_extensions(metadata, context));
  out.explicit_bytes = std::move(extensions.explicit_bytes);
  out.payload = Writer().bytes(out.call).bytes(out.explicit_bytes).bytes(extensions.implicit_bytes).take();
  out.to_sign = out.payload;
  if (out.payload.size() > kPayloadBytesMax) {
    const auto digest = blake2_256(out.payload);
    out.to_sign.assign(digest.begin(), digest.end());
  }
  return out;
}

SignedExtrinsic assemble(const UnsignedExtrinsic& extrinsic, const AccountId& signer,
                         const Signature& signature) {
  Writer body;
  body.u8(kSigned | kVersion);
  body.u8(kMultiAddressId).bytes(signer.get());
  body.u8(static_cast<std::uint8_t>(signature.type)).bytes(signature.bytes);
  body.bytes(extrinsic.explicit_bytes).bytes(extrinsic.call);
  SignedExtrinsic out;
  out.bytes = Writer().byte_string(body.view()).take();
  out.hash = hash_of_extrinsic(out.bytes);
  return out;
}

ExtrinsicHash hash_of_extrinsic(ByteView bytes) { return ExtrinsicHash(blake2_256(bytes)); }

}  // namespace reconcile::chain
