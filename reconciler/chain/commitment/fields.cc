#include "reconciler/chain/commitment/fields.h"

#include <algorithm>
#include <string>

#include "reconciler/chain/scale/writer.h"

namespace reconcile::chain {
namespace {

// First bytes of Data (subtensor pallets/commitments/src/types.rs): 1 + N for RawN, then the digests and
// BigRaw. set_commitment_call compares them with the runtime's own metadata before anything is signed.
constexpr std::uint8_t kFirstRaw = 1;
constexpr std::uint8_t kFirstDigest = 130;
constexpr std::uint8_t kBigRaw = 136;

constexpr std::size_t kSpaceMin =
    100;  // what even the smallest commitment is charged: the pallet's set_commitment

tl::unexpected<Error> too_long(const std::string& kind, std::size_t size, std::size_t size_max) {
  return fail(Fault::kInvalidInput,
              "a " + kind + " field of " + std::to_string(size) + " bytes, the chain takes " +
                  std::to_string(size_max),
              "shorten it by " + std::to_string(size - size_max) + " bytes");
}

Result<void> encode(Writer& out, const RawField& field) {
  if (field.bytes.size() > kRawBytesMax) return too_long("Raw", field.bytes.size(), kRawBytesMax);
  out.u8(static_cast<std::uint8_t>(kFirstRaw + field.bytes.size())).bytes(field.bytes);
  return {};
}
Result<void> encode(Writer& out, const DigestField& field) {
  out.u8(static_cast<std::uint8_t>(kFirstDigest + static_cast<std::uint8_t>(field.kind))).bytes(field.digest);
  return {};
}
Result<void> encode(Writer& out, const BigRawField& field) {
  if (field.bytes.size() > kBigRawBytesMax) return too_long("BigRaw", field.bytes.size(), kBigRawBytesMax);
  out.u8(kBigRaw).byte_string(field.bytes);
  return {};
}

std::size_t space_of(const RawField& field) { return field.bytes.size(); }
std::size_t space_of(const DigestField& field) { return field.digest.size(); }
std::size_t space_of(const BigRawField& field) { return field.bytes.size(); }

}  // namespace

Result<ByteVector> encode_commitment_info(std::span<const CommitmentField> fields) {
  Writer out;
  out.compact(fields.size());
  for (const CommitmentField& field : fields) {
    TRY(std::visit([&](const auto& one) { return encode(out, one); }, field));
  }
  return out.take();
}

std::size_t commitment_space(std::span<const CommitmentField> fields) {
  std::size_t sum = 0;
  for (const CommitmentField& field : fields)
    sum += std::visit([](const auto& one) { return space_of(one); }, field);
  return std::max(kSpaceMin, sum);
}

}  // namespace reconcile::chain
