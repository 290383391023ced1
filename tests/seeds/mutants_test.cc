// Proof that the judge can find what it looks for: engines with a mistake in them, each of which must break a
// promise within 2,000 seeds. A mistake is put between the engine and its ports, so that the program itself
// holds no switch that could be left on.

#include "tests/seeds/disguises.h"
#include <algorithm>

#include <gtest/gtest.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/sha256.h"
#include "reconciler/sim/simulate.h"

namespace reconcile::sim {
namespace {

// "A listing that breaks off is the whole truth."
struct TrustsATruncatedListing : StoreBehind {
  Result<void> list(const std::string& prefix, const std::string& after, const PageSink& sink) override {
    const Result<void> listed = store->list(prefix, after, sink);
    if (!listed && listed.error().cause.find("truncation") == std::string::npos) return listed;
    return {};
  }
  // The question that would catch it is left out as well.
  Result<std::optional<ObjectHead>> head(const ObjectKey& key) override {
    const Result<std::optional<ObjectHead>> head = store->head(key);
    if (head && *head && !put_now.contains(key)) return std::nullopt;
    return head;
  }
  Result<PutReceipt> put(const ObjectKey& key, const Body& body, const PutOptions& options) override {
    put_now.insert(key);
    return store->put(key, body, options);
  }
  std::set<ObjectKey> put_now;
};

// "An object that could not be asked for is not there."
struct TakesAFailedHeadForAbsence : StoreBehind {
  Result<std::optional<ObjectHead>> head(const ObjectKey& key) override {
    Result<std::optional<ObjectHead>> head = store->head(key);
    if (!head) return std::nullopt;
    return head;
  }
  Result<PutReceipt> put(const ObjectKey& key, const Body& body, const PutOptions& options) override {
    PutOptions careless = options;
    careless.only_if_absent = false;
    return store->put(key, body, careless);
  }
};

// "What was sent is there": no look after a put.
struct DoesNotVerifyWhatItPut : StoreBehind {
  Result<bool> bucket_exists() override {  // a pass begins
    sent.clear();
    return store->bucket_exists();
  }
  Result<PutReceipt> put(const ObjectKey& key, const Body& body, const PutOptions& options) override {
    const Result<PutReceipt> done = store->put(key, body, options);
    sent[key] = ObjectHead{body.size, "sent", {}, options.metadata};
    return Result<PutReceipt>(PutReceipt{});  // no ETag: the object itself is asked
  }
  Result<std::optional<ObjectHead>> head(const ObjectKey& key) override {
    if (const auto found = sent.find(key); found != sent.end()) return std::optional(found->second);
    return store->head(key);
  }
  std::map<ObjectKey, ObjectHead> sent;
};

// The same where many are seen together: whatever was sent is taken for listed as it was sent.
struct TakesWhatItPutForListed : StoreBehind {
  Result<bool> bucket_exists() override {  // a pass begins
    sent.clear();
    return store->bucket_exists();
  }
  Result<PutReceipt> put(const ObjectKey& key, const Body& body, const PutOptions& options) override {
    const Result<PutReceipt> done = store->put(key, body, options);
    sent[key] = ListedObject{key, body.size, "sent", {}};
    return Result<PutReceipt>(PutReceipt{"sent"});
  }
  Result<void> list(const std::string& prefix, const std::string& after, const PageSink& sink) override {
    std::map<ObjectKey, ListedObject> objects;
    const Result<void> listed = store->list(prefix, after, [&](std::vector<ListedObject>&& page) {
      for (ListedObject& object : page) objects.emplace(object.key, object);
      return true;
    });
    if (!listed) return listed;
    for (const auto& [key, object] : sent)
      if (key.get().starts_with(prefix) && key.get() > after) objects.insert_or_assign(key, object);
    std::vector<ListedObject> page;
    for (auto& [key, object] : objects) page.push_back(std::move(object));
    if (!page.empty()) sink(std::move(page));
    return {};
  }
  std::map<ObjectKey, ListedObject> sent;
};

// "Whatever lies below our prefix is ours."
struct TakesEverythingForOurs : StoreBehind {
  Result<std::optional<ObjectHead>> head(const ObjectKey& key) override {
    Result<std::optional<ObjectHead>> head = store->head(key);
    if (head && *head && !sha256_of(**head)) {
      (*head)->metadata["sha256"] = to_hex(Sha256());
      (*head)->metadata[kPublicationMetadata] = "sim";
    }
    return head;
  }
};

// "The lifecycle document is ours alone."
struct OverwritesForeignRules : StoreBehind {
  Result<void> set_lifecycle(const LifecycleDocument& document) override {
    LifecycleDocument ours;
    for (const LiveRule& rule : document.rules)
      if (rule.rule.id == "ExpireOldData") ours.rules.push_back(rule);
    return store->set_lifecycle(ours);
  }
};

// "Twice holds better": no idempotence.
struct SendsEverythingTwice : StoreBehind {
  Result<PutReceipt> put(const ObjectKey& key, const Body& body, const PutOptions& options) override {
    Result<PutReceipt> done = store->put(key, body, options);
    if (done) (void)store->put(key, body, options);
    return done;
  }
};

// "Old objects go, whatever names them": expiry without a look at the index.
struct DeletesWhatIsNamed : StoreBehind {
  Result<bool> bucket_exists() override {
    if (++looks % 5 == 0 && last) (void)store->remove(*last);
    return store->bucket_exists();
  }
  Result<PutReceipt> put(const ObjectKey& key, const Body& body, const PutOptions& options) override {
    Result<PutReceipt> done = store->put(key, body, options);
    if (done && key.get().starts_with("data/")) last = key;
    return done;
  }
  int looks = 0;
  std::optional<ObjectKey> last;
};

// "An index that was read once need not be read again": plans on an old one.
struct RemembersTheFirstIndex : StoreBehind {
  Result<void> list(const std::string& prefix, const std::string& after, const PageSink& sink) override {
    if (prefix != kIndexPrefix) return store->list(prefix, after, sink);
    return store->list(prefix, after, [&](std::vector<ListedObject>&& page) {
      std::erase_if(page, [](const ListedObject& object) { return object.key.get() > "i/00000001.json"; });
      return sink(std::move(page));
    });
  }
  Result<std::string> get(const ObjectKey& key, Bytes bytes_max) override {
    const std::optional<std::uint64_t> seq = index_seq(kIndexPrefix, key);
    if (!seq) return store->get(key, bytes_max);
    if (first) return *first;
    Result<std::string> got = store->get(key, bytes_max);
    if (got) first = *got;
    return got;
  }
  std::optional<std::string> first;
};

// "Sent is final": releases before a finalized block holds the commitment.
struct ReleasesBeforeFinality : ChainBehind {
  Result<Inclusion> commit(const Account& account, const Commitment& commitment) override {
    Result<Inclusion> done = chain->commit(account, commitment);
    claimed = commitment;
    return done ? done : Result<Inclusion>(Inclusion{1, "sent"});
  }
  Result<ChainView> observe(const Account& account) override {
    Result<ChainView> view = chain->observe(account);
    if (!view || !claimed) return view;
    StoredCommitment stored;
    for (const Field& field : claimed->fields)
      stored.fields.push_back(
          {field.kind == Field::Kind::kRaw ? "Raw" : "Sha256", field.bytes, std::nullopt});
    view->commitment = stored;
    return view;
  }
  std::optional<Commitment> claimed;
};

// "No answer means that nothing happened."
struct RetriesAfterAnUnknownOutcome : ChainBehind {
  Result<Inclusion> commit(const Account& account, const Commitment& commitment) override {
    Result<Inclusion> done = chain->commit(account, commitment);
    if (!done && done.error().fault == Fault::kUnknownOutcome) return chain->commit(account, commitment);
    return done;
  }
};

// "Twice holds better": what is final is committed again.
struct CommitsTwice : ChainBehind {
  Result<Inclusion> commit(const Account& account, const Commitment& commitment) override {
    Result<Inclusion> done = chain->commit(account, commitment);
    if (done) (void)chain->commit(account, commitment);
    return done;
  }
};

// "The slot is ours": somebody else's commitment is replaced without a word.
struct ReplacesForeignCommitments : ChainBehind {
  Result<ChainView> observe(const Account& account) override {
    Result<ChainView> view = chain->observe(account);
    if (view && view->commitment && describe(*view->commitment).starts_with("theirs"))
      view->commitment.reset();
    return view;
  }
};

// "Nothing can be done without the chain": the pass waits until it answers.
struct WaitsForTheChain : ChainBehind {
  Result<ChainView> observe(const Account& account) override {
    for (;;) {
      Result<ChainView> view = chain->observe(account);
      if (view) return view;
      clock->sleep_for(std::chrono::hours(12));
    }
  }
};

// "An upload that is done needs its file no more."
struct DropsFilesOnceTheyAreRead : BufferBehind {
  Result<Body> body(const BufferFile& file) override {
    Result<Body> body = buffer->body(file);
    if (body) (void)buffer->release(file, AfterPublish::kDelete);
    return body;
  }
};

// "The name says which file it is": what a scraper wrote meanwhile goes with it.
struct ReleasesByNameAlone : BufferBehind {
  Result<void> release(const BufferFile& file, AfterPublish how) override {
    const Observation<BufferScan> now = buffer->scan(Instant(std::chrono::days(40'000)));
    if (const BufferScan* scan = if_any(now))
      for (const BufferFile& other : scan->files)
        if (other.name == file.name) return buffer->release(other, how);
    return buffer->release(file, how);
  }
};

// "Better keep it": says that a file is released, and leaves it there for ever.
struct NeverReleases : BufferBehind {
  Result<void> release(const BufferFile&, AfterPublish) override { return {}; }
};

// "Each pass has its own allowance": the rolling window is forgotten.
struct ForgetsTheGuardWindow : JournalBehind {
  Result<JournalView> view(const std::string& bucket, Instant since) override {
    Result<JournalView> view = journal->view(bucket, since);
    if (view) view->deleted_objects = 0;
    return view;
  }
};

struct Mutant {
  const char* name;
  std::set<std::string> promises;  ///< one of these is the first to break
  void (*dress)(Wardrobe&);
};
void PrintTo(const Mutant& mutant, std::ostream* out) { *out << mutant.name; }

template <class T>
void in_store(Wardrobe& wardrobe) {
  wardrobe.store = std::make_unique<T>();
}
template <class T>
void in_chain(Wardrobe& wardrobe) {
  wardrobe.chain = std::make_unique<T>();
}
template <class T>
void in_buffer(Wardrobe& wardrobe) {
  wardrobe.buffer = std::make_unique<T>();
}
template <class T>
void in_journal(Wardrobe& wardrobe) {
  wardrobe.journal = std::make_unique<T>();
}

class BrokenEngine : public testing::TestWithParam<Mutant> {};

TEST_P(BrokenEngine, IsCaughtWithinTwoThousandSeeds) {
  const Mutant& mutant = GetParam();
  const SimulationOptions options{.disguise = [&](World& world) {
    auto wardrobe = std::make_unique<Wardrobe>(world);
    mutant.dress(*wardrobe);
    return wardrobe;
  }};
  const SimulationFigures figures = simulate_many(0, 2000, 1, options);
  ASSERT_TRUE(figures.broken) << "2,000 seeds, and nobody noticed";
  EXPECT_TRUE(mutant.promises.contains(figures.broken->broken->promise))
      << figures.broken->broken->promise << ": " << figures.broken->broken->what;
  RecordProperty("seeds", static_cast<int>(figures.runs));
}

INSTANTIATE_TEST_SUITE_P(
    Simulate, BrokenEngine,
    testing::Values(
        Mutant{"TrustsATruncatedListing", {"S4", "S10", "L1"}, in_store<TrustsATruncatedListing>},
        Mutant{"TakesAFailedHeadForAbsence", {"S3", "S5", "S10"}, in_store<TakesAFailedHeadForAbsence>},
        Mutant{"DoesNotVerifyWhatItPut", {"S1", "S2"}, in_store<DoesNotVerifyWhatItPut>},
        Mutant{"TakesWhatItPutForListed", {"S1", "S2"}, in_store<TakesWhatItPutForListed>},
        Mutant{"TakesEverythingForOurs", {"S5"}, in_store<TakesEverythingForOurs>},
        Mutant{"OverwritesForeignRules", {"S5"}, in_store<OverwritesForeignRules>},
        Mutant{"SendsEverythingTwice", {"S10"}, in_store<SendsEverythingTwice>},
        Mutant{"DeletesWhatIsNamed", {"S3"}, in_store<DeletesWhatIsNamed>},
        Mutant{"RemembersTheFirstIndex", {"S4", "S10", "L1"}, in_store<RemembersTheFirstIndex>},
        Mutant{"ReleasesBeforeFinality", {"S1"}, in_chain<ReleasesBeforeFinality>},
        Mutant{"RetriesAfterAnUnknownOutcome", {"S7"}, in_chain<RetriesAfterAnUnknownOutcome>},
        Mutant{"CommitsTwice", {"S10"}, in_chain<CommitsTwice>},
        Mutant{"ReplacesForeignCommitments", {"S6"}, in_chain<ReplacesForeignCommitments>},
        Mutant{"WaitsForTheChain", {"L1"}, in_chain<WaitsForTheChain>},
        Mutant{"DropsFilesOnceTheyAreRead", {"S1"}, in_buffer<DropsFilesOnceTheyAreRead>},
        Mutant{"ReleasesByNameAlone", {"S1"}, in_buffer<ReleasesByNameAlone>},
        Mutant{"NeverReleases", {"L1"}, in_buffer<NeverReleases>},
        Mutant{"ForgetsTheGuardWindow", {"S6"}, in_journal<ForgetsTheGuardWindow>}),
    [](const auto& mutant) { return std::string(mutant.param.name); });

}  // namespace
}  // namespace reconcile::sim
