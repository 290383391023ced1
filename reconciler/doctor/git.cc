#include "reconciler/doctor/git.h"

#include <array>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace reconcile::doctor {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kAnswerMax{10};
constexpr std::size_t kSaidMax = 4096;

struct Answer {
  int code = 0;
  std::string said;  ///< on stderr
};

struct Actions {
  posix_spawn_file_actions_t actions;
  Actions() { ::posix_spawn_file_actions_init(&actions); }
  ~Actions() { ::posix_spawn_file_actions_destroy(&actions); }
};

/// Drops what is beyond kSaidMax. False: the time is up.
bool read_until_closed(int fd, std::string& out, Clock::time_point end) {
  std::array<char, 1024> buffer{};
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) return false;
    pollfd waiting{fd, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(left));
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    const ssize_t got = ready < 0 ? -1 : ::read(fd, buffer.data(), buffer.size());
    if (got <= 0) return true;
    if (out.size() < kSaidMax) out.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

/// Of a child that has closed its stderr or must end now.
int wait_for_end(pid_t child, Clock::time_point end) {
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    if (Clock::now() >= end) ::kill(child, SIGKILL);
    const timespec pause{0, 5'000'000};
    ::nanosleep(&pause, nullptr);
  }
  return status;
}

Result<Answer> run(const std::vector<std::string>& arguments, std::vector<std::string> environment) {
  int pipe_ends[2];
  if (::pipe2(pipe_ends, O_CLOEXEC) != 0) return fail(error_from_errno("a pipe for git", errno));
  const Descriptor reading(pipe_ends[0]);
  Descriptor writing(pipe_ends[1]);
  Actions files;
  ::posix_spawn_file_actions_addopen(&files.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&files.actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_adddup2(&files.actions, writing.get(), STDERR_FILENO);

  environment.insert(environment.end(), {"LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0"});
  const auto pointers = [](const std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (const std::string& text : texts) out.push_back(const_cast<char*>(text.c_str()));
    out.push_back(nullptr);
    return out;
  };
  const std::vector<char*> argv = pointers(arguments);
  const std::vector<char*> envp = pointers(environment);
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, "git", &files.actions, nullptr, argv.data(), envp.data());
  if (failed == ENOENT)
    return reconcile::fail(Fault::kNotFound, "git is not installed", "install git to have this looked at");
  if (failed != 0) return reconcile::fail(error_from_errno("starting git", failed));
  writing = Descriptor();
  Answer out;
  const Clock::time_point end = Clock::now() + kAnswerMax;
  if (!read_until_closed(reading.get(), out.said, end)) ::kill(child, SIGKILL);
  const int status = wait_for_end(child, end);
  if (!WIFEXITED(status))
    return reconcile::fail(Fault::kTransient, "git did not answer within 10 s", "try again");
  out.code = WEXITSTATUS(status);
  return out;
}

/// Nothing that a repository's own settings could have git start.
std::vector<std::string> command(const Path& folder, std::vector<std::string> rest) {
  std::vector<std::string> out{
      "git", "-C", folder.string(), "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"};
  out.insert(out.end(), rest.begin(), rest.end());
  return out;
}

}  // namespace

Result<Tracked> git_status_of(const Path& file, const std::vector<std::string>& environment) {
  const Path folder = file.has_parent_path() ? file.parent_path() : Path(".");
  const std::string name = "./" + file.filename().string();
  TRY_ASSIGN(const Answer listed,
             run(command(folder, {"ls-files", "--error-unmatch", "--", name}), environment));
  if (listed.code == 0) return Tracked::kTracked;
  if (listed.said.find("not a git repository") != std::string::npos) return Tracked::kNoRepository;
  if (listed.code != 1)
    return reconcile::fail(Fault::kInternal, "git said: " + listed.said.substr(0, listed.said.find('\n')),
                           "run git ls-files there yourself");
  TRY_ASSIGN(const Answer ignored, run(command(folder, {"check-ignore", "-q", "--", name}), environment));
  return ignored.code == 0 ? Tracked::kIgnored : Tracked::kUntracked;
}

}  // namespace reconcile::doctor
