#include "reconciler/doctor/public.h"

#include <algorithm>

#include <fmt/core.h>

#include "reconciler/doctor/checks.h"
#include "reconciler/model/index.h"
#include "reconciler/net/url.h"
#include "reconciler/s3/xml.h"

namespace reconcile::doctor {
namespace {

constexpr const char* kAddress = "public/address";
constexpr const char* kRead = "public/read";
constexpr const char* kCaching = "public/caching";
constexpr Bytes kObjectBytesMax{16u << 20};

/// Something to fetch: its address and what must come.
struct Sample {
  std::string url;
  std::string content;
  std::string what;
};

/// The newest index that stands in the bucket anyway.
std::optional<Sample> published_sample(const Bucket& bucket) {
  std::optional<ListedObject> newest;
  const auto listed = bucket.reading->list(kIndexPrefix, "", [&](std::vector<ListedObject>&& page) {
    for (ListedObject& object : page)
      if (object.size <= kObjectBytesMax && object.key.get() != kPointerKey &&
          (!newest || object.modified > newest->modified))
        newest = std::move(object);
    return false;  // one page is enough to find something
  });
  if (!listed || !newest) return std::nullopt;
  auto content = bucket.reading->get(newest->key, kObjectBytesMax);
  if (!content) return std::nullopt;
  return Sample{bucket.reading->public_url(newest->key), *std::move(content), newest->key.get()};
}

class PublicSide {
 public:
  PublicSide(const Subject& subject, const Bucket* bucket, const Probe* probe, Findings& findings)
      : subject_(subject), bucket_(bucket), findings_(findings) {
    if (bucket_ && bucket_->session) api_ = bucket_->session->address().origin;
    if (bucket_ && probe)
      sample_ = Sample{bucket_->reading->public_url(probe->key()), probe->content(), "the probe object"};
    is_probe_ = sample_.has_value();
  }

  void run() {
    const auto base = net::parse_url(base_url());
    if (!base) {
      for (const char* id : {kAddress, "public/dns", "public/tcp", "public/tls", kRead, kCaching})
        findings_.skip(id, base_url().empty() ? "no address is known while the bucket's is not"
                                              : "readers use " + base_url());
      return;
    }
    base_ = *base;
    if (!judge_base()) return skip_rest(kAddress);
    if (!connect()) {
      findings_.hidden(kCaching, {kRead});
      return judge_address();
    }
    read();
    judge_address();
    // An address that is none of readers' explains why nothing comes; said once.
    if (!findings_.hidden(kCaching, {kAddress, kRead})) cache();
  }

 private:
  std::string base_url() const {
    const std::string& stated = subject_.desired.bucket.public_url;
    if (!stated.empty() || !bucket_) return stated;
    return bucket_->reading->public_url(ObjectKey("x"));
  }

  /// What is wrong with the address as it is written. False: nobody need try.
  bool judge_base() {
    const bool same_server = base_.origin() == api_;
    const bool by_endpoint = s3::profile_of(subject_.desired.bucket.provider).public_by_endpoint;
    if (by_endpoint || !same_server) return true;
    findings_.fail(kAddress,
                   base_.host + " is the S3 API's address, which answers nobody without a signature",
                   "write the address that readers use into bucket.publicUrl: a custom domain, or the "
                   "bucket's public development URL (https://pub-….r2.dev)");
    return false;
  }

  void skip_rest(const char* on) {
    for (const char* id : {"public/dns", "public/tcp", "public/tls", kRead, kCaching})
      findings_.hidden(id, {on});
  }

  bool connect() {
    if (base_.origin() == api_) {
      for (const char* id : {"dns", "tcp", "tls"}) {
        const std::string own = std::string("public/") + id;
        if (!findings_.hidden(own, {std::string("bucket/") + id}))
          findings_.skip(own, "the same server as the bucket's endpoint");
      }
      return !findings_.hidden(kRead, {"bucket/dns", "bucket/tcp", "bucket/tls"});
    }
    const net::Contact seen = net::contact(base_.origin(), {.ca_file = subject_.desired.bucket.ca_file});
    if (judge_contact("public", seen, subject_.clock.now(), findings_)) return true;
    findings_.hidden(kRead, {"public/dns", "public/tcp", "public/tls"});
    return false;
  }

