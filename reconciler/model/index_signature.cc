#include "reconciler/model/index_signature.h"

#include "reconciler/base/bytes.h"

namespace reconcile {
namespace {

// The quotes before the names cannot stand in a string of JSON, where they would be escaped.
constexpr std::string_view kMember = ",\"signature\":{\"type\":\"";
constexpr std::string_view kValue = "\",\"value\":\"";
constexpr std::string_view kEnd = "\"}}\n";
constexpr std::string_view kUnsignedEnd = "}\n";
constexpr std::size_t kTypeBytesMax = 16;
constexpr std::size_t kValueBytesMax = 128;  // sr25519: 64

bool is_type(std::string_view text) {
  return !text.empty() && text.size() <= kTypeBytesMax &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") == std::string_view::npos;
}

}  // namespace

std::string signed_message(std::string_view unsigned_text) {
  return "<Bytes>" + std::string(unsigned_text) + "</Bytes>";
}

std::string with_signature(std::string_view unsigned_text, const IndexSignature& signature) {
  std::string out(unsigned_text.substr(0, unsigned_text.size() - kUnsignedEnd.size()));
  out += kMember;
  out += signature.type;
  out += kValue;
  out += to_base64(signature.value);
  out += kEnd;
  return out;
}

std::optional<SignedText> split_signature(std::string_view text) {
  const std::size_t at = text.rfind(kMember);
  if (at == std::string_view::npos || !text.ends_with(kEnd)) return std::nullopt;
  std::string_view rest = text.substr(at + kMember.size());
  const std::size_t value = rest.find(kValue);
  if (value == std::string_view::npos || value + kValue.size() + kEnd.size() > rest.size())
    return std::nullopt;
  SignedText out;
  out.signature.type = rest.substr(0, value);
  rest.remove_prefix(value + kValue.size());
  rest.remove_suffix(kEnd.size());
  Result<ByteVector> bytes = from_base64(rest);
  if (!is_type(out.signature.type) || !bytes || bytes->empty() || bytes->size() > kValueBytesMax)
    return std::nullopt;
  out.signature.value = *std::move(bytes);
  out.unsigned_text = std::string(text.substr(0, at)) + std::string(kUnsignedEnd);
  return out;
}

}  // namespace reconcile
