#include "reconciler/cli/password_prompt.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "reconciler/base/files.h"

namespace reconcile::cli {
namespace {

constexpr std::size_t kPasswordMax = 1024;

Descriptor terminal() { return Descriptor(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)); }

/// Echo off while it lives; the settings come back however the scope is left.
class Silence {
 public:
  explicit Silence(int fd) : fd_(fd) {
    if (::tcgetattr(fd_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= ECHONL;
    is_silent_ = ::tcsetattr(fd_, TCSAFLUSH, &silent) == 0;
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence() {
    if (is_silent_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
  }
  explicit operator bool() const { return is_silent_; }

 private:
  int fd_;
  bool is_silent_ = false;
  termios before_{};
};

}  // namespace

bool can_prompt() { return static_cast<bool>(terminal()); }

Result<Secret> prompt_password(const std::string& question) {
  const Descriptor tty = terminal();
  if (!tty) return fail(Fault::kAuth, "there is no terminal to ask for the password", "see wallet.password");
  const Silence silence(tty.get());
  if (!silence)
    return fail(Fault::kInternal, "the terminal cannot hide what is typed", "see wallet.password");
  [[maybe_unused]] const ssize_t written = ::write(tty.get(), question.data(), question.size());
  std::array<char, kPasswordMax + 1> line{};
  const ssize_t got = ::read(tty.get(), line.data(), line.size());
  const bool whole = got > 0 && line[static_cast<std::size_t>(got) - 1] == '\n';
  Secret out = whole ? Secret(std::string(line.data(), static_cast<std::size_t>(got) - 1)) : Secret();
  OPENSSL_cleanse(line.data(), line.size());
  if (!whole) return fail(Fault::kCancelled, "no password was given", "nothing was signed");
  return out;
}

}  // namespace reconcile::cli
