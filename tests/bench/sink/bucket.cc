#include "bucket.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <iterator>
#include <string_view>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/evp.h>

namespace sink {
namespace {

constexpr unsigned kPageKeysMax = 1000;  // S3 ListObjectsV2: at most 1,000 keys (API reference)
constexpr char kMeta[] = "x-amz-meta-";
constexpr const char* kSubresources[] = {"lifecycle", "location", "uploads", "versioning", "policy"};

std::string hex(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else
      out += c;
  }
  return out;
}

std::string url_encoded(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) || std::string_view("-._~/").find(c) != std::string_view::npos)
      out += c;
    else
      out += fmt::format("%{:02X}", byte);
  }
  return out;
}

Answer error(int status, const char* code) {
  return {status,
          {{"Content-Type", "application/xml"}},
          fmt::format("<Error><Code>{0}</Code><Message>{0}</Message></Error>", code)};
}

std::map<std::string, std::string> metadata_of(const Request& request) {
  std::map<std::string, std::string> out;
  for (const auto& [name, value] : request.headers)
    if (name.starts_with(kMeta)) out[name] = value;
  return out;
}

std::string unquoted(std::string text) {
  std::erase(text, '"');
  return text;
}

}  // namespace

bool lists(const Request& request) {
  return request.method == "GET" && std::none_of(std::begin(kSubresources), std::end(kSubresources),
                                                 [&](const char* name) { return request.asks(name); });
}

void Bucket::pretend(unsigned count) {
  constexpr unsigned kDays = 100;
  constexpr std::time_t kDaySeconds = 86'400;
  const std::time_t today = std::time(nullptr) / kDaySeconds;
  for (unsigned i = 0; i < count; ++i) {
    const auto day = static_cast<std::time_t>(std::uint64_t{i} * kDays / count);
    const std::time_t put = (today - kDays + day) * kDaySeconds + kDaySeconds / 2;
    objects_.emplace_hint(objects_.end(),
                          fmt::format("{}{:%Y/%m/%d}/{:07}.json.gz", discard_, fmt::gmtime(put), i),
                          Object{1000, fmt::format("{:032x}", i), {}, {}, {}, put});
  }
}

bool Bucket::keeps(const Request& request) const {
  return request.method == "POST" || request.key.empty() || !request.key.starts_with(discard_);
}

Answer Bucket::answer(const Request& request, const Body& body) {
  if (request.key.empty()) return of_bucket(request, body);
  if (request.method == "PUT") return put(request, body);
  if (request.method == "GET" || request.method == "HEAD") return get(request);
  if (request.method == "POST" && request.asks("uploads")) {
    const std::string id = fmt::format("upload-{}", next_upload_++);
    uploads_[id] = {{}, metadata_of(request), request.header("content-type")};
    return {
        200,
        {},
        fmt::format("<InitiateMultipartUploadResult><UploadId>{}</UploadId></InitiateMultipartUploadResult>",
                    id)};
  }
  if (request.method == "POST" && request.asks("uploadId")) return complete(request);
  if (request.method == "DELETE") {
    if (request.asks("uploadId"))
      uploads_.erase(request.value("uploadId"));
    else
      objects_.erase(request.key);
    return {204, {}, {}};
  }
  return error(501, "NotImplemented");
}

Answer Bucket::of_bucket(const Request& request, const Body& body) {
  if (request.asks("lifecycle")) {
    if (request.method == "PUT")
      lifecycle_ = body.kept;
    else if (request.method == "DELETE")
      lifecycle_.clear();
    else if (lifecycle_.empty())
      return error(404, "NoSuchLifecycleConfiguration");
    else
      return {200, {}, lifecycle_};
    return {request.method == "PUT" ? 200 : 204, {}, {}};
  }
  if (request.method == "PUT" || request.method == "HEAD") return {200, {}, {}};
  if (request.method != "GET") return error(501, "NotImplemented");
  if (request.asks("location")) return {200, {}, "<LocationConstraint>us-east-1</LocationConstraint>"};
  if (request.asks("uploads"))
    return {
        200, {}, "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>"};
  if (request.asks("versioning")) return {200, {}, "<VersioningConfiguration/>"};
  if (request.asks("policy")) return error(404, "NoSuchBucketPolicy");
  return list(request);
}

Answer Bucket::put(const Request& request, const Body& body) {
  const auto there = objects_.find(request.key);
  if (request.header("if-none-match") == "*" && there != objects_.end())
    return error(412, "PreconditionFailed");
  const std::string wanted = unquoted(request.header("if-match"));
  if (!wanted.empty() && (there == objects_.end() || (wanted != "*" && wanted != there->second.etag)))
    return error(412, "PreconditionFailed");
  if (request.asks("partNumber")) {
    const auto upload = uploads_.find(request.value("uploadId"));
    if (upload == uploads_.end()) return error(404, "NoSuchUpload");
    upload->second.parts[std::atoi(request.value("partNumber").c_str())] = {request.length, body.md5};
  } else {
    objects_[request.key] = {
        request.length, hex(body.md5),     metadata_of(request), request.header("content-type"),
        body.kept,      std::time(nullptr)};
  }
  return {200, {{"ETag", '"' + hex(body.md5) + '"'}}, {}};
}

