// What arrives at a socket as a service manager has it.

#include "reconciler/cli/service_manager.h"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace reconcile::cli {
namespace {

using namespace std::chrono_literals;

/// A datagram socket in a folder of its own, or in the abstract namespace.
class Manager {
 public:
  explicit Manager(bool abstract = false) {
    char pattern[] = "/tmp/reconcile-notify-XXXXXX";
    folder_ = ::mkdtemp(pattern);
    name_ = folder_ + "/socket";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name_.data(), name_.size());
    if (abstract) address.sun_path[0] = '\0';
    if (abstract) name_[0] = '@';
    fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size());
    EXPECT_EQ(0, ::bind(fd_, reinterpret_cast<const sockaddr*>(&address), length));
  }
  ~Manager() {
    ::close(fd_);
    std::filesystem::remove_all(folder_);
  }
  const std::string& name() const { return name_; }

  /// The next datagram; empty: none came in time.
  std::string hears(std::chrono::seconds within = 20s) const {
    const timeval limit{within.count(), within.count() == 0 ? 1000 : 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    char bytes[4096];
    const ssize_t count = ::recv(fd_, bytes, sizeof bytes, 0);
    return count > 0 ? std::string(bytes, static_cast<std::size_t>(count)) : "";
  }

 private:
  std::string folder_, name_;
  int fd_ = -1;
};

/// A variable for as long as the test runs.
struct Set {
  Set(const char* variable, const std::string& value) : name(variable) { ::setenv(name, value.c_str(), 1); }
  ~Set() { ::unsetenv(name); }
  const char* name;
};

TEST(ServiceManager, HearsExactlyWhatIsToldAtAPathAndAtAnAbstractName) {
  for (const bool abstract : {false, true}) {
    const Manager manager(abstract);
    EXPECT_TRUE(ServiceManager(manager.name()).tell("READY=1\nSTATUS=ok"));
    EXPECT_EQ(manager.hears(), "READY=1\nSTATUS=ok");
  }
}

TEST(ServiceManager, ThatNobodyNamedIsToldNothing) { EXPECT_TRUE(ServiceManager().tell("READY=1")); }

TEST(ServiceManager, SaysWhereItCannotBeReached) {
  EXPECT_EQ(ServiceManager("relative").tell("READY=1").error().fault, Fault::kInvalidInput);
  EXPECT_EQ(ServiceManager("/" + std::string(107, 'x')).tell("READY=1").error().fault, Fault::kInvalidInput);
  EXPECT_FALSE(ServiceManager("/nowhere/socket").tell("READY=1"));
}

TEST(ServiceManager, WantsBeatsInHalfOfTheTimeThatItWaits) {
  const Set silence("WATCHDOG_USEC", "3000000");
  EXPECT_EQ(ServiceManager::from_environment().beat_every(), 1500ms);
  const Set ours("WATCHDOG_PID", std::to_string(::getpid()));
  EXPECT_EQ(ServiceManager::from_environment().beat_every(), 1500ms);
  const Set another("WATCHDOG_PID", "1");
  EXPECT_EQ(ServiceManager::from_environment().beat_every(), 0ms);
}

TEST(ServiceManager, WantsNoBeatsWithoutANumber) {
  for (const char* text : {"", "0", "-5", "5s", "99999999999999999999"}) {
    const Set silence("WATCHDOG_USEC", text);
    EXPECT_EQ(ServiceManager::from_environment().beat_every(), 0ms) << text;
  }
}

TEST(Heartbeats, GoOnUntilTheyEnd) {
  const Manager manager;
  {
    const Heartbeats beats(ServiceManager(manager.name(), 20ms), [] { return true; });
    for (int i = 0; i < 3; ++i) EXPECT_EQ(manager.hears(), "WATCHDOG=1");
  }
  while (!manager.hears(0s).empty()) {
  }
  EXPECT_EQ(manager.hears(0s), "");
}

TEST(Heartbeats, FallSilentWhenNothingMoves) {
  const Manager manager;
  std::atomic<int> asked{0};
  {
    const Heartbeats beats(ServiceManager(manager.name(), 10ms), [&asked] { return ++asked <= 2; });
    while (asked < 6) std::this_thread::yield();
  }
  EXPECT_EQ(manager.hears(0s), "WATCHDOG=1");
  EXPECT_EQ(manager.hears(0s), "WATCHDOG=1");
  EXPECT_EQ(manager.hears(0s), "");
}

TEST(Heartbeats, NobodyWaitsForAreNotMade) {
  bool asked = false;
  {
    const Heartbeats beats(ServiceManager("/nowhere"), [&asked] { return asked = true; });
  }
  EXPECT_FALSE(asked);
}

}  // namespace
}  // namespace reconcile::cli
