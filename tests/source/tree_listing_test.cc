#include "reconciler/source/tree_listing.h"

#include <gtest/gtest.h>

namespace reconcile::source {
namespace {

using namespace std::string_literals;

TEST(TreeListing, ReadsWhatGitSays) {
  const auto tree = parse_tree(
      "100644 blob 0123456789012345678901234567890123456789     123\tmanifests/a b\n\tc.yaml\0"
      "160000 commit 0123456789012345678901234567890123456789       -\tsub\0"s);
  ASSERT_TRUE(tree) << tree.error().cause;
  const std::string object = "0123456789012345678901234567890123456789";
  EXPECT_EQ(*tree, (std::vector<TreeEntry>{{"100644", object, 123, "manifests/a b\n\tc.yaml"},
                                           {"160000", object, 0, "sub"}}));
  EXPECT_TRUE(parse_tree("")->empty());
}

TEST(TreeListing, AnythingElseIsCorrupt) {
  for (const std::string& text :
       {"100644 blob 01 1\ta"s, "\0"s, "100644 blob 01 1\t\0"s, "100644 blob 01 1 a\0"s,
        "100644 blob 1\ta\0"s, "100644 blob 01 1x\ta\0"s, "100644 blob 01 \ta\0"s,
        "100644 blob --help 1\ta\0"s, "100644 blob 01 99999999999999999999\ta\0"s, "100644 blob 01 -1\ta\0"s,
        " 100644 blob 01 1\ta\0"s})
    EXPECT_EQ(parse_tree(text).error().fault, Fault::kCorrupt) << text;
}

}  // namespace
}  // namespace reconcile::source
