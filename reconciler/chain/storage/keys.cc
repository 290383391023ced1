#include "reconciler/chain/storage/keys.h"

#include <string>

#include "reconciler/chain/hashing.h"
#include "reconciler/chain/metadata/value.h"

namespace reconcile::chain {
namespace {

template <class Bytes>
void append(ByteVector& out, const Bytes& bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

tl::unexpected<Error> other_shape(std::string_view pallet, std::string_view entry, const std::string& what) {
  return fail(Fault::kUnsupported, "storage " + std::string(pallet) + "." + std::string(entry) + ": " + what,
              "the runtime keys this entry differently from what this program knows: update the program");
}

// The types of a map's key, one for each hasher.
Result<std::vector<TypeId>> part_types(const Metadata& metadata, const StorageEntry& entry) {
  if (entry.hashers.size() <= 1) return std::vector<TypeId>(entry.hashers.size(), entry.key);
  const auto* tuple = std::get_if<TupleType>(&metadata.type(entry.key).shape);
  if (!tuple || tuple->items.size() != entry.hashers.size()) {
    return fail(Fault::kCorrupt, "as many hashers as key parts were expected", "ask again for metadata");
  }
  return tuple->items;
}

Result<ByteVector> build(const Metadata& metadata, std::string_view pallet, std::string_view name,
                         std::span<const ByteVector> parts) {
  TRY_ASSIGN(const StorageShape shape, metadata.storage(pallet, name));
  const StorageEntry& entry = *shape.entry;
  if (parts.size() > entry.hashers.size()) {
    return other_shape(pallet, name,
                       "a key of " + std::to_string(entry.hashers.size()) + " parts, not of " +
                           std::to_string(parts.size()));
  }
  TRY_ASSIGN(const std::vector<TypeId> types, part_types(metadata, entry));
  ByteVector key;
  append(key, twox_128(view_of(shape.prefix)));
  append(key, twox_128(view_of(entry.name)));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!decode_whole(metadata, types[i], parts[i])) {
      return other_shape(pallet, name, "key part " + std::to_string(i + 1) + " is of another type");
    }
    append(key, hash_key_part(entry.hashers[i], parts[i]));
  }
  return key;
}

}  // namespace

ByteVector hash_key_part(Hasher hasher, ByteView part) {
  ByteVector out;
  switch (hasher) {
    case Hasher::kBlake2_128:
      append(out, blake2_128(part));
      return out;
    case Hasher::kBlake2_256:
      append(out, blake2_256(part));
      return out;
    case Hasher::kTwox128:
      append(out, twox_128(part));
      return out;
    case Hasher::kTwox256:
      append(out, twox_256(part));
      return out;
    case Hasher::kBlake2_128Concat:
      append(out, blake2_128(part));
      break;
    case Hasher::kTwox64Concat:
      append(out, twox_64(part));
      break;
    case Hasher::kIdentity:
      break;
  }
  append(out, part);
  return out;
}

Result<ByteVector> storage_key(const Metadata& metadata, std::string_view pallet, std::string_view entry,
                               std::span<const ByteVector> parts) {
  TRY_ASSIGN(const StorageShape shape, metadata.storage(pallet, entry));
  if (parts.size() < shape.entry->hashers.size()) {
    return other_shape(pallet, entry,
                       "a key of " + std::to_string(shape.entry->hashers.size()) + " parts, not of " +
                           std::to_string(parts.size()));
  }
  return build(metadata, pallet, entry, parts);
}

Result<ByteVector> storage_prefix(const Metadata& metadata, std::string_view pallet, std::string_view entry,
                                  std::span<const ByteVector> parts) {
  return build(metadata, pallet, entry, parts);
}

}  // namespace reconcile::chain
