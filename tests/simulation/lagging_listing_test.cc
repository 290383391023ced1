// A listing may show what stood there a while ago: an object that was renewed since looks old enough to go.

#include "tests/seeds/disguises.h"
#include "tests/simulation/simulation.h"

#include <gtest/gtest.h>

namespace reconcile {
namespace {

using namespace simulation;

/// Lists everything as if it had been put so long ago.
class OldListing final : public sim::StoreBehind {
 public:
  OldListing(ObjectStore& behind, Seconds age) : age_(age) { store = &behind; }
  Result<void> list(const std::string& prefix, const std::string& after, const PageSink& sink) override {
    return StoreBehind::list(prefix, after, [&](std::vector<ListedObject>&& page) {
      for (ListedObject& object : page) object.modified = object.modified - age_;
      return sink(std::move(page));
    });
  }

 private:
  Seconds age_;
};

class LaggingListing : public testing::Test {
 protected:
  void publish(const std::string& name) {
    simulation.scrape(name, "content of " + name);
    simulation.world.advance(Seconds(1200));
    simulation.pass();
  }

  std::size_t committed() { return simulation.committed_entries()->size(); }

  Simulation simulation{{}};
  OldListing old{simulation.store, std::chrono::days(13) + std::chrono::hours(12)};
};

// S4
TEST_F(LaggingListing, DoesNotMakeTheIndexForgetWhatWasRenewed) {
  publish("a.parquet");
  simulation.store_in_use = &old;
  publish("b.parquet");
  EXPECT_EQ(committed(), 2u);
}

// Taken over by an index that was begun later: the object counts its days from when it was put.
TEST_F(LaggingListing, DoesNotHideThatAnObjectIsOlderThanItsEntry) {
  publish("a.parquet");
  for (auto& [key, object] : simulation.world.bucket.objects)
    if (key.starts_with("data/")) object.modified = object.modified - std::chrono::days(13) - Seconds(60);
  simulation.judged = false;  // the age of what is there was somebody's doing
  publish("b.parquet");
  EXPECT_EQ(committed(), 1u);
}

}  // namespace
}  // namespace reconcile
