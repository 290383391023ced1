// The buffer on this machine, and the journal beside it.
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/doctor/checks.h"
#include "reconciler/journal/quick_check.h"

namespace reconcile::doctor {
namespace {

constexpr std::size_t kNamedMax = 5;

constexpr Bytes kSpaceLeftMin{1ull << 30};
constexpr int kSpaceLeftPercentMin = 10;

void look_at_space(const Path& folder, Findings& findings) {
  constexpr const char* kSpace = "buffer/space";
  struct statvfs info {};
  if (::statvfs(folder.c_str(), &info) != 0)
    return findings.fail(kSpace,
                         error_from_errno("asking how much space is left for " + folder.string(), errno));
  const std::uint64_t left = std::uint64_t{info.f_bavail} * info.f_frsize;
  const std::uint64_t all = std::uint64_t{info.f_blocks} * info.f_frsize;
  const double percent = all == 0 ? 100 : 100.0 * static_cast<double>(left) / static_cast<double>(all);
  const std::string evidence =
      fmt::format("{} left of {} ({:.0f}%)", print_size(Bytes(left)), print_size(Bytes(all)), percent);
  if (left < kSpaceLeftMin.get() || percent < kSpaceLeftPercentMin)
    return findings.warn(kSpace, evidence, "free some space: a scraper that cannot write loses data");
  findings.ok(kSpace, evidence);
}

std::string named(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size() && i < kNamedMax; ++i) out += (i > 0 ? ", " : "") + names[i];
  if (names.size() > kNamedMax) out += fmt::format(" and {} more", names.size() - kNamedMax);
  return out;
}

void look_at_files(const BufferScan& scan, Findings& findings) {
  constexpr const char* kFiles = "buffer/files";
  std::size_t ready = 0, waiting = 0;
  std::uint64_t bytes = 0;
  std::vector<std::string> bad;
  for (const BufferFile& file : scan.files) {
    if (file.state == BufferFile::State::kReady) {
      ++ready;
      bytes += file.identity.size.get();
    } else if (file.state == BufferFile::State::kWaiting) {
      ++waiting;
    } else {
      bad.push_back(file.name + " (" + file.reason + ")");
    }
  }
  const std::string evidence =
      fmt::format("{} ready ({}), {} not ready yet", ready, print_size(Bytes(bytes)), waiting);
  if (bad.empty()) return findings.ok(kFiles, evidence);
  findings.warn(
      kFiles,
      fmt::format("{}, {} damaged or of a kind that is never read: {}", evidence, bad.size(), named(bad)),
      "look at what writes them: a file must get its final name only when it is whole");
}

void look_at_times(const BufferScan& scan, Instant now, Findings& findings) {
  constexpr const char* kTimes = "buffer/times";
  constexpr Seconds kTolerance{60};  // clocks of file servers
  std::vector<std::string> ahead;
  for (const BufferFile& file : scan.files)
    if (modified_at(file) > now + kTolerance)
      ahead.push_back(file.name + " (" + print_time(modified_at(file)) + ")");
  if (ahead.empty()) return findings.ok(kTimes, "no file was written in the future");
  findings.warn(
      kTimes,
      fmt::format("{} written in the future: {}", ahead.size() == 1 ? "a file" : "files", named(ahead)),
      "check this machine's clock and that of what writes them: such files are never settled");
}

/// True: its files can be looked at.
bool look_at_folder(const Path& folder, Findings& findings) {
  constexpr const char* kFolder = "buffer/folder";
  struct stat info {};
  if (::stat(folder.c_str(), &info) != 0) {
    findings.fail(kFolder, error_from_errno("the buffer " + folder.string(), errno).cause,
                  "make the folder, mount its disk, or correct spec.buffer.path");
    return false;
  }
  if (!S_ISDIR(info.st_mode)) {
    findings.fail(kFolder, folder.string() + " is no folder", "correct spec.buffer.path");
    return false;
  }
  if (::faccessat(AT_FDCWD, folder.c_str(), R_OK | X_OK, AT_EACCESS) != 0) {
    findings.fail(kFolder, error_from_errno("reading " + folder.string(), errno));
    return false;
  }
  findings.ok(kFolder, folder.string() + " can be read");
  return true;
}

/// Asks the kernel, which knows of rights and of mounts that are read-only; nothing is written.
void look_at_rights(const Path& folder, Findings& findings) {
  constexpr const char* kWrite = "buffer/write";
  if (::faccessat(AT_FDCWD, folder.c_str(), W_OK, AT_EACCESS) != 0)
    findings.fail(kWrite, error_from_errno("writing to " + folder.string(), errno).cause,
                  "files are released from it: give this user the right to, and mount the disk read-write");
  else
    findings.ok(kWrite, "files can be released from it");
}

}  // namespace

void look_at_buffer(const Subject& subject, Findings& findings) {
  const Path& folder = subject.desired.buffer.path;
  if (!look_at_folder(folder, findings)) {
    for (const char* id : {"buffer/write", "buffer/space", "buffer/files", "buffer/times"})
      findings.hidden(id, {"buffer/folder"});
    return;
  }
  look_at_rights(folder, findings);
  look_at_space(folder, findings);
  const Observation<BufferScan> seen = subject.buffer.scan(subject.clock.now());
  if (const Error* error = why_not(seen)) findings.fail("buffer/files", *error);
  if (const BufferScan* scan = if_any(seen)) {
    look_at_files(*scan, findings);
    look_at_times(*scan, subject.clock.now(), findings);
  }
}

void look_at_journal(const Subject& subject, Findings& findings) {
  constexpr const char* kId = "journal/integrity";
  const auto found = journal::quick_check(subject.journal_file);
  if (!found) return findings.fail(kId, found.error());
  const std::string name = subject.journal_file.string();
  if (!*found) return findings.ok(kId, "there is no journal yet: the first pass makes " + name);
  if (**found == "ok") return findings.ok(kId, name + " is sound");
  findings.fail(
      kId, name + ": " + (*found)->substr(0, 200),
      "the next pass moves it aside and begins a new one: nothing is lost but time; check the disk");
}

}  // namespace reconcile::doctor
