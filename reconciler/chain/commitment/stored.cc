#include "reconciler/chain/commitment/stored.h"

#include <algorithm>
#include <limits>

namespace reconcile::chain {
namespace {

tl::unexpected<Error> misshapen(const std::string& what) {
  return fail(Fault::kCorrupt, "a commitment of an unknown shape: " + what,
              "the runtime is newer than this program; leave the record alone and update");
}

bool is_raw_name(const std::string& name) {
  return name.size() > 3 && name.starts_with("Raw") &&
         std::all_of(name.begin() + 3, name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Result<ByteVector> only_bytes(const Value& variant) {
  if (variant.items.size() == 1) {
    const Value& inner = variant.items.front().inner();
    if (inner.kind == Value::Kind::kBytes) return inner.bytes;
  }
  return misshapen(variant.name + " does not hold bytes");
}

Result<StoredField> digest(const Value& variant, DigestKind kind) {
  TRY_ASSIGN(const ByteVector bytes, only_bytes(variant));
  DigestField out{.kind = kind};
  if (bytes.size() != out.digest.size()) return misshapen(variant.name + " is not 32 bytes");
  std::copy(bytes.begin(), bytes.end(), out.digest.begin());
  return StoredField(out);
}

Result<StoredField> timelock(const Value& variant) {
  const Value* encrypted = variant.find("encrypted");
  const Value* round = variant.find("reveal_round");
  if (!encrypted || encrypted->inner().kind != Value::Kind::kBytes || !round ||
      round->inner().kind != Value::Kind::kInteger) {
    return misshapen("TimelockEncrypted without `encrypted` and `reveal_round`");
  }
  return StoredField(TimelockField{encrypted->inner().bytes, round->inner().integer});
}

// By name, not by number: a runtime may renumber its variants, and its metadata then says so.
Result<StoredField> stored_field(const Value& data, ByteView decoded_from) {
  if (data.kind != Value::Kind::kVariant) return misshapen("a field is not an enum");
  if (is_raw_name(data.name)) {
    TRY_ASSIGN(ByteVector bytes, only_bytes(data));
    return StoredField(RawField{std::move(bytes)});
  }
  if (data.name == "BigRaw") {
    TRY_ASSIGN(ByteVector bytes, only_bytes(data));
    return StoredField(BigRawField{std::move(bytes)});
  }
  if (data.name == "BlakeTwo256") return digest(data, DigestKind::kBlakeTwo256);
  if (data.name == "Sha256") return digest(data, DigestKind::kSha256);
  if (data.name == "Keccak256") return digest(data, DigestKind::kKeccak256);
  if (data.name == "ShaThree256") return digest(data, DigestKind::kShaThree256);
  if (data.name == "TimelockEncrypted") return timelock(data);
  if (data.name == "None") return StoredField(NoneField{});
  if (data.name == "ResetBondsFlag") return StoredField(ResetBondsField{});
  const ByteView raw = decoded_from.subspan(data.begin, data.end - data.begin);
  return StoredField(OtherField{data.name, ByteVector(raw.begin(), raw.end())});
}

Result<std::uint64_t> integer(const Value& record, std::string_view label) {
  const Value* found = record.find(label);
  if (!found || found->inner().kind != Value::Kind::kInteger)
    return misshapen("no integer `" + std::string(label) + "`");
  return found->inner().integer;
}

Result<Registration> read_registration(const Metadata& metadata, TypeId type, ByteView bytes) {
  Reader in(bytes);
  ValueBudget budget;
  TRY_ASSIGN(const Value record, decode_value(metadata, type, in, budget));
  // The runtime reads over zeros behind a value (AppendZerosInput); anything else behind it is not
  // understood.
  const ByteView rest = bytes.subspan(in.position());
  if (!std::all_of(rest.begin(), rest.end(), [](std::uint8_t byte) { return byte == 0; })) TRY(in.end());
  Registration out;
  TRY_ASSIGN(out.deposit, integer(record, "deposit"));
  TRY_ASSIGN(const std::uint64_t block, integer(record, "block"));
  if (block > std::numeric_limits<std::uint32_t>::max()) return misshapen("a block number over 32 bits");
  out.block = static_cast<std::uint32_t>(block);
  const Value* info = record.find("info");
  if (!info) return misshapen("no `info`");
  TRY_ASSIGN(out.fields, stored_fields(*info, bytes));
  const ByteView raw = bytes.subspan(info->begin, info->end - info->begin);
  out.info.assign(raw.begin(), raw.end());
  return out;
}

}  // namespace

Result<std::vector<StoredField>> stored_fields(const Value& info, ByteView decoded_from) {
  const Value* list = info.find("fields");
  if (!list || list->kind != Value::Kind::kGroup) return misshapen("no `fields`");
  // BoundedVec is a struct of one unnamed field around the list. Not Value::inner: it would enter a list of
  // one.
  while (list->items.size() == 1 && list->items.front().kind == Value::Kind::kGroup)
    list = &list->items.front();
  std::vector<StoredField> out;
  for (const Value& item : list->items) {
    TRY_ASSIGN(StoredField field, stored_field(item, decoded_from));
    out.push_back(std::move(field));
  }
  return out;
}

Result<StoredCommitment> read_commitment(const Metadata& metadata, ByteView bytes) {
  TRY_ASSIGN(const StorageShape storage, metadata.storage("Commitments", "CommitmentOf"));
  auto registration = read_registration(metadata, storage.entry->value, bytes);
  if (registration) return StoredCommitment(*std::move(registration));
  return StoredCommitment(
      UnreadableRecord{ByteVector(bytes.begin(), bytes.end()), registration.error().cause});
}

StoredField as_stored(const CommitmentField& field) {
  return std::visit([](const auto& one) { return StoredField(one); }, field);
}

}  // namespace reconcile::chain
