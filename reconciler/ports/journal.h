#pragma once
// What saves work between passes. Losing it may cost time, never data.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reconciler/base/result.h"
#include "reconciler/model/observed.h"

namespace reconcile {

struct HashedFile {
  std::string name;
  FileIdentity identity;
  Sha256 sha256;
};

/// Hashes of files by identity, so that an unchanged file is not read again. The buffer adapter gets only
/// this.
class HashCache {
 public:
  virtual ~HashCache() = default;
  virtual std::optional<Sha256> find_hash(const std::string& name, const FileIdentity& identity) = 0;
  /// A failure to remember is not a failure.
  virtual void remember_hash(const std::string& name, const FileIdentity& identity, const Sha256& sha256) = 0;
  /// Many at once may cost less.
  virtual void remember_hashes(const std::vector<HashedFile>& files) {
    for (const HashedFile& file : files) remember_hash(file.name, file.identity, file.sha256);
  }
};

/// Progress of a multipart upload, so that a killed process does not send parts twice.
struct UploadProgress {
  std::string upload_id;
  Bytes part_size;
  struct Part {
    std::uint32_t number = 0;  ///< from 1
    std::string etag;
    Sha256 sha256;  ///< of the bytes that were sent: the file may have held others at that moment
    friend bool operator==(const Part&, const Part&) = default;
  };
  std::vector<Part> parts;
  friend bool operator==(const UploadProgress&, const UploadProgress&) = default;
};

class UploadLog {
 public:
  virtual ~UploadLog() = default;
  virtual std::optional<UploadProgress> find_upload(const ObjectKey& key, const Sha256& sha256) = 0;
  virtual void remember_upload(const ObjectKey& key, const Sha256& sha256,
                               const UploadProgress& progress) = 0;
  virtual void forget_upload(const ObjectKey& key, const Sha256& sha256) = 0;
};

/// Written before an act, closed after it: what a killed process was doing.
struct Intent {
  std::int64_t id = 0;
  std::string address;
  std::string detail;
  Instant started;
  friend bool operator==(const Intent&, const Intent&) = default;
};

struct PassRecord {
  std::int64_t id = 0;
  Instant started;
  Instant ended;
  std::string manifest_digest;
  std::string plan_digest;
  std::string outcome;  ///< as PassSummary::result; before, also "converged", "applied", "planned"
  std::string summary;
  friend bool operator==(const PassRecord&, const PassRecord&) = default;
};

/// The half that only reads; `bucket` identifies the bucket ("r2://name"), so that a new one does not inherit
/// rules.
class JournalReader : public HashCache {
 public:
  virtual Result<JournalView> view(const std::string& bucket, Instant since) = 0;
  virtual Result<std::vector<Intent>> open_intents() = 0;
  /// Newest first.
  virtual Result<std::vector<PassRecord>> passes(std::size_t count_max) = 0;
};

class Journal : public JournalReader, public UploadLog {
 public:
  /// Durable (fsynced) when it returns.
  virtual Result<std::int64_t> begin(const std::string& address, const std::string& detail, Instant now) = 0;
  virtual Result<void> finish(std::int64_t intent, const std::string& outcome, Instant now) = 0;
  /// Counted before the delete is sent, so that a crash cannot make a guard forget it. Durable.
  virtual Result<void> count_deletion(const ObjectKey& key, Bytes size, Instant now) = 0;
  virtual Result<void> own_rules(const std::string& bucket, const std::set<std::string>& ids) = 0;
  /// Replaces the patterns that protect keys of `bucket`. Durable.
  virtual Result<void> protect(const std::string& bucket, const std::set<std::string>& patterns) = 0;
  /// The folder under `path`, a buffer for `bucket`, bears our mark. Durable.
  virtual Result<void> marked_buffer(const std::string& bucket, const std::string& path) = 0;
  virtual Result<void> record_pass(const PassRecord& pass) = 0;
};

}  // namespace reconcile
