#include "reconciler/chain/rpc/ws_stream.h"

#include <algorithm>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace reconcile::chain {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

// As net/ does for HTTP; one address that swallows packets must not eat the others' time.
constexpr std::chrono::seconds kConnectMax{10};
constexpr std::ptrdiff_t kAddressesMax = 8;

tl::unexpected<Error> transient(const std::string& what, const error_code& code) {
  if (code == beast::error::timeout)
    return fail(Fault::kTransient, what + ": no answer in time",
                "check the connection and the node; it is tried again");
  if (code == websocket::error::closed || code == asio::error::eof ||
      code == asio::ssl::error::stream_truncated)
    return fail(Fault::kTransient, what + ": the connection was closed", "it is tried again");
  return fail(Fault::kTransient, what + ": " + code.message(),
              "check the connection and the node; it is tried again");
}

tl::unexpected<Error> not_trusted(const std::string& why) {
  return fail(
      Fault::kInvalidInput, "its certificate is not trusted: " + why,
      "install ca-certificates, or name the server's CA bundle in `caFile`; if neither helps, someone is "
      "in between");
}

template <class Stream>
class Connection final : public WsStream {
 public:
  Connection(std::unique_ptr<asio::io_context> io, std::unique_ptr<asio::ssl::context> tls)
      : io_(std::move(io)), tls_(std::move(tls)), ws_(make()) {}

  Result<void> send(const std::string& text, TimePoint deadline) override;
  Result<std::string> receive(Bytes bytes_max, TimePoint deadline) override;
  Result<void> connect(const WsAddress& address, TimePoint deadline);
  Result<void> encrypt(const WsAddress& address, TimePoint deadline);
  Result<void> shake_hands(const WsAddress& address, TimePoint deadline, WsOpened& opened);

 private:
  static constexpr bool kTls = !std::is_same_v<Stream, beast::tcp_stream>;

  websocket::stream<Stream> make() {
    if constexpr (kTls)
      return websocket::stream<Stream>(*io_, *tls_);
    else
      return websocket::stream<Stream>(*io_);
  }

  /// Starts one operation and waits for its end, which comes by `deadline`: then the socket is closed.
  template <class Start>
  error_code wait_for(TimePoint deadline, Start start) {
    error_code out = asio::error::operation_aborted;
    beast::get_lowest_layer(ws_).expires_at(deadline);
    start([&out](error_code code, auto&&...) { out = code; });
    io_->restart();
    io_->run();
    return out;
  }

  std::unique_ptr<asio::io_context> io_;
  std::unique_ptr<asio::ssl::context> tls_;
  websocket::stream<Stream> ws_;
};

template <class Stream>
Result<void> Connection<Stream>::connect(const WsAddress& address, TimePoint deadline) {
  error_code code;
  tcp::resolver resolver(*io_);
  const auto found =
      resolver.resolve(address.host, std::to_string(address.port), tcp::resolver::numeric_service, code);
  if (code)
    return fail(Fault::kTransient, "its name does not resolve: " + code.message(),
                "check the host name and this machine's DNS");
  auto left = std::min<std::ptrdiff_t>(std::distance(found.begin(), found.end()), kAddressesMax);
  for (auto each = found.begin(); left > 0; ++each, --left) {
    const TimePoint now = std::chrono::steady_clock::now();
    const auto share = std::min<TimePoint::duration>((deadline - now) / left, kConnectMax);
    auto& socket = beast::get_lowest_layer(ws_);
    code = wait_for(now + share, [&](auto done) { socket.async_connect(each->endpoint(), done); });
    if (!code) {
      socket.socket().set_option(tcp::no_delay(true), code);
      return {};
    }
    socket.close();
  }
  return transient("connecting", code);
}

template <class Stream>
Result<void> Connection<Stream>::encrypt(const WsAddress& address, TimePoint deadline) {
  if constexpr (kTls) {
    SSL* ssl = ws_.next_layer().native_handle();
    error_code code;
    asio::ip::make_address(address.host, code);
    const bool is_name = code.failed();
    // OpenSSL compares the name itself; without a name set it would take any certificate of any authority.
    const bool set = is_name ? SSL_set1_host(ssl, address.host.c_str()) == 1 &&
                                   SSL_set_tlsext_host_name(ssl, address.host.c_str()) == 1
                             : X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), address.host.c_str()) == 1;
    if (!set)
      return fail(Fault::kInternal, "OpenSSL does not take the host name", "check the endpoint's address");
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    code = wait_for(
        deadline, [&](auto done) { ws_.next_layer().async_handshake(asio::ssl::stream_base::client, done); });
    if (const long verdict = SSL_get_verify_result(ssl); code && verdict != X509_V_OK)
      return not_trusted(X509_verify_cert_error_string(verdict));
    if (code) return transient("TLS", code);
  }
  return {};
}

