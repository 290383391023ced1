#include "reconciler/cli/system_clock.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace reconcile::cli {
namespace {

volatile std::sig_atomic_t g_signal = 0;
int g_wake[2] = {-1, -1};  // a pipe: a sleep ends at once when the signal writes into it

extern "C" void on_stop(int signal) {
  if (g_signal != 0) std::_Exit(128 + signal);
  g_signal = signal;
  const char byte = 0;
  [[maybe_unused]] const ssize_t ignored = ::write(g_wake[1], &byte, 1);
}

}  // namespace

void install_signal_handlers() {
  if (g_wake[0] < 0 && ::pipe2(g_wake, O_CLOEXEC | O_NONBLOCK) != 0) std::abort();
  struct sigaction action {};
  action.sa_handler = on_stop;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  action.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &action, nullptr);
}

int stop_signal() { return g_signal; }

Instant SystemClock::now() { return std::chrono::floor<Seconds>(std::chrono::system_clock::now()); }

bool wait_for(std::chrono::milliseconds duration) {
  const auto deadline = std::chrono::steady_clock::now() + duration;
  while (stop_signal() == 0) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return true;
    pollfd wake{g_wake[0], POLLIN, 0};
    // The pipe is never drained: once a stop was asked for, every sleep returns at once.
    ::poll(&wake, g_wake[0] >= 0 ? 1 : 0, static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
  }
  return false;
}

void SystemClock::sleep_for(Seconds duration) { static_cast<void>(wait_for(duration)); }

}  // namespace reconcile::cli
