#pragma once
// Holds the program to its promises S1 to S10 by what really happens in the world, never by what a plan says.
// What others do to the bucket and the chain is told apart from what the program does.

#include <deque>
#include <optional>
#include <set>
#include <string>

#include "reconciler/sim/stranger.h"
#include "reconciler/sim/witness.h"

namespace reconcile::sim {

struct BrokenPromise {
  std::string promise;  ///< "S1", …, "S10", "L1"
  std::string what;
};

class Judge final : public Witness {
 public:
  Judge(World& world, Strategy strategy, Account account, std::string publication);

  // What the simulated machine tells.
  void pass_begins(const Desired& desired, bool operator_allows_everything);
  void pass_ends(bool converged);
  /// Somebody put an object of theirs there, or took the slot, or changed the rules.
  void outsider_touches(const std::string& key) { touched_.insert(key); }
  void outsider_edits_rules();
  /// Another copy of the program published these bytes.
  void outsider_publishes(const Sha256& sha256) { published_.emplace(sha256, world_.now); }
  /// With the count of what was deleted, the deletion included that the dying process has counted and is at.
  void journal_is_lost() {
    deletions_.clear();
    count_is_lost_ = true;
  }
  /// Everything is quiet and the program says that it converged: is everything there that ever was published?
  void at_rest();
  void blame(const char* promise, std::string what);

  const std::optional<BrokenPromise>& broken() const { return broken_; }
  /// Digests of everything that a reader can reach now; without an index, of all objects of ours.
  std::set<Sha256> reachable();

  // Witness
  void puts(const std::string& key, const WorldObject& object, bool lands) override;
  void removes(const std::string& key) override;
  void sets_rules(const std::vector<std::string>& rules) override;
  void reads_rules() override {
    rules_edited_since_read_ = false;
    rules_read_in_this_pass_ = true;
  }
  void releases(const std::string& name, const Sha256& sha256) override;
  void commits(const Account& account, const Commitment& commitment) override;
  void commit_answered(std::optional<Fault> fault) override;
  void observes_chain() override;
  void departs(const std::string& key, const WorldObject& object, bool by_provider) override;

 private:
  using Entry = WorldChain::Entry;
  bool is_ours(const WorldObject& object) const;
  const WorldObject* live(const std::string& key) const;
  std::vector<const WorldObject*> versions_in_this_pass(const std::string& key) const;
  bool live_in_this_pass(const std::string& key, const Sha256& sha256) const;
  bool ever_departed(const std::string& key, const Sha256& sha256) const;
  const Entry* finalized() const;
  bool could_be_known(const Entry& entry) const;
  /// Every commitment that was the finalized one at some moment of this pass, the newest first.
  std::vector<const Entry*> finalized_in_this_pass() const;
  bool may_leave(const std::string& key, Instant time) const;
  void nothing_dropped(const Reading& before, const Reading& after);
  void judge_overwrite(const std::string& key, const WorldObject& old, const WorldObject& next);
  bool named_somehow(const Sha256& sha256, const std::set<Sha256>& reach);

  World& world_;
  Strategy strategy_;
  Account account_;
  std::string publication_;
  Stranger stranger_;
  std::optional<BrokenPromise> broken_;

  std::set<std::string> own_rule_ids_;
  std::set<std::string> declared_;
  std::uint64_t deletes_max_ = 0;
  Seconds margin_{0};
  Seconds margin_max_{0};
  Seconds shortest_life_ = Seconds(std::chrono::days(36500));
  bool allowed_ = false;
  std::uint64_t finalized_at_start_ = 0;
  Objects departed_in_this_pass_;
  std::set<std::string> touched_;              ///< keys, in this pass
  std::map<std::string, Instant> age_before_;  ///< of what the program put again in this pass
  bool rules_edited_since_read_ = false;
  bool rules_edited_in_this_pass_ = false;
  bool rules_read_in_this_pass_ = false;
  std::optional<Instant> safe_until_;  ///< by the margin that held when the program last converged
  bool unknown_outcome_ = false;
  std::optional<Commitment> submitted_;  ///< by the program, last
  std::optional<Entry> observed_;        ///< the finalized commitment as the program last read it
  std::map<std::string, std::set<Sha256>> departed_;
  bool index_departed_ = false;
  std::deque<Instant> deletions_;             ///< within a day, that a journal knows of
  std::uint64_t deletions_in_this_pass_ = 0;  ///< whatever a journal knows
  bool count_is_lost_ = false;
  std::map<Sha256, Instant> published_;  ///< whatever left a buffer, and when
};

}  // namespace reconcile::sim
