#include "reconciler/base/child.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reconciler/base/files.h"

namespace reconcile {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kLook{100};

struct Actions {
  posix_spawn_file_actions_t value;
  Actions() { ::posix_spawn_file_actions_init(&value); }
  ~Actions() { ::posix_spawn_file_actions_destroy(&value); }
};

/// A session of its own; the signals that this process ignores or holds back are not its business.
struct Attributes {
  posix_spawnattr_t value;
  Attributes() {
    ::posix_spawnattr_init(&value);
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    ::posix_spawnattr_setsigdefault(&value, &all);
    ::posix_spawnattr_setsigmask(&value, &none);
    ::posix_spawnattr_setflags(&value, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  ~Attributes() { ::posix_spawnattr_destroy(&value); }
};

struct Pipe {
  Descriptor reading, writing;
};

Result<Pipe> open_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(error_from_errno("a pipe for a child", errno));
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

class Child {
 public:
  explicit Child(const ChildOptions& options) : options_(options), end_(Clock::now() + options.time_max) {}
  ~Child() {
    if (pid_ > 0) finish();
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  Result<void> start() {
    TRY_ASSIGN(Pipe out, open_pipe());
    TRY_ASSIGN(Pipe err, open_pipe());
    Actions files;
    ::posix_spawn_file_actions_addopen(&files.value, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&files.value, out.writing.get(), STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&files.value, err.writing.get(), STDERR_FILENO);
    const Attributes attributes;
    const std::vector<char*> argv = pointers(options_.arguments), envp = pointers(options_.environment);
    const int failed =
        ::posix_spawnp(&pid_, argv[0], &files.value, &attributes.value, argv.data(), envp.data());
    if (failed != 0) pid_ = 0;
    if (failed == ENOENT) return fail(Fault::kNotFound, name() + " is not installed", "install " + name());
    if (failed != 0) return fail(error_from_errno("starting " + name(), failed));
    // Set from outside, a moment after it began: long before it has started anything of its own.
    const rlimit most{options_.file_max.get(), options_.file_max.get()};
    if (options_.file_max.get() != 0 && ::prlimit(pid_, RLIMIT_FSIZE, &most, nullptr) != 0)
      return fail(error_from_errno("bounding " + name(), errno));
    out_ = std::move(out.reading);
    err_ = std::move(err.reading);
    return {};
  }

  /// Until both are closed.
  Result<void> read(ChildEnd& to) {
    while (out_ || err_) {
      TRY(may_go_on());
      std::array<pollfd, 2> waiting{{{out_.get(), POLLIN, 0}, {err_.get(), POLLIN, 0}}};
      if (::poll(waiting.data(), waiting.size(), static_cast<int>(kLook.count())) <= 0) continue;
      if (waiting[0].revents != 0) {
        take(out_, to.out, options_.out_max.get() + 1);
        if (to.out.size() > options_.out_max.get())
          return fail(Fault::kInvalidInput, name() + " said more than it should", "");
      }
      if (waiting[1].revents != 0) take(err_, to.err, options_.err_max.get());
    }
    return {};
  }

  /// Its code, once it has ended by itself.
  Result<int> wait() {
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == 0) {
      TRY(may_go_on());
      const timespec pause{0, 2'000'000};
      ::nanosleep(&pause, nullptr);
    }
    const int status = finish();
    if (!WIFEXITED(status)) return fail(Fault::kTransient, name() + " was ended by a signal", "try again");
    return WEXITSTATUS(status);
  }

 private:
  const std::string& name() const { return options_.arguments.front(); }

  Result<void> may_go_on() const {
    if (options_.cancelled && options_.cancelled())
      return fail(Fault::kCancelled, name() + " was ended, as asked", "");
    if (Clock::now() < end_) return {};
    const auto seconds = std::chrono::duration_cast<Seconds>(options_.time_max).count();
    return fail(Fault::kTransient, name() + " was not done within " + std::to_string(seconds) + " s",
                "try again");
  }

  static void take(Descriptor& from, std::string& to, std::size_t most) {
    std::array<char, 16 * 1024> buffer;
    const ssize_t got = ::read(from.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) return;
    if (got <= 0) from = Descriptor();
    if (got > 0) to.append(buffer.data(), std::min(static_cast<std::size_t>(got), most - to.size()));
  }

  /// Ends whatever is left of its session, then collects it: its number stands for the group until then.
  int finish() {
    ::kill(-pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = 0;
    return status;
  }

  const ChildOptions& options_;
  Clock::time_point end_;
  pid_t pid_ = 0;
  Descriptor out_, err_;
};

}  // namespace

Result<ChildEnd> run_child(const ChildOptions& options) {
  Child child(options);
  TRY(child.start());
  ChildEnd out;
  TRY(child.read(out));
  TRY_ASSIGN(out.code, child.wait());
  return out;
}

}  // namespace reconcile
