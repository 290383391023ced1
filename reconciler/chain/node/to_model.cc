#include "reconciler/chain/node/to_model.h"

#include <algorithm>

#include <fmt/core.h>

namespace reconcile::chain {
namespace {

using Field = reconcile::StoredField;

const char* name_of(DigestKind kind) {
  switch (kind) {
    case DigestKind::kBlakeTwo256:
      return "BlakeTwo256";
    case DigestKind::kSha256:
      return "Sha256";
    case DigestKind::kKeccak256:
      return "Keccak256";
    case DigestKind::kShaThree256:
      break;
  }
  return "ShaThree256";
}

struct ToField {
  Field operator()(const RawField& field) const { return {"Raw", field.bytes, {}}; }
  Field operator()(const BigRawField& field) const { return {"BigRaw", field.bytes, {}}; }
  Field operator()(const DigestField& field) const {
    return {name_of(field.kind), ByteVector(field.digest.begin(), field.digest.end()), {}};
  }
  Field operator()(const NoneField&) const { return {"None", {}, {}}; }
  Field operator()(const ResetBondsField&) const { return {"ResetBondsFlag", {}, {}}; }
  Field operator()(const TimelockField& field) const {
    return {"TimelockEncrypted", field.encrypted, field.reveal_round};
  }
  Field operator()(const OtherField& field) const { return {field.variant, field.bytes, {}}; }
};

}  // namespace

reconcile::StoredCommitment to_model(const StoredCommitment& stored) {
  if (const auto* unreadable = std::get_if<UnreadableRecord>(&stored))
    return {{Field{"unreadable", unreadable->bytes, {}}}, 0};
  const auto& registration = std::get<Registration>(stored);
  reconcile::StoredCommitment out;
  out.block = registration.block;
  for (const StoredField& field : registration.fields) out.fields.push_back(std::visit(ToField{}, field));
  return out;
}

Result<std::vector<CommitmentField>> to_chain(const Commitment& wanted) {
  if (wanted.fields.empty())
    return fail(Fault::kInvalidInput, "a commitment without fields", "commit one to three fields");
  std::vector<CommitmentField> out;
  for (const reconcile::Field& field : wanted.fields) {
    if (field.kind == reconcile::Field::Kind::kRaw) {
      out.emplace_back(RawField{field.bytes});
      continue;
    }
    DigestField digest{.kind = DigestKind::kSha256};
    if (field.bytes.size() != digest.digest.size())
      return fail(Fault::kInvalidInput,
                  fmt::format("a Sha256 field of {} bytes, not of 32", field.bytes.size()),
                  "give the digest itself, not its text");
    std::copy(field.bytes.begin(), field.bytes.end(), digest.digest.begin());
    out.emplace_back(digest);
  }
  return out;
}

}  // namespace reconcile::chain
