#include "reconciler/serve/listener.h"

#include <atomic>
#include <charconv>
#include <httplib.h>
#include <thread>

#include <fmt/core.h>

#include "reconciler/serve/answer.h"

namespace reconcile::serve {

struct Listener::Server {
  httplib::Server http;
  std::thread thread;
  std::atomic<bool> ended{false};
};

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
                                                  std::function<ProcessStatus()> status) {
  std::unique_ptr<Listener> out(new Listener());
  httplib::Server& http = out->server_->http;
  http.new_task_queue = [] { return new httplib::ThreadPool(2); };
  // The library's default lets a second process take the same port without a word.
  http.set_socket_options([](socket_t socket) {
    const int yes = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  http.set_read_timeout(5, 0);
  http.set_write_timeout(5, 0);
  http.set_keep_alive_max_count(1);  // a body that nobody read must not become the next request
  http.set_payload_max_length(0);
  // Before any body is read, and without regular expressions on what a stranger sent.
  http.set_pre_routing_handler([status](const httplib::Request& request, httplib::Response& response) {
    const Answer answered = answer(request.method, request.path, status());
    response.status = answered.code;
    if (answered.code == 405) response.set_header("Allow", "GET");
    response.set_header("Cache-Control", "no-store");
    response.set_header("X-Content-Type-Options", "nosniff");
    response.set_content(answered.body, answered.content_type.c_str());
    return httplib::Server::HandlerResponse::Handled;
  });
  out->port_ = endpoint.port;
  if (endpoint.port == 0)
    out->port_ = http.bind_to_any_port(endpoint.host);
  else if (!http.bind_to_port(endpoint.host, endpoint.port))
    out->port_ = -1;
  if (out->port_ <= 0)
    return fail(Fault::kConflict, fmt::format("cannot listen on {}:{}", endpoint.host, endpoint.port),
                "is the port taken, or the address not this machine's? choose another with --listen");
  out->server_->thread = std::thread([server = out->server_.get()] {
    server->http.listen_after_bind();
    server->ended = true;
  });
  return out;
}

Listener::~Listener() {
  if (!server_->thread.joinable()) return;
  // stop() does nothing before the thread has come to listen.
  while (!server_->http.is_running() && !server_->ended) std::this_thread::yield();
  server_->http.stop();
  server_->thread.join();
}

}  // namespace reconcile::serve
