#include "reconciler/chain/rpc/ws_stream.h"

#include <algorithm>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
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
// Beast's parser takes 8 KiB of headers at most.
constexpr std::size_t kHeardMax = 16u << 10;

/// TCP, in TLS or not. Every call ends by the deadline; after it the socket is closed. To the WebSocket it is
/// a blocking stream: its blocking half is as good as its asynchronous one here, and far quicker to compile.
class TimedStream {
 public:
  using Socket = asio::basic_stream_socket<tcp, asio::io_context::executor_type>;
  using executor_type = asio::io_context::executor_type;

  explicit TimedStream(asio::ssl::context tls) : tls_(std::move(tls)), stream_(Socket(io_), tls_) {}

  executor_type get_executor() noexcept { return io_.get_executor(); }
  Socket& socket() { return stream_.next_layer(); }
  SSL* ssl() { return stream_.native_handle(); }
  void set_deadline(TimePoint deadline) { deadline_ = deadline; }
  /// Also appends what is read from now on to `heard`; nullptr: no longer.
  void let_hear(std::string* heard) { heard_ = heard; }
  void close() {
    error_code ignored;
    socket().close(ignored);
  }

  error_code connect(const tcp::endpoint& address) {
    return wait([&](auto done) { socket().async_connect(address, done); });
  }
  error_code encrypt() {
    encrypted_ = true;
    return wait([&](auto done) { stream_.async_handshake(asio::ssl::stream_base::client, done); });
  }

  template <class Buffers>
  std::size_t read_some(const Buffers& buffers, error_code& code) {
    const auto one = first<asio::mutable_buffer>(buffers);
    code = wait([&](auto done) {
      encrypted_ ? stream_.async_read_some(one, done) : socket().async_read_some(one, done);
    });
    if (heard_ && heard_->size() < kHeardMax) heard_->append(static_cast<const char*>(one.data()), moved_);
    return moved_;
  }
  template <class Buffers>
  std::size_t write_some(const Buffers& buffers, error_code& code) {
    const auto one = first<asio::const_buffer>(buffers);
    code = wait([&](auto done) {
      encrypted_ ? stream_.async_write_some(one, done) : socket().async_write_some(one, done);
    });
    return moved_;
  }
  template <class Buffers>
  std::size_t read_some(const Buffers& buffers) {
    error_code code;
    const std::size_t out = read_some(buffers, code);
    return code ? throw boost::system::system_error(code) : out;
  }
  template <class Buffers>
  std::size_t write_some(const Buffers& buffers) {
    error_code code;
    const std::size_t out = write_some(buffers, code);
    return code ? throw boost::system::system_error(code) : out;
  }

 private:
  template <class Buffer, class Buffers>
  static Buffer first(const Buffers& buffers) {
    for (auto each = asio::buffer_sequence_begin(buffers); each != asio::buffer_sequence_end(buffers); ++each)
      if (const Buffer out(*each); out.size() > 0) return out;
    return Buffer();
  }

  /// Starts one operation and waits for its end.
  template <class Start>
  error_code wait(Start start) {
    struct Done {
      TimedStream* self;
      void operator()(error_code code, std::size_t moved = 0) const {
        self->code_ = code;
        self->moved_ = moved;
        self->done_ = true;
      }
    };
    done_ = false;
    start(Done{this});
    io_.restart();
    io_.run_until(deadline_);
    if (done_) return code_;
    close();  // ends the operation, whose end is waited for: it uses the caller's buffer
    io_.restart();
    io_.run();
    moved_ = 0;
    return asio::error::timed_out;
  }

  asio::io_context io_{1};
  asio::ssl::context tls_;
  asio::ssl::stream<Socket> stream_;
  TimePoint deadline_{};
  std::string* heard_ = nullptr;
  error_code code_;
  std::size_t moved_ = 0;
  bool done_ = false;
  bool encrypted_ = false;
};

/// What Beast calls at the end of a closing handshake: everything was said.
void teardown(beast::role_type, TimedStream& stream, error_code& code) {
  stream.close();
  code = {};
}

tl::unexpected<Error> transient(const std::string& what, const error_code& code) {
  const char* remedy = "check the connection and the node; it is tried again";
  if (code == asio::error::timed_out) return fail(Fault::kTransient, what + ": no answer in time", remedy);
  if (code == websocket::error::closed || code == asio::error::eof ||
      code == asio::ssl::error::stream_truncated)
    return fail(Fault::kTransient, what + ": the connection was closed", remedy);
  return fail(Fault::kTransient, what + ": " + code.message(), remedy);
}

/// The peer's other answer to the handshake. Beast's blocking handshake (1.74) keeps it to itself.
Result<WsOpened> declined(const std::string& heard) {
  beast::http::response_parser<beast::http::empty_body> parser;
  error_code code;
  parser.put(asio::buffer(heard), code);
  if (!parser.is_header_done()) return transient("WebSocket handshake", websocket::error::upgrade_declined);
  const auto& answer = parser.get();
  WsOpened out;
  out.status = static_cast<int>(answer.result_int());
  out.retry_after = std::string(answer[beast::http::field::retry_after]);
  out.date = std::string(answer[beast::http::field::date]);
  return out;
}

class Connection final : public WsStream {
 public:
  explicit Connection(asio::ssl::context tls) : ws_(std::move(tls)) {}

