#pragma once
// What every LeaseStore must do, as a gtest suite over factories. Include it in exactly one .cc of a test
// binary:
//
//   INSTANTIATE_TEST_SUITE_P(MyStore, LeaseContract, testing::Values(LeaseFactory{"my", [] { … }}),
//   lease_store_name);

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reconciler/model/lease.h"
#include "reconciler/ports/lease.h"
#include "reconciler/ports/object_store.h"

namespace reconcile::contract {

class LeaseFixture {
 public:
  virtual ~LeaseFixture() = default;
  /// On a bucket of its own; made or not. The same one at every call.
  virtual ObjectStore& store() = 0;
  virtual LeaseStore& leases() = 0;
  /// The same bucket as another process has it.
  virtual LeaseStore& other() = 0;
};

struct LeaseFactory {
  std::string name;
  std::function<std::unique_ptr<LeaseFixture>()> make;
};
inline std::ostream& operator<<(std::ostream& out, const LeaseFactory& factory) {
  return out << factory.name;
}
inline std::string lease_store_name(const testing::TestParamInfo<LeaseFactory>& info) {
  return info.param.name;
}

class LeaseContract : public testing::TestWithParam<LeaseFactory> {
 protected:
  void SetUp() override { fixture_ = GetParam().make(); }
  void create() { ASSERT_TRUE(fixture_->store().create_bucket()); }
  LeaseStore& one() { return fixture_->leases(); }
  LeaseStore& two() { return fixture_->other(); }
  std::string must_write(LeaseStore& store, const std::string& text,
                         const std::optional<std::string>& expected) {
    const Result<std::string> etag = store.write_lease(key_, text, expected);
    EXPECT_TRUE(etag) << etag.error().cause;
    return etag ? *etag : "";
  }
  void expect_conflict(LeaseStore& store, const std::string& text,
                       const std::optional<std::string>& expected) {
    const Result<std::string> refused = store.write_lease(key_, text, expected);
    ASSERT_FALSE(refused) << "written over what was not expected";
    EXPECT_EQ(refused.error().fault, Fault::kConflict) << refused.error().cause;
  }
  std::string text_in(LeaseStore& store) {
    const Result<LeaseView> view = store.read_lease(key_);
    EXPECT_TRUE(view) << view.error().cause;
    return view && view->lease ? view->lease->text : "nothing";
  }

  const ObjectKey key_ = lease_key("finney netuid 13 5Hotkey");
  std::unique_ptr<LeaseFixture> fixture_;
};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LeaseContract);

TEST_P(LeaseContract, SaysThatThereIsNoBucket) {
  const Result<LeaseView> view = one().read_lease(key_);
  ASSERT_FALSE(view);
  EXPECT_EQ(view.error().fault, Fault::kNotFound) << view.error().cause;
}

TEST_P(LeaseContract, HoldsNothingAtFirstAndTellsTheTime) {
  create();
  const Result<LeaseView> view = one().read_lease(key_);
  ASSERT_TRUE(view) << view.error().cause;
  EXPECT_FALSE(view->lease);
  const Instant here = std::chrono::floor<Seconds>(std::chrono::system_clock::now());
  EXPECT_LE(std::chrono::abs(view->now - here), Seconds(30)) << "both run on this machine";
}

TEST_P(LeaseContract, ReturnsWhatWasWrittenWithItsEtagAndTime) {
  create();
  const std::string etag = must_write(one(), "one", std::nullopt);
  const Result<LeaseView> view = two().read_lease(key_);
  ASSERT_TRUE(view && view->lease);
  EXPECT_EQ(view->lease->text, "one");
  EXPECT_EQ(view->lease->etag, etag);
  EXPECT_LE(view->lease->modified, view->now);
  EXPECT_LE(view->now - view->lease->modified, Seconds(30));
}

TEST_P(LeaseContract, TheFirstWriterWins) {
  create();
  must_write(one(), "one", std::nullopt);
  expect_conflict(two(), "two", std::nullopt);
  expect_conflict(one(), "three", std::nullopt);
  EXPECT_EQ(text_in(two()), "one");
}

TEST_P(LeaseContract, IsReplacedOnlyByWhoSawTheLastOne) {
  create();
  const std::string first = must_write(one(), "one", std::nullopt);
  const std::string second = must_write(two(), "two", first);
  EXPECT_NE(first, second);
  expect_conflict(one(), "three", first);
  EXPECT_EQ(text_in(one()), "two");
  const std::string third = must_write(two(), "four", second);
  expect_conflict(two(), "five", second);
  must_write(one(), "six", third);
  EXPECT_EQ(text_in(two()), "six");
}

TEST_P(LeaseContract, ReplacesNothingThatIsNotThere) {
  create();
  expect_conflict(one(), "one", "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(text_in(one()), "nothing");
}

TEST_P(LeaseContract, OfManyWritersAtOnceOneIsFirst) {
  create();
  std::optional<std::string> expected;
  for (int round = 0; round < 4; ++round) {
    std::mutex mutex;
    std::vector<std::string> won, unknown;
    std::vector<std::jthread> threads;
    for (int i = 0; i < 6; ++i)
      threads.emplace_back([&, i] {
        // Each text only once: the ETag tells texts apart, not writes.
        const std::string text = "round " + std::to_string(round) + " writer " + std::to_string(i);
        const Result<std::string> etag = (i % 2 == 0 ? one() : two()).write_lease(key_, text, expected);
        const std::scoped_lock lock(mutex);
        if (etag)
          won.push_back(text);
        else if (etag.error().fault == Fault::kUnknownOutcome)
          unknown.push_back(text);  // Ceph says 500 to some who lose such a race
        else
          EXPECT_EQ(etag.error().fault, Fault::kConflict) << etag.error().cause;
      });
    threads.clear();
    const Result<LeaseView> view = one().read_lease(key_);
    ASSERT_TRUE(view && view->lease);
    if (won.empty())
      EXPECT_THAT(unknown, testing::Contains(view->lease->text));
    else
      EXPECT_THAT(won, testing::ElementsAre(view->lease->text));
    expected = view->lease->etag;
  }
}

TEST_P(LeaseContract, IsNeitherDataNorIndex) {
  create();
  must_write(one(), "one", std::nullopt);
  for (const char* prefix : {"data/", "i/"})
    ASSERT_TRUE(fixture_->store().list(prefix, "", [&](std::vector<ListedObject>&& page) {
      ADD_FAILURE() << page.front().key.get();
      return true;
    }));
}

}  // namespace reconcile::contract
