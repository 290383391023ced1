#pragma once
// What a store under contract test brings along. See object_store_contract.h for how to instantiate.

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

#include "reconciler/ports/object_store.h"

namespace reconcile::contract {

/// Where a store is allowed to differ. Every entry is a deviation to be listed in the documentation.
struct Deviations {
  /// The store's own text of a lifecycle rule may come back rewritten; the meaning must not change.
  bool lifecycle_normalises = false;
  /// Legal S3 keys that this store refuses: the put must fail and nothing may appear.
  std::vector<std::string> refused_keys;
  /// How many objects the paging test makes; more than one page of 1,000.
  std::size_t many = 1050;
};

class StoreFixture {
 public:
  virtual ~StoreFixture() = default;
  /// The store, on a bucket of its own that does not exist yet. The same one at every call.
  virtual ObjectStore& store() = 0;
  /// A lifecycle rule with id `foreign` that is valid in the store's own language (`raw`) and has something
  /// that LifecycleRule cannot say.
  virtual LiveRule foreign_rule() = 0;
  /// Makes the object look older by this much; false when that is impossible here.
  virtual bool age(const ObjectKey&, Seconds) { return false; }
  virtual Deviations deviations() const { return {}; }
};

struct StoreFactory {
  std::string name;
  std::function<std::unique_ptr<StoreFixture>()> make;
};
inline std::ostream& operator<<(std::ostream& out, const StoreFactory& factory) {
  return out << factory.name;
}

/// A folder that goes when it dies.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "reconcile-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const Path& path() const { return path_; }

 private:
  Path path_;
};

}  // namespace reconcile::contract
