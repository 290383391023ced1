#pragma once
// A publication on the embedded adapters in a folder of its own: real files, a real journal, a real ledger.

#include <fstream>
#include <memory>
#include <stdlib.h>
#include <string>

#include <gtest/gtest.h>

#include "reconciler/base/units.h"
#include "reconciler/buffer/folder_buffer.h"
#include "reconciler/directory/directory_store.h"
#include "reconciler/directory/ledger.h"
#include "reconciler/directory/public_reader.h"
#include "reconciler/engine/pass.h"
#include "reconciler/journal/sqlite_journal.h"

namespace reconcile::testing_world {

class TestClock final : public Clock {
 public:
  Instant now() override { return std::chrono::floor<Seconds>(std::chrono::system_clock::now()) + ahead; }
  void sleep_for(Seconds duration) override { ahead += duration; }
  bool stopping() override { return stop; }
  Seconds ahead{0};
  bool stop = false;
};

class Recorder final : public Events {
 public:
  void emit(const Event&) override {}
};

/// Counts and may refuse or lose anonymous reads.
class Readers final : public PublicReader {
 public:
  explicit Readers(const Path& root) : files_(root) {}
  Result<std::string> fetch(const std::string& url, Bytes bytes_max) override {
    ++fetches;
    if (broken) return fail(*broken);
    return files_.fetch(url, bytes_max);
  }
  int fetches = 0;
  std::optional<Error> broken;

 private:
  directory::FilePublicReader files_;
};

class Publication {
 public:
  explicit Publication(Strategy strategy = Strategy::kIndex) {
    char name[] = "/tmp/reconcile-engine-XXXXXX";
    folder = ::mkdtemp(name);
    std::filesystem::create_directories(folder / "buffer");
    desired.name = "p";
    desired.source = "p.yaml";
    desired.bucket = {
        .provider = Provider::kDirectory, .name = "p", .path = folder / "bucket", .create = true};
    desired.bucket.lifecycle.rules = {
        {"ExpireOldData", "data/", Seconds(std::chrono::days(14)), std::nullopt}};
    desired.buffer.path = folder / "buffer";
    desired.buffer.settle = Seconds(0);
    desired.buffer.include = {"*.bin"};
    CommitmentSpec commitment;
    commitment.network = Network::kLedger;
    commitment.netuid = 13;
    commitment.strategy = strategy;
    // A temporary folder's file:// address is longer than a public one; the test is not about length.
    const bool bare = default_format(strategy) == std::string_view("{url}");
    commitment.format = strategy == Strategy::kLastFile ? "{key}|{sha256:trunc:16}"
                        : bare                          ? "{key}"
                                                        : "rc1|{sha256:b64url}|{key}";
    if (strategy != Strategy::kNone) desired.commitment = commitment;
    site = {"directory://p", {13, "5Hotkey"}, std::nullopt, {}};
    open();
  }
  ~Publication() {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }

  /// As a new process: every adapter is made anew on what is on disk.
  void open() {
    buffer.reset();
    journal = journal::open_journal(folder / "journal.db").value();
    buffer = std::make_unique<buffer::FolderBuffer>(buffer::BufferOptions{.path = desired.buffer.path,
                                                                          .include = desired.buffer.include,
                                                                          .compress = desired.buffer.compress,
                                                                          .settle = desired.buffer.settle,
                                                                          .staging = folder / "staging"},
                                                    *journal);
    store = std::make_unique<directory::DirectoryStore>(directory::DirectoryOptions{folder / "bucket", ""});
    chain = std::make_unique<directory::Ledger>(folder / "ledger.jsonl", clock);
  }

  void write(const std::string& name, const std::string& content) {
    std::ofstream(folder / "buffer" / name, std::ios::binary) << content;
    std::filesystem::last_write_time(folder / "buffer" / name,
                                     std::filesystem::file_time_type::clock::now() - std::chrono::minutes(5));
  }
  bool in_buffer(const std::string& name) const { return std::filesystem::exists(folder / "buffer" / name); }
  std::size_t commits() const {
    std::ifstream file(folder / "ledger.jsonl");
    return static_cast<std::size_t>(std::count(std::istreambuf_iterator<char>(file), {}, '\n'));
  }

  WritePorts ports() { return {*store_in_use(), chain_in_use(), *buffer, *journal, clock, readers, events}; }
  PassResult pass(const Allowances& allowances = {}) {
    PassOptions options;
    options.apply.uploads.parallelism = 1;
    options.apply.allowances = allowances;
    WritePorts all = ports();
    return run_pass(desired, site, all, options);
  }

  ObjectStore* store_in_use() { return other_store ? other_store : store.get(); }
  Chain* chain_in_use() { return !desired.commitment ? nullptr : other_chain ? other_chain : chain.get(); }

  Path folder;
  Desired desired;
  Site site;
  TestClock clock;
  Recorder events;
  std::unique_ptr<journal::SqliteJournal> journal;
  std::unique_ptr<buffer::FolderBuffer> buffer;
  std::unique_ptr<directory::DirectoryStore> store;
  std::unique_ptr<directory::Ledger> chain;
  Readers readers{"/"};
  ObjectStore* other_store = nullptr;  ///< a faulty one in front of `store`
  Chain* other_chain = nullptr;
};

}  // namespace reconcile::testing_world
