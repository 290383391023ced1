#include "tests/chain/support/child.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace reconcile::chain::testing {
namespace {

constexpr std::chrono::seconds kStartMax{60};

pid_t spawn(std::vector<std::string> words, int input, int output) {
  std::vector<char*> arguments;
  for (std::string& each : words) arguments.push_back(each.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  pid_t pid = -1;
  const int code = ::posix_spawnp(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (code != 0)
    throw std::runtime_error("no Node.js to run " + words[1] + ": tools/bootstrap.sh test installs it");
  return pid;
}

std::string first_line(int fd) {
  std::string out;
  const auto end = std::chrono::steady_clock::now() + kStartMax;
  while (std::chrono::steady_clock::now() < end) {
    pollfd polled{fd, POLLIN, 0};
    if (::poll(&polled, 1, 100) <= 0) continue;
    char c = 0;
    const ssize_t count = ::read(fd, &c, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    if (c == '\n') return out;
    out += c;
  }
  return {};
}

}  // namespace

Child::Child(const std::string& script, const std::vector<std::string>& arguments) {
  const std::filesystem::path tests = std::filesystem::path(SOURCE_DIR) / "tests";
  if (!std::filesystem::exists(tests / "devnode/node_modules/ws"))
    throw std::runtime_error("tests/devnode/node_modules is not installed: tools/bootstrap.sh test does it");
  int in[2], out[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  std::vector<std::string> words{"node", (tests / script).string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  input_ = in[1];
  output_ = out[0];
  pid_ = spawn(std::move(words), in[0], out[1]);
  ::close(in[0]);
  ::close(out[1]);
  ready_ = nlohmann::json::parse(first_line(output_), nullptr, false);
  if (!ready_.is_discarded()) return;
  kill();
  throw std::runtime_error("tests/" + script + " did not start; what it said is above");
}

Child::~Child() { kill(); }

void Child::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  ::close(input_);
  ::close(output_);
}

}  // namespace reconcile::chain::testing
