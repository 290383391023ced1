#pragma once
// How publications stand in the continuous mode: conditions in the manner of Kubernetes, what went wrong last
// and what to do, when the next pass is due, and counters. Values: shown as JSON and as metrics.

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "reconciler/model/desired.h"
#include "reconciler/model/observed.h"
#include "reconciler/model/panels.h"
#include "reconciler/model/status_events.h"

namespace reconcile {

enum class Truth { kFalse, kTrue, kUnknown };

/// Ready: the world was last seen to match the manifest. Reconciling: a pass is at work or due soon.
/// Stalled: no pass will help until somebody acts. SourceReady, where manifests come out of git: what stands
/// there now is in force.
struct Condition {
  std::string type;  ///< "Ready", "Reconciling", "Stalled", "SourceReady"
  Truth status = Truth::kUnknown;
  std::string reason;  ///< CamelCase, never empty
  std::string message;
  std::uint64_t observed_generation = 0;
  Instant last_transition;  ///< when `status` last changed
};

struct LastError {
  std::string address;
  Error error;
  Instant at;
};

/// What the last look of a pass saw.
struct Sight {
  bool buffer_known = false;
  std::uint64_t unpublished_files = 0;  ///< ready or still being written, and not yet published
  Bytes unpublished_bytes;
  std::optional<Instant> oldest_unpublished;  ///< the oldest one's modification time
  std::optional<CommitBudget> budget;
  std::optional<ChainSight> chain;        ///< nothing: not read, or none is configured
  std::optional<ExpiryCalendar> leaving;  ///< nothing: the listing or the rules were not read whole
  std::optional<Leaving> stored;          ///< the objects under the prefix; nothing: not listed whole
  std::optional<CostEstimate> cost;       ///< nothing: not listed whole, or no prices are known
  std::vector<GuardSight> guards;
};

struct PassSummary {
  std::string id;  ///< stands in every log record of the pass
  Instant started;
  Instant ended;
  std::string result;  ///< "ok" (nothing to do), "changes", "partial", "blocked", "error"
  std::string text;
};

/// Since the process started.
struct Counters {
  /// Upper bounds of the histogram of pass durations, in seconds; one more bucket is unbounded.
  static constexpr std::array<int, 8> kDurationBounds{1, 5, 15, 60, 300, 900, 3600, 14400};
  struct Action {
    std::string domain, verb, result;
    friend auto operator<=>(const Action&, const Action&) = default;
  };
  std::map<std::string, std::uint64_t> passes;  ///< by PassSummary::result
  std::map<Action, std::uint64_t> actions;
  std::map<std::string, std::uint64_t> faults;  ///< by name_of(Fault)
  std::map<std::string, std::uint64_t> guard_blocks;
  std::map<std::string, std::uint64_t> drift;  ///< what others changed, in each pass that saw it, by domain
  std::uint64_t lease_transitions = 0;         ///< taken from another holder, or lost to one
  std::map<std::string, std::uint64_t> notifications;  ///< messages to webhooks: "delivered", "failed"
  std::uint64_t uploaded_bytes = 0;
  std::uint64_t deleted_bytes = 0;
  std::uint64_t released_files = 0;
  std::array<std::uint64_t, kDurationBounds.size() + 1> durations{};
  std::uint64_t duration_seconds = 0;
};

/// Passes that are remembered.
inline constexpr std::size_t kHistoryMax = 100;

struct PublicationStatus {
  std::string name;
  std::string manifest;
  Sha256 manifest_digest;
  std::optional<Revision> revision;  ///< where the manifest came out of git
  Mode mode = Mode::kEnforce;
  std::uint64_t generation = 1;  ///< grows with each manifest of another meaning; 1 when the process starts
  std::uint64_t observed_generation = 0;  ///< of the last finished pass; 0: none yet
  std::vector<Condition> conditions;      ///< Ready, Reconciling, Stalled, and SourceReady where there is one
  std::optional<LastError> last_error;    ///< of the last pass; nothing once one ended without
  Instant taken_up;                       ///< when this process began to care for it
  std::optional<Instant>
      caught_up;  ///< when nothing was last seen to be left; a new file may have come since
  std::optional<Instant> next_pass;  ///< nothing while one is at work
  std::optional<SuspendSpec> suspend;
  Sight sight;
  std::map<std::pair<std::string, std::string>, std::uint64_t> pending;  ///< steps left, by domain and verb
  std::optional<ShownPlan> plan;           ///< what the last pass left; nothing before the first
  std::deque<SeenCommitment> commitments;  ///< newest first, at most kSeenCommitmentsMax
  Seconds cadence{0};
  std::optional<double> budget_monthly_usd;
  std::deque<PassSummary> history;  ///< newest first, at most kHistoryMax; behind ours those of the journal
  std::vector<StatusEvent> events;  ///< since the process started; what happened last in front
  std::optional<bool> leader;  ///< this machine had the lease when it last asked; nothing: it asked for none
  std::optional<Seconds> bucket_ahead;  ///< the bucket's clock less this machine's, when last compared
  Counters counters;
};

/// The place in git that the manifests come from.
struct SourceStatus {
  std::string address;             ///< as it was written
  Revision in_force;               ///< what the publications follow
  std::optional<Instant> reached;  ///< when it last told its newest commit, whether or not that may be used
  std::optional<Error> error;      ///< of the last poll
};

/// Bytes on their way, as the events tell.
struct Transfer {
  std::string address;
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes_total = 0;
  std::uint32_t tries = 1;
  Instant began;
};

struct ProcessStatus {
  Instant now;
  Instant started;
  Instant heartbeat;  ///< when the loop was last seen alive
  bool stopping = false;
  std::optional<Error> manifest_error;          ///< of a reload; the last good manifests are in force
  std::optional<SourceStatus> source;           ///< nothing where the manifests are files
  std::vector<Transfer> transfers;              ///< of the pass at work, at most kTransfersMax
  std::vector<PublicationStatus> publications;  ///< by name
};

/// More than any pass sends at once.
inline constexpr std::size_t kTransfersMax = 64;

/// How old data may be, at worst, that readers cannot see yet: since everything was last seen published, or,
/// before that, since the oldest unpublished file was written or this process began, whichever is longer ago.
/// Between passes it grows to a cadence and falls back; several cadences mean that nothing gets through.
Seconds lag_of(const PublicationStatus& status, Instant now);

/// nullptr when there is none of this type.
const Condition* condition_of(const PublicationStatus& status, const std::string& type);

/// "True", "False", "Unknown".
const char* name_of(Truth truth);

}  // namespace reconcile
