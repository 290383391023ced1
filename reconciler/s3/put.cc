// Writing objects: at once or in parts, only if absent, again in place, and away by the thousand.
#include <algorithm>

#include "reconciler/base/percent.h"
#include "reconciler/s3/conditions.h"
#include "reconciler/s3/content.h"
#include "reconciler/s3/multipart.h"
#include "reconciler/s3/store.h"
#include "reconciler/s3/xml.h"

namespace reconcile::s3 {
namespace {

// DeleteObjects: at most 1,000 keys a request (API reference).
constexpr std::size_t kBatchKeysMax = 1000;
// An object small enough to be sent twice when a store's conditional writes are tried out.
constexpr std::uint64_t kProbeBytesMax = 1u << 20;
// CopyObject copies at most 5 GiB at once (API reference).
constexpr std::uint64_t kCopyBytesMax = 5ull << 30;

tl::unexpected<Error> is_there(const ObjectKey& key) {
  return fail(Fault::kConflict, key.get() + " is there already",
              "choose another key, or look at what is there");
}

bool printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

}  // namespace

Result<void> S3Store::check_put(const ObjectKey& key, const PutOptions& options) const {
  TRY(check_key(key.get()));
  std::size_t bytes = 0;
  for (const auto& [name, value] : options.metadata) {
    bytes += name.size() + value.size();
    const bool good_name = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
    if (!good_name || !printable(value) || value.starts_with(' ') || value.ends_with(' ') ||
        value.find("  ") != std::string::npos)
      return fail(Fault::kInvalidInput,
                  "metadata " + name + " of " + key.get() + " would not survive as a header",
                  "names of a-z, 0-9 and _; values of printable ASCII with single spaces inside");
  }
  if (bytes > profile_.metadata_max.get())
    return fail(Fault::kInvalidInput,
                "metadata of " + key.get() + " has " + std::to_string(bytes) + " bytes, " +
                    std::string(profile_.name) + " takes " + std::to_string(profile_.metadata_max.get()),
                "shorten the names");
  return {};
}

/// Underscores travel as hyphens: nginx drops headers with underscores, and Ceph returns them as hyphens.
Pairs S3Store::object_headers(const PutOptions& options) const {
  Pairs out{{"Content-Type", options.content_type}};
  for (const auto& [name, value] : options.metadata) {
    std::string header = "x-amz-meta-" + name;
    std::replace(header.begin(), header.end(), '_', '-');
    out.emplace_back(std::move(header), value);
  }
  return out;
}

Result<PutReceipt> S3Store::put(const ObjectKey& key, const Body& body, const PutOptions& options) {
  TRY(check_put(key, options));
  if (body.size > multipart_threshold_) return put_multipart(key, body, options);
  if (options.only_if_absent) return put_if_absent(key, body, options);
  return put_single(key, body, options, false, nullptr);
}

Result<PutReceipt> S3Store::put_single(const ObjectKey& key, const Body& body, const PutOptions& options,
                                       bool conditional, bool* refused_header) {
  TRY_ASSIGN(const Content content, Content::open(body));
  const auto source = verified_body(content);
  Call call{.verb = "put", .method = "PUT", .key = key.get(), .headers = object_headers(options)};
  if (conditional) call.headers.emplace_back("If-None-Match", "*");
  call.body = source.get();
  call.payload_hash = to_hex(body.sha256);
  call.repeatable = !conditional;  // a second one would find the first
  call.deadline = Milliseconds(0);
  call.progress = options.progress;
  TRY_ASSIGN(const Answer answer, session_->exchange(call));
  if (answer.ok()) return PutReceipt{etag_of(answer.response), answer.slowed_down};
  if (refused_header) *refused_header = refuses_the_header(answer);
  return fail(session_->refusal(call, answer));
}

Result<void> S3Store::require_absent(const ObjectKey& key) {
  TRY_ASSIGN(const auto there, head(key));
  if (there) return is_there(key);
  return {};
}

Result<PutReceipt> S3Store::put_if_absent(const ObjectKey& key, const Body& body, const PutOptions& options) {
  const Support support = conditional_put_;
  if (support != Support::kYes) TRY(require_absent(key));
  if (support == Support::kNo) return put_single(key, body, options, false, nullptr);
  bool refused = false;
  auto receipt = put_single(key, body, options, true, &refused);
  if (refused) {
    conditional_put_ = Support::kNo;
    if (support == Support::kYes) TRY(require_absent(key));
    return put_single(key, body, options, false, nullptr);
  }
  if (support == Support::kProbe && receipt) learn_conditional_put(key, body, options);
  if (!receipt && receipt.error().fault == Fault::kConflict)
    receipt.error().remedy = "choose another key, or look at what is there";
  return receipt;
}

/// Sends the very same bytes to the very same key once more: a store that honours the header refuses, one
/// that ignores it writes what is there already.
void S3Store::learn_conditional_put(const ObjectKey& key, const Body& body, const PutOptions& options) {
  if (body.size.get() > kProbeBytesMax || trying_conditional_put_.exchange(true)) return;
  PutOptions silent = options;
  silent.progress = nullptr;
  const auto again = put_single(key, body, silent, true, nullptr);
  if (again)
    conditional_put_ = Support::kNo;
  else if (again.error().fault == Fault::kConflict)
    conditional_put_ = Support::kYes;
  else
    trying_conditional_put_ = false;  // that said nothing: the next one tries again
}

Result<PutReceipt> S3Store::put_multipart(const ObjectKey& key, const Body& body, const PutOptions& options) {
  if (options.only_if_absent) TRY(require_absent(key));
  TRY_ASSIGN(const Content content, Content::open(body));
  TRY_ASSIGN(const Bytes part_size, part_size_for(profile_, body.size, part_size_));
  return put_in_parts(*session_, key, content, options,
                      {.log = upload_log_,
                       .part_size = part_size,
                       .parts_in_flight = parts_in_flight_,
                       .conditional_complete = profile_.conditional_complete,
                       .headers = object_headers(options)},
                      [this, &key] { return head(key); });
}

Result<void> S3Store::renew(const ObjectKey& key) {
  TRY(check_key(key.get()));
  const Call look{.verb = "head of", .method = "HEAD", .key = key.get()};
  TRY_ASSIGN(const Answer answer, explained(look));
  if (answer.response.status == 404)
    return fail(Fault::kNotFound, key.get() + " is not there", "there is nothing to renew");
  if (!answer.ok()) return fail(session_->refusal(look, answer));
  const std::string* length = answer.response.header("content-length");
  if (!length || length->empty() || length->size() > 10 || std::stoull(*length) > kCopyBytesMax)
    return fail(Fault::kUnsupported, key.get() + " is too large to be copied at once (5 GiB)",
                "upload it again");

  // REPLACE drops what is not sent again; COPY onto itself is refused.
  Pairs headers{{"x-amz-copy-source", encoded_path("/" + session_->address().bucket + "/" + key.get())},
                {"x-amz-copy-source-if-match", "\"" + etag_of(answer.response) + "\""},
                {"x-amz-metadata-directive", "REPLACE"}};
  for (const auto& [name, value] : answer.response.headers)
    if (name.starts_with("x-amz-meta-") || name == "content-type" || name == "cache-control" ||
        name == "content-disposition" || name == "content-encoding" || name == "content-language" ||
        name == "expires")
      headers.emplace_back(name, value);
  const auto nothing = net::memory_body("");
  Call call{.verb = "renew",
            .method = "PUT",
            .key = key.get(),
            .headers = std::move(headers),
            .body = nothing.get(),
            .deadline = Milliseconds(600'000)};
  TRY_ASSIGN(Answer done, session_->exchange(call));
  if (!done.ok()) return fail(session_->refusal(call, done));
  TRY_ASSIGN(DoneAnswer copied, read_copy(done.response.body));
  if (!copied.error) return {};
  done.response.status = 500;  // S3 had sent "200" before it knew
  done.error = *std::move(copied.error);
  return fail(session_->refusal(call, done));
}

Result<std::vector<RemoveFailure>> S3Store::remove_batch(const std::vector<ObjectKey>& keys) {
  std::vector<RemoveFailure> failures;
  std::vector<ObjectKey> batch;
  const auto flush = [&]() -> Result<void> {
    if (batch.empty()) return {};
    const std::string document = write_delete(batch);
    const auto body = net::memory_body(document);
    const Call call{.verb = "delete from",
                    .method = "POST",
                    .query = {{"delete", ""}},
                    .headers = xml_headers(document),
                    .body = body.get(),
                    .payload_hash = to_hex(sha256_of(document))};
    TRY_ASSIGN(const net::Response response, session_->call(call));
    TRY_ASSIGN(auto refused, read_delete(response.body));
    for (DeleteFailure& each : refused) {
      if (each.code == "NoSuchKey") continue;
      const int status = each.code == "AccessDenied" ? 403 : each.code == "InternalError" ? 500 : 400;
      failures.push_back({each.key, error_of({.what = "delete " + each.key.get(),
                                              .status = status,
                                              .document = {.code = each.code}})});
    }
    batch.clear();
    return {};
  };
  for (const ObjectKey& key : keys) {
    TRY(check_key(key.get()));
    if (!fits_xml(key)) {  // no XML form: one by one
      if (auto removed = remove(key); !removed) failures.push_back({key, std::move(removed).error()});
      continue;
    }
    batch.push_back(key);
    if (batch.size() == kBatchKeysMax) TRY(flush());
  }
  TRY(flush());
  return failures;
}

}  // namespace reconcile::s3
