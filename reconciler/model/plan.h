#pragma once
// A plan is data: comparable, storable, the sole authority for what apply may do. Each line says why.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "reconciler/model/commitment.h"
#include "reconciler/model/desired.h"
#include "reconciler/model/index.h"
#include "reconciler/model/observed.h"

namespace reconcile {

struct CreateBucket {
  std::string name;
  friend bool operator==(const CreateBucket&, const CreateBucket&) = default;
};

/// The whole document is replaced; `changes` are the per-rule lines of the plan.
struct SetLifecycle {
  struct Change {
    enum class Kind { kAdd, kChange, kRemove };
    Kind kind = Kind::kAdd;
    std::string id;
    std::string text;  ///< "expireAfter 30d -> 14d"
    std::string cause;
    std::string forecast;  ///< "1,204 objects (3.9 GiB) will expire at the next daily pass"; empty: none
    friend bool operator==(const Change&, const Change&) = default;
  };
  LifecycleDocument before;  ///< precondition: still so
  LifecycleDocument after;
  std::vector<Change> changes;
  friend bool operator==(const SetLifecycle&, const SetLifecycle&) = default;
};

struct QuarantineFile {
  std::string name;
  FileIdentity identity;
  std::string reason;
  friend bool operator==(const QuarantineFile&, const QuarantineFile&) = default;
};

/// Compress where asked, put, verify. size and sha256 of the object are unknown until a compressed copy
/// exists.
struct UploadFile {
  std::string name;  ///< in the buffer
  FileIdentity identity;
  Sha256 source_sha256;
  bool compress = false;
  ObjectKey key;
  std::optional<Bytes> size;
  std::optional<Sha256> sha256;
  bool replaces = false;       ///< onConflict: overwrite, and other bytes are there now
  bool already_there = false;  ///< the very bytes are in the bucket: nothing is sent, only verified
  std::optional<std::uint64_t> rows;
  friend bool operator==(const UploadFile&, const UploadFile&) = default;
};

/// last-file only: the object that the chain names would expire; its bytes are put again in place.
struct RenewObject {
  ObjectKey key;
  Bytes size;
  Sha256 sha256;
  friend bool operator==(const RenewObject&, const RenewObject&) = default;
};

/// A new index: what the old one had, less `dropped`, plus what this pass verifies. `index` predicts it
/// whole.
struct WriteIndex {
  ObjectKey key;                    ///< content-addressed: with `…` where the digest is not known yet
  Index index;                      ///< digests of uploads still to be compressed are zero here
  bool exact = true;                ///< false: some digests are known only after compression
  std::vector<ObjectKey> dropped;   ///< entries that leave: expiring soon, or vanished from the bucket
  bool already_there = false;       ///< the same index waits in the bucket uncommitted: nothing is sent
  std::vector<IndexPart> parts{};   ///< to be written before it: what no index before it names
  std::uint64_t parts_kept = 0;     ///< named by it, and there already
  std::optional<ObjectKey> copy{};  ///< where the same bytes go too: kPointerKey for static-pointer
  friend bool operator==(const WriteIndex&, const WriteIndex&) = default;
};

struct CommitAction {
  std::optional<Commitment> commitment;  ///< nothing: known after compression
  std::string text;                      ///< as it will read; unknown parts as "…"
  std::uint64_t bytes = 0;               ///< of the longest field
  std::uint64_t bytes_max = 128;
  std::uint64_t cost = 100;  ///< against the epoch budget
  std::string before;        ///< what is there now; empty: nothing
  std::string url;           ///< what readers will fetch; probed before committing
  friend bool operator==(const CommitAction&, const CommitAction&) = default;
};

/// Only after the object is verified in the bucket and, where one is configured, a finalized commitment
/// covers it.
struct ReleaseFile {
  std::string name;
  FileIdentity identity;
  Sha256 source_sha256;
  AfterPublish how = AfterPublish::kDelete;
  ObjectKey key;
  friend bool operator==(const ReleaseFile&, const ReleaseFile&) = default;
};

/// An expired object of ours where the provider does not expire: not in the finalized index, past its grace.
struct ExpireObject {
  ObjectKey key;
  Bytes size;
  std::string etag;  ///< precondition
  Sha256 sha256;     ///< of our metadata: precondition
  std::string rule;
  friend bool operator==(const ExpireObject&, const ExpireObject&) = default;
};

using Action = std::variant<CreateBucket, SetLifecycle, QuarantineFile, UploadFile, RenewObject, WriteIndex,
                            CommitAction, ReleaseFile, ExpireObject>;

struct Step {
  Action action;
  std::string cause;  ///< "new in buffer", "manifest sn13-r2.yaml:31", "drift: rule changed by others", …
  friend bool operator==(const Step&, const Step&) = default;
};

/// "objects/data/x.parquet", "bucket/lifecycle", "chain/commitment", "buffer/x.parquet",
/// "index/i/00000001.json".
std::string address_of(const Action& action);
/// "create", "update", "delete", "commit", "release", "quarantine", "renew": stable, for JSON and metrics.
const char* verb_of(const Action& action);

/// Nothing to do, but the operator should know.
struct Note {
  enum class Kind {
    kInfo,     ///< said in passing
    kForeign,  ///< `?` not ours, left alone
    kWaiting,  ///< not ready yet
    kWarning,  ///< works, but will hurt
    kUnknown,  ///< could not be read or managed: unmanaged, unknown
  };
  Kind kind = Kind::kInfo;
  std::string address;
  std::string text;
  std::string cause;
  friend bool operator==(const Note&, const Note&) = default;
};

/// Something was wanted and is not done. `guard` names the switch that would allow it; empty: nothing allows
/// it.
struct Refusal {
  std::string address;
  std::string guard;  ///< "maxDeletes", "foreign-commitment", …: the word for --allow
  std::string allow;  ///< the exact flag: "--allow maxDeletes=412"; empty when there is none
  Error error;
  friend bool operator==(const Refusal&, const Refusal&) = default;
};

/// One line of the plan's header.
struct DomainSummary {
  std::string domain;        ///< "bucket", "buffer", "chain"
  std::string location;      ///< "r2://sn13-miner-1234"
  std::string completeness;  ///< "complete", "partial", "none"
  std::optional<std::uint64_t> count;
  std::optional<Bytes> bytes;
  std::string detail;  ///< "(1 still being written)", "block 7,412,908 finalized", or the error's cause
  friend bool operator==(const DomainSummary&, const DomainSummary&) = default;
};

struct PlanCounts {
  std::uint64_t upload = 0, change = 0, commit = 0, release = 0, quarantine = 0, remove = 0, blocked = 0;
  std::uint64_t unchanged = 0;
  Bytes upload_bytes;  ///< of what is sent; raw size where the compressed one is unknown
  std::uint64_t requests = 0;
  MicroUsd monthly{};  ///< what the bytes that come and go change of the monthly bill, by the price table
  MicroUsd once{};     ///< what the requests cost, before any free tier
  friend bool operator==(const PlanCounts&, const PlanCounts&) = default;
};

struct Plan {
  std::string publication;
  std::string manifest;  ///< file name as given
  Sha256 manifest_digest;
  Instant made;
  std::vector<DomainSummary> domains;
  std::vector<Step> steps;  ///< in the order in which they are applied
  std::vector<Note> notes;
  std::vector<Refusal> refusals;
  PlanCounts counts;
  Sha256 digest;  ///< of the steps and their preconditions, without times: what --approve names
  std::optional<Revision> revision =
      std::nullopt;  ///< where the manifest came out of git; not under the digest

  bool empty() const { return steps.empty() && refusals.empty(); }
};

}  // namespace reconcile
