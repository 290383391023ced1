#pragma once
// Who is told of what really happens in the world, in the moment before it does.

#include <string>
#include <vector>

#include "reconciler/model/commitment.h"
#include "reconciler/sim/world.h"

namespace reconcile::sim {

class Witness {
 public:
  virtual ~Witness() = default;
  /// The program sends these bytes; `lands`: they are about to become the object.
  virtual void puts(const std::string& key, const WorldObject& object, bool lands) = 0;
  virtual void removes(const std::string& key) = 0;
  virtual void sets_rules(const std::vector<std::string>& rules) = 0;
  virtual void reads_rules() = 0;
  /// Digest of the bytes that were to be published for it: the compressed ones where it is compressed.
  virtual void releases(const std::string& name, const Sha256& sha256) = 0;
  virtual void commits(const Account& account, const Commitment& commitment) = 0;
  /// The fault that the program was told; nothing: it is final.
  virtual void commit_answered(std::optional<Fault> fault) = 0;
  virtual void observes_chain() = 0;
  /// An object goes, and not by the program's hand.
  virtual void departs(const std::string& key, const WorldObject& object, bool by_provider) = 0;
};

}  // namespace reconcile::sim
