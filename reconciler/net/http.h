#pragma once
// HTTP requests and answers as values, and the client that exchanges them (libcurl behind it).

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reconciler/base/files.h"
#include "reconciler/base/result.h"
#include "reconciler/net/ip_address.h"

namespace reconcile::net {

using Headers = std::vector<std::pair<std::string, std::string>>;
using Milliseconds = std::chrono::milliseconds;

/// Bytes to send. Read in order; starts again at offset 0 when a repeatable request is sent again.
class BodySource {
 public:
  virtual ~BodySource() = default;
  virtual std::uint64_t size() const = 0;
  /// Fills `into` from `offset`; fewer bytes than asked only at the end. An error stops the request before
  /// its last byte is sent, so the server never sees a whole body, and is what `send` then returns.
  virtual Result<std::size_t> read(std::uint64_t offset, std::span<char> into) = 0;
};

/// Does not own the text: it must outlive the request.
std::unique_ptr<BodySource> memory_body(std::string_view text);
/// Bytes [offset, offset + size) of an open file. Does not own the descriptor.
std::unique_ptr<BodySource> file_body(int fd, std::uint64_t offset, std::uint64_t size);

struct Response {
  int status = 0;
  Headers headers;  ///< lower-case names, in the order received
  std::string body;
  bool body_cut = false;  ///< status >= 300 only: the body was longer than kErrorBodyBytesMax

  /// The first header of that lower-case name; nullptr when there is none.
  const std::string* header(std::string_view name) const;
};

struct Request {
  std::string method = "GET";
  std::string url;                                ///< http or https, already percent-encoded
  Headers headers;                                ///< no CR, LF or NUL in names and values
  BodySource* body = nullptr;                     ///< none: no body and no Content-Length
  std::uint64_t response_bytes_max = 8ull << 20;  ///< of a 2xx body; a longer one is kInvalidInput
  bool expect_continue = false;                   ///< wait for "100 Continue" (at most 1 s) before the body
  Milliseconds deadline{0};                       ///< of the whole exchange; 0: none but the low-speed limit
  /// Bytes sent so far; false asks to stop (kCancelled). Called often, from the calling thread.
  std::function<bool(std::uint64_t sent)> progress;
  /// Whether a lost reply leaves the outcome unknown. Unset: true for every method but GET and HEAD.
  std::optional<bool> changes_something;
  /// Whether twice is the same as once: then a request that was lost on a kept-alive connection is sent again
  /// on a new one by itself. Unset: only what changes nothing.
  std::optional<bool> repeatable;
  /// Takes a 2xx body piece by piece, with status and headers at hand, instead of Response::body: memory
  /// stays bounded whatever the length, which is then this function's to bound. An error stops the transfer
  /// at once and is what `send` then returns. From the calling thread.
  std::function<Result<void>(const Response& head, std::string_view piece)> sink;
};

/// Enough for any error document; the rest of an error's body is not read.
inline constexpr std::uint64_t kErrorBodyBytesMax = 256u << 10;

struct ClientOptions {
  Path ca_file;  ///< PEM certificates trusted besides the system's; empty: the system's alone
  Milliseconds connect_timeout{10'000};
  /// Less than one byte a second in either direction for so long is a timeout. Whole seconds.
  Milliseconds stall_timeout{60'000};
  std::string user_agent = "reconcile";
  std::uint64_t send_bytes_per_second = 0;  ///< bodies of all requests together; 0: no bound
  /// Asked of the very address, after names were resolved, each time before a connection is made; false: not
  /// there. No proxy is used then, since it would be the one that is connected to. Unset: anywhere.
  std::function<bool(const IpAddress&)> may_connect;
};

/// Thread-safe; each thread that sends borrows a handle from a pool, and with it a kept-alive connection.
/// Certificates are always verified, TLS >= 1.2, no redirect is followed, no cookie kept, no header logged.
class Client {
 public:
  /// kInvalidInput when `ca_file` cannot be read or holds no certificate.
  static Result<std::unique_ptr<Client>> make(const ClientOptions& options);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Any HTTP status is a value. Errors: kTransient (nothing was done; may be repeated), kUnknownOutcome
  /// (something that changes was begun and no whole answer came), kUntrusted (the server's certificate;
  /// nothing was sent), kInvalidInput (URL, header, answer too large), kDenied (may_connect refused each
  /// address), kCancelled. Causes name scheme, host and port only: paths may carry tokens.
  Result<Response> send(const Request& request);

 private:
  struct Pool;
  explicit Client(std::unique_ptr<Pool> pool);
  std::unique_ptr<Pool> pool_;
};

}  // namespace reconcile::net
