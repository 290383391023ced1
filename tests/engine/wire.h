#pragma once
// Peers behind a wire that can be cut.

#include "tests/engine/publication.h"
#include <atomic>
#include <condition_variable>
#include <mutex>

namespace reconcile::testing_world {

/// A bucket behind a wire that can be cut.
class Wire final : public ObjectStore {
 public:
  explicit Wire(ObjectStore& store) : store_(store) {}
  StoreCapabilities capabilities() override { return store_.capabilities(); }
  Result<bool> bucket_exists() override {
    if (cut) return broken<bool>();
    return store_.bucket_exists();
  }
  Result<void> list(const std::string& prefix, const std::string& after, const PageSink& sink) override {
    if (cut_listings) wait_for_the_others();
    if (cut || cut_listings) return broken<void>();
    return store_.list(prefix, after, sink);
  }
  Result<std::optional<ObjectHead>> head(const ObjectKey& key) override {
    if (cut) return broken<std::optional<ObjectHead>>();
    return store_.head(key);
  }
  Result<std::string> get(const ObjectKey& key, Bytes most) override {
    if (cut) return broken<std::string>();
    return store_.get(key, most);
  }
  Result<LifecycleDocument> lifecycle() override {
    if (cut) return broken<LifecycleDocument>();
    return store_.lifecycle();
  }
  std::string public_url(const ObjectKey& key) const override { return store_.public_url(key); }
  Result<void> create_bucket() override { return store_.create_bucket(); }
  Result<PutReceipt> put(const ObjectKey& key, const Body& body, const PutOptions& options) override {
    if (cut_at_puts) cut = true;
    if (cut) return broken<PutReceipt>();
    ++puts;
    return store_.put(key, body, options);
  }
  Result<void> renew(const ObjectKey& key) override { return store_.renew(key); }
  Result<void> remove(const ObjectKey& key) override { return store_.remove(key); }
  Result<void> set_lifecycle(const LifecycleDocument& document) override {
    return store_.set_lifecycle(document);
  }

  bool cut = false;
  bool cut_at_puts = false;
  bool cut_listings = false;  ///< each waits until `together` of them are under way
  std::size_t together = 1;
  Fault fault = Fault::kTransient;
  Seconds retry_after{0};
  std::atomic<int> timeouts = 0;
  std::atomic<int> puts = 0;

 private:
  template <class T>
  Result<T> broken() {
    ++timeouts;
    return fail(Error{fault, "no route to the bucket", "", retry_after});
  }
  void wait_for_the_others() {
    std::unique_lock lock(mutex_);
    if (++under_way_ >= together) all_.notify_all();
    all_.wait(lock, [&] { return under_way_ >= together; });
  }
  ObjectStore& store_;
  std::mutex mutex_;
  std::condition_variable all_;
  std::size_t under_way_ = 0;
};

class ChainWire final : public Chain {
 public:
  explicit ChainWire(Chain& chain) : chain_(chain) {}
  Result<ChainView> observe(const Account& account) override {
    ++asked;
    if (cut) return fail(Fault::kTransient, "no route to the chain", "it is tried again");
    return chain_.observe(account);
  }
  Result<Inclusion> commit(const Account& account, const Commitment& commitment) override {
    ++asked;
    if (cut) return fail(Fault::kTransient, "no route to the chain", "it is tried again");
    return chain_.commit(account, commitment);
  }
  bool cut = false;
  int asked = 0;

 private:
  Chain& chain_;
};

}  // namespace reconcile::testing_world
