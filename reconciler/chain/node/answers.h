#pragma once
// What nodes write into JSON: hex strings and block numbers, taken out with their bounds checked.

#include <cstdint>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "reconciler/base/bytes.h"
#include "reconciler/base/result.h"
#include "reconciler/chain/account.h"

namespace reconcile::chain {

/// `0x` and lower-case digits, as every node takes it.
std::string hex_of(ByteView bytes);

/// A string of `0x` and digits. kCorrupt, naming `what`, for anything else.
Result<ByteVector> bytes_in(const nlohmann::json& value, std::string_view what);
/// The same, exactly 32 bytes.
Result<BlockHash> hash_in(const nlohmann::json& value, std::string_view what);
/// Of a header: hex, with or without leading zeros ("0x6", "0x00000006"). At most 2^53.
Result<std::uint64_t> block_number_in(const nlohmann::json& value, std::string_view what);
/// A JSON number from 0 to 2^32-1.
Result<std::uint32_t> u32_in(const nlohmann::json& value, std::string_view what);

/// The member `name`; kCorrupt when `value` is no object or has no such member.
Result<const nlohmann::json*> member_of(const nlohmann::json& value, const char* name, std::string_view what);

}  // namespace reconcile::chain
