#pragma once
// Where bytes come from: a reader's way to the publisher's addresses, and nothing else of the world.

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "reconciler/base/strong.h"
#include "reconciler/verify/judgement.h"

namespace reconcile::verify {

/// What is known of a body before and after its bytes.
struct BodyHead {
  std::optional<Bytes> length;  ///< as announced
  /// Nothing but the end of the connection tells where the body ends: it may have been cut on the way.
  bool ends_with_connection = false;
  std::optional<Instant> modified;
};

/// The next piece, in order, of a body that is there. A judgement stops the transfer and is what fetch
/// returns.
using BodySink = std::function<std::optional<Judgement>(const BodyHead& head, std::string_view piece)>;

/// Calls block, within a bound; safe to repeat; from any thread.
class Source {
 public:
  virtual ~Source() = default;
  /// Anonymously. Errors have the address in their cause.
  virtual Judged<BodyHead> fetch(const std::string& url, const BodySink& sink) = 0;
};

}  // namespace reconcile::verify
