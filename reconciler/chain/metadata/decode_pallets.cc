// Pallets and the extrinsic's format, as metadata V14 carries them.
#include <string>

#include "reconciler/chain/metadata/decode.h"

namespace reconcile::chain {
namespace {

tl::unexpected<Error> corrupt(std::string what) {
  return fail(Fault::kCorrupt, std::move(what), "ask again for metadata, or ask another node");
}

// Map { hashers: Vec<u8>, key: compact, value: compact }
Result<void> decode_map(MetadataReader& reader, StorageEntry& entry) {
  TRY_ASSIGN(const std::size_t hashers, reader.count(1));
  if (hashers == 0) return corrupt("storage map " + std::string(entry.name) + " has no hasher");
  for (std::size_t i = 0; i < hashers; ++i) {
    TRY_ASSIGN(const std::uint8_t hasher, reader.in.u8());
    if (hasher > static_cast<std::uint8_t>(Hasher::kIdentity)) {
      return corrupt("storage map " + std::string(entry.name) + " has an unknown hasher " +
                     std::to_string(hasher));
    }
    entry.hashers.push_back(static_cast<Hasher>(hasher));
  }
  TRY_ASSIGN(entry.key, reader.in.compact_u32());
  TRY_ASSIGN(entry.value, reader.in.compact_u32());
  return {};
}

// Entry { name: str, modifier: u8, type: enum { plain, map }, default: bytes, docs: Vec<str> }
Result<StorageEntry> decode_entry(MetadataReader& reader) {
  StorageEntry entry;
  TRY_ASSIGN(entry.name, reader.in.text());
  TRY_ASSIGN(entry.has_default, reader.in.boolean());  // 0 Optional, 1 Default
  TRY_ASSIGN(const bool is_map, reader.in.boolean());  // 0 Plain, 1 Map
  if (is_map) {
    TRY(decode_map(reader, entry));
  } else {
    TRY_ASSIGN(entry.value, reader.in.compact_u32());
  }
  TRY_ASSIGN(entry.fallback, reader.in.byte_string());
  TRY(reader.skip_texts());
  return entry;
}

Result<void> decode_storage(MetadataReader& reader, Pallet& pallet) {
  TRY_ASSIGN(const bool present, reader.option());
  if (!present) return {};
  TRY_ASSIGN(pallet.storage_prefix, reader.in.text());
  TRY_ASSIGN(const std::size_t entries, reader.count(6));
  for (std::size_t i = 0; i < entries; ++i) {
    TRY_ASSIGN(StorageEntry entry, decode_entry(reader));
    pallet.storage.push_back(std::move(entry));
  }
  return {};
}

Result<std::optional<TypeId>> decode_optional_type(MetadataReader& reader) {
  TRY_ASSIGN(const bool present, reader.option());
  if (!present) return std::optional<TypeId>();
  TRY_ASSIGN(const TypeId type, reader.in.compact_u32());
  return std::optional<TypeId>(type);
}

Result<void> decode_constants(MetadataReader& reader, Pallet& pallet) {
  TRY_ASSIGN(const std::size_t count, reader.count(4));
  pallet.constants.resize(count);
  for (Constant& constant : pallet.constants) {
    TRY_ASSIGN(constant.name, reader.in.text());
    TRY_ASSIGN(constant.type, reader.in.compact_u32());
    TRY_ASSIGN(constant.value, reader.in.byte_string());
    TRY(reader.skip_texts());
  }
  return {};
}

Result<Pallet> decode_pallet(MetadataReader& reader) {
  Pallet pallet;
  TRY_ASSIGN(pallet.name, reader.in.text());
  TRY(decode_storage(reader, pallet));
  TRY_ASSIGN(pallet.calls, decode_optional_type(reader));
  TRY_ASSIGN(pallet.events, decode_optional_type(reader));
  TRY(decode_constants(reader, pallet));
  TRY_ASSIGN(pallet.errors, decode_optional_type(reader));
  TRY_ASSIGN(pallet.index, reader.in.u8());
  return pallet;
}

}  // namespace

Result<std::size_t> MetadataReader::count(std::size_t item_bytes_min) {
  TRY_ASSIGN(const std::size_t items, in.count(item_bytes_min));
  if (items > items_left) return corrupt("more items than any runtime's metadata has");
  items_left -= items;
  return items;
}

Result<std::vector<std::string_view>> MetadataReader::texts() {
  TRY_ASSIGN(const std::size_t lines, count(1));
  std::vector<std::string_view> out(lines);
  for (std::string_view& line : out) {
    TRY_ASSIGN(line, in.text());
  }
  return out;
}

Result<void> MetadataReader::skip_texts() {
  TRY_ASSIGN(const std::size_t lines, in.count());
  for (std::size_t i = 0; i < lines; ++i) TRY(in.text());
  return {};
}

Result<std::vector<Pallet>> decode_pallets(MetadataReader& reader) {
  TRY_ASSIGN(const std::size_t count, reader.count(7));
  if (count > 256) return corrupt(std::to_string(count) + " pallets, their index is one byte");
  std::vector<Pallet> pallets;
  for (std::size_t i = 0; i < count; ++i) {
    TRY_ASSIGN(Pallet pallet, decode_pallet(reader));
    pallets.push_back(std::move(pallet));
  }
  return pallets;
}

Result<ExtrinsicFormat> decode_extrinsic_format(MetadataReader& reader) {
  ExtrinsicFormat out;
  TRY_ASSIGN(out.type, reader.in.compact_u32());
  TRY_ASSIGN(out.version, reader.in.u8());
  TRY_ASSIGN(const std::size_t count, reader.count(3));
  out.extensions.resize(count);
  for (SignedExtension& extension : out.extensions) {
    TRY_ASSIGN(extension.identifier, reader.in.text());
    TRY_ASSIGN(extension.explicit_type, reader.in.compact_u32());
    TRY_ASSIGN(extension.implicit_type, reader.in.compact_u32());
  }
  return out;
}

}  // namespace reconcile::chain
