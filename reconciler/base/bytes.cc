#include "reconciler/base/bytes.h"

#include <algorithm>
#include <array>

#include <sodium.h>

namespace reconcile {
namespace {

std::string encode(ByteView bytes, int variant) {
  std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes.data(), bytes.size(), variant);
  out.pop_back();  // sodium counts and writes a terminating NUL
  return out;
}

Result<ByteVector> decode(std::string_view text, int variant, const char* what) {
  ByteVector out(text.size() / 4 * 3 + 3);
  std::size_t length = 0;
  const char* end = nullptr;
  const int answer =
      sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr, &length, &end, variant);
  out.resize(length);
  // libsodium 1.0.18 takes bytes over 0x7f for digits, so the answer counts only when it spells back the
  // text.
  if (answer != 0 || end != text.data() + text.size() || encode(out, variant) != text)
    return fail(Fault::kInvalidInput, std::string("not ") + what, "check that the text was copied whole");
  return out;
}

/// By byte; -1 for what is none. Of random digits a branch guesses half of the time wrongly.
constexpr std::array<std::int8_t, 256> hex_digits() {
  std::array<std::int8_t, 256> out{};
  out.fill(-1);
  for (int i = 0; i < 10; ++i) out[static_cast<std::size_t>('0' + i)] = static_cast<std::int8_t>(i);
  for (int i = 0; i < 6; ++i) {
    out[static_cast<std::size_t>('a' + i)] = static_cast<std::int8_t>(10 + i);
    out[static_cast<std::size_t>('A' + i)] = static_cast<std::int8_t>(10 + i);
  }
  return out;
}

int hex_digit(char c) {
  static constexpr std::array<std::int8_t, 256> kDigits = hex_digits();
  return kDigits[static_cast<unsigned char>(c)];
}

}  // namespace

std::string to_hex(ByteView bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
  return out;
}

Result<ByteVector> from_hex(std::string_view text) {
  if (text.starts_with("0x")) text.remove_prefix(2);
  if (text.size() % 2 != 0)
    return fail(Fault::kInvalidInput, "hex text of odd length", "two digits stand for a byte");
  ByteVector out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_digit(text[i]), low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0) return fail(Fault::kInvalidInput, "not a hex digit", "use 0-9 and a-f");
    out.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return out;
}

std::string to_base64(ByteView bytes) { return encode(bytes, sodium_base64_VARIANT_ORIGINAL); }
std::string to_base64url(ByteView bytes) { return encode(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING); }
Result<ByteVector> from_base64(std::string_view text) {
  return decode(text, sodium_base64_VARIANT_ORIGINAL, "base64");
}
Result<ByteVector> from_base64url(std::string_view text) {
  return decode(text, sodium_base64_VARIANT_URLSAFE_NO_PADDING, "base64url");
}

std::string to_hex(const Sha256& digest) { return to_hex(ByteView(digest.get())); }

Result<Sha256> sha256_from_hex(std::string_view text) {
  if (text.size() != 64) return fail(Fault::kInvalidInput, "a SHA-256 has 64 hex digits", "copy it whole");
  std::array<std::uint8_t, 32> out{};
  int all = 0;  // negative once one was no digit
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);
    all |= high | low;
    out[i] = static_cast<std::uint8_t>((high & 15) << 4 | (low & 15));
  }
  if (all < 0) return fail(Fault::kInvalidInput, "not a hex digit", "use 0-9 and a-f");
  return Sha256(out);
}

}  // namespace reconcile
