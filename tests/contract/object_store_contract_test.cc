#include "tests/contract/object_store_contract.h"

#include "tests/contract/directory_fixture.h"

namespace reconcile::contract {

INSTANTIATE_TEST_SUITE_P(Directory, ObjectStoreContract,
                         testing::Values(StoreFactory{"directory",
                                                      [] { return std::make_unique<DirectoryFixture>(); }}),
                         store_name);

}  // namespace reconcile::contract
