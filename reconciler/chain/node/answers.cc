#include "reconciler/chain/node/answers.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

namespace reconcile::chain {
namespace {

using Json = nlohmann::json;

tl::unexpected<Error> misshapen(std::string_view what, std::string_view wanted) {
  return fail(Fault::kCorrupt, fmt::format("the node's answer: {} is not {}", what, wanted),
              "check the endpoint: is it a Substrate node?");
}

}  // namespace

std::string hex_of(ByteView bytes) { return "0x" + to_hex(bytes); }

Result<ByteVector> bytes_in(const Json& value, std::string_view what) {
  const auto* text = value.get_ptr<const std::string*>();
  if (!text || !text->starts_with("0x")) return misshapen(what, "hex with 0x in front");
  Result<ByteVector> bytes = from_hex(*text);
  if (!bytes) return misshapen(what, "hex: " + bytes.error().cause);
  return bytes;
}

Result<BlockHash> hash_in(const Json& value, std::string_view what) {
  TRY_ASSIGN(const ByteVector bytes, bytes_in(value, what));
  std::array<std::uint8_t, 32> hash{};
  if (bytes.size() != hash.size()) return misshapen(what, "a hash of 32 bytes");
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return BlockHash(hash);
}

Result<std::uint64_t> block_number_in(const Json& value, std::string_view what) {
  const auto* text = value.get_ptr<const std::string*>();
  if (!text || !text->starts_with("0x") || text->size() == 2) return misshapen(what, "a block number in hex");
  std::uint64_t number = 0;
  const char* const end = text->data() + text->size();
  const auto [rest, error] = std::from_chars(text->data() + 2, end, number, 16);
  if (error != std::errc() || rest != end || number > 1ull << 53)
    return misshapen(what, "a block number in hex");
  return number;
}

Result<std::uint32_t> u32_in(const Json& value, std::string_view what) {
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > std::numeric_limits<std::uint32_t>::max())
    return misshapen(what, "a number from 0 to 4294967295");
  return value.get<std::uint32_t>();
}

Result<const Json*> member_of(const Json& value, const char* name, std::string_view what) {
  if (!value.is_object() || !value.contains(name))
    return misshapen(what, fmt::format("an object with `{}`", name));
  return &value.at(name);
}

}  // namespace reconcile::chain
