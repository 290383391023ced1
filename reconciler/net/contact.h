#pragma once
// What a connection to a server shows before anything is asked of it: name, address, certificates.

#include <optional>
#include <string>
#include <vector>

#include "reconciler/base/strong.h"
#include "reconciler/net/http.h"

namespace reconcile::net {

struct Certificate {
  std::string subject;  ///< as OpenSSL prints it, at most 200 bytes
  std::string issuer;
  std::optional<Instant> not_before;
  std::optional<Instant> not_after;
};

struct Contact {
  /// How far it came. kTrusted: connected, and with https the certificate is trusted and names the host.
  enum class Reached { kNothing, kName, kConnection, kHandshake, kTrusted };
  Reached reached = Reached::kNothing;
  bool encrypted = false;      ///< https
  bool by_address = false;     ///< the host is an address: there is no name to look up
  std::string host;            ///< host, or host:port
  std::string address;         ///< what was connected to; empty: nothing was
  std::optional<Error> error;  ///< what stopped it; nothing with kTrusted
  std::vector<Certificate>
      presented;  ///< what the server showed, its own first; also where it is not trusted
};

struct ContactOptions {
  Path ca_file;  ///< PEM certificates trusted besides the system's
  Milliseconds timeout{10'000};
};

/// Connects and, with https, shakes hands; sends no request. Where the certificate is not trusted, a second
/// connection only looks at it: not a byte is sent over that one. kInvalidInput in `error` for what is no
/// URL. May be repeated.
Contact contact(const std::string& url, const ContactOptions& options);

/// The certificates that this machine trusts by itself.
struct SystemTrust {
  std::string file;  ///< where libcurl looks; empty: nowhere
  std::size_t certificates = 0;
  std::optional<Error> error;
};
SystemTrust system_trust();

}  // namespace reconcile::net
