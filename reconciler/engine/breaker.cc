#include "reconciler/engine/breaker.h"

#include <fmt/core.h>

namespace reconcile {

std::optional<Error> Breaker::turned_away() {
  const std::lock_guard lock(mutex_);
  if (failures_ < kFailuresMax) return std::nullopt;
  const Instant now = clock_.now();
  if (now >= open_until_) {
    open_until_ = now + kPause;  // this caller tries; the others wait for what it finds
    return std::nullopt;
  }
  return Error{Fault::kTransient,
               fmt::format("not asked, since {} requests in a row failed; the last: {}", failures_, last_),
               "the bucket is asked again soon"};
}

void Breaker::heard(const Error* error) {
  const std::lock_guard lock(mutex_);
  if (!error || (error->fault != Fault::kTransient && error->fault != Fault::kUnknownOutcome)) {
    failures_ = 0;  // it answered, if only with a no
    return;
  }
  ++failures_;
  last_ = error->cause;
  open_until_ = clock_.now() + kPause;
}

Result<bool> GuardedReader::bucket_exists() {
  return breaker_.run<bool>([&] { return store_.bucket_exists(); });
}

Result<void> GuardedReader::list(const std::string& prefix, const std::string& after, const PageSink& sink) {
  return breaker_.run<void>([&] { return store_.list(prefix, after, sink); });
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

}  // namespace reconcile
