#pragma once
// What an HTTP status other than success means to somebody who asked a node. Pure.

#include <optional>
#include <string>

#include "reconciler/base/result.h"
#include "reconciler/base/strong.h"

namespace reconcile::chain {

/// `where` begins the cause: the endpoint's origin. Never kUnknownOutcome: see may_have_acted.
Error refusal_of(int status, const std::string& where);

/// Whether something behind the answering server may have carried the request out all the same: a gateway
/// that lost its upstream (500, 502, 504), but not one that turned the request away (4xx, 501, 503).
bool may_have_acted(int status);

/// Retry-After (RFC 9110 section 10.2.3) in seconds or as a date, which is compared with the answer's own
/// `date`. At most five minutes; nullopt for anything else.
std::optional<Seconds> wait_of(const std::string* retry_after, const std::string* date);

}  // namespace reconcile::chain
