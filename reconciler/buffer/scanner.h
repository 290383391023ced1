#pragma once
// The folder as values: every file that takes part, each with its state and the reason for it.

#include <map>
#include <optional>
#include <set>
#include <string>

#include "reconciler/buffer/names.h"
#include "reconciler/buffer/options.h"
#include "reconciler/buffer/staging.h"
#include "reconciler/buffer/walk.h"
#include "reconciler/model/observation.h"
#include "reconciler/model/observed.h"

namespace reconcile::buffer {

/// One thread at a time. Keeps the verdicts on damaged files, so that those that stay (`invalid: skip`) are
/// not read at each pass; hashes of whole ones are in the cache.
class Scanner {
 public:
  Scanner(const BufferOptions& options, HashCache& cache, const Staging& staging);

  /// See BufferReader::scan. Files come out sorted by the bytes of their names.
  Observation<BufferScan> scan(Instant now);
  /// Hashes of the files that wait for compression or for their copy's upload, as the last scan saw them;
  /// nothing when it was not whole.
  const std::optional<std::set<Sha256>>& sources() const { return sources_; }

 private:
  struct Damage {
    FileIdentity identity;
    std::string reason;
  };
  using Damages = std::map<std::string, Damage>;
  struct Sound {
    FileIdentity identity;
    Sha256 sha256;
    ContainerInfo container;
  };
  using Sounds = std::map<std::string, Sound>;

  std::optional<BufferFile> file_of(const WalkEntry& entry, Instant now) const;
  std::optional<Error> examine_all(int root, BufferScan& scan, Instant now);
  std::optional<Error> examine_one(int root, BufferFile& file, Instant now, bool& gone);
  bool is_known(BufferFile& file, const Damages& damages, Sounds& sounds);
  void find_copy(BufferFile& file) const;
  void keep_hashes();
  std::set<FolderId> passed_over() const;

  BufferOptions options_;
  Patterns patterns_;
  HashCache& cache_;
  const Staging& staging_;
  // What the last scan found, so that a file that has not changed is opened once: a pass scans three times.
  Damages damages_;
  Sounds sounds_;
  std::vector<HashedFile> hashed_;  ///< not in the cache yet
  std::optional<std::set<Sha256>> sources_;
};

}  // namespace reconcile::buffer
