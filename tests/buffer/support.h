#pragma once
// Folders, files of a chosen age, and a cache that counts.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/files.h"
#include "reconciler/buffer/options.h"
#include "reconciler/model/observation.h"
#include "reconciler/model/observed.h"
#include "reconciler/ports/journal.h"

namespace reconcile::buffer::test {

/// The time that every scan is told.
inline constexpr Instant kNow{Seconds(1'795'334'400)};  // 2026-11-22T08:00:00Z

class TempFolder {
 public:
  /// `parent`: empty for the system's temporary folder.
  explicit TempFolder(const Path& parent = {});
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  const Path& path() const { return path_; }
  Path operator/(const std::string& name) const { return path_ / name; }

 private:
  Path path_;
};

/// Writes a file, and the folders above it, as if it had been finished `age` before kNow.
void put(const Path& path, std::string_view content, Seconds age = Seconds(3600));
void set_age(const Path& path, Seconds age);
std::string content_of(const Path& path);
bool is_there(const Path& path);
/// Names of everything below a folder, sorted, folders with a slash at the end.
std::vector<std::string> tree(const Path& folder);

/// By zlib's one-shot calls, so that the code under test does not make its own input.
std::string gzip(std::string_view content);
std::string gunzip(std::string_view bytes);
std::string repeated(std::string_view line, std::size_t times);
/// A file of the source tree.
std::string sample(const std::string& path_in_repository);
inline const char* const kRedditParquet =
    "examples/quickstart/buffer/data_20261122_071500_600_8c619957f05e06d3.parquet";
inline const char* const kXParquet =
    "examples/quickstart/buffer/data_20261122_071530_400_46e3be947a7a26ec.parquet";

class MemoryCache final : public HashCache {
 public:
  std::optional<Sha256> find_hash(const std::string& name, const FileIdentity& identity) override;
  void remember_hash(const std::string& name, const FileIdentity& identity, const Sha256& sha256) override;
  std::size_t size() const { return hashes_.size(); }
  void clear() { hashes_.clear(); }
  bool knows(const std::string& name) const;

 private:
  std::map<std::pair<std::string, FileIdentity>, Sha256> hashes_;
};

/// The manifest's defaults, settling after 30 s.
BufferOptions options_for(const Path& folder);
/// The files of a scan that must be whole.
std::vector<BufferFile> files_of(const Observation<BufferScan>& scan);
/// The file of that name; a default one, after a test failure, when there is none.
BufferFile only(const Observation<BufferScan>& scan, const std::string& name);

/// While it lives, this thread reaches files as an unprivileged user does, also when the tests run as root.
class Unprivileged {
 public:
  Unprivileged();
  ~Unprivileged();
  Unprivileged(const Unprivileged&) = delete;

 private:
  unsigned before_;
};

}  // namespace reconcile::buffer::test
