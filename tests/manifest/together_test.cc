#include "support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reconcile::manifest {
namespace {

using testing::HasSubstr;

std::string errors(const std::string& first, const std::string& second) {
  return lines(yaml(first + "---\n" + second).errors);
}

Parts second() { return {.name = "two", .buffer = "./other", .bucket_name = "other-bucket"}; }
Parts with_hotkey(Parts parts) {
  parts.commitment = "    wallet: {hotkey: second}\n";
  return parts;
}

TEST(Together, TwoPublicationsWithNothingInCommonAreFine) {
  EXPECT_EQ(errors(r2(), r2(with_hotkey(second()))), "");
  EXPECT_EQ(errors(small("", "one"), small("", "two")), "");
}

TEST(Together, TextsThatAreInNoFileAreOneSet) {
  const LoadOptions options{example_environment(), std::nullopt};
  const Manifests fine =
      load_texts({{"m/b.yaml", small("", "two")}, {"m/a.yaml", small("", "one")}}, options);
  EXPECT_EQ(lines(fine.errors), "");
  ASSERT_EQ(fine.publications.size(), 2u);
  EXPECT_EQ(fine.publications[0].name, "one");
  EXPECT_EQ(fine.publications[0].source, "m/a.yaml");
  EXPECT_EQ(fine.publications[0].buffer.path, std::filesystem::current_path() / "m/buffer-one");
  EXPECT_TRUE(fine.files.empty()) << "nothing on this machine to watch";
  EXPECT_THAT(lines(load_texts({{"a.yaml", small()}, {"b.yaml", small()}}, options).errors),
              HasSubstr("two publications have one name"));
  EXPECT_THAT(lines(load_texts({{"a.ini", small()}}, options).errors), HasSubstr("a.ini"));
}

TEST(Together, NamesAreUnique) {
  Parts parts = with_hotkey(second());
  parts.name = "one";
  EXPECT_EQ(errors(r2(), r2(parts)),
            "/srv/m/one.yaml:17:12: metadata.name: two publications have one name: one (one.yaml:3) and one "
            "(one.yaml:17)\n");
}

TEST(Together, OneSlotHasOneWriter) {
  EXPECT_EQ(
      errors(r2(), r2(second())),
      "/srv/m/one.yaml:26:3: spec.commitment: one commitment slot (netuid 13) would be overwritten in turns: "
      "one (one.yaml:12) and two (one.yaml:26)\n");
  Parts parts = second();
  parts.commitment = "    network: test\n";
  EXPECT_EQ(errors(r2(), r2(parts)), "");
  // By address, whatever the file is called.
  const std::string address = "ss58Address: 5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";
  Parts first;
  first.commitment = "    wallet: {" + address + "}\n";
  parts.commitment = "    wallet: {hotkey: second, " + address + "}\n";
  EXPECT_THAT(errors(r2(first), r2(parts)), HasSubstr("one commitment slot"));
  const auto ledger = [](const char* file, const char* hotkey) {
    return std::string("  commitment: {network: ledger, netuid: 1, ledger: ") + file +
           ", wallet: {hotkey: " + hotkey + "}}\n";
  };
  EXPECT_THAT(errors(small(ledger("l", "a"), "one"), small(ledger("./x/../l", "a"), "two")),
              HasSubstr("one commitment slot"));
  EXPECT_EQ(errors(small(ledger("l", "a"), "one"), small(ledger("l", "b"), "two")), "");
  EXPECT_EQ(errors(small(ledger("l", "a"), "one"), small(ledger("m", "a"), "two")), "");
  EXPECT_EQ(errors(small(ledger("l", "a"), "one"), small(ledger("l", "a, name: other"), "two")), "");
}

TEST(Together, NoFolderLiesInAnother) {
  Parts parts = with_hotkey(second());
  parts.buffer = "./buffer/";
  EXPECT_THAT(errors(r2(), r2(parts)),
              HasSubstr("two publish from or into one buffer: one (one.yaml:11) and two (one.yaml:25)"));
  parts.buffer = "./buffer/deep/er";
  EXPECT_THAT(errors(r2(), r2(parts)), HasSubstr("one buffer lies in another"));
  parts.buffer = "./buffer-2";
  EXPECT_EQ(errors(r2(), r2(parts)), "");
  // A bucket in a buffer would publish itself.
  std::string text = small();
  text.replace(text.find("./bucket-one"), 12, "./buffer-one/out");
  EXPECT_THAT(lines(yaml(text).errors), HasSubstr("spec.bucket.path: one folder lies in another"));
}

TEST(Together, OneBucketHasOneIndexAndDistinctPrefixes) {
  Parts parts = with_hotkey(second());
  parts.bucket_name = "sn13-miner-1234";
  EXPECT_THAT(errors(r2(), r2(parts)), HasSubstr("two publications keep their index in one bucket"));
  parts.commitment = "    strategy: none\n";
  EXPECT_THAT(errors(r2(), r2(parts)), HasSubstr("two publications put objects under one prefix"));
  parts.upload = "    key: \"data/more/{name}\"\n";
  EXPECT_THAT(errors(r2(), r2(parts)), HasSubstr("under one prefix"));
  parts.upload = "    key: \"other/{name}\"\n";
  EXPECT_EQ(errors(r2(), r2(parts)), "");
  parts.bucket = "    lifecycle: {ownership: exclusive}\n";
  EXPECT_THAT(errors(r2(), r2(parts)), HasSubstr("ownership is exclusive"));
}

}  // namespace
}  // namespace reconcile::manifest
