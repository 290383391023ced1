#pragma once
// What one manifest document asks for, as values. Every field of the manifest is here, with its default.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reconciler/base/files.h"
#include "reconciler/base/strong.h"

namespace reconcile {

/// A place in a manifest; line and column count from 1.
struct Position {
  std::string file;
  int line = 0;
  int column = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

/// Where a secret is to be found; the secret itself never enters a manifest value.
struct SecretRef {
  enum class Source { kNone, kEnvironment, kFile };
  Source source = Source::kNone;
  std::string name;  ///< variable name, or path relative to the manifest's folder
  friend bool operator==(const SecretRef&, const SecretRef&) = default;
};

enum class Mode { kObserve, kPlan, kEnforce };
enum class Provider { kR2, kB2, kAws, kWasabi, kMinio, kCeph, kS3, kDirectory };
enum class Addressing { kAuto, kPath, kVirtualHost };
enum class LifecycleOwnership { kMerge, kExclusive, kIgnore };

/// One rule as S3 has it. Day granularity is S3's: durations are whole days, at least 1.
struct LifecycleRule {
  std::string id;
  std::string prefix;
  std::optional<Seconds> expire_after;
  std::optional<Seconds> abort_uploads_after;
  friend bool operator==(const LifecycleRule&, const LifecycleRule&) = default;
};

struct LifecycleSpec {
  LifecycleOwnership ownership = LifecycleOwnership::kMerge;
  std::vector<LifecycleRule> rules;
  std::optional<Seconds> expiry_margin;  ///< unset: the larger of 1 day and 3 cadences
  friend bool operator==(const LifecycleSpec&, const LifecycleSpec&) = default;
};

struct BucketSpec {
  Provider provider = Provider::kS3;
  std::string name;
  std::string endpoint;    ///< https://host[:port]; empty where the profile knows it, and for `directory`
  std::string region;      ///< empty: the profile's default
  std::string public_url;  ///< no trailing slash; empty: readers use the endpoint's own URL form (or file://
                           ///< for `directory`)
  Path path;               ///< `directory` only: the folder that is the bucket, absolute
  Addressing addressing = Addressing::kAuto;
  bool allow_http = false;  ///< plain http to a host that is not loopback
  Path ca_file;             ///< extra CA bundle (PEM), absolute; empty: the system's
  SecretRef access_key_id;
  SecretRef secret_access_key;
  bool create = false;
  Seconds resync{6 * 3600};  ///< in the continuous mode the whole bucket is listed at least so often
  LifecycleSpec lifecycle;
  friend bool operator==(const BucketSpec&, const BucketSpec&) = default;
};

enum class InvalidFiles { kQuarantine, kSkip, kFail };
enum class AfterPublish { kDelete, kTrash, kKeep };

struct BufferSpec {
  Path path;  ///< absolute
  std::vector<std::string> include = {"*.parquet", "*.json.gz", "*.jsonl.gz"};
  std::vector<std::string> compress = {"*.json", "*.jsonl"};
  Seconds settle{30};
  InvalidFiles invalid = InvalidFiles::kQuarantine;
  AfterPublish after_publish = AfterPublish::kDelete;
  std::optional<Bytes> disk_budget;  ///< of compressed copies that wait; unset: unlimited
  friend bool operator==(const BufferSpec&, const BufferSpec&) = default;
};

enum class OnConflict { kRename, kOverwrite, kFail };

struct UploadSpec {
  Seconds cadence{1200};
  int jitter_percent = 10;
  Seconds retry_interval{60};
  std::string key = "data/{yyyy}/{mm}/{dd}/{name}";
  OnConflict on_conflict = OnConflict::kRename;
  Bytes flush_at{200ull << 20};
  std::optional<std::uint32_t> parallelism;  ///< unset: auto
  std::optional<Bytes> max_bandwidth;        ///< bytes a second; unset: unlimited
  friend bool operator==(const UploadSpec&, const UploadSpec&) = default;
};

enum class Network { kFinney, kTest, kLocal, kLedger, kCustom };
enum class Strategy { kIndex, kContentAddressed, kTwoField, kStaticPointer, kLastFile, kNone };
enum class Finality { kFinalized, kInBlock };

struct WalletSpec {
  Path path;  ///< absolute, `~` expanded
  std::string name = "default";
  std::string hotkey = "default";
  std::string ss58_address;  ///< optional: what the key file must derive to
  SecretRef password;
  bool strict = false;  ///< refuse a key file whose mode is looser than 0600
  friend bool operator==(const WalletSpec&, const WalletSpec&) = default;
};

struct CommitmentSpec {
  Network network = Network::kFinney;
  std::vector<std::string> endpoints;  ///< empty: the network's own
  std::string genesis_hash;  ///< 0x + 64 hex digits; empty: known for finney and test, learned once elsewhere
  Path ledger;               ///< `ledger` only: the file, absolute
  std::uint16_t netuid = 0;
  WalletSpec wallet;
  Strategy strategy = Strategy::kIndex;
  std::string format = "rc1|{sha256:b64url}|{url}";
  Finality finality = Finality::kFinalized;
  bool accept_overwrite = false;
  friend bool operator==(const CommitmentSpec&, const CommitmentSpec&) = default;
};

struct GuardSpec {
  std::uint64_t max_deletes = 100;
  int max_delete_percent = 10;
  Bytes max_delete_bytes{5ull << 30};
  Seconds window{86400};
  friend bool operator==(const GuardSpec&, const GuardSpec&) = default;
};

enum class NotifyKind { kGeneric, kDiscord, kSlack };
struct NotifySpec {
  NotifyKind kind = NotifyKind::kGeneric;
  SecretRef url;  ///< a webhook's URL is a secret
  SecretRef signing_key;
  friend bool operator==(const NotifySpec&, const NotifySpec&) = default;
};

struct SuspendSpec {
  Instant until;
  std::string reason;
  friend bool operator==(const SuspendSpec&, const SuspendSpec&) = default;
};

/// The state of a place that manifests come from.
struct Revision {
  std::string commit;  ///< hexadecimal, whole
  std::string signer;  ///< as the list of signers names it; empty: none was asked for
  friend bool operator==(const Revision&, const Revision&) = default;
};

/// One publication: one buffer, one bucket, one commitment slot.
struct Desired {
  std::string name;  ///< RFC 1123 label
  std::map<std::string, std::string> labels;
  Mode mode = Mode::kEnforce;
  std::optional<SuspendSpec> suspend;
  BucketSpec bucket;
  BufferSpec buffer;
  UploadSpec upload;
  std::optional<CommitmentSpec> commitment;  ///< absent means strategy none
  GuardSpec guards;
  std::optional<double> budget_monthly_usd;
  std::vector<NotifySpec> notify;
  std::vector<std::string> protect;  ///< key globs that are never deleted

  std::string source;                ///< the manifest file as it was named
  std::optional<Revision> revision;  ///< where it came out of git; not part of the meaning
  Sha256 digest;                     ///< of the canonical form; changes exactly when the meaning changes
  /// Where each value stands: "spec.bucket.lifecycle.rules[0]" -> position. Not part of the meaning.
  std::map<std::string, Position> positions;
  /// Fields that were read and checked but whose engine does not exist yet ("spec.notify"): shown in every
  /// plan.
  std::vector<std::string> not_carried_out;
};

/// "sn13-r2.yaml:31" for an address, the nearest enclosing one that has a position; the file name at least.
std::string place_of(const Desired& desired, const std::string& address);

/// The strategy in force: kNone when no commitment is asked for.
Strategy strategy_of(const Desired& desired);

/// The strategy in force keeps an index in the bucket.
bool has_index(const Desired& desired);

/// `format` where the manifest gives none: `{url}` where the digest stands elsewhere (in the key, in a field
/// of its own, in the signed index), else `rc1|{sha256:b64url}|{url}`.
const char* default_format(Strategy strategy);

/// expiryMargin: what the manifest says, else the larger of 1 day and 3 cadences.
Seconds expiry_margin_of(const Desired& desired);

}  // namespace reconcile
