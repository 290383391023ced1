#pragma once
// Base58 with Bitcoin's alphabet.

#include <optional>
#include <string>
#include <string_view>

#include "reconciler/base/bytes.h"

namespace reconcile::chain {

std::string to_base58(ByteView bytes);
/// nullopt: a character outside the alphabet, or longer than 128 characters (the time grows with the square).
std::optional<ByteVector> from_base58(std::string_view text);

}  // namespace reconcile::chain
