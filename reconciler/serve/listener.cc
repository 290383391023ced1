#include "reconciler/serve/listener.h"

#include <atomic>
#include <charconv>
#include <httplib.h>
#include <thread>

#include <fmt/core.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/sha256.h"
#include "reconciler/serve/fresh.h"
#include "reconciler/serve/host.h"

namespace reconcile::serve {

struct Listener::Server {
  httplib::Server http;
  std::thread thread;
  std::atomic<bool> ended{false};
  std::atomic<bool> stopping{false};
  std::atomic<int> streams{0};
  std::unique_ptr<FreshAnswers> answers;
  std::string loopback;  ///< where only this machine can ask: the host that --listen names; else empty

  bool misdirected(const httplib::Request& request) const;
  void tell(const httplib::Request& request, httplib::Response& response);
  void stream(httplib::Response& response);
};

namespace {

constexpr std::chrono::milliseconds kLook{250};
constexpr int kLooksToLive = 60;  // 15 s: proxies cut a stream that says nothing for longer

std::string tag_of(const std::string& body) {
  const Sha256 digest = sha256_of(ByteView(reinterpret_cast<const std::uint8_t*>(body.data()), body.size()));
  return '"' + to_hex(digest).substr(0, 32) + '"';
}

}  // namespace

/// Beyond loopback any name may be the right one.
bool Listener::Server::misdirected(const httplib::Request& request) const {
  if (loopback.empty()) return false;
  return request.get_header_value_count("Host") > 1 ||
         !host_is_ours(request.get_header_value("Host"), loopback);
}

void Listener::Server::tell(const httplib::Request& request, httplib::Response& response) {
  response.set_header("X-Content-Type-Options", "nosniff");
  response.set_header("Referrer-Policy", "no-referrer");
  if (misdirected(request)) {
    response.status = 421;  // RFC 9110: nobody of this name is here
    response.set_header("Cache-Control", "no-store");
    return response.set_content("ask for localhost or 127.0.0.1; a proxy has to send that Host\n",
                                "text/plain");
  }
  if (request.method == "GET" && request.path == "/api/v1/events") return stream(response);
  const Answer answered = answers->of(request.method, request.path);
  response.status = answered.code;
  if (answered.code == 405) response.set_header("Allow", "GET");
  // To be asked for each time; what is the same need not be sent.
  response.set_header("Cache-Control", answered.code == 200 ? "no-cache" : "no-store");
  response.set_header("Content-Security-Policy", answered.policy.empty()
                                                     ? "default-src 'none'; frame-ancestors 'none'"
                                                     : answered.policy);
  if (answered.code == 200) {
    const std::string tag = tag_of(answered.body);
    response.set_header("ETag", tag);
    if (request.get_header_value("If-None-Match") == tag) {
      response.status = 304;
      return;
    }
  }
  response.set_content(answered.body, answered.content_type.c_str());
}

/// One `change` at the beginning and with each change after it; a comment now and then, so that both ends see
/// that the other is there.
void Listener::Server::stream(httplib::Response& response) {
  response.set_header("Cache-Control", "no-store");
  if (streams.fetch_add(1) >= kStreamsMax) {
    --streams;
    response.status = 503;
    return response.set_content("all streams are taken: poll /api/v1/overview\n", "text/plain");
  }
  response.set_chunked_content_provider(
      "text/event-stream",
      [this, told = std::uint64_t{0}, first = true](std::size_t, httplib::DataSink& sink) mutable {
        for (int looks = 0; looks < kLooksToLive; ++looks) {
          if (stopping) {
            sink.done();
            return true;
          }
          const std::uint64_t now = answers->revision();
          if (first || now != told) {
            first = false;
            told = now;
            const std::string event = fmt::format("event: change\ndata: {}\n\n", now);
            return sink.write(event.data(), event.size());
          }
          std::this_thread::sleep_for(kLook);
        }
        const std::string alive = ": alive\n\n";
        return sink.write(alive.data(), alive.size());
      },
      [this](bool) { --streams; });
}

Result<Endpoint> parse_endpoint(const std::string& text) {
  const auto wrong = [&] {
    return fail(Fault::kInvalidInput, "`" + text + "` is no address to listen on",
                "give an address and a port: 127.0.0.1:9464 or [::1]:9464");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return wrong();
  Endpoint out{text.substr(0, colon), 0};
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, out.port);
  if (error != std::errc() || stop != end || out.port < 0 || out.port > 65535) return wrong();
  if (out.host.empty()) out.host = "127.0.0.1";
  if (out.host.size() > 2 && out.host.front() == '[' && out.host.back() == ']')
    out.host = out.host.substr(1, out.host.size() - 2);
  else if (out.host.find(':') != std::string::npos)
    return wrong();
  return out;
}

Listener::Listener() : server_(std::make_unique<Server>()) {}

Result<std::unique_ptr<Listener>> Listener::start(const Endpoint& endpoint,
                                                  std::function<ProcessStatus()> status,
                                                  std::function<std::uint64_t()> revision) {
  std::unique_ptr<Listener> out(new Listener());
  httplib::Server& http = out->server_->http;
  http.new_task_queue = [] { return new httplib::ThreadPool(2 + kStreamsMax); };
  // The library's default lets a second process take the same port without a word.
  socket_t listening = INVALID_SOCKET;
  http.set_socket_options([&listening](socket_t socket) {
    listening = socket;
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  http.set_read_timeout(5, 0);
  http.set_write_timeout(5, 0);
  http.set_keep_alive_max_count(1);  // a body that nobody read must not become the next request
  http.set_payload_max_length(0);
  // Before any body is read, and without regular expressions on what a stranger sent.
  out->server_->answers = std::make_unique<FreshAnswers>(std::move(status), std::move(revision));
  http.set_pre_routing_handler(
      [server = out->server_.get()](const httplib::Request& request, httplib::Response& response) {
        server->tell(request, response);
        return httplib::Server::HandlerResponse::Handled;
      });
  if (is_loopback(endpoint.host)) out->server_->loopback = endpoint.host;
  out->port_ = endpoint.port;
  if (endpoint.port == 0)
    out->port_ = http.bind_to_any_port(endpoint.host);
  else if (!http.bind_to_port(endpoint.host, endpoint.port))
    out->port_ = -1;
  if (out->port_ <= 0)
    return fail(Fault::kConflict, fmt::format("cannot listen on {}:{}", endpoint.host, endpoint.port),
                "is the port taken, or the address not this machine's? choose another with --listen");
  // The library lets 5 wait; whom the kernel turns away tries again only after a second, then after more.
  ::listen(listening, SOMAXCONN);
  http.set_socket_options([](socket_t) {});
  out->server_->thread = std::thread([server = out->server_.get()] {
    server->http.listen_after_bind();
    server->ended = true;
  });
  return out;
}

Listener::~Listener() {
  server_->stopping = true;
  if (!server_->thread.joinable()) return;
  // stop() does nothing before the thread has come to listen.
  while (!server_->http.is_running() && !server_->ended) std::this_thread::yield();
  server_->http.stop();
  server_->thread.join();
}

}  // namespace reconcile::serve
