#pragma once
// A world of values for the laws of the planner: what is really there, how it is observed, and what each step
// does to it. Written against the promises (S1 to S6, L1): nothing here asks the planner what is right.

#include <map>
#include <optional>
#include <string>

#include "reconciler/model/plan.h"
#include "reconciler/plan/allowances.h"

namespace reconcile::laws {

inline constexpr const char* kBase = "https://data.example.org/";

struct File {
  std::string content;
  Instant modified;
  BufferFile::State state = BufferFile::State::kReady;
  bool compress = false;
  bool staged = false;  ///< its compressed copy exists
};

struct Object {
  std::string content;
  Instant modified;
  std::string owner;  ///< publication; empty: not put by this program
};

struct World {
  Desired desired;
  Allowances allowances;
  Instant now;
  bool bucket_exists = true;
  StoreCapabilities store;
  /// Empty: the document can be read. Else why not, for good.
  std::optional<Fault> lifecycle_error;
  LifecycleDocument lifecycle;
  std::map<std::string, File> files;
  std::map<ObjectKey, Object> objects;     ///< data
  std::map<ObjectKey, IndexFile> indexes;  ///< numbered ones
  std::optional<IndexFile> pointer;        ///< the copy under kPointerKey
  std::optional<StoredCommitment> slot;
  std::optional<CommitBudget> budget;
  bool registered = true;
  bool indexes_signed = false;
  std::size_t inline_max = kIndexInlineMax;
  JournalView journal;
};

/// What is uploaded for a file: the content, or its compressed copy.
std::string uploaded_content(const File& file);
IndexEntry entry_of(const ObjectKey& key, const Object& object);
/// The index as it would be stored, under the key that the strategy gives it.
IndexFile stored_index(const World& world, const Index& index);
/// The slot's content once `index` is committed.
StoredCommitment pointing_at(const World& world, const IndexFile& index);
StoredCommitment pointing_at(const World& world, const IndexEntry& object);

/// Everything whole.
Observed observe(const World& world);

/// What readers of the chain are led to, by key; nothing when the slot is empty or leads nowhere.
std::optional<std::map<ObjectKey, IndexEntry>> named_on_chain(const World& world);

/// Carries the steps out in their order, and fails the property (RC_ASSERT) at the first step that breaks a
/// promise.
World apply(World world, const Plan& plan);

/// For failures: what there is, and every step, note and refusal, a line each.
std::string lines_of(const World& world);
std::string lines_of(const Plan& plan);

}  // namespace reconcile::laws
