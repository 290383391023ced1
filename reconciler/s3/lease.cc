// The lease as an object: written with If-None-Match: * or If-Match alone. A store that only claims to honour
// them would let two writers in, so on one whose profile does not vouch for it both are tried out first, by
// conditions that cannot hold.
#include "reconciler/model/lease.h"

#include "reconciler/base/sha256.h"
#include "reconciler/net/http_date.h"
#include "reconciler/s3/conditions.h"
#include "reconciler/s3/content.h"
#include "reconciler/s3/store.h"

namespace reconcile::s3 {
namespace {

/// An ETag that no lease has.
constexpr const char* kNobodysEtag = "00000000000000000000000000000000";

tl::unexpected<Error> too_late(const ObjectKey& key) {
  return fail(Fault::kConflict, key.get() + " is not what it was when it was read", "read it again");
}

tl::unexpected<Error> unsupported() {
  return fail(Fault::kUnsupported, "this store has no conditional writes, so it can hold no lease",
              "let one machine alone work on this slot");
}

Instant date_of(const net::Response& response, Instant otherwise) {
  const std::string* date = response.header("date");
  return (date ? net::parse_http_date(*date) : std::nullopt).value_or(otherwise);
}

}  // namespace

Result<LeaseView> S3Store::read_lease(const ObjectKey& key) {
  TRY(check_key(key.get()));
  const Call call{.verb = "get", .key = key.get(), .response_bytes_max = kLeaseBytesMax.get()};
  TRY_ASSIGN(Answer answer, session_->exchange(call));
  const Instant here = std::chrono::floor<Seconds>(std::chrono::system_clock::now());
  LeaseView out{std::nullopt, date_of(answer.response, here)};
  if (answer.error.code == "NoSuchKey") return out;
  if (!answer.ok()) return fail(session_->refusal(call, answer));
  const std::string* modified = answer.response.header("last-modified");
  const auto time = modified ? net::parse_http_date(*modified) : std::nullopt;
  std::string etag = etag_of(answer.response);
  if (!time || etag.empty())
    return fail(Fault::kCorrupt, "get " + key.get() + ": no Last-Modified or no ETag",
                "this is not the expected answer of an S3 server; check the endpoint");
  out.lease = StoredLease{std::move(answer.response.body), std::move(etag), *time};
  return out;
}

Result<std::string> S3Store::write_lease(const ObjectKey& key, const std::string& text,
                                         const std::optional<std::string>& expected_etag) {
  TRY(check_key(key.get()));
  if (if_match_ == IfMatch::kNone) return unsupported();
  return expected_etag ? replace_lease(key, text, *expected_etag) : create_lease(key, text);
}

/// Any answer but a failure of the store itself.
Result<Answer> S3Store::put_on_condition(const ObjectKey& key, const std::string& text,
                                         const Pairs& condition) {
  const auto body = net::memory_body(text);
  Call call{.verb = "put", .method = "PUT", .key = key.get(), .headers = condition};
  call.headers.emplace_back("Content-Type", "application/json");
  call.body = body.get();
  call.payload_hash = to_hex(sha256_of(text));
  call.repeatable = false;  // a second one would find the first
  TRY_ASSIGN(Answer answer, session_->exchange(call));
  if (answer.ok() || condition_failed(answer) || refuses_the_header(answer)) return answer;
  return fail(session_->refusal(call, answer));
}

/// What was written without the condition being looked at is nobody's lease.
Result<std::string> S3Store::no_lease(const ObjectKey& key, bool written) {
  if_match_ = IfMatch::kNone;
  if (written) TRY(remove(key));
  return unsupported();
}

Result<std::string> S3Store::create_lease(const ObjectKey& key, const std::string& text) {
  const Pairs absent{{"If-None-Match", "*"}};
  TRY_ASSIGN(const Answer answer, put_on_condition(key, text, absent));
  if (refuses_the_header(answer)) return no_lease(key, false);
  if (!answer.ok()) return too_late(key);
  if (if_match_ != IfMatch::kUnknown) return etag_of(answer.response);
  if (conditional_put_ != Support::kYes) {
    TRY_ASSIGN(const Answer again, put_on_condition(key, text, absent));
    if (!condition_failed(again)) return no_lease(key, true);
    conditional_put_ = Support::kYes;
  }
  // A lease that nobody could renew or take over would be worse than none.
  Result<std::string> proven = replace_lease(key, text, etag_of(answer.response));
  if (!proven && proven.error().fault == Fault::kUnsupported) return no_lease(key, true);
  return proven;
}

Result<std::string> S3Store::replace_lease(const ObjectKey& key, const std::string& text,
                                           const std::string& etag) {
  const IfMatch known = if_match_;
  if (known != IfMatch::kUnknown) {
    TRY_ASSIGN(const auto replaced, replace_if(known, key, text, etag));
    return replaced ? Result<std::string>(*replaced) : too_late(key);
  }
  for (const IfMatch form : {IfMatch::kQuoted, IfMatch::kBare}) {
    TRY_ASSIGN(const auto wrong, replace_if(form, key, text, kNobodysEtag));
    if (wrong) return no_lease(key, true);
    if (if_match_ == IfMatch::kNone) return unsupported();
    TRY_ASSIGN(auto replaced, replace_if(form, key, text, etag));
    if (replaced) {
      if_match_ = form;
      return *std::move(replaced);
    }
    // Refused because of the form, or rightly? Only an ETag that still stands lets the other form be tried.
    TRY_ASSIGN(const LeaseView view, read_lease(key));
    if (!view.lease || view.lease->etag != etag) return too_late(key);
  }
  return no_lease(key, false);
}

/// The new ETag; nothing where the condition does not hold, or is not known here (then if_match_ says so).
Result<std::optional<std::string>> S3Store::replace_if(IfMatch form, const ObjectKey& key,
                                                       const std::string& text, const std::string& etag) {
  const std::string value = form == IfMatch::kBare ? etag : "\"" + etag + "\"";
  TRY_ASSIGN(const Answer answer, put_on_condition(key, text, {{"If-Match", value}}));
  if (answer.ok()) return std::optional(etag_of(answer.response));
  if (refuses_the_header(answer)) if_match_ = IfMatch::kNone;
  return std::optional<std::string>();
}

}  // namespace reconcile::s3
