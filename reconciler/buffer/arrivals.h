#pragma once
// What comes into buffer folders, as Linux tells it (inotify): never more than a reason to look sooner. What
// it does not tell (a queue that overflowed, a network file system, no inotify at all) the next regular pass
// finds.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reconciler/base/files.h"
#include "reconciler/base/strong.h"
#include "reconciler/buffer/names.h"

namespace reconcile::buffer {

struct WatchedFolder {
  Path path;
  Patterns patterns;
  Seconds settle{30};
  Bytes flush_at;  ///< full: so many bytes have come and settled since the last pass began
  friend bool operator==(const WatchedFolder&, const WatchedFolder&) = default;
};

struct Arrival {
  Bytes size;
  Instant settles;  ///< unless it is written to again
};

/// The moment from which on `flush_at` bytes of them are settled; nothing: there are not so many.
std::optional<Instant> full_at(std::vector<Arrival> arrivals, Bytes flush_at);

/// One thread at a time. Nothing here fails: folders that cannot be watched never seem to fill.
class Arrivals {
 public:
  Arrivals();
  ~Arrivals();
  Arrivals(const Arrivals&) = delete;
  Arrivals& operator=(const Arrivals&) = delete;

  /// From now on these, by publication. What came into a folder that was watched before is kept.
  void watch(const std::map<std::string, WatchedFolder>& folders);
  /// What has settled by now is this pass's. A folder that came, or took another's place, is watched anew.
  void pass_begins(const std::string& publication, Instant now);
  /// Publications whose folder is full. Each is named once until its next pass begins.
  std::set<std::string> full(Instant now);

 private:
  struct Watched {
    WatchedFolder folder;
    int root = -1;       ///< watch descriptor; -1: not watched
    bool stale = false;  ///< events were lost: folders below may have come unseen
    bool told = false;
    std::map<std::string, Arrival> arrivals;  ///< by path below the folder
  };
  struct Place {
    std::string publication;
    std::string prefix;  ///< "" or "a/b/"
    friend auto operator<=>(const Place&, const Place&) = default;
  };

  void listen(const std::string& publication, Watched& watched);
  void listen_below(const Place& place, int watch, int depth, bool note_files);
  int add(const Path& path, bool follow);
  void forget(const std::string& publication);
  void read_events();
  void event(int watch, std::uint32_t mask, const std::string& name);
  void note(Watched& watched, const std::string& name);

  int inotify_;
  std::map<std::string, Watched> watched_;
  std::map<int, std::set<Place>> places_;  ///< by watch descriptor
};

}  // namespace reconcile::buffer
