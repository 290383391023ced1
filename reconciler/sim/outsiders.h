#pragma once
// Everybody else: people with access to the bucket, other holders of the key, the scraper, the operator.

#include "reconciler/sim/publication.h"

namespace reconcile::sim {

class Outsiders {
 public:
  Outsiders(World& world, Publication& publication, Judge& judge, const Scenario& scenario)
      : world_(world), publication_(publication), judge_(judge), scenario_(scenario) {}

  /// The scraper leaves a file, unless one of that name lies there.
  void scrape(const Arrival& file);
  /// Carries out one of the kinds from kHumanDeletes on, or kChangedWhileSent.
  void act(const ScheduledFault& fault);
  /// They stop, and what they broke for good is put right: foreign rules, registration, clock, manifest.
  void leave();

 private:
  void free_taken_keys();
  std::optional<std::string> some_key(std::uint64_t value) const;
  void put(const std::string& key, const std::string& content, Instant modified, bool ours = false);
  void add(std::uint64_t value);
  void edit_rules(std::uint64_t value);
  void rewrite(std::uint64_t value, const std::string& where);
  void publish_too(std::uint64_t value);

  World& world_;
  Publication& publication_;
  Judge& judge_;
  Scenario scenario_;
};

}  // namespace reconcile::sim
