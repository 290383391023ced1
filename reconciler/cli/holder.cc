#include "reconciler/cli/holder.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <random>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/core.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/files.h"
#include "reconciler/base/sha256.h"

namespace reconcile::cli {
namespace {

std::string host_name() {
  char name[256] = {};
  if (::gethostname(name, sizeof name - 1) != 0 || name[0] == '\0') return "unknown";
  std::string out(name);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c <= 0x20 || c >= 0x7f; }, '?');
  return out;
}

std::string random_name() {
  std::random_device entropy;
  return fmt::format("{:08x}{:08x}", entropy(), entropy());
}

/// The boot's random id (random(4), boot_id) and the process table that pids count in (namespaces(7)),
/// hashed: the document may lie in a public bucket. Where either cannot be read, a name that equals no other.
std::string kernel_name() {
  const Result<std::string> boot = read_file("/proc/sys/kernel/random/boot_id", Bytes(64));
  struct stat table {};
  if (!boot || ::stat("/proc/self/ns/pid", &table) != 0) return random_name();
  return to_hex(sha256_of(fmt::format("{}:{}:{}", *boot, table.st_dev, table.st_ino))).substr(0, 16);
}

}  // namespace

const LeaseHolder& this_process() {
  static const LeaseHolder kSelf{host_name(), static_cast<std::uint64_t>(::getpid()), random_name(),
                                 kernel_name()};
  return kSelf;
}

bool certainly_gone(const LeaseHolder& holder) {
  const LeaseHolder& self = this_process();
  // Machines that were cloned while running share the boot's id, and mostly not their name.
  if (holder.kernel != self.kernel || holder.host != self.host || holder.run == self.run) return false;
  if (holder.pid == self.pid) return true;  // another run had our number before us
  const auto pid = static_cast<pid_t>(holder.pid);
  if (pid <= 0 || static_cast<std::uint64_t>(pid) != holder.pid) return false;
  return ::kill(pid, 0) != 0 && errno == ESRCH;
}

}  // namespace reconcile::cli
