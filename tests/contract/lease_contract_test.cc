#include "tests/contract/lease_contract.h"

#include "tests/contract/object_store_fixture.h"

#include "reconciler/directory/directory_store.h"

namespace reconcile::contract {
namespace {

class DirectoryLeases final : public LeaseFixture {
 public:
  ObjectStore& store() override { return one_; }
  LeaseStore& leases() override { return one_; }
  LeaseStore& other() override { return two_; }

 private:
  TemporaryFolder folder_;
  directory::DirectoryStore one_{{.root = folder_.path() / "bucket", .public_url = ""}};
  directory::DirectoryStore two_{{.root = folder_.path() / "bucket", .public_url = ""}};
};

TEST(DirectoryLease, IsAFileThatNoKeyReachesAndNoListingShows) {
  TemporaryFolder folder;
  directory::DirectoryStore store({.root = folder.path() / "bucket", .public_url = ""});
  ASSERT_TRUE(store.create_bucket());
  const ObjectKey key = lease_key("slot");
  ASSERT_TRUE(store.write_lease(key, "text", std::nullopt));
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "bucket" / key.get()));
  EXPECT_FALSE(*store.head(key));
  ASSERT_TRUE(store.list("", "", [](std::vector<ListedObject>&& page) {
    ADD_FAILURE() << page.front().key.get();
    return true;
  }));
  for (const char* wrong :
       {".reconcile/bucket.json", ".reconcile/lease-/../bucket.json", "data/lease-1.json"})
    EXPECT_EQ(store.write_lease(ObjectKey(wrong), "text", std::nullopt).error().fault, Fault::kInvalidInput);
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Directory, LeaseContract,
                         testing::Values(LeaseFactory{"directory",
                                                      [] { return std::make_unique<DirectoryLeases>(); }}),
                         lease_store_name);

}  // namespace reconcile::contract
