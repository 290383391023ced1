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

volatile std::sig_atomic_t g_reload = 0;
volatile std::sig_atomic_t g_pass_now = 0;
int g_asked[2] = {-1, -1};  // drained by the one who waits

extern "C" void on_ask(int signal) {
  const int kept = errno;
  (signal == SIGHUP ? g_reload : g_pass_now) = 1;
  const char byte = 0;
  [[maybe_unused]] const ssize_t ignored = ::write(g_asked[1], &byte, 1);
  errno = kept;
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

bool wait_for_input(int file) {
  while (stop_signal() == 0) {
    pollfd waiting[2] = {{g_wake[0], POLLIN, 0}, {file, POLLIN, 0}};
    if (::poll(waiting, 2, -1) > 0 && waiting[1].revents != 0) return stop_signal() == 0;
  }
  return false;
}

void install_loop_signal_handlers() {
  if (g_asked[0] < 0 && ::pipe2(g_asked, O_CLOEXEC | O_NONBLOCK) != 0) std::abort();
  struct sigaction action {};
  action.sa_handler = on_ask;
  sigemptyset(&action.sa_mask);
  ::sigaction(SIGHUP, &action, nullptr);
  ::sigaction(SIGUSR1, &action, nullptr);
}

Asked wait_for_signal(std::chrono::milliseconds duration) {
  pollfd wake[2] = {{g_wake[0], POLLIN, 0}, {g_asked[0], POLLIN, 0}};
  ::poll(wake, 2, static_cast<int>(std::clamp<std::int64_t>(duration.count(), 0, 60'000)));
  // Emptied before the flags are read: a signal in between rings again rather than being lost.
  for (char bytes[64]; ::read(g_asked[0], bytes, sizeof bytes) > 0;) {
  }
  const Asked asked{g_reload != 0, g_pass_now != 0};
  if (asked.reload) g_reload = 0;
  if (asked.pass_now) g_pass_now = 0;
  return asked;
}

void SystemClock::sleep_for(Seconds duration) { static_cast<void>(wait_for(duration)); }

}  // namespace reconcile::cli
