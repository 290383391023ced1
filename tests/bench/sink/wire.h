#pragma once

// The bytes of one connection that never blocks, plain or through TLS; and a server's own certificate. One
// thread.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <openssl/ssl.h>

namespace sink {

/// What a server needs for TLS.
class Tls {
 public:
  /// With a certificate of its own for 127.0.0.1 and localhost, made now and valid for a day. It is written
  /// to `file` as PEM, for clients to trust; its key never leaves this process. nullopt: OpenSSL would not.
  static std::optional<Tls> with_own_certificate(const std::string& file);
  SSL* connection(int fd) const;

 private:
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_{nullptr, SSL_CTX_free};
};

class Wire {
 public:
  /// `tls` is null for plain text. The descriptor stays the caller's.
  Wire(int fd, const Tls* tls);

  enum class State { kMoved, kWait, kEnded };
  struct Step {
    State state;
    std::size_t bytes;  // of kMoved, at least 1
  };
  Step read(char* into, std::size_t size);
  /// At kWait call again with the same bytes.
  Step write(std::string_view text);

 private:
  Step step_of(int result) const;

  int fd_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_{nullptr, SSL_free};
};

}  // namespace sink
