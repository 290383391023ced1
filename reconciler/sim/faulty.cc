#include "reconciler/sim/faulty.h"

namespace reconcile::sim {

void FaultScript::fail(const std::string& method, std::uint64_t nth, When when, Error error) {
  const std::lock_guard lock(mutex_);
  entries_.push_back({method, nth, when, std::move(error), nullptr});
}

void FaultScript::at(const std::string& method, std::uint64_t nth, When when, std::function<void()> act) {
  const std::lock_guard lock(mutex_);
  entries_.push_back({method, nth, when, std::nullopt, std::move(act)});
}

std::uint64_t FaultScript::count(const std::string& method) const {
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(method);
  return found == counts_.end() ? 0 : found->second;
}

std::vector<std::string> FaultScript::calls() const {
  const std::lock_guard lock(mutex_);
  return calls_;
}

std::uint64_t FaultScript::enter(const std::string& method, const std::string& subject) {
  const std::lock_guard lock(mutex_);
  calls_.push_back(subject.empty() ? method : method + " " + subject);
  return ++counts_[method];
}

std::optional<Error> FaultScript::play(const std::string& method, std::uint64_t nth, When when) {
  std::vector<Entry> due;
  {
    const std::lock_guard lock(mutex_);
    for (const Entry& entry : entries_)
      if (entry.method == method && entry.when == when && (entry.nth == nth || entry.nth == kEvery))
        due.push_back(entry);
  }
  std::optional<Error> error;
  for (const Entry& entry : due) {
    if (entry.act) entry.act();
    if (entry.error && !error) error = entry.error;
  }
  return error;
}

Result<bool> FaultyStore::bucket_exists() {
  return script_.around<bool>("bucket_exists", "", [&] { return inner_.bucket_exists(); });
}
Result<void> FaultyStore::list(const std::string& prefix, const std::string& after, const PageSink& sink) {
  return script_.around<void>("list", prefix, [&] { return inner_.list(prefix, after, sink); });
}
Result<std::optional<ObjectHead>> FaultyStore::head(const ObjectKey& key) {
  return script_.around<std::optional<ObjectHead>>("head", key.get(), [&] { return inner_.head(key); });
}
Result<std::string> FaultyStore::get(const ObjectKey& key, Bytes bytes_max) {
  return script_.around<std::string>("get", key.get(), [&] { return inner_.get(key, bytes_max); });
}
Result<LifecycleDocument> FaultyStore::lifecycle() {
  return script_.around<LifecycleDocument>("lifecycle", "", [&] { return inner_.lifecycle(); });
}
Result<void> FaultyStore::create_bucket() {
  return script_.around<void>("create_bucket", "", [&] { return inner_.create_bucket(); });
}
Result<PutReceipt> FaultyStore::put(const ObjectKey& key, const Body& body, const PutOptions& options) {
  return script_.around<PutReceipt>("put", key.get(), [&] { return inner_.put(key, body, options); });
}
Result<void> FaultyStore::renew(const ObjectKey& key) {
  return script_.around<void>("renew", key.get(), [&] { return inner_.renew(key); });
}
Result<void> FaultyStore::remove(const ObjectKey& key) {
  return script_.around<void>("remove", key.get(), [&] { return inner_.remove(key); });
}
Result<void> FaultyStore::set_lifecycle(const LifecycleDocument& document) {
  return script_.around<void>("set_lifecycle", "", [&] { return inner_.set_lifecycle(document); });
}

Result<ChainView> FaultyChain::observe(const Account& account) {
  return script_.around<ChainView>("observe", account.hotkey, [&] { return inner_.observe(account); });
}
Result<Inclusion> FaultyChain::commit(const Account& account, const Commitment& commitment) {
  return script_.around<Inclusion>("commit", account.hotkey,
                                   [&] { return inner_.commit(account, commitment); });
}

}  // namespace reconcile::sim
