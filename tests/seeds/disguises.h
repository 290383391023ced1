#pragma once
// Ports that hand every call on. A disguise overrides one or two of them, and the engine behind it behaves as
// if it had that mistake in it.

#include "reconciler/sim/publication.h"

namespace reconcile::sim {

class StoreBehind : public ObjectStore {
 public:
  StoreCapabilities capabilities() override { return store->capabilities(); }
  Result<bool> bucket_exists() override { return store->bucket_exists(); }
  Result<void> list(const std::string& prefix, const std::string& after, const PageSink& sink) override {
    return store->list(prefix, after, sink);
  }
  Result<std::optional<ObjectHead>> head(const ObjectKey& key) override { return store->head(key); }
  Result<std::string> get(const ObjectKey& key, Bytes bytes_max) override {
    return store->get(key, bytes_max);
  }
  Result<LifecycleDocument> lifecycle() override { return store->lifecycle(); }
  std::string public_url(const ObjectKey& key) const override { return store->public_url(key); }
  Result<void> create_bucket() override { return store->create_bucket(); }
  Result<PutReceipt> put(const ObjectKey& key, const Body& body, const PutOptions& options) override {
    return store->put(key, body, options);
  }
  Result<void> renew(const ObjectKey& key) override { return store->renew(key); }
  Result<void> remove(const ObjectKey& key) override { return store->remove(key); }
  Result<void> set_lifecycle(const LifecycleDocument& document) override {
    return store->set_lifecycle(document);
  }
  ObjectStore* store = nullptr;
};

class ChainBehind : public Chain {
 public:
  Result<ChainView> observe(const Account& account) override { return chain->observe(account); }
  Result<Inclusion> commit(const Account& account, const Commitment& commitment) override {
    return chain->commit(account, commitment);
  }
  Chain* chain = nullptr;
  Clock* clock = nullptr;
};

class BufferBehind : public Buffer {
 public:
  Observation<BufferScan> scan(Instant now) override { return buffer->scan(now); }
  Result<StagedCopy> compress(const BufferFile& file) override { return buffer->compress(file); }
  Result<Body> body(const BufferFile& file) override { return buffer->body(file); }
  Result<void> release(const BufferFile& file, AfterPublish how) override {
    return buffer->release(file, how);
  }
  Result<void> quarantine(const BufferFile& file) override { return buffer->quarantine(file); }
  Result<void> mark() override { return buffer->mark(); }
  Result<void> tidy(Instant now) override { return buffer->tidy(now); }
  Buffer* buffer = nullptr;
};

class JournalBehind : public Journal {
 public:
  std::optional<Sha256> find_hash(const std::string& name, const FileIdentity& identity) override {
    return journal->find_hash(name, identity);
  }
  void remember_hash(const std::string& name, const FileIdentity& identity, const Sha256& sha256) override {
    journal->remember_hash(name, identity, sha256);
  }
  Result<JournalView> view(const std::string& bucket, Instant since) override {
    return journal->view(bucket, since);
  }
  Result<std::vector<Intent>> open_intents() override { return journal->open_intents(); }
  Result<std::vector<PassRecord>> passes(std::size_t count_max) override {
    return journal->passes(count_max);
  }
  std::optional<UploadProgress> find_upload(const ObjectKey& key, const Sha256& sha256) override {
    return journal->find_upload(key, sha256);
  }
  void remember_upload(const ObjectKey& key, const Sha256& sha256, const UploadProgress& progress) override {
    journal->remember_upload(key, sha256, progress);
  }
  void forget_upload(const ObjectKey& key, const Sha256& sha256) override {
    journal->forget_upload(key, sha256);
  }
  Result<std::int64_t> begin(const std::string& address, const std::string& detail, Instant now) override {
    return journal->begin(address, detail, now);
  }
  Result<void> finish(std::int64_t intent, const std::string& outcome, Instant now) override {
    return journal->finish(intent, outcome, now);
  }
  Result<void> count_deletion(const ObjectKey& key, Bytes size, Instant now) override {
    return journal->count_deletion(key, size, now);
  }
  Result<void> own_rules(const std::string& bucket, const std::set<std::string>& ids) override {
    return journal->own_rules(bucket, ids);
  }
  Result<void> protect(const std::string& bucket, const std::set<std::string>& patterns) override {
    return journal->protect(bucket, patterns);
  }
  Result<void> marked_buffer(const std::string& bucket, const std::string& path) override {
    return journal->marked_buffer(bucket, path);
  }
  Result<void> record_pass(const PassRecord& pass) override { return journal->record_pass(pass); }
  Journal* journal = nullptr;
};

/// Wears any of them; one that is not set is the real one. Their targets are the real ports.
struct Wardrobe : Disguise {
  explicit Wardrobe(World& in) : world(in) {}
  WritePorts wear(const WritePorts& real) override {
    if (store) store->store = &real.store;
    if (chain) chain->chain = real.chain;
    if (chain) chain->clock = &real.clock;
    if (buffer) buffer->buffer = &real.buffer;
    if (journal) journal->journal = &real.journal;
    return {store ? *store : real.store,
            chain && real.chain ? chain.get() : real.chain,
            buffer ? *buffer : real.buffer,
            journal ? *journal : real.journal,
            real.clock,
            real.readers,
            real.events,
            real.checker,
            real.signer};
  }
  World& world;
  std::unique_ptr<StoreBehind> store;
  std::unique_ptr<ChainBehind> chain;
  std::unique_ptr<BufferBehind> buffer;
  std::unique_ptr<JournalBehind> journal;
};

}  // namespace reconcile::sim
