#pragma once
// A journal in memory. Dropping it simulates losing the file, which may cost time and never data.

#include <map>
#include <utility>

#include "reconciler/ports/journal.h"

namespace reconcile::sim {

class SimJournal final : public Journal {
 public:
  std::optional<Sha256> find_hash(const std::string& name, const FileIdentity& identity) override {
    const auto found = hashes_.find({name, identity});
    return found == hashes_.end() ? std::nullopt : std::optional(found->second);
  }
  void remember_hash(const std::string& name, const FileIdentity& identity, const Sha256& sha256) override {
    hashes_.insert_or_assign({name, identity}, sha256);
  }
  void forget_hash(const std::string& name, const FileIdentity& identity) { hashes_.erase({name, identity}); }
  Result<JournalView> view(const std::string& bucket, Instant since) override {
    JournalView out;
    out.own_rules = own_rules_[bucket];
    out.protect = protect_[bucket];
    out.marked_buffers = marked_buffers_[bucket];
    for (const auto& [when, size] : deletions_) {
      if (when < since) continue;
      ++out.deleted_objects;
      out.deleted_bytes = out.deleted_bytes + size;
    }
    return out;
  }
  Result<std::vector<Intent>> open_intents() override {
    std::vector<Intent> out;
    for (const auto& [id, intent] : intents_) out.push_back(intent);
    return out;
  }
  Result<std::vector<PassRecord>> passes(std::size_t count_max) override {
    std::vector<PassRecord> out(passes_.rbegin(), passes_.rend());
    if (out.size() > count_max) out.resize(count_max);
    return out;
  }
  std::optional<UploadProgress> find_upload(const ObjectKey&, const Sha256&) override { return std::nullopt; }
  void remember_upload(const ObjectKey&, const Sha256&, const UploadProgress&) override {}
  void forget_upload(const ObjectKey&, const Sha256&) override {}
  Result<std::int64_t> begin(const std::string& address, const std::string& detail, Instant now) override {
    intents_[++last_] = {last_, address, detail, now};
    return last_;
  }
  Result<void> finish(std::int64_t intent, const std::string&, Instant) override {
    intents_.erase(intent);
    return {};
  }
  Result<void> count_deletion(const ObjectKey&, Bytes size, Instant now) override {
    deletions_.emplace_back(now, size);
    return {};
  }
  Result<void> own_rules(const std::string& bucket, const std::set<std::string>& ids) override {
    own_rules_[bucket] = ids;
    return {};
  }
  Result<void> protect(const std::string& bucket, const std::set<std::string>& patterns) override {
    protect_[bucket] = patterns;
    return {};
  }
  Result<void> marked_buffer(const std::string& bucket, const std::string& path) override {
    marked_buffers_[bucket].insert(path);
    return {};
  }
  Result<void> record_pass(const PassRecord& pass) override {
    passes_.push_back(pass);
    return {};
  }

 private:
  std::map<std::pair<std::string, FileIdentity>, Sha256> hashes_;
  std::map<std::string, std::set<std::string>> own_rules_, protect_, marked_buffers_;
  std::vector<std::pair<Instant, Bytes>> deletions_;
  std::map<std::int64_t, Intent> intents_;
  std::vector<PassRecord> passes_;
  std::int64_t last_ = 0;
};

}  // namespace reconcile::sim
