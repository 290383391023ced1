#include "reconciler/chain/keys/base58.h"

#include <algorithm>

namespace reconcile::chain {
namespace {

constexpr std::string_view kAlphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
constexpr std::size_t kTextMax = 128;

// number = number * from + add, the number being digits in base `to`, least significant first.
void multiply_add(ByteVector& digits, unsigned from, unsigned add, unsigned to) {
  unsigned carry = add;
  for (std::uint8_t& digit : digits) {
    carry += digit * from;
    digit = static_cast<std::uint8_t>(carry % to);
    carry /= to;
  }
  for (; carry != 0; carry /= to) digits.push_back(static_cast<std::uint8_t>(carry % to));
}

}  // namespace

std::string to_base58(ByteView bytes) {
  ByteVector digits;
  for (std::uint8_t byte : bytes) multiply_add(digits, 256, byte, 58);
  const auto zeros =
      std::find_if(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b != 0; }) - bytes.begin();
  std::string out(static_cast<std::size_t>(zeros), kAlphabet[0]);
  for (auto it = digits.rbegin(); it != digits.rend(); ++it) out += kAlphabet[*it];
  return out;
}

std::optional<ByteVector> from_base58(std::string_view text) {
  if (text.size() > kTextMax) return std::nullopt;
  ByteVector digits;
  for (char c : text) {
    const std::size_t at = kAlphabet.find(c);
    if (at == std::string_view::npos) return std::nullopt;
    multiply_add(digits, 58, static_cast<unsigned>(at), 256);
  }
  const std::size_t zeros = std::min(text.find_first_not_of(kAlphabet[0]), text.size());
  ByteVector out(zeros, 0);
  out.insert(out.end(), digits.rbegin(), digits.rend());
  return out;
}

}  // namespace reconcile::chain