  Result<void> connect(const WsAddress& address, TimePoint deadline);
  Result<void> encrypt(const WsAddress& address, TimePoint deadline);
  Result<WsOpened> shake_hands(const WsAddress& address, TimePoint deadline);
  Result<void> send(const std::string& text, TimePoint deadline) override;
  Result<std::string> receive(Bytes bytes_max, TimePoint deadline) override;

 private:
  websocket::stream<TimedStream, false> ws_;  // false: no compression, so that no small message grows large
};

Result<void> Connection::connect(const WsAddress& address, TimePoint deadline) {
  error_code code;
  asio::io_context io;
  tcp::resolver resolver(io);
  const auto found =
      resolver.resolve(address.host, std::to_string(address.port), tcp::resolver::numeric_service, code);
  if (code)
    return fail(Fault::kTransient, "its name does not resolve: " + code.message(),
                "check the host name and this machine's DNS");
  auto left = std::min<std::ptrdiff_t>(std::distance(found.begin(), found.end()), kAddressesMax);
  for (auto each = found.begin(); left > 0; ++each, --left) {
    const TimePoint now = std::chrono::steady_clock::now();
    ws_.next_layer().set_deadline(now + std::min<TimePoint::duration>((deadline - now) / left, kConnectMax));
    code = ws_.next_layer().connect(each->endpoint());
    if (!code) {
      ws_.next_layer().socket().set_option(tcp::no_delay(true), code);
      return {};
    }
    ws_.next_layer().close();
  }
  return transient("connecting", code);
}

Result<void> Connection::encrypt(const WsAddress& address, TimePoint deadline) {
  SSL* ssl = ws_.next_layer().ssl();
  error_code code;
  asio::ip::make_address(address.host, code);
  const bool is_name = code.failed();
  // OpenSSL compares the name itself; with none set it would take any certificate of any authority.
  const bool set = is_name ? SSL_set1_host(ssl, address.host.c_str()) == 1 &&
                                 SSL_set_tlsext_host_name(ssl, address.host.c_str()) == 1
                           : X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), address.host.c_str()) == 1;
  if (!set)
    return fail(Fault::kInternal, "OpenSSL does not take the host name", "check the endpoint's address");
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);

  ws_.next_layer().set_deadline(deadline);
  code = ws_.next_layer().encrypt();
  if (const long verdict = SSL_get_verify_result(ssl); code && verdict != X509_V_OK)
    return fail(
        Fault::kUntrusted,
        std::string("its certificate is not trusted: ") + X509_verify_cert_error_string(verdict),
        "install ca-certificates, or name the server's CA bundle in `caFile`; if neither helps, someone "
        "is in between");
  if (code) return transient("TLS", code);
  return {};
}

Result<WsOpened> Connection::shake_hands(const WsAddress& address, TimePoint deadline) {
  ws_.next_layer().set_deadline(deadline);
  ws_.set_option(websocket::stream_base::decorator(
      [](websocket::request_type& request) { request.set(beast::http::field::user_agent, "reconcile"); }));
  std::string heard;
  error_code code;
  ws_.next_layer().let_hear(&heard);
  ws_.handshake(address.authority, address.target, code);
  ws_.next_layer().let_hear(nullptr);
  ws_.text(true);
  if (!code) return WsOpened();
  if (code != websocket::error::upgrade_declined) return transient("WebSocket handshake", code);
  return declined(heard);
}

Result<void> Connection::send(const std::string& text, TimePoint deadline) {
  try {
    ws_.next_layer().set_deadline(deadline);
    error_code code;
    ws_.write(asio::buffer(text), code);
    if (code) return transient("asking", code);
    return {};
  } catch (const std::exception& e) {
    return fail(Fault::kInternal, std::string("WebSocket: ") + e.what(), "free some memory");
  }
}

Result<std::string> Connection::receive(Bytes bytes_max, TimePoint deadline) {
  try {
    ws_.next_layer().set_deadline(deadline);
    ws_.read_message_max(bytes_max.get());
    beast::flat_buffer buffer;
    error_code code;
    ws_.read(buffer, code);
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

Result<asio::ssl::context> tls_context(const std::string& certificates) {
  asio::ssl::context out(asio::ssl::context::tls_client);
  if (SSL_CTX_set_min_proto_version(out.native_handle(), TLS1_2_VERSION) != 1)
    return fail(Fault::kInternal, "OpenSSL knows no TLS 1.2", "update OpenSSL");
  out.set_verify_mode(asio::ssl::verify_peer);
  error_code code;
  out.set_default_verify_paths(code);  // without the system's bundle the named one still counts
  if (!certificates.empty()) {
    out.add_certificate_authority(asio::buffer(certificates), code);
    if (code)
      return fail(Fault::kInvalidInput, "caFile: " + code.message(), "name a file with PEM certificates");
  }
  return out;
}

}  // namespace

Result<WsOpened> open_ws(const WsAddress& address, TimePoint deadline) {
  try {
    TRY_ASSIGN(auto tls, tls_context(address.certificates));
    auto connection = std::make_unique<Connection>(std::move(tls));
    TRY(connection->connect(address, deadline));
    if (address.tls) TRY(connection->encrypt(address, deadline));
    TRY_ASSIGN(WsOpened out, connection->shake_hands(address, deadline));
    if (out.status == 101) out.stream = std::move(connection);
    return out;
  } catch (const std::exception& e) {
    return fail(Fault::kInternal, std::string("WebSocket: ") + e.what(), "free some memory");
  }
}

}  // namespace reconcile::chain
