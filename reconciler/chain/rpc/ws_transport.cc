#include "reconciler/chain/rpc/ws_transport.h"

#include "reconciler/chain/rpc/http_status.h"
#include "reconciler/chain/rpc/reply.h"
#include "reconciler/chain/rpc/ws_stream.h"

namespace reconcile::chain {
namespace {

// Shorter than any NAT's or proxy's patience (a minute, commonly): what they dropped would only be found by
// waiting for an answer in vain.
constexpr Seconds kIdleMax{30};
// Messages that answer nothing we asked; nobody subscribes here, so a handful is odd already.
constexpr int kSkippedMax = 64;
constexpr Bytes kCaBytesMax{16u << 20};

class WsTransport final : public Transport {
 public:
  WsTransport(WsAddress address, std::string origin, std::function<TimePoint()> now)
      : address_(std::move(address)), origin_(std::move(origin)), now_(std::move(now)) {}

  const std::string& origin() const override { return origin_; }
  bool connected() const override { return stream_ != nullptr; }
  std::optional<Seconds> asked_to_wait() const override { return wait_; }
  Result<Link> connect(TimePoint deadline) override;
  Result<RpcAnswer> exchange(const Exchange& exchange) override;

 private:
  Result<RpcAnswer> await_answer(const Exchange& exchange);

  WsAddress address_;
  std::string origin_;
  std::function<TimePoint()> now_;
  std::unique_ptr<WsStream> stream_;
  TimePoint used_{};
  std::optional<Seconds> wait_;
};

Result<Link> WsTransport::connect(TimePoint deadline) {
  wait_.reset();
  if (stream_ && now_() - used_ <= kIdleMax) return Link::kKept;
  stream_.reset();
  auto opened = open_ws(address_, deadline);
  if (!opened) return fail(within(origin_, std::move(opened).error()));
  if (!opened->stream) {
    wait_ = wait_of(&opened->retry_after, &opened->date);
    return fail(refusal_of(opened->status, origin_));
  }
  stream_ = std::move(opened->stream);
  used_ = now_();
  return Link::kNew;
}

Result<RpcAnswer> WsTransport::exchange(const Exchange& exchange) {
  if (!stream_) return fail(Fault::kTransient, origin_ + ": not connected", "it is tried again");
  Result<RpcAnswer> answer = await_answer(exchange);
  used_ = now_();
  if (answer) return answer;
  stream_.reset();
  Error error = within(origin_, std::move(answer).error());
  if (exchange.changes_something)
    error = {Fault::kUnknownOutcome, error.cause,
             "it may have happened: it is read back before anything is repeated"};
  return fail(std::move(error));
}

Result<RpcAnswer> WsTransport::await_answer(const Exchange& exchange) {
  TRY(stream_->send(exchange.text, exchange.deadline));
  std::uint64_t bytes_left = exchange.answer_max.get();
  for (int skipped = 0; skipped <= kSkippedMax; ++skipped) {
    auto text = stream_->receive(Bytes(bytes_left), exchange.deadline);
    if (!text && skipped > 0)
      text.error().cause += ", after " + std::to_string(skipped) + " that answered nothing asked";
    if (!text) return fail(std::move(text).error());
    TRY_ASSIGN(std::optional<RpcAnswer> answer, read_message(*text, exchange.id));
    if (answer) return *std::move(answer);
    bytes_left -= text->size();
    if (bytes_left == 0) break;  // 0 would be no limit to the reader
  }
  return fail(Fault::kCorrupt, "it sends messages that answer nothing asked",
              "check that the address is a node's JSON-RPC endpoint");
}

}  // namespace

Result<std::unique_ptr<Transport>> make_ws_transport(const net::Url& url, std::string origin,
                                                     const TransportOptions& options) {
  WsAddress address{.host = url.host,
                    .port = url.port != 0           ? url.port
                            : url.scheme == "https" ? 443
                                                    : 80,
                    .authority = url.authority(),
                    .target = url.path + (url.query.empty() ? "" : "?" + url.query),
                    .tls = url.scheme == "https"};
  if (address.host.starts_with('[')) address.host = address.host.substr(1, address.host.size() - 2);
  if (!options.ca_file.empty()) {
    auto certificates = read_file(options.ca_file, kCaBytesMax);
    if (!certificates)
      return fail(Fault::kInvalidInput, "caFile: " + certificates.error().cause, certificates.error().remedy);
    if (certificates->find("-----BEGIN CERTIFICATE-----") == std::string::npos)
      return fail(Fault::kInvalidInput, "caFile " + options.ca_file.string() + " holds no PEM certificate",
                  "name a file with -----BEGIN CERTIFICATE-----");
    address.certificates = *std::move(certificates);
  }
  return std::unique_ptr<Transport>(
      std::make_unique<WsTransport>(std::move(address), std::move(origin), options.now));
}

}  // namespace reconcile::chain
