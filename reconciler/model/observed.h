#pragma once
// The world as it was read, time included. Nothing here knows what is desired.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "reconciler/base/files.h"
#include "reconciler/model/commitment.h"
#include "reconciler/model/desired.h"
#include "reconciler/model/format.h"
#include "reconciler/model/index.h"
#include "reconciler/model/index_parts.h"
#include "reconciler/model/observation.h"
#include "reconciler/model/prices.h"

namespace reconcile {

// ---- the bucket

struct ListedObject {
  ObjectKey key;
  Bytes size;
  std::string etag;  ///< as the store gives it, without quotes; not a hash of anything we rely on
  Instant modified;
  friend bool operator==(const ListedObject&, const ListedObject&) = default;
};

/// What HEAD tells of one object.
struct ObjectHead {
  Bytes size;
  std::string etag;
  Instant modified;
  std::map<std::string, std::string>
      metadata;  ///< user metadata, lower-case names without the x-amz-meta- prefix
  friend bool operator==(const ObjectHead&, const ObjectHead&) = default;
};

/// User metadata with the name of the publication that put the object.
inline constexpr const char* kPublicationMetadata = "publication";

/// The SHA-256 we stored with the object; nothing when it is not ours or malformed.
std::optional<Sha256> sha256_of(const ObjectHead& head);

/// One lifecycle rule as it stands in the bucket. What this program does not understand it keeps to the
/// letter.
struct LiveRule {
  LifecycleRule rule;  ///< the understood part, normalised
  bool understood =
      true;  ///< false: the rule has elements beyond LifecycleRule (tags, transitions, sizes, …)
  bool enabled = true;
  std::string raw;  ///< the store's own text of the rule; written back unchanged when the rule is kept
  friend bool operator==(const LiveRule&, const LiveRule&) = default;
};

/// The whole document: S3 replaces it as one. No document and an empty one are the same.
struct LifecycleDocument {
  std::vector<LiveRule> rules;  ///< sorted by id
  friend bool operator==(const LifecycleDocument&, const LifecycleDocument&) = default;
};

/// What a store can do: learned from its profile and by asking, never from its brand.
struct StoreCapabilities {
  bool lifecycle_document = true;  ///< can read and write a lifecycle document
  bool lifecycle_enforced =
      true;  ///< somebody at the provider's carries it out; false: we expire objects ourselves
  bool abort_uploads_rule = true;  ///< takes AbortIncompleteMultipartUpload
  bool conditional_put = true;     ///< honours If-None-Match: *
  bool remove = true;              ///< can delete objects
  bool public_read = true;         ///< has an address where readers can fetch without credentials
  friend bool operator==(const StoreCapabilities&, const StoreCapabilities&) = default;
};

// ---- the buffer

/// A file is the same file, unchanged, while these four are equal.
struct FileIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  Bytes size;
  std::int64_t mtime_ns = 0;  ///< nanoseconds since 1970-01-01T00:00:00Z
  friend auto operator<=>(const FileIdentity&, const FileIdentity&) = default;
};

enum class Container { kParquet, kGzip, kJson, kJsonLines, kOther };

struct ContainerInfo {
  Container kind = Container::kOther;
  std::optional<std::uint64_t> rows;
  std::optional<std::uint64_t> row_groups;
  std::optional<std::uint64_t> columns;
  std::string codec;  ///< Parquet: of column 0, such as SNAPPY
  friend bool operator==(const ContainerInfo&, const ContainerInfo&) = default;
};

/// The compressed copy of a raw file, made and verified, waiting in the staging folder.
struct StagedCopy {
  Path path;
  Bytes size;
  Sha256 sha256;
  friend bool operator==(const StagedCopy&, const StagedCopy&) = default;
};

struct BufferFile {
  enum class State {
    kReady,    ///< settled, whole, hashed
    kWaiting,  ///< still being written, temporary, or not settled: looked at again next time
    kInvalid,  ///< settled but damaged: what `buffer.invalid` speaks of
    kRefused,  ///< never read: symlink out of the folder, FIFO, socket, device, name that is not UTF-8
  };
  std::string name;  ///< path below the buffer folder, `/` between parts; UTF-8 except for kRefused
  FileIdentity identity;
  State state = State::kWaiting;
  std::string
      reason;     ///< for every state but kReady: why, with the place ("truncated gzip at byte 1,048,576")
  Sha256 sha256;  ///< kReady only: of the file as it lies in the buffer
  ContainerInfo container;
  bool compress = false;             ///< is uploaded as `name`.gz
  std::optional<StagedCopy> staged;  ///< the copy, where it has been made already
};

/// Modification time, whole seconds.
Instant modified_at(const BufferFile& file);

struct BufferScan {
  std::vector<BufferFile> files;  ///< sorted by name
  bool marked = false;            ///< bears the mark that an earlier pass left there
};

/// Of the compressed copies that wait to be published, or for a final commitment.
Bytes staged_bytes_of(const BufferScan& scan);

// ---- the chain

