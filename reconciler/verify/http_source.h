#pragma once
// The open internet, read by somebody who trusts none of it.

#include <functional>
#include <memory>

#include "reconciler/base/files.h"
#include "reconciler/verify/source.h"

namespace reconcile::verify {

struct HttpSourceOptions {
  Path ca_file;  ///< PEM certificates trusted besides the system's
  /// This machine itself may be read, without TLS too. Never link-local or private addresses.
  bool allow_loopback = false;
  /// To connect, and without a byte. After so long, kSlowest must have been kept on average.
  Seconds timeout{30};
  std::function<bool()> stopping;  ///< true: end what is under way; may be empty
};

/// Bytes a second: whoever sends a byte now and then holds nobody up. Slower is given up, as infrastructure's
/// fault.
inline constexpr std::uint64_t kSlowest = 32u << 10;
inline constexpr int kRedirectsMax = 3;

/// https alone (http only to this machine where allowed), certificates verified, no credentials, cookies or
/// proxies. The address connected to is checked after names were resolved. Redirects are followed within the
/// same scheme, host and port. kInvalidInput: `ca_file` is unusable.
Result<std::unique_ptr<Source>> make_http_source(const HttpSourceOptions& options);

}  // namespace reconcile::verify
