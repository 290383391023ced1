#pragma once
// A scripted HTTP server on loopback, for what a real one will not do on demand: storms, truncation, silence.

#include <algorithm>
#include <arpa/inet.h>
#include <atomic>
#include <cerrno>
#include <fcntl.h>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace reconcile::testing {

/// A request as it came in. Header names are lower-case.
struct SeenRequest {
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;
  std::string body;
};

/// What to answer, byte for byte.
struct ScriptedReply {
  std::string bytes;               ///< sent as they are: status line, headers, blank line, body
  std::string repeated;            ///< then this text over and over …
  std::uint64_t repeat_bytes = 0;  ///< … for so many bytes in all
  bool close = false;              ///< then the connection is closed
  bool silent = false;             ///< nothing is sent and the connection stays open
};

inline ScriptedReply reply(int status, const std::string& body, const std::string& headers = "") {
  return {.bytes = "HTTP/1.1 " + std::to_string(status) + " Scripted\r\nContent-Length: " +
                   std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body};
}
/// The connection ends without a byte of answer: a lost reply.
inline ScriptedReply hang_up() { return {.close = true}; }

class HttpImposter {
 public:
  using Script = std::function<ScriptedReply(const SeenRequest&)>;

  /// Serves on a free loopback port from its own thread; `script` is called on that thread.
  explicit HttpImposter(Script script) : script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
        ::listen(listener_, 64) != 0 || ::pipe2(wake_, O_CLOEXEC) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length) != 0)
      std::abort();
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~HttpImposter() {
    [[maybe_unused]] const ssize_t ignored = ::write(wake_[1], "x", 1);
    thread_.join();
    for (const Connection& each : connections_) ::close(each.fd);
    ::close(listener_);
    ::close(wake_[0]);
    ::close(wake_[1]);
  }
  HttpImposter(const HttpImposter&) = delete;
  HttpImposter& operator=(const HttpImposter&) = delete;

  /// Further connections are refused; those that are open stay. For scripts.
  void stop_listening() { ::shutdown(listener_, SHUT_RDWR); }

  int port() const { return port_; }
  std::string url(const std::string& path = "") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  std::vector<SeenRequest> seen() const {
    const std::scoped_lock lock(mutex_);
    return seen_;
  }
  SeenRequest last() const {
    const std::scoped_lock lock(mutex_);
    return seen_.back();
  }
  /// How many TCP connections were accepted.
  int accepted() const { return accepted_; }
  std::uint64_t bytes_sent() const { return bytes_sent_; }

 private:
  struct Connection {
    int fd = -1;
    std::string in;
    std::string out;
    std::string repeated;
    std::uint64_t repeat_left = 0;
    bool close_after = false;
    bool continued = false;
    bool dead = false;
  };

  void serve() {
    for (;;) {
      std::vector<pollfd> polled{{wake_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
      for (const Connection& each : connections_)
        polled.push_back({each.fd, static_cast<short>(POLLIN | (has_output(each) ? POLLOUT : 0)), 0});
      if (::poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) return;
      if (polled[0].revents) return;
      std::size_t i = 2;
      for (Connection& each : connections_) {
        const short events = polled[i++].revents;
        if (events & (POLLIN | POLLHUP | POLLERR)) read_from(each);
        if (!each.dead) write_to(each);
      }
      connections_.remove_if([](const Connection& each) {
        if (each.dead) ::close(each.fd);
        return each.dead;
      });
      if (polled[1].revents & POLLIN) accept_one();
    }
  }

  void accept_one() {
    const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) return;
    ++accepted_;
    connections_.push_back({.fd = fd});
  }

  static bool has_output(const Connection& each) { return !each.out.empty() || each.repeat_left > 0; }

  void read_from(Connection& each) {
    char chunk[65536];
    const ssize_t count = ::recv(each.fd, chunk, sizeof chunk, 0);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) each.dead = true;
    if (count <= 0) return;
    each.in.append(chunk, static_cast<std::size_t>(count));
    while (answer_one(each)) {
    }
  }

  /// Takes one whole request off the input, if there is one.
  bool answer_one(Connection& each) {
    const auto end = each.in.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    SeenRequest request = parse_head(each.in.substr(0, end));
    const auto length = request.headers.find("content-length");
    const std::size_t body = length == request.headers.end() ? 0 : std::stoul(length->second);
    if (each.in.size() < end + 4 + body) {
      if (request.headers.contains("expect") && !std::exchange(each.continued, true))
        each.out += "HTTP/1.1 100 Continue\r\n\r\n";
      return false;
    }
    each.continued = false;
    request.body = each.in.substr(end + 4, body);
    each.in.erase(0, end + 4 + body);
    {
      const std::scoped_lock lock(mutex_);
      seen_.push_back(request);
    }
    const ScriptedReply answer = script_(request);
    if (answer.silent) return true;
    each.out += answer.bytes;
    each.repeated = answer.repeated;
    each.repeat_left = answer.repeat_bytes;
    each.close_after = answer.close;
    return true;
  }

  static SeenRequest parse_head(const std::string& head) {
    SeenRequest out;
    const auto line_end = std::min(head.find("\r\n"), head.size());
    const std::string line = head.substr(0, line_end);
    const auto first = line.find(' '), last = line.rfind(' ');
    out.method = line.substr(0, first);
    out.target = line.substr(first + 1, last - first - 1);
    for (std::size_t at = line_end; at < head.size();) {
      const std::size_t start = at + 2;
      at = std::min(head.find("\r\n", start), head.size());
      const std::string each = head.substr(start, at - start);
      const auto colon = each.find(':');
      if (colon == std::string::npos) continue;
      std::string name = each.substr(0, colon);
      for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      const auto value = each.find_first_not_of(' ', colon + 1);
      out.headers[name] = value == std::string::npos ? "" : each.substr(value);
    }
    return out;
  }

  void write_to(Connection& each) {
    while (has_output(each)) {
      if (each.out.empty()) {
        each.out = each.repeated.substr(0, std::min<std::uint64_t>(each.repeated.size(), each.repeat_left));
        each.repeat_left -= each.out.size();
      }
      const ssize_t count = ::send(each.fd, each.out.data(), each.out.size(), MSG_NOSIGNAL);
      if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
      if (count < 0) {
        each.dead = true;
        return;
      }
      bytes_sent_ += static_cast<std::uint64_t>(count);
      each.out.erase(0, static_cast<std::size_t>(count));
    }
    if (each.close_after) each.dead = true;
  }

  Script script_;
  int listener_ = -1;
  int wake_[2] = {-1, -1};
  int port_ = 0;
  std::list<Connection> connections_;
  mutable std::mutex mutex_;
  std::vector<SeenRequest> seen_;
  std::atomic<int> accepted_{0};
  std::atomic<std::uint64_t> bytes_sent_{0};
  std::thread thread_;
};

/// A loopback port that nobody listens on: bound, looked at, closed.
inline int refused_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (::bind(fd, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0)
    std::abort();
  ::close(fd);
  return ntohs(address.sin_port);
}

}  // namespace reconcile::testing
