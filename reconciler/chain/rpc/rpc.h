#pragma once
// JSON-RPC 2.0 as a node speaks it: one call, one answer, whatever carries them.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "reconciler/base/result.h"
#include "reconciler/base/strong.h"

namespace reconcile::chain {

/// What the node answered in `error`. Real nodes give a number; some development nodes give none over HTTP
/// (0 here).
struct RpcError {
  std::int64_t code = 0;
  std::string message;
  std::string data;  ///< the text itself where it is a string, otherwise its JSON; empty when there is none
  friend bool operator==(const RpcError&, const RpcError&) = default;
};

/// `1010: Invalid Transaction (Transaction is outdated)`, for people. At most about 600 bytes.
std::string describe(const RpcError& error);

/// A question's bounds. The defaults suit all but metadata and blocks.
struct CallLimits {
  Bytes answer_max{1u << 20};
  std::chrono::milliseconds deadline{30'000};  ///< of the whole question, however many endpoints are asked
};

/// An answer that arrived whole: defined in answer.h.
struct RpcAnswer;

/// One thread at a time.
class Rpc {
 public:
  virtual ~Rpc() = default;

  /// A question, which changes nothing: asked of the next endpoint when one does not answer. `params` is an
  /// array. The error member of an answer is an Error here: kUnsupported for an unknown method (-32601),
  /// otherwise kTransient. When no endpoint answered, the cause says what each of them did: kTransient;
  /// kQuota when all of them asked to wait; kUntrusted when each of them shows a certificate that is not
  /// trusted; kInvalidInput when a human must change something for each of them (another network's genesis,
  /// an answer beyond the limit).
  virtual Result<nlohmann::json> ask(std::string_view method, const nlohmann::json& params,
                                     const CallLimits& limits) = 0;

  /// `author_submitExtrinsic` at one endpoint. The node's refusal is a value, apart from "internal error"
  /// (-32603), after which nobody knows. kUnknownOutcome: it may have been taken. Any other fault: it
  /// certainly was not sent, or was turned away before a node read it; the faults are those of `ask`.
  virtual Result<RpcAnswer> submit(std::string_view extrinsic_hex) = 0;

  /// Block 0 of the chain behind every endpoint used so far; asks when nobody was asked yet.
  /// `0x` and 64 lower-case hex digits.
  virtual Result<std::string> genesis() = 0;

  /// For people: things an operator should see, such as an endpoint that was left because it did not answer.
  virtual std::vector<std::string> notes() const = 0;
};

}  // namespace reconcile::chain
