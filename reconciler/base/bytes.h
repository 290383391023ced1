#pragma once
// Bytes and their text forms: hex, base64, base64url.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reconciler/base/result.h"
#include "reconciler/base/strong.h"

namespace reconcile {

using ByteVector = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView view_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Lower-case hex, two digits a byte, no prefix.
std::string to_hex(ByteView bytes);
/// Accepts an optional 0x prefix and both cases; an odd length or another character is kInvalidInput.
Result<ByteVector> from_hex(std::string_view text);

/// RFC 4648 section 4, padded.
std::string to_base64(ByteView bytes);
/// RFC 4648 section 5 ("base64url"), without padding: 43 characters for 32 bytes.
std::string to_base64url(ByteView bytes);
/// Strict inverse of to_base64: padding required, no whitespace, unused bits zero.
Result<ByteVector> from_base64(std::string_view text);
/// Strict inverse of to_base64url: no padding, unused bits zero.
Result<ByteVector> from_base64url(std::string_view text);

std::string to_hex(const Sha256& digest);
/// Exactly 64 hex digits.
Result<Sha256> sha256_from_hex(std::string_view text);

}  // namespace reconcile
