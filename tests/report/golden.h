#pragma once
// Compares with a file in tests/golden; with RECONCILE_UPDATE_GOLDEN=1 writes it instead.

#include <string>

namespace reconcile::testing_plans {

void expect_golden(const std::string& file, const std::string& actual);

}  // namespace reconcile::testing_plans
