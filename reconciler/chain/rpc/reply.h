#pragma once
// The texts of JSON-RPC 2.0 (https://www.jsonrpc.org/specification): a request written, a reply read. Pure.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "reconciler/chain/rpc/answer.h"

namespace reconcile::chain {

/// Checked before anything is built from a reply. A node's deepest answers, blocks, nest below ten levels and
/// hold some ten thousand values; everything large is one hex text.
inline constexpr std::size_t kReplyDepthMax = 64;
inline constexpr std::size_t kReplyValuesMax = 200'000;

/// {"id":…,"jsonrpc":"2.0","method":…,"params":…}. kInvalidInput when a text is not UTF-8.
Result<std::string> request_text(std::uint64_t id, std::string_view method, const nlohmann::json& params);

/// One message that came in while the answer to `id` is awaited; its length is the caller's to bound.
/// nullopt: in order, but no answer to `id` (a notification, the answer to an abandoned call). kCorrupt: not
/// JSON-RPC 2.0, or beyond the bounds above.
Result<std::optional<RpcAnswer>> read_message(std::string_view text, std::uint64_t id);

/// The only reply to `id`: what read_message gives, with nullopt as kCorrupt.
Result<RpcAnswer> read_reply(std::string_view text, std::uint64_t id);

}  // namespace reconcile::chain
