#pragma once
// Decorators that make chosen calls of any port fail, before or after they took effect.

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reconciler/ports/chain.h"
#include "reconciler/ports/object_store.h"

namespace reconcile::sim {

/// What goes wrong, by method name ("put", "head", "commit", …) and number of the call, from 1. May be used
/// by several threads.
class FaultScript {
 public:
  enum class When {
    kBefore,  ///< the call does not reach the port
    kAfter,   ///< it does, with all its effects, and then fails
  };
  static constexpr std::uint64_t kEvery = 0;

  /// The nth call of `method` answers `error`. `nth` kEvery: each of them.
  void fail(const std::string& method, std::uint64_t nth, When when, Error error);
  /// Something else happens just before or just after the nth call: a second writer, a crash.
  void at(const std::string& method, std::uint64_t nth, When when, std::function<void()> act);
  /// Calls of this method so far, failed ones too.
  std::uint64_t count(const std::string& method) const;
  /// Method and subject ("put data/x") of every call, in order.
  std::vector<std::string> calls() const;

  /// Runs `call` as the script says.
  template <class T>
  Result<T> around(const std::string& method, const std::string& subject,
                   const std::function<Result<T>()>& call) {
    const std::uint64_t nth = enter(method, subject);
    if (std::optional<Error> error = play(method, nth, When::kBefore)) return reconcile::fail(*error);
    Result<T> result = call();
    if (std::optional<Error> error = play(method, nth, When::kAfter)) return reconcile::fail(*error);
    return result;
  }

 private:
  struct Entry {
    std::string method;
    std::uint64_t nth;
    When when;
    std::optional<Error> error;
    std::function<void()> act;
  };
  std::uint64_t enter(const std::string& method, const std::string& subject);
  /// Runs what is due outside the lock, so that it may use the port itself.
  std::optional<Error> play(const std::string& method, std::uint64_t nth, When when);

  mutable std::mutex mutex_;
  std::vector<Entry> entries_;
  std::map<std::string, std::uint64_t> counts_;
  std::vector<std::string> calls_;
};

/// A store whose methods "bucket_exists list head get lifecycle create_bucket put renew remove set_lifecycle"
/// obey the script. A list that fails kAfter has given all its pages.
class FaultyStore final : public ObjectStore {
 public:
  FaultyStore(ObjectStore& inner, FaultScript& script) : inner_(inner), script_(script) {}

  StoreCapabilities capabilities() override { return inner_.capabilities(); }
  Result<bool> bucket_exists() override;
  Result<void> list(const std::string& prefix, const std::string& after, const PageSink& sink) override;
  Result<std::optional<ObjectHead>> head(const ObjectKey& key) override;
  Result<std::string> get(const ObjectKey& key, Bytes bytes_max) override;
  Result<LifecycleDocument> lifecycle() override;
  std::string public_url(const ObjectKey& key) const override { return inner_.public_url(key); }
  Result<void> create_bucket() override;
  Result<PutReceipt> put(const ObjectKey& key, const Body& body, const PutOptions& options) override;
  Result<void> renew(const ObjectKey& key) override;
  Result<void> remove(const ObjectKey& key) override;
  Result<void> set_lifecycle(const LifecycleDocument& document) override;

 private:
  ObjectStore& inner_;
  FaultScript& script_;
};

/// A chain whose methods "observe commit" obey the script.
class FaultyChain final : public Chain {
 public:
  FaultyChain(Chain& inner, FaultScript& script) : inner_(inner), script_(script) {}
  Result<ChainView> observe(const Account& account) override;
  Result<Inclusion> commit(const Account& account, const Commitment& commitment) override;

 private:
  Chain& inner_;
  FaultScript& script_;
};

}  // namespace reconcile::sim
