// s3sink PORT [--discard PREFIX] [--objects N] [--latency-ms N] [--tls FILE]: an S3 server on loopback that
// takes bodies in and forgets them, so that what a benchmark measures is the client. Checks no signature.
// With
// --tls it speaks TLS alone, and writes the certificate that it made for itself to FILE. Prints "listening"
// once it does; at SIGTERM or SIGINT the requests by method (a listing is a LIST), one line of "METHOD count"
// each.

#include "bucket.h"
#include "wire.h"
#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <netinet/tcp.h>
#include <optional>
#include <string>
#include <string_view>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kReadBytes = 256 * 1024;
constexpr std::size_t kHeadBytesMax = 64 * 1024;

struct Connection {
  Connection(int fd, const sink::Tls* tls) : wire(fd, tls) {}
  sink::Wire wire;
  std::string unread;  // what came beyond the last whole request
  std::optional<sink::Request> request;
  std::uint64_t missing = 0;  // bytes of the body still to come
  sink::Body body;
  bool keep = false;
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> md5{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  std::string unsent;
};

struct Due {
  Clock::time_point at;
  int fd;
  std::uint64_t connection;  // a descriptor may belong to another one by then
  std::string text;
};

class Server {
 public:
  Server(int port, std::chrono::milliseconds latency, sink::Bucket bucket, std::optional<sink::Tls> tls)
      : latency_(latency), bucket_(std::move(bucket)), tls_(std::move(tls)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int one = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        listen(listener_, 512) != 0) {
      fmt::print(stderr, "s3sink: cannot listen on port {}\n", port);
      std::exit(1);
    }
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, nullptr);
    signals_ = signalfd(-1, &ends, SFD_CLOEXEC);
    watch(listener_, EPOLLIN);
    watch(signals_, EPOLLIN);
  }

  void run() {
    std::array<epoll_event, 256> events;
    for (;;) {
      const int count = epoll_wait(epoll_, events.data(), events.size(), wait_ms());
      for (std::size_t i = 0; i < static_cast<std::size_t>(std::max(count, 0)); ++i) {
        const int fd = events[i].data.fd;
        if (fd == signals_) return;
        if (fd == listener_)
          accept_all();
        else if (!serve(fd, events[i].events))
          drop(fd);
      }
      send_due();
    }
  }

  const std::map<std::string, std::uint64_t>& requests() const { return requests_; }

 private:
  void watch(int fd, std::uint32_t events, int what = EPOLL_CTL_ADD) {
    epoll_event event{events, {.fd = fd}};
    epoll_ctl(epoll_, what, fd, &event);
  }

  void accept_all() {
    for (int fd; (fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
      const int one = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      connections_[fd] = {++accepted_, std::make_unique<Connection>(fd, tls_ ? &*tls_ : nullptr)};
      watch(fd, EPOLLIN);
    }
  }

  void drop(int fd) {
    connections_.erase(fd);
    close(fd);
  }

  bool serve(int fd, std::uint32_t events) {
    Connection& c = *connections_.at(fd).second;
    if ((events & EPOLLOUT) && !send_rest(fd, c)) return false;
    if (!(events & (EPOLLIN | EPOLLHUP | EPOLLERR))) return true;
    // Until there is no more: what TLS has decrypted ahead rings no bell.
    for (;;) {
      const auto [state, got] = c.wire.read(buffer_.data(), buffer_.size());
      if (state != sink::Wire::State::kMoved) return state == sink::Wire::State::kWait;
      std::string_view text(buffer_.data(), got);
      if (c.request) take_body(c, text);
      c.unread += text;
      if (!advance(fd, c)) return false;
      if (!tls_) return true;
    }
  }

  void take_body(Connection& c, std::string_view& text) {
    const std::string_view part = text.substr(0, c.missing);
    EVP_DigestUpdate(c.md5.get(), part.data(), part.size());
    if (c.keep) c.body.kept += part;
    c.missing -= part.size();
    text.remove_prefix(part.size());
  }

  /// Answers every request that is whole by now.
  bool advance(int fd, Connection& c) {
    for (;;) {
      if (!c.request) {
        const std::size_t end = c.unread.find("\r\n\r\n");
        if (end == c.unread.npos) return c.unread.size() < kHeadBytesMax;
        c.request = sink::parse_head(std::string_view(c.unread).substr(0, end + 4));
        if (!c.request) return false;
        begin(fd, c, end + 4);
      }
      if (c.missing > 0) return true;
      c.body.md5.resize(16);
      EVP_DigestFinal_ex(c.md5.get(), reinterpret_cast<unsigned char*>(c.body.md5.data()), nullptr);
      ++requests_[name_of(*c.request)];
      const bool head = c.request->method == "HEAD";
      const sink::Answer answer = bucket_.answer(*c.request, c.body);
      c.request.reset();
      if (!reply(fd, c, text_of(answer, head))) return false;
    }
  }

  void begin(int fd, Connection& c, std::size_t head_bytes) {
    c.missing = c.request->length;
    c.keep = bucket_.keeps(*c.request);
    c.body = {};
    EVP_DigestInit_ex(c.md5.get(), EVP_md5(), nullptr);
    const std::string rest = c.unread.substr(head_bytes);
    std::string_view text = rest;
    take_body(c, text);
    c.unread = text;
    const std::string expect = c.request->header("expect");  // Go's SDK spells it 100-Continue
    if (c.missing > 0 && strcasecmp(expect.c_str(), "100-continue") == 0)
      send_now(fd, c, "HTTP/1.1 100 Continue\r\n\r\n");
  }

  static std::string name_of(const sink::Request& request) {
    const bool list = request.method == "GET" && request.key.empty() && sink::lists(request);
    return list ? "LIST" : request.method;
  }

  static std::string text_of(const sink::Answer& answer, bool head) {
    std::string text = fmt::format("HTTP/1.1 {} -\r\nx-amz-request-id: sink\r\n", answer.status);
    for (const auto& [name, value] : answer.headers) text += name + ": " + value + "\r\n";
    if (!answer.headers.contains("Content-Length") && answer.status != 204)
      text += fmt::format("Content-Length: {}\r\n", answer.body.size());
    text += "\r\n";
    if (!head) text += answer.body;
    return text;
  }

  bool reply(int fd, Connection& c, std::string text) {
    if (latency_.count() == 0) return send_now(fd, c, text);
    due_.push_back({Clock::now() + latency_, fd, connections_.at(fd).first, std::move(text)});
    return true;
  }

  bool send_now(int fd, Connection& c, std::string_view text) {
    c.unsent += text;
    return send_rest(fd, c);
  }

  bool send_rest(int fd, Connection& c) {
    if (!c.unsent.empty()) {
      const auto [state, sent] = c.wire.write(c.unsent);
      if (state == sink::Wire::State::kEnded) return false;
      c.unsent.erase(0, sent);
    }
    watch(fd, c.unsent.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
    return true;
  }

  int wait_ms() const {
    if (due_.empty()) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(due_.front().at - Clock::now()).count();
    return left > 0 ? static_cast<int>(left) : 0;
  }

  /// Every answer waits equally long, so they are due in the order they were made.
  void send_due() {
    for (; !due_.empty() && due_.front().at <= Clock::now(); due_.pop_front()) {
      const Due& due = due_.front();
      const auto it = connections_.find(due.fd);
      if (it == connections_.end() || it->second.first != due.connection) continue;
      if (!send_now(due.fd, *it->second.second, due.text)) drop(due.fd);
    }
  }

  int epoll_ = epoll_create1(EPOLL_CLOEXEC);
  int listener_ = -1, signals_ = -1;
  std::chrono::milliseconds latency_;
  sink::Bucket bucket_;
  std::optional<sink::Tls> tls_;
  std::uint64_t accepted_ = 0;
  std::unordered_map<int, std::pair<std::uint64_t, std::unique_ptr<Connection>>> connections_;
  std::deque<Due> due_;
  std::map<std::string, std::uint64_t> requests_;
  std::array<char, kReadBytes> buffer_;
};

}  // namespace

