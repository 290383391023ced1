#include "reconciler/chain/rpc/http_transport.h"

#include "reconciler/chain/rpc/http_status.h"
#include "reconciler/chain/rpc/reply.h"
#include "reconciler/net/http.h"

namespace reconcile::chain {
namespace {

class HttpTransport final : public Transport {
 public:
  HttpTransport(std::string url, std::string origin, std::unique_ptr<net::Client> client)
      : url_(std::move(url)), origin_(std::move(origin)), client_(std::move(client)) {}

  const std::string& origin() const override { return origin_; }
  /// Connections are libcurl's, which opens them as needed. After a failure the peer may be another.
  Result<Link> connect(TimePoint) override {
    return std::exchange(failed_, false) ? Link::kNew : Link::kKept;
  }
  bool connected() const override { return true; }
  std::optional<Seconds> asked_to_wait() const override { return wait_; }

  Result<RpcAnswer> exchange(const Exchange& exchange) override {
    wait_.reset();
    auto answer = post(exchange);
    failed_ = !answer;
    return answer;
  }

 private:
  Result<RpcAnswer> post(const Exchange& exchange);

  std::string url_;
  std::string origin_;
  std::unique_ptr<net::Client> client_;
  bool failed_ = true;  ///< as good as failed: nothing is known yet
  std::optional<Seconds> wait_;
};

/// The same error; of a request that changes something and may have been carried out, it says so.
Error told(Error error, bool may_have_happened) {
  if (!may_have_happened) return error;
  return {Fault::kUnknownOutcome, error.cause,
          "it may have happened: it is read back before anything is repeated"};
}

Result<RpcAnswer> HttpTransport::post(const Exchange& exchange) {
  const auto left =
      std::chrono::duration_cast<Milliseconds>(exchange.deadline - std::chrono::steady_clock::now());
  if (left < Milliseconds(1))
    return fail(Fault::kTransient, origin_ + ": no time was left to ask", "try again");
  const auto body = net::memory_body(exchange.text);
  auto response =
      client_->send({.method = "POST",
                     .url = url_,
                     .headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}},
                     .body = body.get(),
                     .response_bytes_max = exchange.answer_max.get(),
                     .deadline = left,
                     .changes_something = exchange.changes_something});
  if (!response) {
    Error error = std::move(response).error();
    // kInvalidInput may be an answer that is too long, which came after the request was read.
    const bool maybe = error.fault == Fault::kInvalidInput;
    return fail(told(std::move(error), exchange.changes_something && maybe));
  }
  if (response->status != 200) {
    wait_ = wait_of(response->header("retry-after"), response->header("date"));
    return fail(told(refusal_of(response->status, origin_),
                     exchange.changes_something && may_have_acted(response->status)));
  }
  auto answer = read_reply(response->body, exchange.id);
  if (!answer) return fail(told(within(origin_, std::move(answer).error()), exchange.changes_something));
  return answer;
}

}  // namespace

Result<std::unique_ptr<Transport>> make_http_transport(std::string url, std::string origin,
                                                       const TransportOptions& options) {
  TRY_ASSIGN(auto client, net::Client::make({.ca_file = options.ca_file}));
  return std::unique_ptr<Transport>(
      std::make_unique<HttpTransport>(std::move(url), std::move(origin), std::move(client)));
}

}  // namespace reconcile::chain
