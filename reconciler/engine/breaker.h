#pragma once
// A circuit breaker before the bucket: a server that does not answer must not hold up a pass for as many
// timeouts as there are files.

#include <mutex>
#include <optional>

#include "reconciler/ports/clock.h"
#include "reconciler/ports/object_store.h"

namespace reconcile {

/// Opens after so many failures in a row that may pass (kTransient, kUnknownOutcome): what is asked then
/// fails at once. Thread-safe.
class Breaker {
 public:
  static constexpr int kFailuresMax = 5;  ///< each has been tried several times by the adapter already
  static constexpr Seconds kPause{30};    ///< then one call is let through, and decides

  explicit Breaker(Clock& clock) : clock_(clock) {}

  template <class T, class Call>
  Result<T> run(Call call) {
    if (std::optional<Error> closed = turned_away()) return fail(*std::move(closed));
    Result<T> out = call();
    heard(out ? nullptr : &out.error());
    return out;
  }

 private:
  std::optional<Error> turned_away();
  void heard(const Error* error);

  Clock& clock_;
  std::mutex mutex_;
  int failures_ = 0;
  Instant open_until_;
  std::string last_;
};

/// Every call of a store behind a breaker.
class GuardedReader : public ObjectReader {
 public:
  GuardedReader(ObjectReader& store, Breaker& breaker) : store_(store), breaker_(breaker) {}

  StoreCapabilities capabilities() override { return store_.capabilities(); }
  Result<bool> bucket_exists() override;
  Result<void> list(const std::string& prefix, const std::string& after, const PageSink& sink) override;
  Result<std::optional<ObjectHead>> head(const ObjectKey& key) override;
  Result<std::string> get(const ObjectKey& key, Bytes bytes_max) override;
  Result<LifecycleDocument> lifecycle() override;
  std::string public_url(const ObjectKey& key) const override { return store_.public_url(key); }

 private:
  ObjectReader& store_;
  Breaker& breaker_;
};

class GuardedStore final : public ObjectStore {
 public:
  GuardedStore(ObjectStore& store, Breaker& breaker)
      : store_(store), breaker_(breaker), reader_(store, breaker) {}

  StoreCapabilities capabilities() override { return reader_.capabilities(); }
  Result<bool> bucket_exists() override { return reader_.bucket_exists(); }
  Result<void> list(const std::string& prefix, const std::string& after, const PageSink& sink) override {
    return reader_.list(prefix, after, sink);
  }
  Result<std::optional<ObjectHead>> head(const ObjectKey& key) override { return reader_.head(key); }
  Result<std::string> get(const ObjectKey& key, Bytes bytes_max) override {
    return reader_.get(key, bytes_max);
  }
  Result<LifecycleDocument> lifecycle() override { return reader_.lifecycle(); }
  std::string public_url(const ObjectKey& key) const override { return reader_.public_url(key); }

  Result<void> create_bucket() override;
  Result<PutReceipt> put(const ObjectKey& key, const Body& body, const PutOptions& options) override;
  Result<void> renew(const ObjectKey& key) override;
  Result<void> remove(const ObjectKey& key) override;
  Result<void> set_lifecycle(const LifecycleDocument& document) override;

 private:
  ObjectStore& store_;
  Breaker& breaker_;
  GuardedReader reader_;
};

}  // namespace reconcile
