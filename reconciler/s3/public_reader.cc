#include "reconciler/s3/public_reader.h"

#include "reconciler/base/percent.h"
#include "reconciler/net/http.h"
#include "reconciler/net/url.h"

namespace reconcile::s3 {
namespace {

constexpr int kRedirectsMax = 3;
constexpr std::string_view kFile = "file://";

Result<std::string> read_file_url(std::string_view url, Bytes bytes_max) {
  url.remove_prefix(kFile.size());
  if (url.starts_with("localhost/")) url.remove_prefix(9);
  const auto path = url.find_first_of("?#") == std::string_view::npos ? percent_decode(url) : std::nullopt;
  if (!path || !path->starts_with('/') || path->find('\0') != std::string::npos)
    return fail(Fault::kInvalidInput, "not a usable file URL", "write it as file:///absolute/path");
  return read_file(*path, bytes_max);
}

Error refused(const std::string& where, int status) {
  const std::string cause = where + ": HTTP " + std::to_string(status) + " to a reader without credentials";
  if (status == 401 || status == 403)
    return {Fault::kDenied, cause, "make the bucket publicly readable, and check bucket.publicUrl"};
  if (status == 404 || status == 410)
    return {Fault::kNotFound, cause,
            "check bucket.publicUrl: the object is in the bucket, but not at this address"};
  if (status == 429 || status == 408 || status >= 500)
    return {Fault::kTransient, cause, "the public address has trouble; it is tried again"};
  if (status >= 300 && status < 400)
    return {Fault::kInvalidInput, cause + " (a redirect)",
            "put the address that it leads to into bucket.publicUrl"};
  return {Fault::kInvalidInput, cause, "check bucket.publicUrl"};
}

class Reader final : public PublicReader {
 public:
  Reader(const PublicReaderOptions& options, std::unique_ptr<net::Client> client)
      : options_(options), client_(std::move(client)) {}

  Result<std::string> fetch(const std::string& url, Bytes bytes_max) override {
    if (options_.allow_file && url.starts_with(kFile)) return read_file_url(url, bytes_max);
    std::string target = url;
    for (int redirects = 0;; ++redirects) {
      TRY_ASSIGN(const net::Url parsed, net::parse_url(target));
      if (parsed.has_user)
        return fail(Fault::kInvalidInput, "the public address holds a user name or password", "remove it");
      if (parsed.scheme == "http" && !options_.allow_http && !net::is_loopback(parsed.host))
        return fail(Fault::kInvalidInput, parsed.origin() + " is not encrypted",
                    "use https in bucket.publicUrl");
      const std::string where = "fetch " + parsed.origin() + parsed.path;
      auto response = client_->send({.url = target, .response_bytes_max = bytes_max.get()});
      if (!response) return fail(within(where, std::move(response).error()));
      if (response->status == 200) return std::move(response->body);
      const std::string* location = response->header("location");
      if (response->status < 300 || response->status >= 400 || !location || redirects == kRedirectsMax)
        return fail(refused(where, response->status));
      TRY_ASSIGN(target, net::resolve_url(target, *location));
      const auto next = net::parse_url(target);
      if (!next || next->origin() != parsed.origin()) return fail(refused(where, response->status));
    }
  }

 private:
  PublicReaderOptions options_;
  std::unique_ptr<net::Client> client_;
};

}  // namespace

Result<std::unique_ptr<PublicReader>> make_public_reader(const PublicReaderOptions& options) {
  TRY_ASSIGN(auto client, net::Client::make({.ca_file = options.ca_file}));
  return std::unique_ptr<PublicReader>(std::make_unique<Reader>(options, std::move(client)));
}

}  // namespace reconcile::s3
