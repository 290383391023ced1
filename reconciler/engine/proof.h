#pragma once
// Proofs: values that exist only because something was checked. Releasing a file asks for them, so that a
// release without a verified object and a finalized commitment cannot be written down (promises S1 and S2).

#include <map>

#include "reconciler/engine/ports.h"
#include "reconciler/model/index.h"

namespace reconcile {

/// These very bytes are in the bucket under this key: seen by HEAD, size and our SHA-256 in its metadata; or
/// seen in a listing that was made after the put, with the size and the ETag that the store gave for these
/// bytes, whose SHA-256 it had been told.
class VerifiedObject {
 public:
  /// Nothing: it is not listed as what was put, so that it must be asked itself.
  static std::optional<VerifiedObject> listed(const ListedObject& seen, const PutReceipt& put, Bytes size,
                                              const Sha256& sha256);
  /// kNotFound, kConflict (other bytes), or why it could not be looked at.
  static Result<VerifiedObject> check(ObjectReader& store, const ObjectKey& key, Bytes size,
                                      const Sha256& sha256);

  const ObjectKey& key() const { return key_; }
  Bytes size() const { return size_; }
  const Sha256& sha256() const { return sha256_; }

 private:
  VerifiedObject(ObjectKey key, Bytes size, const Sha256& sha256)
      : key_(std::move(key)), size_(size), sha256_(sha256) {}
  ObjectKey key_;
  Bytes size_;
  Sha256 sha256_;
};

/// This index is in the bucket, root and parts: each seen by HEAD, size and our SHA-256 in its metadata, or
/// else fetched and compared.
class VerifiedIndex {
 public:
  /// kNotFound, kConflict, or why it could not be looked at; names the object.
  static Result<VerifiedIndex> check(ObjectReader& store, IndexFile file);
  const IndexFile& file() const { return file_; }

 private:
  explicit VerifiedIndex(IndexFile file) : file_(std::move(file)) {}
  IndexFile file_;
};

/// One look through the public URL, anonymously. kConflict: other bytes.
Result<void> readers_see(PublicReader& readers, const std::string& url, Bytes size, const Sha256& sha256);

/// What a commitment covers once it is final.
class Covered {
 public:
  /// last-file: objects by themselves.
  static Covered objects(const std::vector<IndexEntry>& objects);
  /// Everything that an index names which is whole in the bucket.
  static Covered entries(const VerifiedIndex& index);
  /// static-pointer: the same, when what readers fetch at `url` right now is this very index. kConflict when
  /// it is another.
  static Result<Covered> entries_behind(PublicReader& readers, const std::string& url,
                                        const VerifiedIndex& index);

 private:
  friend class Coverage;
  std::map<ObjectKey, Sha256> objects_;
};

/// What the finalized commitment covers, as read back from the chain.
class Coverage {
 public:
  /// No commitment is configured: a verified object is all there is to prove.
  static Coverage not_configured();
  /// Nothing is known to be covered.
  static Coverage nothing();
  /// Reads the chain now; covers `covered` when it holds exactly `commitment`, finalized. kConflict
  /// otherwise.
  static Result<Coverage> read_back(ChainReader& chain, const Account& account, const Commitment& commitment,
                                    const Covered& covered);
  /// Reads the chain now; covers `covered` when the stored commitment is still `seen`. kConflict otherwise.
  static Result<Coverage> still(ChainReader& chain, const Account& account, const StoredCommitment& seen,
                                const Covered& covered);

  bool covers(const VerifiedObject& object) const;
  std::uint64_t block() const { return block_; }

 private:
  bool everything_ = false;
  std::uint64_t block_ = 0;
  std::map<ObjectKey, Sha256> objects_;
};

/// The only way in which the engine releases a buffer file.
Result<void> release(Buffer& buffer, const BufferFile& file, AfterPublish how, const VerifiedObject& object,
                     const Coverage& coverage);

}  // namespace reconcile
