#include "reconciler/chain/metadata/metadata.h"

#include "reconciler/chain/metadata/decode.h"

namespace reconcile::chain {
namespace {

// A genuine runtime's metadata is near 300 KB; 16 MiB leaves room for fifty times that.
constexpr std::size_t kMetadataBytesMax = 16u << 20;
constexpr std::uint32_t kMagic = 0x6174656d;  // "meta", little-endian
constexpr std::uint8_t kVersion = 14;

// The head is checked before anything else, so that another version is refused by name and not as corrupt
// bytes.
Result<void> check_head(Reader& in) {
  auto magic = in.u32();
  if (!magic || *magic != kMagic) {
    return fail(Fault::kCorrupt, "the bytes are not runtime metadata: they do not begin with \"meta\"",
                "ask for metadata by state_getMetadata and undo the hex");
  }
  TRY_ASSIGN(const std::uint8_t version, in.u8());
  if (version != kVersion) {
    return fail(Fault::kUnsupported, "metadata is V" + std::to_string(version) + ", this program reads V14",
                "ask for V14 by state_getMetadata");
  }
  return {};
}

}  // namespace

Result<Metadata> Metadata::decode(ByteVector bytes) {
  if (bytes.size() > kMetadataBytesMax) {
    return fail(Fault::kCorrupt,
                "metadata of " + std::to_string(bytes.size()) + " bytes, at most 16 MiB are read",
                "check that the endpoint is a Subtensor node");
  }
  auto content = std::make_shared<Content>();
  content->bytes = std::move(bytes);
  MetadataReader reader{Reader(content->bytes)};
  const auto named = [](auto result) {
    if (!result) result.error() = within("metadata V14", std::move(result.error()));
    return result;
  };
  TRY(check_head(reader.in));
  TRY_ASSIGN(content->types, named(decode_types(reader)));
  TRY_ASSIGN(content->pallets, named(decode_pallets(reader)));
  TRY_ASSIGN(content->extrinsic, named(decode_extrinsic_format(reader)));
  TRY(named(reader.in.compact_u32()));  // the runtime's own type, of no use here
  TRY(named(reader.in.end()));
  TRY(named(check_type_ids(content->types, content->pallets, content->extrinsic)));
  return Metadata(std::move(content));
}

}  // namespace reconcile::chain
