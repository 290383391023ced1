#pragma once
// One bucket's conversation: signs, sends, repeats what may be repeated, and explains refusals.

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "reconciler/net/http.h"
#include "reconciler/s3/address.h"
#include "reconciler/s3/errors.h"
#include "reconciler/s3/options.h"
#include "reconciler/s3/sigv4.h"
#include "reconciler/s3/xml_limits.h"

namespace reconcile::s3 {

struct Call {
  std::string verb;  ///< for errors: "put", "list", …
  std::string method = "GET";
  std::string key;  ///< raw; empty: the bucket itself
  Pairs query;
  Pairs headers;  ///< all are signed
  net::BodySource* body = nullptr;
  std::string payload_hash{kEmptyPayloadHash};
  std::uint64_t response_bytes_max = kXmlBytesMax;
  bool repeatable = true;          ///< twice is the same as once
  Milliseconds deadline{120'000};  ///< of one attempt; 0: none but the stall limit
  std::function<bool(std::uint64_t sent)> progress;
};

/// An answer of any status. `error.code` is empty when there was no Error document.
struct Answer {
  net::Response response;
  ErrorDocument error;
  bool earlier_unknown = false;  ///< an attempt before this one may have taken effect
  bool slowed_down = false;      ///< an attempt was answered with 429 or 503
  bool ok() const { return response.status >= 200 && response.status < 300; }
};

/// Requests sent, attempts counted one by one.
struct RequestCounts {
  std::uint64_t gets = 0, heads = 0, puts = 0, posts = 0, deletes = 0;
  std::uint64_t reads() const { return gets + heads; }
  std::uint64_t writes() const { return puts + posts + deletes; }
};

/// Thread-safe.
class Session {
 public:
  static Result<std::unique_ptr<Session>> open(const S3Options& options);

  /// Any status is a value; errors are those of the connection.
  Result<Answer> exchange(const Call& call);
  /// 2xx only; anything else as the error that it means.
  Result<net::Response> call(const Call& call);
  Error refusal(const Call& call, const Answer& answer) const;

  const Address& address() const { return address_; }
  RequestCounts counts() const;

 private:
  Session(const S3Options& options, Address address, std::unique_ptr<net::Client> client);
  Result<net::Response> send_once(const Call& call);
  void count(const std::string& method);
  std::string name_of(const Call& call) const;
  ErrorDocument scrubbed(ErrorDocument document) const;

  Address address_;
  std::unique_ptr<net::Client> client_;
  Signer signer_;
  Secret access_key_id_;
  Secret secret_access_key_;
  RetryPolicy retry_;
  std::function<Instant()> now_;
  std::atomic<std::uint32_t> next_seed_;  ///< of the retries' jitter
  std::atomic<bool> proven_{false};       ///< the server has accepted our signature once
  std::atomic<std::uint64_t> gets_{0}, heads_{0}, puts_{0}, posts_{0}, deletes_{0};
};

}  // namespace reconcile::s3
