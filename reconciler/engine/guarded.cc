#include "reconciler/engine/guarded.h"

namespace reconcile {

Result<bool> GuardedReader::bucket_exists() {
  return breaker_.run<bool>([&] { return store_.bucket_exists(); });
}

Result<void> GuardedReader::list(const std::string& prefix, const std::string& after, const PageSink& sink) {
  return breaker_.run<void>([&] { return store_.list(prefix, after, sink); }, Breaker::Count::kOnceTogether);
}

Result<std::optional<ObjectHead>> GuardedReader::head(const ObjectKey& key) {
  return breaker_.run<std::optional<ObjectHead>>([&] { return store_.head(key); });
}

Result<std::string> GuardedReader::get(const ObjectKey& key, Bytes bytes_max) {
  return breaker_.run<std::string>([&] { return store_.get(key, bytes_max); });
}

Result<LifecycleDocument> GuardedReader::lifecycle() {
  return breaker_.run<LifecycleDocument>([&] { return store_.lifecycle(); });
}

Result<void> GuardedStore::create_bucket() {
  return breaker_.run<void>([&] { return store_.create_bucket(); });
}

Result<PutReceipt> GuardedStore::put(const ObjectKey& key, const Body& body, const PutOptions& options) {
  return breaker_.run<PutReceipt>([&] { return store_.put(key, body, options); });
}

Result<void> GuardedStore::renew(const ObjectKey& key) {
  return breaker_.run<void>([&] { return store_.renew(key); });
}

Result<void> GuardedStore::remove(const ObjectKey& key) {
  return breaker_.run<void>([&] { return store_.remove(key); });
}

Result<void> GuardedStore::set_lifecycle(const LifecycleDocument& document) {
  return breaker_.run<void>([&] { return store_.set_lifecycle(document); });
}

Result<ChainView> GuardedChainReader::observe(const Account& account) {
  return breaker_.run<ChainView>([&] { return chain_.observe(account); });
}

Result<ChainView> GuardedChain::observe(const Account& account) {
  return breaker_.run<ChainView>([&] { return chain_.observe(account); });
}

Result<Inclusion> GuardedChain::commit(const Account& account, const Commitment& commitment) {
  return breaker_.run<Inclusion>([&] { return chain_.commit(account, commitment); });
}

GuardedReadPorts::GuardedReadPorts(const ReadPorts& ports)
    : own_(ports.clock),
      breakers_(ports.breakers ? *ports.breakers : own_),
      store_(ports.store, breakers_.bucket),
      guarded_{store_, nullptr, ports.buffer, ports.journal, ports.clock, ports.checker, ports.breakers} {
  if (ports.chain) guarded_.chain = &chain_.emplace(*ports.chain, breakers_.chain);
}

GuardedWritePorts::GuardedWritePorts(const WritePorts& ports)
    : own_(ports.clock),
      breakers_(ports.breakers ? *ports.breakers : own_),
      store_(ports.store, breakers_.bucket),
      guarded_{store_,       nullptr,       ports.buffer, ports.journal, ports.clock,   ports.readers,
               ports.events, ports.checker, ports.signer, ports.lease,   ports.breakers} {
  if (ports.chain) guarded_.chain = &chain_.emplace(*ports.chain, breakers_.chain);
}

}  // namespace reconcile
