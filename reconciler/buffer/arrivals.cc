#include "reconciler/buffer/arrivals.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

namespace reconcile::buffer {
namespace {

constexpr std::size_t kFoldersMax = 4'096;  // half of what old kernels allow a user (max_user_watches: 8,192)
constexpr std::size_t kArrivalsMax = 100'000;  // of one publication; more are left to the regular passes
constexpr int kDepthMax = 64;                  // as walk.h
constexpr int kReadsMax = 64;                  // in one look: writers that never rest do not keep us
constexpr std::uint32_t kEvents =
    IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR | IN_EXCL_UNLINK;

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

}  // namespace

std::optional<Instant> full_at(std::vector<Arrival> arrivals, Bytes flush_at) {
  std::sort(arrivals.begin(), arrivals.end(),
            [](const Arrival& a, const Arrival& b) { return a.settles < b.settles; });
  std::uint64_t sum = 0;
  for (const Arrival& arrival : arrivals) {
    sum += arrival.size.get();
    if (sum >= flush_at.get()) return arrival.settles;
  }
  return std::nullopt;
}

Arrivals::Arrivals() : inotify_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {}

Arrivals::~Arrivals() {
  if (inotify_ >= 0) ::close(inotify_);
}

void Arrivals::watch(const std::map<std::string, WatchedFolder>& folders) {
  std::vector<std::string> gone;
  for (const auto& [name, watched] : watched_) {
    const auto found = folders.find(name);
    if (found == folders.end() || found->second != watched.folder) gone.push_back(name);
  }
  for (const std::string& name : gone) {
    forget(name);
    watched_.erase(name);
  }
  for (const auto& [name, folder] : folders) {
    const auto [entry, fresh] = watched_.try_emplace(name);
    if (!fresh) continue;
    entry->second.folder = folder;
    listen(name, entry->second);
  }
}

void Arrivals::pass_begins(const std::string& publication, Instant now) {
  const auto found = watched_.find(publication);
  if (found == watched_.end()) return;
  read_events();
  Watched& watched = found->second;
  std::erase_if(watched.arrivals, [&](const auto& entry) { return entry.second.settles <= now; });
  watched.told = false;
  listen(publication, watched);
}

std::set<std::string> Arrivals::full(Instant now) {
  read_events();
  std::set<std::string> out;
  for (auto& [name, watched] : watched_) {
    if (watched.told || watched.arrivals.empty()) continue;
    std::vector<Arrival> arrivals;
    for (const auto& [path, arrival] : watched.arrivals) arrivals.push_back(arrival);
    const std::optional<Instant> when = full_at(std::move(arrivals), watched.folder.flush_at);
    if (!when || *when > now) continue;
    watched.told = true;
    out.insert(name);
  }
  return out;
}

/// May be repeated: a folder that is watched already keeps its watch descriptor.
void Arrivals::listen(const std::string& publication, Watched& watched) {
  const int root = add(watched.folder.path, true);
  if (root == watched.root && !watched.stale) return;
  if (root != watched.root) forget(publication);
  watched.root = root;
  watched.stale = false;
  if (root >= 0) listen_below({publication, ""}, root, 0, false);
}

void Arrivals::listen_below(const Place& place, int watch, int depth, bool note_files) {
  places_[watch].insert(place);
  Watched& watched = watched_.at(place.publication);
  const Path path = watched.folder.path / place.prefix;
  const std::unique_ptr<DIR, CloseFolder> folder(::opendir(path.c_str()));
  if (!folder) return;
  for (std::size_t seen = 0; seen < kArrivalsMax; ++seen) {
    const dirent* const entry =
        ::readdir(folder.get());  // NOLINT(concurrency-mt-unsafe): a stream of our own
    if (!entry) return;
    const std::string base = entry->d_name;
    if (base == "." || base == "..") continue;
    struct stat status {};
    if (::fstatat(::dirfd(folder.get()), base.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (!S_ISDIR(status.st_mode)) {
      if (note_files) note(watched, place.prefix + base);
      continue;
    }
    if (own_folder(base) || depth == kDepthMax) continue;
    const int below = add(path / base, false);
    if (below >= 0)
      listen_below({place.publication, place.prefix + base + "/"}, below, depth + 1, note_files);
  }
}

int Arrivals::add(const Path& path, bool follow) {
  if (inotify_ < 0 || (!follow && places_.size() >= kFoldersMax)) return -1;
  return ::inotify_add_watch(inotify_, path.c_str(), follow ? kEvents : kEvents | IN_DONT_FOLLOW);
}

void Arrivals::forget(const std::string& publication) {
  for (auto at = places_.begin(); at != places_.end();) {
    std::erase_if(at->second, [&](const Place& place) { return place.publication == publication; });
    if (at->second.empty()) {
      ::inotify_rm_watch(inotify_, at->first);
      at = places_.erase(at);
    } else {
      ++at;
    }
  }
}

void Arrivals::read_events() {
  alignas(inotify_event) std::array<char, 64 * 1024> bytes;
  for (int reads = 0; inotify_ >= 0 && reads < kReadsMax; ++reads) {
    const ssize_t got = ::read(inotify_, bytes.data(), bytes.size());
    if (got <= 0) return;
    for (std::size_t at = 0; at + sizeof(inotify_event) <= static_cast<std::size_t>(got);) {
      inotify_event one{};
      std::memcpy(&one, bytes.data() + at, sizeof one);
      const char* const name = bytes.data() + at + sizeof one;
      event(one.wd, one.mask, std::string(name, ::strnlen(name, one.len)));
      at += sizeof one + one.len;
    }
  }
}

void Arrivals::event(int watch, std::uint32_t mask, const std::string& name) {
  if ((mask & IN_Q_OVERFLOW) != 0)
    for (auto& [publication, watched] : watched_) watched.stale = true;
  const auto found = places_.find(watch);
  if (found == places_.end()) return;
  if ((mask & IN_IGNORED) != 0) {  // the folder is gone, or was taken off
    for (const Place& place : found->second)
      if (place.prefix.empty()) watched_.at(place.publication).root = -1;
    places_.erase(found);
    return;
  }
  for (const Place& place : std::set<Place>(found->second)) {
    Watched& watched = watched_.at(place.publication);
    const std::string path = place.prefix + name;
    if ((mask & IN_ISDIR) != 0) {
      const auto depth = static_cast<int>(std::count(path.begin(), path.end(), '/'));
      if ((mask & (IN_CREATE | IN_MOVED_TO)) == 0 || own_folder(name) || depth >= kDepthMax) continue;
      const int below = add(watched.folder.path / path, false);
      if (below >= 0) listen_below({place.publication, path + "/"}, below, depth + 1, true);
    } else if ((mask & (IN_DELETE | IN_MOVED_FROM)) != 0) {
      watched.arrivals.erase(path);
    } else {
      note(watched, path);
    }
  }
}

void Arrivals::note(Watched& watched, const std::string& name) {
  const std::optional<Selection> selection = select(watched.folder.patterns, name);
  if (!selection || !selection->temporary.empty() || !unusable_name(name).empty()) return;
  struct stat status {};
  const Path path = watched.folder.path / name;
  if (::lstat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
  if (watched.arrivals.size() >= kArrivalsMax && !watched.arrivals.contains(name)) return;
  watched.arrivals.insert_or_assign(name,
                                    Arrival{Bytes(static_cast<std::uint64_t>(status.st_size)),
                                            Instant(Seconds(status.st_mtim.tv_sec)) + watched.folder.settle});
}

}  // namespace reconcile::buffer
