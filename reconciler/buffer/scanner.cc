#include "reconciler/buffer/scanner.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/buffer/examine.h"
#include "reconciler/buffer/mark.h"

namespace reconcile::buffer {
namespace {

using State = BufferFile::State;

/// File systems keep times in steps of up to 2 s (FAT): a file that young may change again under the same
/// time, so its hash is not remembered.
constexpr Seconds kTimeStep{2};

/// Hashes are written to the cache together, those of small files: what a killed scan has to do again.
constexpr std::size_t kHashesTogether = 256;
constexpr Bytes kLarge{16u << 20};

const char* kind_of(const WalkEntry& entry) {
  const mode_t mode = entry.status.st_mode;
  if (S_ISLNK(mode))
    return entry.link_to_folder ? "a symbolic link to a folder: not followed"
                                : "a symbolic link: not followed";
  if (S_ISFIFO(mode)) return "a FIFO, not a file";
  if (S_ISSOCK(mode)) return "a socket, not a file";
  return "a device, not a file";
}

BufferFile refused(const WalkEntry& entry, std::string reason) {
  BufferFile out;
  out.name = entry.path;
  out.identity = identity_of(entry.status);
  out.state = State::kRefused;
  out.reason = std::move(reason);
  return out;
}

/// Why it is too early to look at the file; empty: it has settled.
std::string unsettled(const BufferFile& file, Seconds settle, Instant now) {
  const Instant modified = modified_at(file);
  if (modified > now)
    return "its time of change, " + print_time(modified) +
           ", lies in the future: check the clock of this machine or of the writer";
  if (now - modified < settle)
    return fmt::format("changed {} ago, settles after {}", print_duration(now - modified),
                       print_duration(settle));
  return "";
}

bool will_be_an_object(const BufferFile& file) {
  return file.state == State::kReady || file.state == State::kWaiting;
}

/// `x.json` and `x.json.gz` would become the same object: the raw one waits. (gzip(1) leaves both while it
/// runs.)
void settle_collisions(std::vector<BufferFile>& files) {
  for (BufferFile& file : files) {
    if (!file.compress || file.state != State::kReady) continue;
    const std::string target = file.name + ".gz";
    const auto other = std::lower_bound(files.begin(), files.end(), target,
                                        [](const BufferFile& a, const std::string& b) { return a.name < b; });
    if (other == files.end() || other->name != target || !will_be_an_object(*other)) continue;
    file.state = State::kWaiting;
    file.reason = target +
                  " is there too, and both would become the same object: remove one, or let that one be "
                  "published first";
    file.sha256 = Sha256();
    file.staged.reset();
  }
}

}  // namespace

Scanner::Scanner(const BufferOptions& options, HashCache& cache, const Staging& staging)
    : options_(options), patterns_{options.include, options.compress}, cache_(cache), staging_(staging) {}

std::set<FolderId> Scanner::passed_over() const {
  std::set<FolderId> out;
  for (const Path& path : {options_.staging, options_.quarantine, options_.trash}) {
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0) out.insert({status.st_dev, status.st_ino});
  }
  return out;
}

Observation<BufferScan> Scanner::scan(Instant now) {
  sources_.reset();
  const Result<Descriptor> root = open_folder(options_.path);
  if (!root) {
    Error error = root.error();
    if (error.fault == Fault::kNotFound)
      error.remedy = "create the folder, mount its disk or correct buffer.path";
    return Unreadable{std::move(error)};
  }
  BufferScan scan;
  scan.marked = is_marked(root->get());
  std::optional<Error> trouble = walk(root->get(), passed_over(), {}, [&](WalkEntry&& entry) {
    if (auto file = file_of(entry, now)) scan.files.push_back(*std::move(file));
  });
  std::sort(scan.files.begin(), scan.files.end(),
            [](const BufferFile& a, const BufferFile& b) { return a.name < b.name; });
  std::optional<Error> unread = examine_all(root->get(), scan, now);
  settle_collisions(scan.files);
  if (!trouble) trouble = std::move(unread);
  if (trouble) return Partial<BufferScan>{std::move(scan), *std::move(trouble)};
  sources_.emplace();
  for (const BufferFile& file : scan.files)
    if (file.compress && file.state == State::kReady) sources_->insert(file.sha256);
  return Complete<BufferScan>{std::move(scan)};
}

