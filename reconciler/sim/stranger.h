#pragma once
// A reader who knows nothing but what the chain says, following it into the bucket.

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "reconciler/model/desired.h"
#include "reconciler/model/index_parts.h"
#include "reconciler/sim/world.h"

namespace reconcile::sim {

struct Reading {
  std::set<std::string> files;  ///< pointer, root and parts: keys
  std::map<std::string, IndexEntry> entries;
};

/// Objects that are there, and others to be taken for there.
using Objects = std::vector<std::pair<std::string, WorldObject>>;

class Stranger {
 public:
  Stranger(const World& world, Strategy strategy, Account account)
      : world_(world), strategy_(strategy), account_(std::move(account)) {}

  /// Where the commitment leads: digests and signatures are compared, sizes and parts too. Nothing when it
  /// leads nowhere. The objects that the index names are not looked at; last-file: the one object is.
  std::optional<Reading> follow(const Commitment& commitment, const Objects& also = {});
  /// The same for the pointer of strategy static-pointer, whatever is committed.
  std::optional<Reading> follow_pointer(const Objects& also = {});
  /// An index's bytes, by itself. nullptr: not an index.
  const IndexRoot* parsed(const WorldObject& object);

 private:
  std::vector<const WorldObject*> versions(const std::string& key, const Objects& also) const;
  std::optional<Reading> read_root(const std::string& key, const WorldObject& root, const Objects& also);
  bool is_named(const Commitment& commitment, const std::string& text, const WorldObject& root) const;
  bool is_signed(const WorldObject& root);

  const World& world_;
  Strategy strategy_;
  Account account_;
  std::map<Sha256, std::optional<IndexRoot>> roots_;
  std::map<Sha256, std::vector<IndexEntry>> parts_;
  std::map<Sha256, bool> signed_;
};

}  // namespace reconcile::sim
