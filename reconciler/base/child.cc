#include "reconciler/base/child.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <optional>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reconciler/base/files.h"

namespace reconcile {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kLook{100};

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

/// What the new process does until it is the other program. It came out of a process with other threads, one
/// of which may have held any lock: nothing here but system calls and what was made ready before.
[[noreturn]] void become(char* const* argv, char* const* envp, const Pipe& out, const Pipe& err,
                         const Pipe& failure, const rlimit* file_max) {
  // The signals that the parent ignores or holds back are not its business.
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int nothing = ::open("/dev/null", O_RDONLY);
  if (::setsid() >= 0 && ::dup2(nothing, STDIN_FILENO) >= 0 &&
      ::dup2(out.writing.get(), STDOUT_FILENO) >= 0 && ::dup2(err.writing.get(), STDERR_FILENO) >= 0 &&
      (!file_max || ::setrlimit(RLIMIT_FSIZE, file_max) == 0))
    ::execvpe(argv[0], argv, envp);
  const int why = errno;
  [[maybe_unused]] const ssize_t told = ::write(failure.writing.get(), &why, sizeof why);
  ::_exit(127);
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
    TRY_ASSIGN(Pipe failure, open_pipe());
    const std::vector<char*> argv = pointers(options_.arguments), envp = pointers(options_.environment);
    // Set before it is the other program: whatever that starts has the bound too, however early.
    const rlimit most{options_.file_max.get(), options_.file_max.get()};
    const bool bounded = options_.file_max.get() != 0;
    const pid_t pid = ::fork();
    if (pid < 0) return fail(error_from_errno("starting " + name(), errno));
    if (pid == 0) become(argv.data(), envp.data(), out, err, failure, bounded ? &most : nullptr);
    pid_ = pid;
    failure.writing = Descriptor();
    int failed = 0;
    ssize_t got = 0;  // nothing comes, and the end is closed, where it became the other program
    while ((got = ::read(failure.reading.get(), &failed, sizeof failed)) < 0 && errno == EINTR) {
    }
    if (got > 0 && failed == ENOENT)
      return fail(Fault::kNotFound, name() + " is not installed", "install " + name());
    if (got > 0) return fail(error_from_errno("starting " + name(), failed));
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