/// What an entry is before its content was looked at; nothing when it takes no part.
std::optional<BufferFile> Scanner::file_of(const WalkEntry& entry, Instant now) const {
  if (entry.skipped_folder) {
    const std::string why = unusable_name(entry.path);
    return refused(entry, "a folder that is not entered: " + (why.empty() ? "too many folders deep" : why));
  }
  if (entry.link_to_folder) return refused(entry, kind_of(entry));
  const std::optional<Selection> selection = select(patterns_, entry.path);
  if (!selection) return std::nullopt;
  if (!S_ISREG(entry.status.st_mode)) return refused(entry, kind_of(entry));
  if (std::string why = unusable_name(entry.path); !why.empty()) return refused(entry, std::move(why));
  BufferFile out;
  out.name = entry.path;
  out.identity = identity_of(entry.status);
  out.container.kind = container_of(entry.path);
  out.compress = selection->compress;
  out.reason = selection->temporary.empty() ? unsettled(out, options_.settle, now) : selection->temporary;
  if (!out.reason.empty()) return out;
  out.state = State::kReady;  // until its content says otherwise
  if (out.identity.size.get() > 0) return out;
  out.state = State::kInvalid;
  out.reason = "empty file";
  return out;
}

std::optional<Error> Scanner::examine_all(int root, BufferScan& scan, Instant now) {
  std::optional<Error> trouble;
  const Damages damages = std::exchange(damages_, {});
  Sounds sounds = std::exchange(sounds_, {});
  std::vector<BufferFile> kept;
  kept.reserve(scan.files.size());
  for (BufferFile& file : scan.files) {
    bool gone = false;
    std::optional<Error> error;
    if (file.state == State::kReady && !is_known(file, damages, sounds))
      error = examine_one(root, file, now, gone);
    if (!trouble) trouble = std::move(error);
    if (!gone) kept.push_back(std::move(file));
  }
  scan.files = std::move(kept);
  keep_hashes();
  return trouble;
}

/// As the last scan found it, to the nanosecond of its time of change.
bool Scanner::is_known(BufferFile& file, const Damages& damages, Sounds& sounds) {
  if (const auto damaged = damages.find(file.name);
      damaged != damages.end() && damaged->second.identity == file.identity) {
    file.state = State::kInvalid;
    file.reason = damaged->second.reason;
    damages_.insert(*damaged);
    return true;
  }
  const auto sound = sounds.find(file.name);
  if (sound == sounds.end() || sound->second.identity != file.identity) return false;
  file.sha256 = sound->second.sha256;
  file.container = sound->second.container;
  sounds_.insert(sounds.extract(sound));
  find_copy(file);
  return true;
}

void Scanner::find_copy(BufferFile& file) const {
  if (!file.compress) return;
  Result<std::optional<StagedCopy>> staged = staging_.find(file.sha256);
  if (staged) file.staged = *std::move(staged);  // one that cannot be read is made again
}

void Scanner::keep_hashes() {
  if (!hashed_.empty()) cache_.remember_hashes(hashed_);
  hashed_.clear();
}

std::optional<Error> Scanner::examine_one(int root, BufferFile& file, Instant now, bool& gone) {
  const std::optional<Sha256> known = cache_.find_hash(file.name, file.identity);
  Result<Examined> seen = examine(root, file.name, file.identity, known);
  const bool rested = modified_at(file) + kTimeStep <= now;
  if (seen) {
    file.sha256 = seen->sha256;
    file.container = std::move(seen->container);
    if (!known && rested) hashed_.push_back({file.name, file.identity, file.sha256});
    if (hashed_.size() >= kHashesTogether || file.identity.size >= kLarge) keep_hashes();
    if (rested) sounds_.insert({file.name, {file.identity, file.sha256, file.container}});
    find_copy(file);
    return std::nullopt;
  }
  const Error& error = seen.error();
  switch (error.fault) {
    case Fault::kCorrupt:
      file.state = State::kInvalid;
      file.reason = error.cause;
      if (rested) damages_.insert({file.name, {file.identity, file.reason}});
      return std::nullopt;
    case Fault::kNotFound:
      gone = true;
      return std::nullopt;
    case Fault::kConflict:
      file.state = State::kWaiting;
      file.reason = "changed while it was read";
      return std::nullopt;
    default:
      file.state = State::kWaiting;
      file.reason = "cannot be read: " + error.cause;
      return error;
  }
}

}  // namespace reconcile::buffer