Answer Bucket::get(const Request& request) const {
  const auto it = objects_.find(request.key);
  if (it == objects_.end()) return error(404, "NoSuchKey");
  const Object& object = it->second;
  const bool head = request.method == "HEAD";
  if (!head && object.body.size() != object.bytes) return error(501, "NotImplemented");
  Answer answer{200, object.metadata, head ? std::string() : object.body};
  answer.headers["ETag"] = '"' + object.etag + '"';
  answer.headers["Last-Modified"] = fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(object.modified));
  if (!object.content_type.empty()) answer.headers["Content-Type"] = object.content_type;
  if (head) answer.headers["Content-Length"] = fmt::to_string(object.bytes);
  return answer;
}

Answer Bucket::list(const Request& request) const {
  const std::string prefix = request.value("prefix"), delimiter = request.value("delimiter");
  const bool v2 = request.value("list-type") == "2", encoded = request.value("encoding-type") == "url";
  std::string after = request.value(v2 ? "continuation-token" : "marker");
  if (after.empty()) after = request.value("start-after");
  const unsigned asked = request.asks("max-keys")
                             ? static_cast<unsigned>(std::atoi(request.value("max-keys").c_str()))
                             : kPageKeysMax;
  const auto shown = [&](const std::string& text) { return encoded ? url_encoded(text) : escaped(text); };

  std::string entries, last;
  unsigned count = 0;
  auto it = after >= prefix && !after.empty() ? objects_.upper_bound(after) : objects_.lower_bound(prefix);
  for (; it != objects_.end() && it->first.starts_with(prefix) && count < std::min(asked, kPageKeysMax);
       ++count) {
    const std::size_t cut = delimiter.empty() ? std::string::npos : it->first.find(delimiter, prefix.size());
    if (cut != std::string::npos) {
      const std::string common = it->first.substr(0, cut + delimiter.size());
      entries += "<CommonPrefixes><Prefix>" + shown(common) + "</Prefix></CommonPrefixes>";
      last = common + '\x7f';  // behind every key below it that is ASCII
      it = objects_.upper_bound(last);
      continue;
    }
    last = it->first;
    fmt::format_to(std::back_inserter(entries),
                   "<Contents><Key>{}</Key><LastModified>{:%Y-%m-%dT%H:%M:%S}.000Z</"
                   "LastModified><ETag>&quot;{}&quot;</ETag>"
                   "<Size>{}</Size><StorageClass>STANDARD</StorageClass></Contents>",
                   shown(it->first), fmt::gmtime(it->second.modified), it->second.etag, it->second.bytes);
    ++it;
  }
  const bool more = it != objects_.end() && it->first.starts_with(prefix);
  std::string body =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult "
      "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
  fmt::format_to(
      std::back_inserter(body),
      "<Prefix>{}</Prefix><KeyCount>{}</KeyCount><MaxKeys>{}</MaxKeys><IsTruncated>{}</IsTruncated>",
      shown(prefix), count, kPageKeysMax, more);
  if (encoded) body += "<EncodingType>url</EncodingType>";
  if (more)
    body += v2 ? "<NextContinuationToken>" + escaped(last) + "</NextContinuationToken>"
               : "<NextMarker>" + shown(last) + "</NextMarker>";
  return {200, {{"Content-Type", "application/xml"}}, body + entries + "</ListBucketResult>"};
}

Answer Bucket::complete(const Request& request) {
  const auto it = uploads_.find(request.value("uploadId"));
  if (it == uploads_.end()) return error(404, "NoSuchUpload");
  Object object{0, {}, it->second.metadata, it->second.content_type, {}, std::time(nullptr)};
  std::string digests;
  for (const auto& [number, part] : it->second.parts) {
    object.bytes += part.bytes;
    digests += part.md5;
  }
  unsigned char md5[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  EVP_Digest(digests.data(), digests.size(), md5, &length, EVP_md5(), nullptr);
  object.etag = fmt::format("{}-{}", hex({reinterpret_cast<char*>(md5), length}), it->second.parts.size());
  const std::string etag = object.etag;
  objects_[request.key] = std::move(object);
  uploads_.erase(it);
  return {200,
          {{"Content-Type", "application/xml"}},
          fmt::format("<CompleteMultipartUploadResult><Key>{}</Key><ETag>&quot;{}&quot;</ETag></"
                      "CompleteMultipartUploadResult>",
                      escaped(request.key), etag)};
}

}  // namespace sink
