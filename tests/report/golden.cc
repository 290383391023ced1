#include "golden.h"

#include <cstdlib>

#include <gtest/gtest.h>

#include "reconciler/base/files.h"

namespace reconcile::testing_plans {

void expect_golden(const std::string& file, const std::string& actual) {
  const Path path = Path(SOURCE_DIR) / "tests" / "golden" / file;
  const char* const update = std::getenv("RECONCILE_UPDATE_GOLDEN");
  if (update && std::string(update) == "1") {
    const Result<void> written = write_file_atomically(path, actual);
    ASSERT_TRUE(written) << written.error().cause;
    return;
  }
  const Result<std::string> expected = read_file(path, Bytes(16u << 20));
  ASSERT_TRUE(expected) << expected.error().cause
                        << "; run with RECONCILE_UPDATE_GOLDEN=1 and look at the result";
  EXPECT_EQ(actual, *expected) << file
                               << " differs; if that is meant, renew it with RECONCILE_UPDATE_GOLDEN=1";
}

}  // namespace reconcile::testing_plans
