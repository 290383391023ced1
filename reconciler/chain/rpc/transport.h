#pragma once
// One endpoint, and what carries one request there and its reply back. One thread at a time.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "reconciler/base/files.h"
#include "reconciler/chain/rpc/rpc.h"

namespace reconcile::chain {

using Milliseconds = std::chrono::milliseconds;
using TimePoint = std::chrono::steady_clock::time_point;

struct Exchange {
  std::uint64_t id = 0;
  const std::string& text;  ///< the whole request
  Bytes answer_max;         ///< of the reply's text
  TimePoint deadline;
  bool changes_something = true;
};

/// Whether anything is known about the peer: behind the same name may stand another node after a while.
enum class Link { kNew, kKept };

/// Causes name scheme, host and port only: paths may carry tokens.
class Transport {
 public:
  virtual ~Transport() = default;

  /// scheme://host[:port]
  virtual const std::string& origin() const = 0;

  /// Makes sure that there is a connection. kUntrusted: its certificate is not trusted. kTransient,
  /// kQuota, kInvalidInput: as in `exchange`.
  virtual Result<Link> connect(TimePoint deadline) = 0;

  /// Whether the connection stands, as far as is known here.
  virtual bool connected() const = 0;

  /// On that connection and no other. Whatever fails drops it, so that a late reply finds nobody.
  /// kTransient: no reply; kQuota: told to slow down; kCorrupt: a reply that is none; kInvalidInput: a human
  /// must change something (address, a reply above answer_max); kUntrusted: the certificate, and nothing was
  /// sent. Where something changes,
  /// kUnknownOutcome as soon as the request may have been read.
  virtual Result<RpcAnswer> exchange(const Exchange& exchange) = 0;

  /// The Retry-After of the last refusal; nullopt when the last failure named none.
  virtual std::optional<Seconds> asked_to_wait() const = 0;
};

struct TransportOptions {
  Path ca_file;  ///< PEM certificates trusted besides the system's; empty: the system's alone
  std::function<TimePoint()> now;  ///< tells how long a connection was idle
};

/// http, https, ws or wss. kInvalidInput: no such URL, one with user:password@, one without TLS to another
/// machine, a `ca_file` without a certificate. Contacts nobody.
Result<std::unique_ptr<Transport>> make_transport(const std::string& url, const TransportOptions& options);

}  // namespace reconcile::chain
