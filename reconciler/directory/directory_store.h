#pragma once
// The embedded bucket: a folder that any web server can serve as it is.
//
//   <root>/<key>                        the object's bytes, for every ordinary key
//   <root>/%aside/…                     objects whose path is taken by something else (key_path.h)
//   <root>/.reconcile/bucket.json       says that this folder is a bucket
//   <root>/.reconcile/metadata/…        one JSON file an object: size, SHA-256, content type, user metadata
//   <root>/.reconcile/lifecycle.json    the lifecycle document; nobody here enforces it
//   <root>/.reconcile/lease-….json      who may write to a slot; lease.lock guards it
//   <root>/.reconcile/tmp, lock         unfinished writes; the writers' lock
//
// Several threads and processes may use one folder: a write is prepared aside and published under a file
// lock; a reader sees the old object or the new one. Symbolic links are never followed below the root and are
// no objects. Files of other people are objects without metadata: foreign. The etag is modification time and
// size in hex, as web servers make it, so that a listing costs one stat an object.

#include <atomic>
#include <string>

#include "reconciler/base/files.h"
#include "reconciler/ports/lease.h"
#include "reconciler/ports/object_store.h"

namespace reconcile::directory {

struct DirectoryOptions {
  Path root;  ///< absolute
  std::string
      public_url;  ///< where readers find the root, such as https://data.example.org/b; empty: file://
};

/// The reading half: has no way to create or change anything.
class DirectoryReader final : public ObjectReader {
 public:
  explicit DirectoryReader(DirectoryOptions options);

  StoreCapabilities capabilities() override;
  /// True for a folder with the marker file; a folder without one is no bucket.
  Result<bool> bucket_exists() override;
  /// Holds the names of one folder at a time in memory, whatever the number of folders.
  Result<void> list(const std::string& prefix, const std::string& after, const PageSink& sink) override;
  /// Metadata is shown only while it belongs to the bytes that are there: same size and modification time as
  /// recorded, otherwise the bytes are hashed and compared.
  Result<std::optional<ObjectHead>> head(const ObjectKey& key) override;
  Result<std::string> get(const ObjectKey& key, Bytes bytes_max) override;
  Result<LifecycleDocument> lifecycle() override;
  /// The address of the file as it lies below the root: public URL + percent-encoded key for ordinary keys.
  std::string public_url(const ObjectKey& key) const override;

 private:
  DirectoryOptions options_;
};

/// Both halves. A put is durable (fsynced) when it returns.
class DirectoryStore final : public ObjectStore, public LeaseStore {
 public:
  explicit DirectoryStore(DirectoryOptions options);

  StoreCapabilities capabilities() override { return reader_.capabilities(); }
  Result<bool> bucket_exists() override { return reader_.bucket_exists(); }
  Result<void> list(const std::string& prefix, const std::string& after, const PageSink& sink) override {
    return reader_.list(prefix, after, sink);
  }
  Result<std::optional<ObjectHead>> head(const ObjectKey& key) override { return reader_.head(key); }
  Result<std::string> get(const ObjectKey& key, Bytes bytes_max) override {
    return reader_.get(key, bytes_max);
  }
  Result<LifecycleDocument> lifecycle() override { return reader_.lifecycle(); }
  std::string public_url(const ObjectKey& key) const override { return reader_.public_url(key); }

  /// Makes the folder, its parents and the marker. Files already there become foreign objects.
  Result<void> create_bucket() override;
  Result<PutReceipt> put(const ObjectKey& key, const Body& body, const PutOptions& options) override;
  Result<void> renew(const ObjectKey& key) override;
  Result<void> remove(const ObjectKey& key) override;
  Result<void> set_lifecycle(const LifecycleDocument& document) override;

  Result<LeaseView> read_lease(const ObjectKey& key) override;
  Result<std::string> write_lease(const ObjectKey& key, const std::string& text,
                                  const std::optional<std::string>& expected_etag) override;

 private:
  DirectoryOptions options_;
  DirectoryReader reader_;
  std::atomic<bool> swept_ = false;  ///< what killed writers left, once a process
};

}  // namespace reconcile::directory
