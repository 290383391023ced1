#pragma once
// Who is meant by a request's Host: pure. A page of a stranger can have its own name resolve to 127.0.0.1
// (DNS rebinding), and then the browser of somebody on this machine lets it read what is answered here. The
// name in the Host stays the stranger's.

#include <string>

namespace reconcile::serve {

/// "127.0.0.1" and all of 127/8, "::1", "localhost", in any case: what nobody else can resolve elsewhere.
bool is_loopback(const std::string& host);

/// `header` as it was sent ("localhost:9464", "[::1]"), any port: a tunnel may have another. `configured` is
/// what --listen names. Empty is fine: no browser leaves it out.
bool host_is_ours(const std::string& header, const std::string& configured);

}  // namespace reconcile::serve
