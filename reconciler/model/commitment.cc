#include "reconciler/model/commitment.h"

#include <algorithm>

namespace reconcile {
namespace {

bool printable(ByteView bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b >= 0x20 && b < 0x7f; });
}

std::string text_of_field(const std::string& variant, ByteView bytes) {
  if ((variant == "Raw" || variant == "BigRaw") && printable(bytes)) return std::string(text_of(bytes));
  return variant + " 0x" + to_hex(bytes);
}

const char* name_of(Field::Kind kind) { return kind == Field::Kind::kRaw ? "Raw" : "Sha256"; }

}  // namespace

bool same_bytes(const Commitment& wanted, const StoredCommitment& stored) {
  return std::equal(wanted.fields.begin(), wanted.fields.end(), stored.fields.begin(), stored.fields.end(),
                    [](const Field& a, const StoredField& b) {
                      return name_of(a.kind) == b.variant && a.bytes == b.bytes;
                    });
}

std::string describe(const StoredCommitment& stored) {
  std::string out;
  for (const StoredField& field : stored.fields)
    out += (out.empty() ? "" : " + ") + text_of_field(field.variant, field.bytes);
  return out;
}

std::string describe(const Commitment& wanted) {
  std::string out;
  for (const Field& field : wanted.fields)
    out += (out.empty() ? "" : " + ") + text_of_field(name_of(field.kind), field.bytes);
  return out;
}

std::uint64_t budget_cost(const Commitment& wanted) {
  std::uint64_t sum = 0;
  for (const Field& field : wanted.fields) sum += field.bytes.size();
  return std::max<std::uint64_t>(100, sum);
}

}  // namespace reconcile
