#pragma once
// The world's bucket as an ObjectStore, and as anonymous readers see it.

#include "reconciler/sim/world.h"

namespace reconcile::sim {

/// Fails as the world's faults say; records every call. May be used by several threads, though only calls
/// from one thread repeat exactly under one seed.
class SimStore final : public ObjectStore {
 public:
  explicit SimStore(World& world) : world_(world) {}

  StoreCapabilities capabilities() override;
  Result<bool> bucket_exists() override;
  Result<void> list(const std::string& prefix, const std::string& after, const PageSink& sink) override;
  Result<std::optional<ObjectHead>> head(const ObjectKey& key) override;
  Result<std::string> get(const ObjectKey& key, Bytes bytes_max) override;
  Result<LifecycleDocument> lifecycle() override;
  /// Below https://sim.invalid/.
  std::string public_url(const ObjectKey& key) const override;
  Result<void> create_bucket() override;
  Result<PutReceipt> put(const ObjectKey& key, const Body& body, const PutOptions& options) override;
  Result<void> renew(const ObjectKey& key) override;
  Result<void> remove(const ObjectKey& key) override;
  Result<void> set_lifecycle(const LifecycleDocument& document) override;

 private:
  World& world_;
};

/// Fetches what SimStore::public_url names.
class SimPublicReader final : public PublicReader {
 public:
  explicit SimPublicReader(World& world) : world_(world) {}
  Result<std::string> fetch(const std::string& url, Bytes bytes_max) override;

 private:
  World& world_;
};

}  // namespace reconcile::sim
