#include "reconciler/engine/breaker.h"

#include "tests/engine/publication.h"

#include <gtest/gtest.h>

namespace reconcile {
namespace {

using testing_world::Publication;
using testing_world::TestClock;

/// A bucket behind a wire that can be cut.
class Wire final : public ObjectStore {
 public:
  explicit Wire(ObjectStore& store) : store_(store) {}
  StoreCapabilities capabilities() override { return store_.capabilities(); }
  Result<bool> bucket_exists() override { return store_.bucket_exists(); }
  Result<void> list(const std::string& prefix, const std::string& after, const PageSink& sink) override {
    return store_.list(prefix, after, sink);
  }
  Result<std::optional<ObjectHead>> head(const ObjectKey& key) override {
    if (cut) return broken<std::optional<ObjectHead>>();
    return store_.head(key);
  }
  Result<std::string> get(const ObjectKey& key, Bytes most) override { return store_.get(key, most); }
  Result<LifecycleDocument> lifecycle() override { return store_.lifecycle(); }
  std::string public_url(const ObjectKey& key) const override { return store_.public_url(key); }
  Result<void> create_bucket() override { return store_.create_bucket(); }
  Result<PutReceipt> put(const ObjectKey& key, const Body& body, const PutOptions& options) override {
    if (cut_at_puts) cut = true;
    if (cut) return broken<PutReceipt>();
    return store_.put(key, body, options);
  }
  Result<void> renew(const ObjectKey& key) override { return store_.renew(key); }
  Result<void> remove(const ObjectKey& key) override { return store_.remove(key); }
  Result<void> set_lifecycle(const LifecycleDocument& document) override {
    return store_.set_lifecycle(document);
  }

  bool cut = false;
  bool cut_at_puts = false;
  Fault fault = Fault::kTransient;
  int timeouts = 0;

 private:
  template <class T>
  Result<T> broken() {
    ++timeouts;
    return fail(fault, "no route to the bucket", "");
  }
  ObjectStore& store_;
};

TEST(Breaker, AnOutageCostsAFewTimeoutsAndNotOneForEachFile) {
  Publication p;
  Wire wire(*p.store);
  p.other_store = &wire;
  ASSERT_TRUE(p.store->create_bucket());
  for (int i = 0; i < 200; ++i) p.write(std::to_string(i) + ".bin", std::to_string(i));
  wire.cut_at_puts = true;
  const PassResult result = p.pass();
  EXPECT_LE(wire.timeouts, Breaker::kFailuresMax + 3);
  ASSERT_TRUE(result.report);
  const bool told =
      std::any_of(result.report->outcomes.begin(), result.report->outcomes.end(), [](const auto& o) {
        return o.error &&
               o.error->cause.find("requests in a row failed; the last: no route") != std::string::npos;
      });
  EXPECT_TRUE(told);
  wire.cut = wire.cut_at_puts = false;
  EXPECT_TRUE(p.pass().report->converged);
}

TEST(Breaker, LetsOneThroughAfterThePauseAndClosesWhenItIsAnswered) {
  Publication p;
  Wire wire(*p.store);
  ASSERT_TRUE(p.store->create_bucket());
  TestClock clock;
  Breaker breaker(clock);
  GuardedStore store(wire, breaker);
  wire.cut = true;
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(store.head(ObjectKey("data/x")));
  EXPECT_EQ(wire.timeouts, Breaker::kFailuresMax);
  clock.sleep_for(Breaker::kPause + Seconds(1));
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(store.head(ObjectKey("data/x")));
  EXPECT_EQ(wire.timeouts, Breaker::kFailuresMax + 1) << "one tries, the others wait";
  wire.cut = false;
  EXPECT_FALSE(store.head(ObjectKey("data/x"))) << "still within the pause";
  clock.sleep_for(Breaker::kPause + Seconds(1));
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(store.head(ObjectKey("data/x")));
}

TEST(Breaker, AnAnswerIsAnAnswerEvenIfItIsNo) {
  Publication p;
  Wire wire(*p.store);
  TestClock clock;
  Breaker breaker(clock);
  GuardedStore store(wire, breaker);
  wire.cut = true;
  wire.fault = Fault::kDenied;
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(store.head(ObjectKey("data/x")));
  EXPECT_EQ(wire.timeouts, 20);
}

}  // namespace
}  // namespace reconcile
