#include "reconciler/chain/keys/secret_file.h"

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace reconcile::chain {

Result<SecretFile> read_secret_file(const Path& path, std::size_t bytes_max) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return fail(error_from_errno("reading " + path.string(), errno));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return fail(error_from_errno("reading " + path.string(), errno));
  if (!S_ISREG(status.st_mode))
    return fail(Fault::kInvalidInput, path.string() + " is not a regular file", "name a file");
  const auto too_long = [&] {
    return fail(Fault::kInvalidInput,
                path.string() + " is longer than " + std::to_string(bytes_max) + " bytes",
                "name the right file");
  };
  if (static_cast<std::uint64_t>(status.st_size) > bytes_max) return too_long();
  // One byte more than the bound, filled in place: a string that grew would leave its shorter copies behind.
  std::string buffer(bytes_max + 1, '\0');
  std::size_t filled = 0;
  while (filled < buffer.size()) {
    const ssize_t count = ::read(file.get(), buffer.data() + filled, buffer.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    const int problem = errno;
    if (count < 0) {
      const Secret wiped(std::move(buffer));
      return fail(error_from_errno("reading " + path.string(), problem));
    }
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  const bool fits = filled <= bytes_max;
  buffer.resize(filled);
  SecretFile out{Secret(std::move(buffer)), static_cast<unsigned>(status.st_mode) & 07777u};
  if (!fits) return too_long();
  return out;
}

}  // namespace reconcile::chain
