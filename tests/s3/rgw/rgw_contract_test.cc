#include "tests/contract/object_store_contract.h"
#include "tests/s3/rgw_server.h"

#include "reconciler/s3/store.h"

namespace reconcile::contract {
namespace {

class RgwFixture final : public StoreFixture {
 public:
  RgwFixture() {
    static std::atomic<int> count = 0;
    auto& server = s3::testing::RgwServer::shared();
    auto opened = s3::open_s3(server.options("contract-" + std::to_string(++count)));
    if (!opened) std::abort();
    store_ = *std::move(opened);
  }
  ObjectStore& store() override { return *store_; }
  LiveRule foreign_rule() override {
    LiveRule live;
    live.rule = {"foreign", "logs/", Seconds(86400 * 7), std::nullopt};
    live.understood = false;
    live.raw =
        "<Rule><ID>foreign</ID><Filter><And><Prefix>logs/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></"
        "And>"
        "</Filter><Status>Enabled</Status><Expiration><Days>7</Days></Expiration></Rule>";
    return live;
  }
  // Ceph prints rules in its own order of elements.
  Deviations deviations() const override { return {.lifecycle_normalises = true}; }

 private:
  std::unique_ptr<s3::S3Store> store_;
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(Rgw, ObjectStoreContract,
                         testing::Values(StoreFactory{"ceph", [] { return std::make_unique<RgwFixture>(); }}),
                         store_name);

}  // namespace reconcile::contract
