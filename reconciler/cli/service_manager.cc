#include "reconciler/cli/service_manager.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "reconciler/base/files.h"

namespace reconcile::cli {
namespace {

std::string from(const char* variable) {
  const char* const value = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): nobody sets any
  return value ? value : "";
}

/// 0 where it is no number.
std::int64_t number_in(const std::string& text) {
  std::int64_t out = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && stop == text.data() + text.size() ? out : 0;
}

/// So that nobody's beats come so close that they are all that this process does.
constexpr ServiceManager::Microseconds kSilenceMin{10'000};

}  // namespace

ServiceManager::ServiceManager(std::string socket, Microseconds watchdog)
    : socket_(std::move(socket)), watchdog_(watchdog) {}

ServiceManager ServiceManager::from_environment() {
  std::int64_t silence = number_in(from("WATCHDOG_USEC"));
  const std::string watched = from("WATCHDOG_PID");
  if (silence <= 0 || (!watched.empty() && number_in(watched) != ::getpid()))
    return ServiceManager(from("NOTIFY_SOCKET"));
  return ServiceManager(from("NOTIFY_SOCKET"), std::max(Microseconds(silence), kSilenceMin));
}

Result<void> ServiceManager::tell(const std::string& lines) const {
  if (socket_.empty()) return {};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if ((socket_.front() != '/' && socket_.front() != '@') || socket_.size() >= sizeof address.sun_path)
    return fail(Fault::kInvalidInput, "NOTIFY_SOCKET is `" + socket_ + "`",
                "an absolute path, or a name behind an @, of at most 107 bytes");
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  if (socket_.front() == '@') address.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return fail(error_from_errno("telling the service manager", errno));
  const ssize_t sent = ::sendto(fd, lines.data(), lines.size(), MSG_NOSIGNAL,
                                reinterpret_cast<const sockaddr*>(&address), length);
  const int why = errno;
  ::close(fd);
  if (sent < 0) return fail(error_from_errno("telling the service manager at " + socket_, why));
  return {};
}

Heartbeats::Heartbeats(const ServiceManager& manager, std::function<bool()> alive) {
  if (manager.beat_every().count() > 0)
    thread_ = std::thread([this, manager, alive = std::move(alive)] { beat(manager, alive); });
}

Heartbeats::~Heartbeats() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  ended_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Heartbeats::beat(const ServiceManager& manager, const std::function<bool()>& alive) {
  std::unique_lock lock(mutex_);
  do {
    // A beat that does not arrive is missed by whoever waits for it: nobody here could do better.
    if (alive()) static_cast<void>(manager.tell("WATCHDOG=1"));
  } while (!ended_.wait_for(lock, manager.beat_every(), [this] { return done_; }));
}

}  // namespace reconcile::cli
