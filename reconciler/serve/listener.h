#pragma once
// A small HTTP server that only tells: GET alone, no body read, few threads, short timeouts.
// /api/v1/events is a stream: each takes a thread, so there are few, and whoever comes too late polls.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "reconciler/base/result.h"
#include "reconciler/model/status.h"

namespace reconcile::serve {

struct Endpoint {
  std::string host;  ///< an address: "127.0.0.1", "::1", "0.0.0.0"
  int port = 0;      ///< 0: any free one
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// "127.0.0.1:9464" or "[::1]:9464"; a bare ":9464" means loopback. kInvalidInput otherwise.
Result<Endpoint> parse_endpoint(const std::string& text);

/// Streams of events at once.
inline constexpr int kStreamsMax = 4;

class Listener {
 public:
  /// On a loopback address, requests for another host are answered 421: host.h.
  /// Both are called from the listener's threads. `revision` grows with each change of the status; where it
  /// is empty, each reader is answered anew. kConflict: the address cannot be bound.
  static Result<std::unique_ptr<Listener>> start(const Endpoint& endpoint,
                                                 std::function<ProcessStatus()> status,
                                                 std::function<std::uint64_t()> revision = {});
  /// Stops and waits for its threads.
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  int port() const { return port_; }

 private:
  struct Server;
  Listener();
  std::unique_ptr<Server> server_;
  int port_ = 0;
};

}  // namespace reconcile::serve
