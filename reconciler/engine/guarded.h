#pragma once
// The ports behind breakers, one for each peer: while the chain does not answer, uploads go on.

#include "reconciler/engine/breaker.h"
#include "reconciler/engine/ports.h"

namespace reconcile {

/// Those of one publication. What outlives passes keeps them, so that a peer that is away is not asked anew
/// by each.
struct Breakers {
  explicit Breakers(Clock& clock, const Rhythm& rhythm = Breaker::kAlone, std::uint64_t seed = 1)
      : bucket(clock, rhythm, seed), chain(clock, rhythm, seed + 1) {}
  void close() {
    bucket.close();
    chain.close();
  }

  Breaker bucket;
  Breaker chain;
};

class GuardedReader final : public ObjectReader {
 public:
  GuardedReader(ObjectReader& store, Breaker& breaker) : store_(store), breaker_(breaker) {}

  StoreCapabilities capabilities() override { return store_.capabilities(); }
  Result<bool> bucket_exists() override;
  /// Ranges of one listing that fail side by side count as one failure.
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

class GuardedChainReader final : public ChainReader {
 public:
  GuardedChainReader(ChainReader& chain, Breaker& breaker) : chain_(chain), breaker_(breaker) {}
  Result<ChainView> observe(const Account& account) override;

 private:
  ChainReader& chain_;
  Breaker& breaker_;
};

class GuardedChain final : public Chain {
 public:
  GuardedChain(Chain& chain, Breaker& breaker) : chain_(chain), breaker_(breaker) {}
  Result<ChainView> observe(const Account& account) override;
  Result<Inclusion> commit(const Account& account, const Commitment& commitment) override;

 private:
  Chain& chain_;
  Breaker& breaker_;
};

/// The same ports with their breakers, or with new ones where they name none. The ports must outlive this.
class GuardedReadPorts {
 public:
  explicit GuardedReadPorts(const ReadPorts& ports);
  const ReadPorts& get() const { return guarded_; }

 private:
  Breakers own_;
  Breakers& breakers_;
  GuardedReader store_;
  std::optional<GuardedChainReader> chain_;
  ReadPorts guarded_;
};

class GuardedWritePorts {
 public:
  explicit GuardedWritePorts(const WritePorts& ports);
  WritePorts& get() { return guarded_; }

 private:
  Breakers own_;
  Breakers& breakers_;
  GuardedStore store_;
  std::optional<GuardedChain> chain_;
  WritePorts guarded_;
};

}  // namespace reconcile
