#include "reconciler/verify/http_source.h"

#include <charconv>
#include <chrono>

#include "reconciler/base/units.h"
#include "reconciler/net/http.h"
#include "reconciler/net/http_date.h"
#include "reconciler/net/ip_address.h"
#include "reconciler/net/url.h"

namespace reconcile::verify {
namespace {

std::optional<Bytes> announced_length(const net::Response& response) {
  const std::string* text = response.header("content-length");
  std::uint64_t length = 0;
  if (!text) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), length);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return Bytes(length);
}

BodyHead head_of(const net::Response& response) {
  BodyHead out;
  out.length = announced_length(response);
  out.ends_with_connection = !out.length && !response.header("transfer-encoding");
  if (const std::string* text = response.header("last-modified")) out.modified = net::parse_http_date(*text);
  return out;
}

/// In front of a cause: address and path, without what may be secret in a query.
Judgement at(const net::Url& url, Judgement judgement) {
  judgement.cause = url.origin() + url.path + ": " + judgement.cause;
  return judgement;
}

class HttpSource final : public Source {
 public:
  HttpSource(const HttpSourceOptions& options, std::unique_ptr<net::Client> client)
      : options_(options), client_(std::move(client)) {}

  Judged<BodyHead> fetch(const std::string& url, const BodySink& sink) override {
    std::string target = url;
    for (int redirects = 0;; ++redirects) {
      const Result<net::Url> parsed = net::parse_url(target);
      if (!parsed)
        return refuse(publishers_fault(parsed.error().cause, "commit a URL of the form https://host/path"));
      if (const auto wrong = unusable(*parsed)) return refuse(at(*parsed, *wrong));
      Transfer transfer{.sink = sink};
      const Result<net::Response> got = client_->send(request(target, transfer));
      if (transfer.stopped) return refuse(at(*parsed, *transfer.stopped));
      if (!got) return refuse(at(*parsed, of_error(got.error(), parsed->host)));
      if (got->status == 200) return head_of(*got);
      const std::string* location = got->header("location");
      const bool leads_on = got->status >= 300 && got->status < 400 && location;
      if (!leads_on) return refuse(at(*parsed, of_status(got->status)));
      const Result<std::string> next = net::resolve_url(target, *location);
      const Result<net::Url> to = next ? net::parse_url(*next) : Result<net::Url>(fail(next.error()));
      if (!to || to->origin() != parsed->origin() || redirects == kRedirectsMax)
        return refuse(at(*parsed, refused_redirect(got->status, to)));
      target = *next;
    }
  }

 private:
  std::optional<Judgement> unusable(const net::Url& url) const {
    if (url.has_user)
      return publishers_fault("a user name or password stands in the address",
                              "commit an address that needs none: everybody reads it");
    if (url.scheme == "http" && !(options_.allow_loopback && net::is_loopback(url.host)))
      return publishers_fault("not encrypted", "commit an https address");
    return std::nullopt;
  }

  static Judgement refused_redirect(int status, const Result<net::Url>& to) {
    Judgement out = of_status(status);
    out.cause += to ? ", to " + to->origin() : ", to no address";
    return out;
  }

  struct Transfer {
    const BodySink& sink;
    std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
    std::uint64_t received = 0;
    std::optional<Judgement> stopped = std::nullopt;
  };

  net::Request request(const std::string& target, Transfer& transfer) const {
    net::Request out{.url = target};
    out.progress = [this, &transfer](std::uint64_t) {
      if (!transfer.stopped && is_too_slow(transfer))
        transfer.stopped =
            not_judged(Blame::kInfrastructure, "slower than " + print_size(Bytes(kSlowest)) + " a second",
                       "verify again later, or with a longer --timeout");
      return !transfer.stopped && !(options_.stopping && options_.stopping());
    };
    out.sink = [&transfer](const net::Response& head, std::string_view piece) -> Result<void> {
      transfer.received += piece.size();
      transfer.stopped =
          head.status == 200 ? transfer.sink(head_of(head), piece) : std::optional(of_status(head.status));
      if (transfer.stopped) return fail(Fault::kCancelled, "stopped", "");
      return {};
    };
    return out;
  }

  bool is_too_slow(const Transfer& transfer) const {
    const auto spent = std::chrono::duration_cast<Seconds>(std::chrono::steady_clock::now() - transfer.begun);
    const Seconds beyond = spent - options_.timeout;
    return beyond > Seconds(0) && transfer.received < static_cast<std::uint64_t>(beyond.count()) * kSlowest;
  }

  HttpSourceOptions options_;
  std::unique_ptr<net::Client> client_;
};

}  // namespace

Result<std::unique_ptr<Source>> make_http_source(const HttpSourceOptions& options) {
  const auto may_connect = [loopback = options.allow_loopback](const net::IpAddress& address) {
    const net::IpKind kind = net::kind_of(address);
    return kind == net::IpKind::kGlobal || (loopback && kind == net::IpKind::kLoopback);
  };
  TRY_ASSIGN(auto client, net::Client::make({.ca_file = options.ca_file,
                                             .connect_timeout = options.timeout,
                                             .stall_timeout = options.timeout,
                                             .user_agent = "reconcile-verify",
                                             .may_connect = may_connect}));
  return std::unique_ptr<Source>(std::make_unique<HttpSource>(options, std::move(client)));
}

}  // namespace reconcile::verify