template <class Stream>
Result<void> Connection<Stream>::shake_hands(const WsAddress& address, TimePoint deadline, WsOpened& opened) {
  ws_.set_option(websocket::permessage_deflate());  // neither offered nor accepted
  ws_.set_option(websocket::stream_base::decorator(
      [](websocket::request_type& request) { request.set(beast::http::field::user_agent, "reconcile"); }));
  websocket::response_type answer;
  const error_code code = wait_for(
      deadline, [&](auto done) { ws_.async_handshake(answer, address.authority, address.target, done); });
  if (code == websocket::error::upgrade_declined) {
    opened.status = static_cast<int>(answer.result_int());
    opened.retry_after = std::string(answer[beast::http::field::retry_after]);
    opened.date = std::string(answer[beast::http::field::date]);
    return {};
  }
  if (code) return transient("WebSocket handshake", code);
  ws_.text(true);
  return {};
}

template <class Stream>
Result<void> Connection<Stream>::send(const std::string& text, TimePoint deadline) {
  try {
    const error_code code = wait_for(deadline, [&](auto done) { ws_.async_write(asio::buffer(text), done); });
    if (code) return transient("asking", code);
    return {};
  } catch (const std::exception& e) {
    return fail(Fault::kInternal, std::string("WebSocket: ") + e.what(), "free some memory");
  }
}

template <class Stream>
Result<std::string> Connection<Stream>::receive(Bytes bytes_max, TimePoint deadline) {
  try {
    ws_.read_message_max(bytes_max.get());
    beast::flat_buffer buffer;
    const error_code code = wait_for(deadline, [&](auto done) { ws_.async_read(buffer, done); });
    if (code == websocket::error::message_too_big)
      return fail(Fault::kInvalidInput,
                  "the answer is longer than " + std::to_string(bytes_max.get()) + " bytes",
                  "this is not the expected kind of answer; check the address");
    if (code) return transient("waiting for the answer", code);
    return beast::buffers_to_string(buffer.data());
  } catch (const std::exception& e) {
    return fail(Fault::kInternal, std::string("WebSocket: ") + e.what(), "free some memory");
  }
}

Result<std::unique_ptr<asio::ssl::context>> tls_context(const std::string& certificates) {
  auto out = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_client);
  error_code code;
  if (SSL_CTX_set_min_proto_version(out->native_handle(), TLS1_2_VERSION) != 1)
    return fail(Fault::kInternal, "OpenSSL knows no TLS 1.2", "update OpenSSL");
  out->set_verify_mode(asio::ssl::verify_peer);
  out->set_default_verify_paths(code);  // without the system's bundle the named one still counts
  if (!certificates.empty()) {
    out->add_certificate_authority(asio::buffer(certificates), code);
    if (code)
      return fail(Fault::kInvalidInput, "caFile: " + code.message(), "name a file with PEM certificates");
  }
  return out;
}

template <class Stream>
Result<WsOpened> open_with(const WsAddress& address, TimePoint deadline,
                           std::unique_ptr<asio::ssl::context> tls) {
  auto connection =
      std::make_unique<Connection<Stream>>(std::make_unique<asio::io_context>(1), std::move(tls));
  WsOpened out;
  TRY(connection->connect(address, deadline));
  TRY(connection->encrypt(address, deadline));
  TRY(connection->shake_hands(address, deadline, out));
  if (out.status == 101) out.stream = std::move(connection);
  return out;
}

}  // namespace

Result<WsOpened> open_ws(const WsAddress& address, TimePoint deadline) {
  try {
    if (!address.tls) return open_with<beast::tcp_stream>(address, deadline, nullptr);
    TRY_ASSIGN(auto tls, tls_context(address.certificates));
    return open_with<beast::ssl_stream<beast::tcp_stream>>(address, deadline, std::move(tls));
  } catch (const std::exception& e) {
    return fail(Fault::kInternal, std::string("WebSocket: ") + e.what(), "free some memory");
  }
}

}  // namespace reconcile::chain
