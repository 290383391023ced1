// Metadata and the values read by it. The first four bytes tell how long the metadata is; what follows it is
// read as values of its types.

#include "fuzz.h"

#include "reconciler/chain/commitment/stored.h"
#include "reconciler/chain/events/events.h"
#include "reconciler/chain/extrinsic/extrinsic.h"
#include "reconciler/chain/metadata/metadata.h"
#include "reconciler/chain/metadata/value.h"

using namespace reconcile;
using namespace reconcile::chain;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Reader in(ByteView(data, size));
  const auto length = in.u32();
  if (!length) return 0;
  const std::size_t head = *length < in.remaining() ? *length : in.remaining();
  const ByteView bytes = ByteView(data, size).subspan(4, head);
  const ByteView rest = ByteView(data, size).subspan(4 + head);

  const auto metadata = Metadata::decode(ByteVector(bytes.begin(), bytes.end()));
  if (!metadata) return 0;
  for (TypeId id = 0; id < metadata->type_count() && id < 64; ++id) {
    const auto value = decode_whole(*metadata, id, rest);
    if (value) law(value->end == rest.size(), "a whole value ends where its bytes do");
    if (value && metadata->is_zero_sized(id)) law(rest.empty(), "a type of no size takes no bytes");
  }
  (void)read_commitment(*metadata, rest);
  if (const auto events = events_of(*metadata, rest, 0)) (void)failure_in(*metadata, *events);
  const CommitmentField field = RawField{{'a'}};
  const auto extrinsic = prepare_set_commitment(*metadata, 13, std::span(&field, 1), {});
  if (extrinsic) law(extrinsic->payload.size() >= extrinsic->call.size(), "the payload begins with the call");
  return 0;
}