int main(int argc, char** argv) {
  std::string discard = "data/", certificate;
  int objects = 0, latency_ms = 0;
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--discard")
      discard = argv[i + 1];
    else if (name == "--objects")
      objects = std::atoi(argv[i + 1]);
    else if (name == "--latency-ms")
      latency_ms = std::atoi(argv[i + 1]);
    else if (name == "--tls")
      certificate = argv[i + 1];
    else
      argc = 0;
  }
  if (argc < 2 || argc % 2 != 0) {
    fmt::print(stderr, "usage: s3sink PORT [--discard PREFIX] [--objects N] [--latency-ms N] [--tls FILE]\n");
    return 64;
  }
  std::optional<sink::Tls> tls;
  if (!certificate.empty() && !(tls = sink::Tls::with_own_certificate(certificate))) {
    fmt::print(stderr, "s3sink: no certificate could be made and written to {}\n", certificate);
    return 1;
  }
  sink::Bucket bucket(discard);
  bucket.pretend(static_cast<unsigned>(objects));
  const auto server = std::make_unique<Server>(std::atoi(argv[1]), std::chrono::milliseconds(latency_ms),
                                               std::move(bucket), std::move(tls));
  fmt::print("listening\n");
  std::fflush(stdout);
  server->run();
  for (const auto& [method, count] : server->requests()) fmt::print("{} {}\n", method, count);
}
