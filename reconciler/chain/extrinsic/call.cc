#include "reconciler/chain/extrinsic/call.h"

#include <string>

#include "reconciler/chain/commitment/stored.h"
#include "reconciler/chain/metadata/value.h"
#include "reconciler/chain/scale/writer.h"

namespace reconcile::chain {
namespace {

tl::unexpected<Error> other_shape(const std::string& what) {
  return fail(Fault::kUnsupported, "Commitments.set_commitment: " + what + ": nothing is signed",
              "the runtime is newer or older than this program: update it, or check the endpoint");
}

// u16, bare or inside structs of one field (NetUid(u16)). The depth bound also ends types that contain
// themselves.
bool is_u16(const Metadata& metadata, TypeId id) {
  for (int depth = 0; depth < 8; ++depth) {
    const Type& type = metadata.type(id);
    if (const auto* primitive = std::get_if<Primitive>(&type.shape)) return *primitive == Primitive::kU16;
    const auto* composite = std::get_if<CompositeType>(&type.shape);
    if (!composite || composite->fields.size() != 1) return false;
    id = composite->fields.front().type;
  }
  return false;
}

Result<void> check_field_count(const Metadata& metadata, std::size_t fields) {
  TRY_ASSIGN(const Constant* constant, metadata.constant("Commitments", "MaxFields"));
  Reader in(constant->value);
  TRY_ASSIGN(const std::uint32_t fields_max, in.u32());
  if (fields <= fields_max) return {};
  return fail(
      Fault::kInvalidInput,
      "a commitment of " + std::to_string(fields) + " fields, the chain takes " + std::to_string(fields_max),
      "use fewer fields");
}

// The bytes must mean to the runtime what they mean to us.
Result<void> check_reads_back(const Metadata& metadata, TypeId type, const ByteVector& info,
                              std::span<const CommitmentField> fields) {
  const auto value = decode_whole(metadata, type, info);
  if (!value) return other_shape("its argument `info` is of another type");
  const auto read = stored_fields(*value, info);
  bool same = read && read->size() == fields.size();
  for (std::size_t i = 0; same && i < fields.size(); ++i) same = (*read)[i] == as_stored(fields[i]);
  if (!same) return other_shape("its argument `info` would be read as something else");
  return {};
}

}  // namespace

Result<ByteVector> set_commitment_call(const Metadata& metadata, std::uint16_t netuid,
                                       std::span<const CommitmentField> fields) {
  TRY_ASSIGN(const CallShape call, metadata.call("Commitments", "set_commitment"));
  if (call.arguments.size() != 2)
    return other_shape("it takes " + std::to_string(call.arguments.size()) + " arguments");
  if (!is_u16(metadata, call.arguments[0].type)) return other_shape("its argument `netuid` is not a u16");
  TRY(check_field_count(metadata, fields.size()));
  TRY_ASSIGN(const ByteVector info, encode_commitment_info(fields));
  TRY(check_reads_back(metadata, call.arguments[1].type, info, fields));
  return Writer().u8(call.pallet_index).u8(call.call_index).u16(netuid).bytes(info).take();
}

}  // namespace reconcile::chain
