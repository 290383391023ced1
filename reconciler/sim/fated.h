#pragma once
// The journal and the key as ports of the world, so that its faults befall them too.

#include "reconciler/ports/journal.h"
#include "reconciler/ports/signer.h"
#include "reconciler/sim/fate.h"
#include "reconciler/sim/sim_journal.h"

namespace reconcile::sim {

/// What begin, finish, count_deletion, own_rules, protect and marked_buffer return has been made durable.
class FatedJournal final : public Journal {
 public:
  explicit FatedJournal(World& world) : world_(world) {}
  /// The file is gone; the next process begins a new one.
  void lose() { inner_ = {}; }
  /// What nothing durable has come after is gone. SQLite keeps each transaction whole: nothing is torn.
  void lose_power() {
    for (const auto& [name, identity] : std::exchange(not_durable_, {})) inner_.forget_hash(name, identity);
  }

  std::optional<Sha256> find_hash(const std::string& name, const FileIdentity& identity) override {
    return inner_.find_hash(name, identity);
  }
  void remember_hash(const std::string& name, const FileIdentity& identity, const Sha256& sha256) override {
    inner_.remember_hash(name, identity, sha256);
    not_durable_.emplace_back(name, identity);
  }
  Result<JournalView> view(const std::string& bucket, Instant since) override {
    return run_call<JournalView>(world_, "journal-view", "", false,
                                 [&] { return inner_.view(bucket, since); });
  }
  Result<std::vector<Intent>> open_intents() override { return inner_.open_intents(); }
  Result<std::vector<PassRecord>> passes(std::size_t count_max) override { return inner_.passes(count_max); }
  std::optional<UploadProgress> find_upload(const ObjectKey& key, const Sha256& sha256) override {
    return inner_.find_upload(key, sha256);
  }
  void remember_upload(const ObjectKey& key, const Sha256& sha256, const UploadProgress& progress) override {
    inner_.remember_upload(key, sha256, progress);
  }
  void forget_upload(const ObjectKey& key, const Sha256& sha256) override {
    inner_.forget_upload(key, sha256);
  }
  Result<std::int64_t> begin(const std::string& address, const std::string& detail, Instant now) override {
    return durable<std::int64_t>("journal-begin", address,
                                 [&] { return inner_.begin(address, detail, now); });
  }
  Result<void> finish(std::int64_t intent, const std::string& outcome, Instant now) override {
    return durable<void>("journal-finish", "", [&] { return inner_.finish(intent, outcome, now); });
  }
  Result<void> count_deletion(const ObjectKey& key, Bytes size, Instant now) override {
    return durable<void>("journal-count", key.get(), [&] { return inner_.count_deletion(key, size, now); });
  }
  Result<void> own_rules(const std::string& bucket, const std::set<std::string>& ids) override {
    return durable<void>("journal-own", "", [&] { return inner_.own_rules(bucket, ids); });
  }
  Result<void> protect(const std::string& bucket, const std::set<std::string>& patterns) override {
    return durable<void>("journal-protect", "", [&] { return inner_.protect(bucket, patterns); });
  }
  Result<void> marked_buffer(const std::string& bucket, const std::string& path) override {
    return durable<void>("journal-marked", "", [&] { return inner_.marked_buffer(bucket, path); });
  }
  Result<void> record_pass(const PassRecord& pass) override {
    return durable<void>("journal-pass", "", [&] { return inner_.record_pass(pass); });
  }

 private:
  template <class T>
  Result<T> durable(const char* method, const std::string& subject, const std::function<Result<T>()>& act) {
    return run_call<T>(world_, method, subject, false, [&] {
      not_durable_.clear();
      return act();
    });
  }

  World& world_;
  SimJournal inner_;
  std::vector<std::pair<std::string, FileIdentity>> not_durable_;
};

class FatedSigner final : public Signer {
 public:
  FatedSigner(World& world, Signer& inner) : world_(world), inner_(inner) {}
  Result<IndexSignature> sign(std::string_view message) override {
    return run_call<IndexSignature>(world_, "sign", "", false, [&] { return inner_.sign(message); });
  }

 private:
  World& world_;
  Signer& inner_;
};

}  // namespace reconcile::sim
