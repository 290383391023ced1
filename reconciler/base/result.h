#pragma once
// Expected failures as values. Base: tl::expected, shaped like std::expected; the subclass makes the type
// nodiscard.

#include <chrono>
#include <string>
#include <utility>

#include <tl/expected.hpp>

namespace reconcile {

/// What a caller does about a failure. A member exists only because some caller acts on it differently.
enum class Fault {
  kInvalidInput,  ///< the manifest, a flag or a file is wrong; a human must change it
  kNotFound,      ///< the thing asked for does not exist (and that is known, not guessed)
  kConflict,      ///< somebody else changed it first; observe again
  kDenied,        ///< the credentials do not allow it
  kAuth,          ///< the credentials are wrong (unknown key, wrong secret)
  kClockSkew,     ///< this machine's clock is too far from the peer's
  kUntrusted,     ///< the server's certificate is not trusted or out of date: nothing was sent; mended there
  kQuota,         ///< throttled or out of budget; slow down, honour Retry-After
  kTransient,     ///< nothing happened; the same call may work later
  kUnknownOutcome,  ///< it may or may not have happened: read back before repeating
  kUnsupported,     ///< the provider cannot do this; degrade, do not retry
  kCorrupt,         ///< bytes that were read do not parse or do not match their digest
  kCancelled,       ///< the operator asked us to stop
  kDiskFull,        ///< no space left, or none allowed, on a file system of this machine; nothing was lost
  kInternal,        ///< a bug or an exhausted local resource (out of descriptors, a broken disk)
};

/// "transient", "unknown-outcome", …: stable names for logs, metrics and JSON.
const char* name_of(Fault fault);

struct Error {
  Fault fault = Fault::kInternal;
  std::string cause;   ///< what and where: path:line:column, key, HTTP status, request id. Never a secret.
  std::string remedy;  ///< what the reader can do about it
  std::chrono::seconds retry_after{0};  ///< the peer asked for so long a pause; 0: it named none
  friend bool operator==(const Error&, const Error&) = default;
};

template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

inline tl::unexpected<Error> fail(Fault fault, std::string cause, std::string remedy) {
  return tl::unexpected<Error>(Error{fault, std::move(cause), std::move(remedy), {}});
}
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

/// The same error with `where` put in front of its cause.
inline Error within(const std::string& where, Error error) {
  error.cause = where + ": " + error.cause;
  return error;
}

}  // namespace reconcile

#define RECONCILE_CONCAT_INNER(a, b) a##b
#define RECONCILE_CONCAT(a, b) RECONCILE_CONCAT_INNER(a, b)

/// TRY(expression): returns the error, drops the value.
#define TRY(expression)                                                       \
  do {                                                                        \
    auto&& try_result = (expression);                                         \
    if (!try_result) return ::reconcile::fail(std::move(try_result).error()); \
  } while (false)

/// TRY_ASSIGN(declaration, expression): returns the error, or moves the value into the declaration.
#define TRY_ASSIGN(declaration, expression) \
  RECONCILE_TRY_ASSIGN(RECONCILE_CONCAT(try_result_, __LINE__), declaration, expression)
#define RECONCILE_TRY_ASSIGN(result, declaration, expression)       \
  auto&& result = (expression);                                     \
  if (!result) return ::reconcile::fail(std::move(result).error()); \
  declaration = *std::move(result)
