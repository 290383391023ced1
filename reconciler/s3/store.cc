#include "reconciler/s3/store.h"

#include <algorithm>
#include <charconv>

#include "reconciler/net/http_date.h"
#include "reconciler/s3/content.h"
#include "reconciler/s3/lifecycle_xml.h"
#include "reconciler/s3/xml.h"

namespace reconcile::s3 {
namespace {

constexpr std::string_view kMetaPrefix = "x-amz-meta-";

tl::unexpected<Error> corrupt(const std::string& what) {
  return fail(Fault::kCorrupt, what, "this is not the expected answer of an S3 server; check the endpoint");
}

/// `x-amz-meta-size-bytes` is size_bytes: see object_headers.
std::string metadata_name(const std::string& header) {
  std::string out = header.substr(kMetaPrefix.size());
  std::replace(out.begin(), out.end(), '-', '_');
  return out;
}

Result<ObjectHead> head_of(const net::Response& response, const ObjectKey& key) {
  ObjectHead out;
  const std::string* length = response.header("content-length");
  std::uint64_t size = 0;
  if (!length ||
      std::from_chars(length->data(), length->data() + length->size(), size).ptr !=
          length->data() + length->size() ||
      length->empty())
    return corrupt("head of " + key.get() + ": no Content-Length");
  out.size = Bytes(size);
  const std::string* modified = response.header("last-modified");
  const auto time = modified ? net::parse_http_date(*modified) : std::nullopt;
  if (!time) return corrupt("head of " + key.get() + ": no Last-Modified");
  out.modified = *time;
  if (const std::string* etag = response.header("etag")) {
    out.etag = *etag;
    if (out.etag.size() >= 2 && out.etag.front() == '"' && out.etag.back() == '"')
      out.etag = out.etag.substr(1, out.etag.size() - 2);
  }
  for (const auto& [name, value] : response.headers)
    if (name.starts_with(kMetaPrefix)) out.metadata.emplace(metadata_name(name), value);
  return out;
}

}  // namespace

Result<std::unique_ptr<S3Store>> open_s3(const S3Options& options) {
  TRY_ASSIGN(auto session, Session::open(options));
  return std::make_unique<S3Store>(options, std::move(session));
}

S3Store::S3Store(const S3Options& options, std::unique_ptr<Session> session)
    : profile_(profile_of(options.provider)),
      session_(std::move(session)),
      upload_log_(options.upload_log),
      multipart_threshold_(options.multipart_threshold),
      part_size_(options.part_size),
      parts_in_flight_(options.parts_in_flight),
      public_url_(options.public_url),
      conditional_put_(profile_.conditional_put),
      if_match_(profile_.conditional_replace == Support::kYes  ? IfMatch::kQuoted
                : profile_.conditional_replace == Support::kNo ? IfMatch::kNone
                                                               : IfMatch::kUnknown),
      lifecycle_document_(profile_.lifecycle_document) {
  while (public_url_.ends_with('/')) public_url_.pop_back();
}

S3Store::~S3Store() = default;

StoreCapabilities S3Store::capabilities() {
  return {.lifecycle_document = lifecycle_document_,
          .lifecycle_enforced = profile_.lifecycle_enforced && lifecycle_document_,
          .abort_uploads_rule = profile_.abort_uploads_rule,
          .conditional_put = conditional_put_ == Support::kYes,
          .remove = true,
          .public_read = profile_.public_by_endpoint || !public_url_.empty()};
}

std::string S3Store::public_url(const ObjectKey& key) const {
  if (!public_url_.empty()) return public_url_ + "/" + encoded_path(key.get());
  return session_->address().origin + encoded_path(session_->address().path_of(key.get()));
}

/// The answer to a HEAD has no body, so no code: where the status alone does not settle it, the same is asked
/// by GET for one byte. A 404 settles it only if an S3 server says so.
Result<Answer> S3Store::explained(const Call& head) {
  TRY_ASSIGN(Answer answer, session_->exchange(head));
  const bool by_s3 = answer.response.header("x-amz-request-id") != nullptr;
  if (answer.ok() || answer.response.status >= 500) return answer;
  if (answer.response.status == 404 && by_s3 && !head.key.empty()) return answer;
  Call question = head;
  question.method = "GET";
  if (head.key.empty())
    question.query = {{"list-type", "2"}, {"max-keys", "1"}};
  else
    question.headers.emplace_back("Range", "bytes=0-0");
  TRY_ASSIGN(Answer explanation, session_->exchange(question));
  if (explanation.ok() || explanation.response.status == 416) {
    if (answer.response.status != 404 || head.key.empty()) return answer;
    // It came into being in between, or a cache answers: look once more.
    return session_->exchange(head);
  }
  return explanation;
}

Result<bool> S3Store::bucket_exists() {
  const Call call{.verb = "look at", .method = "HEAD"};
  TRY_ASSIGN(const Answer answer, explained(call));
  if (answer.ok()) return true;
  if (answer.error.code == "NoSuchBucket") return false;
  return fail(session_->refusal(call, answer));
}

Result<std::optional<ObjectHead>> S3Store::head(const ObjectKey& key) {
  TRY(check_key(key.get()));
  const Call call{.verb = "head of", .method = "HEAD", .key = key.get()};
  TRY_ASSIGN(const Answer answer, explained(call));
  if (answer.ok()) {
    TRY_ASSIGN(ObjectHead head, head_of(answer.response, key));
    return std::optional(std::move(head));
  }
  const std::string& code = answer.error.code;
  if (code == "NoSuchKey" || (answer.response.status == 404 && code.empty() &&
                              answer.response.header("x-amz-request-id") != nullptr))
    return std::optional<ObjectHead>();
  return fail(session_->refusal(call, answer));
}

Result<std::string> S3Store::get(const ObjectKey& key, Bytes bytes_max) {
  TRY(check_key(key.get()));
  TRY_ASSIGN(net::Response response, session_->call({.verb = "get",
                                                     .key = key.get(),
                                                     .response_bytes_max = bytes_max.get(),
                                                     .deadline = Milliseconds(0)}));
  return std::move(response.body);
}

Result<void> S3Store::remove(const ObjectKey& key) {
  TRY(check_key(key.get()));
  const Call call{.verb = "delete", .method = "DELETE", .key = key.get()};
  TRY_ASSIGN(const Answer answer, session_->exchange(call));
  if (answer.ok() || answer.error.code == "NoSuchKey") return {};
  return fail(session_->refusal(call, answer));
}

Result<void> S3Store::create_bucket() {
  Call call{.verb = "create", .method = "PUT"};
  const std::string& region = session_->address().region;
  // us-east-1 is the default and, alone among the regions, must not be named (CreateBucket, API reference).
  const std::string document =
      profile_.location_constraint && region != "us-east-1" ? write_location(region) : "";
  const auto body = net::memory_body(document);
  call.body = body.get();
  call.payload_hash = to_hex(sha256_of(document));
  TRY_ASSIGN(const Answer answer, session_->exchange(call));
  if (answer.ok() || answer.error.code == "BucketAlreadyOwnedByYou") return {};
  return fail(session_->refusal(call, answer));
}

Result<LifecycleDocument> S3Store::lifecycle() {
  const Call call{.verb = "lifecycle of", .query = {{"lifecycle", ""}}};
  TRY_ASSIGN(const Answer answer, session_->exchange(call));
  if (answer.error.code == "NoSuchLifecycleConfiguration") return LifecycleDocument{};
  if (!answer.ok()) {
    Error error = session_->refusal(call, answer);
    if (error.fault == Fault::kUnsupported) lifecycle_document_ = false;
    return fail(std::move(error));
  }
  return read_lifecycle(answer.response.body, {.marker_twins = profile_.marker_twins});
}

Result<void> S3Store::set_lifecycle(const LifecycleDocument& document) {
  Call call{.verb = "set the lifecycle of", .method = "PUT", .query = {{"lifecycle", ""}}};
  if (document.rules.empty()) {
    call.method = "DELETE";
    TRY_ASSIGN(const Answer answer, session_->exchange(call));
    if (answer.ok() || answer.error.code == "NoSuchLifecycleConfiguration") return {};
    return fail(session_->refusal(call, answer));
  }
  TRY_ASSIGN(const std::string text, write_lifecycle(document));
  const auto body = net::memory_body(text);
  call.body = body.get();
  call.payload_hash = to_hex(sha256_of(text));
  call.headers = xml_headers(text);
  TRY(session_->call(call));
  return {};
}

}  // namespace reconcile::s3