struct ChainLimits {
  std::uint32_t fields_max = 3;       ///< Commitments.MaxFields
  std::uint32_t raw_bytes_max = 128;  ///< variant Raw128 is the longest
  friend bool operator==(const ChainLimits&, const ChainLimits&) = default;
};

/// The byte budget of the current epoch, in bytes.
struct CommitBudget {
  std::uint64_t max = 0;
  std::uint64_t used = 0;
  std::uint64_t reset_block = 0;
  Instant reset_at;
  friend bool operator==(const CommitBudget&, const CommitBudget&) = default;
};

struct ChainView {
  std::string network;  ///< "finney", "ledger", …
  std::uint64_t finalized_block = 0;
  bool registered = true;
  bool subnet_exists = true;                   ///< false: nobody can be registered there
  std::optional<StoredCommitment> commitment;  ///< at the finalized block
  ChainLimits limits;
  std::optional<CommitBudget> budget;  ///< absent: this chain has none
  std::vector<std::string> notes;      ///< things an operator should see ("genesis 0x… learned now")
};

// ---- the index, by what the commitment says

/// Nothing committed; committed by someone else or in another format; ours.
struct NoCommitment {};
struct ForeignCommitment {
  std::string text;
};
struct OwnCommitment {
  std::string text;
  std::string url;  ///< where it points
  std::optional<Sha256>
      sha256;  ///< of what it points at, where the format carries it (whole or truncated: see bits)
  std::optional<ObjectKey> key;        ///< the key in our bucket, when the url lies under our public URL
  std::optional<DigestPart> digest{};  ///< in the text, whole or truncated
  std::optional<Instant> time{};       ///< in the text
};
using CommitmentView = std::variant<NoCommitment, ForeignCommitment, OwnCommitment>;

/// What the journal remembers and the planner needs.
struct JournalView {
  bool known = true;  ///< false: the journal could not be read, and what it remembers is unknown
  std::uint64_t deleted_objects = 0;  ///< within the guards' rolling window
  Bytes deleted_bytes;
  std::set<std::string> own_rules;       ///< lifecycle rule ids that this program wrote into this bucket
  std::set<std::string> protect;         ///< every pattern of spec.protect, ever, that was not given up
  std::set<std::string> given_up;        ///< in this run, by --allow unprotect
  std::set<std::string> marked_buffers;  ///< paths of the folders that bear our mark
};

struct Observed {
  Instant now;
  StoreCapabilities store;
  std::optional<PriceTable> prices;       ///< nothing: no price list is known
  std::vector<std::string> store_notes;   ///< what this provider does differently, for the operator
  std::vector<std::string> wallet_notes;  ///< what is dangerous about the key file, seen from outside
  std::string bucket_location;            ///< "r2://sn13-miner-1234"
  std::string public_base;  ///< what every public URL starts with, up to and with the last slash
  Account account;          ///< hotkey empty when no commitment is configured
  Observation<bool> bucket_exists = Unreadable{};
  Observation<LifecycleDocument> lifecycle = Unreadable{};
  Observation<std::vector<ListedObject>> objects =
      Unreadable{};  ///< under the key template's prefix, sorted by key
  /// So many of them stand as they were listed at `listed_before`: nothing that this program knows of can
  /// have changed them.
  std::uint64_t objects_not_listed = 0;
  std::optional<Instant> listed_before{};
  Observation<std::vector<ListedObject>> indexes = Unreadable{};  ///< under kIndexPrefix, sorted by key
  Observation<BufferScan> buffer = Unreadable{};
  std::map<std::string, Error> compress_errors;  ///< by file name: why the compressed copy could not be made
  Observation<ChainView> chain = Unreadable{};
  CommitmentView commitment;  ///< meaningful only when `chain` is complete
  /// The newest index of ours that is known to be readable: the committed one, else the newest in the bucket.
  /// Complete(nullopt): there is none, and that is certain.
  Observation<std::optional<IndexFile>> base_index = Unreadable{};
  bool base_index_committed = false;  ///< base_index is what the finalized commitment names
  /// The commitment names an index of our bucket that is not there or is damaged: what it named is unknown.
  std::optional<std::string> lost_index;
  std::optional<IndexFile> pending_index;  ///< written after base_index (prev = its hash) and never committed
  /// Entries of newer indexes of ours that the commitment does not name: a commit that got lost, or an older
  /// extrinsic that was included late. Objects there may have been released already, so the next index must
  /// name them again.
  std::vector<IndexEntry> unfinished;
  /// static-pointer: how kPointerKey differs from base_index, of which it should be a copy. Nothing: it does
  /// not, or there is no base.
  std::optional<std::string> stale_pointer;
  bool indexes_signed = false;  ///< the network has keys: signatures of indexes can be checked
  /// Above so many entries an index is stored in parts: index_parts.h.
  std::size_t index_inline_max = kIndexInlineMax;
  /// HEADs of the keys that matter: candidates for uploads, expired and unindexed objects. Absent key: not
  /// asked. nullopt: asked, and there is no such object. Unreadable heads are in head_errors.
  std::map<ObjectKey, std::optional<ObjectHead>> heads;
  std::map<ObjectKey, Error> head_errors;
  JournalView journal;
};

}  // namespace reconcile