  void read() {
    if (!subject_.readers) return findings_.fail(kRead, subject_.readers.error());
    if (!sample_ && bucket_ && !findings_.failed("bucket/access") && !findings_.failed("bucket/exists") &&
        !findings_.failed("bucket/credentials") && !findings_.failed("bucket/clock"))
      sample_ = published_sample(*bucket_);
    if (!sample_) return nothing_to_read();
    Result<void> fetched = fetch();
    if (!fetched && fetched.error().fault == Fault::kDenied && is_probe_) {
      // A policy may open the publication's own keys alone.
      if (auto published = published_sample(*bucket_)) {
        const Error first = fetched.error();
        std::swap(*sample_, *published);
        fetched = fetch();
        if (!fetched) fetched = fail(first);
      }
    }
    if (fetched) return findings_.ok(kRead, "anybody reads " + sample_->what + ", byte by byte");
    refusal_ = fetched.error();
  }

  void nothing_to_read() {
    if (findings_.hidden(
            kRead, {"bucket/write", "bucket/access", "bucket/exists", "bucket/credentials", "bucket/clock"}))
      return;
    findings_.skip(kRead, "nothing is published yet that could be read");
  }

  Result<void> fetch() {
    TRY_ASSIGN(const std::string got, (*subject_.readers)->fetch(sample_->url, kObjectBytesMax));
    if (got == sample_->content) return {};
    return fail(
        Fault::kCorrupt, "fetch " + base_.origin() + ": " + sample_->what + " came with other bytes",
        "bucket.publicUrl leads elsewhere: another bucket, a website, or a cache that changes things");
  }

  /// The S3 code of what answers readers; empty where it is no S3 error.
  std::string code_for_readers() {
    const auto response = plain_answer();
    if (!response || response->status < 300) return "";
    const auto document = s3::read_error(response->body);
    return document ? document->code : "";
  }

  Result<net::Response> plain_answer() {
    TRY_ASSIGN(const auto client, net::Client::make({.ca_file = subject_.desired.bucket.ca_file}));
    return client->send({.url = sample_->url,
                         .response_bytes_max = kObjectBytesMax.get(),
                         .deadline = net::Milliseconds(30'000)});
  }

  /// The bucket's own place on the server of its S3 API: a slash and its name, or nothing but a slash.
  std::string own_path() const { return bucket_->session->address().path_of(""); }

  /// Why readers get nothing, where that is the address's fault; else nothing.
  std::optional<Error> wrong_place() {
    if (!refusal_ || !bucket_ || !bucket_->session) return std::nullopt;
    std::string path = base_.path;
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    const bool same_server = base_.origin() == api_;
    if (same_server && path == own_path()) return std::nullopt;
    if (!same_server && path != "/") return std::nullopt;
    const std::string code = code_for_readers();
    // Elsewhere a root that is denied may be this bucket's own host name: only "no such bucket" says no.
    const bool says_no = same_server ? !code.empty() : code == "NoSuchBucket" || code == "InvalidBucketName";
    if (!says_no) return std::nullopt;
    const std::string right =
        base_.origin() + (same_server ? own_path() : "/" + subject_.desired.bucket.name);
    return Error{Fault::kInvalidInput,
                 fmt::format("{}{} answers as the S3 API does ({}), and is not this bucket", base_.origin(),
                             base_.path, code),
                 "bucket.publicUrl must lead to the bucket, such as " + right,
                 {}};
  }

  void judge_address() {
    if (const std::optional<Error> wrong = wrong_place()) {
      findings_.fail(kAddress, *wrong);
      findings_.skip_on(kRead, kAddress, "needs public/address");
      return;
    }
    if (refusal_) findings_.fail(kRead, *refusal_);
    if (base_.host.ends_with(".r2.dev"))
      return findings_.warn(kAddress,
                            base_.host + " is Cloudflare's address for development: it is rate-limited",
                            "connect a custom domain to the bucket and write it into bucket.publicUrl");
    findings_.ok(kAddress, "readers use " + base_.origin());
  }

  void cache() {
    if (!sample_) return findings_.skip(kCaching, "nothing was read");
    const auto response = plain_answer();
    if (!response || response->status != 200) return findings_.skip(kCaching, "nothing was read");
    judge_caching(response->headers, strategy_of(subject_.desired) == Strategy::kStaticPointer, findings_);
  }

  const Subject& subject_;
  const Bucket* bucket_;
  Findings& findings_;
  std::string api_;  ///< origin of the S3 API; empty: not known
  net::Url base_;
  std::optional<Sample> sample_;
  bool is_probe_ = false;
  std::optional<Error> refusal_;  ///< what readers got instead
};

}  // namespace

void look_at_public(const Subject& subject, const Bucket* bucket, const Probe* probe, Findings& findings) {
  PublicSide(subject, bucket, probe, findings).run();
}

}  // namespace reconcile::doctor
