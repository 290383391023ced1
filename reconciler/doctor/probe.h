#pragma once
// A small object of ours in the bucket for the time of a look.

#include <string>

#include "reconciler/ports/object_store.h"

namespace reconcile::doctor {

/// Under kOwnPrefix, never listed as data, with a name that nobody else has: 128 random bits.
ObjectKey new_probe_key();

/// Removed at the latest when this dies. Only ever touches its own key.
class Probe {
 public:
  explicit Probe(ObjectStore& store);
  ~Probe();
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  const ObjectKey& key() const { return key_; }
  const std::string& content() const { return content_; }

  /// On the condition that nothing is there.
  Result<void> write();
  /// It may be there, by whatever call: it is removed.
  void may_exist() { may_exist_ = true; }
  /// An absent one is success. An error leaves it to the destructor, which tries once more.
  Result<void> remove();

 private:
  ObjectStore& store_;
  ObjectKey key_;
  std::string content_;
  bool may_exist_ = false;
};

}  // namespace reconcile::doctor
