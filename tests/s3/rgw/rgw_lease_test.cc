#include "tests/contract/lease_contract.h"
#include "tests/s3/rgw_server.h"

#include "reconciler/s3/store.h"

namespace reconcile::contract {
namespace {

class RgwLeases final : public LeaseFixture {
 public:
  RgwLeases() {
    static std::atomic<int> count = 0;
    auto& server = s3::testing::RgwServer::shared();
    const std::string bucket = "lease-" + std::to_string(++count);
    auto one = s3::open_s3(server.options(bucket));
    auto two = s3::open_s3(server.options(bucket));
    if (!one || !two) std::abort();
    one_ = *std::move(one);
    two_ = *std::move(two);
  }
  ObjectStore& store() override { return *one_; }
  LeaseStore& leases() override { return *one_; }
  LeaseStore& other() override { return *two_; }

 private:
  std::unique_ptr<s3::S3Store> one_, two_;
};

// 6 writes to find out what this server honours, then one a write: each one of them counts at the provider's.
TEST(RgwLease, IsTriedOutOnce) {
  auto& server = s3::testing::RgwServer::shared();
  auto store = *s3::open_s3(server.options(server.make_bucket()));
  const ObjectKey key = lease_key("slot");
  const Result<std::string> first = store->write_lease(key, "one", std::nullopt);
  ASSERT_TRUE(first) << first.error().cause;
  const auto after_probing = store->counts().writes();
  EXPECT_LE(after_probing, 6u);
  const Result<std::string> second = store->write_lease(key, "two", *first);
  ASSERT_TRUE(second) << second.error().cause;
  EXPECT_EQ(store->write_lease(key, "three", *first).error().fault, Fault::kConflict);
  EXPECT_EQ(store->write_lease(key, "three", std::nullopt).error().fault, Fault::kConflict);
  EXPECT_EQ(store->counts().writes(), after_probing + 3);
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Rgw, LeaseContract,
                         testing::Values(LeaseFactory{"ceph", [] { return std::make_unique<RgwLeases>(); }}),
                         lease_store_name);

}  // namespace reconcile::contract
