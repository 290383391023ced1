#include "reconciler/source/address.h"

#include <gtest/gtest.h>

namespace reconcile::source {
namespace {

Address parsed(const std::string& text) {
  const auto out = parse_address(text);
  EXPECT_TRUE(out) << text << ": " << out.error().cause;
  return out ? *out : Address();
}

TEST(Address, NamesRepositoryFolderAndRef) {
  const Address it = parsed("git+https://example.org/ops/manifests.git//miners/a?ref=main");
  EXPECT_EQ(it.scheme, "https");
  EXPECT_EQ(it.url, "https://example.org/ops/manifests.git");
  EXPECT_EQ(it.host, "example.org");
  EXPECT_EQ(it.path, "miners/a");
  EXPECT_EQ(it.ref, "refs/heads/main");
}

TEST(Address, FolderAndRefMayBeLeftOut) {
  const Address it = parsed("git+https://example.org:8443/ops.git");
  EXPECT_EQ(it.host, "example.org:8443");
  EXPECT_EQ(it.path, "");
  EXPECT_EQ(it.ref, "HEAD");
}

TEST(Address, KnowsSshAndFoldersOfThisMachine) {
  EXPECT_EQ(parsed("git+ssh://git@example.org:2222/ops.git//m").url, "ssh://git@example.org:2222/ops.git");
  EXPECT_EQ(parsed("git+file:///srv/ops.git//m?ref=refs/tags/v1").url, "file:///srv/ops.git");
  EXPECT_EQ(parsed("git+file:///srv/ops.git//m?ref=refs/tags/v1").ref, "refs/tags/v1");
  EXPECT_EQ(parsed("git+https://example.org/a.git?ref=feature/x-1").ref, "refs/heads/feature/x-1");
}

class AddressRefused : public ::testing::TestWithParam<const char*> {};

TEST_P(AddressRefused, WithARemedy) {
  const auto out = parse_address(GetParam());
  ASSERT_FALSE(out) << GetParam();
  EXPECT_EQ(out.error().fault, Fault::kInvalidInput);
  EXPECT_FALSE(out.error().remedy.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, AddressRefused,
    ::testing::Values("", "manifests", "https://example.org/ops.git", "git+http://example.org/ops.git",
                      "git+ext::sh -c id", "git+git://example.org/ops.git", "git+https://",
                      "git+https:///ops.git", "git+https://example.org", "git+https://example.org/",
                      "git+file://host/srv/ops.git", "git+https://exa mple.org/ops.git",
                      "git+https://example.org/a b.git", "git+https://example.org/a\nb.git",
                      "git+https://example.org/$(id).git", "git+https://example.org/../ops.git",
                      "git+https://example.org:/ops.git", "git+https://example.org:123456/ops.git",
                      "git+https://example.org:80x/ops.git"));
INSTANTIATE_TEST_SUITE_P(
    Options, AddressRefused,
    ::testing::Values("git+ssh://-oProxyCommand=id/ops.git", "git+ssh://-x@example.org/ops.git",
                      "git+ssh://example.org/-oProxyCommand=id", "git+file:///srv/--upload-pack=id",
                      "git+https://example.org/ops.git//-x", "git+https://example.org/ops.git//a/-x",
                      "git+https://example.org/ops.git//..", "git+https://example.org/ops.git//a/../../b",
                      "git+https://example.org/ops.git//a//b", "git+https://example.org/ops.git//:(glob)x",
                      "git+https://example.org/ops.git?ref=--upload-pack=id",
                      "git+https://example.org/ops.git?ref=a..b", "git+https://example.org/ops.git?ref=a:b",
                      "git+https://example.org/ops.git?ref=+a", "git+https://example.org/ops.git?ref=a.lock",
                      "git+https://example.org/ops.git?ref=", "git+https://example.org/ops.git?x=1",
                      "git+https://example.org/ops.git?ref=a&x=1", "git+https://example.org/ops.git?ref=a/.b",
                      "git+https://example.org/ops.git?ref=0123456789012345678901234567890123456789"));

TEST(Address, APasswordIsRefusedAndNotRepeated) {
  for (const char* text :
       {"git+https://me:hunter2@example.org/ops.git", "git+https://hunter2@example.org/ops.git",
        "git+ssh://me:hunter2@example.org/ops.git"}) {
    const auto out = parse_address(text);
    ASSERT_FALSE(out) << text;
    EXPECT_EQ((out.error().cause + out.error().remedy).find("hunter2"), std::string::npos);
    EXPECT_NE(out.error().remedy.find("RECONCILE_SOURCE_TOKEN"), std::string::npos);
  }
}

}  // namespace
}  // namespace reconcile::source
