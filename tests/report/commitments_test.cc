#include "reconciler/report/commitments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace reconcile {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

ByteVector bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

CommitmentsReport of_one(std::vector<StoredField> fields) {
  CommitmentsReport report{.network = "finney", .block = 7'412'908, .netuid = 13, .hotkey = "5Grw"};
  report.commitments.push_back({"5Grw", {std::move(fields), 7'400'000}});
  report.registered = true;
  report.budget = CommitBudget{3100, 300, 7'413'000, Instant(Seconds(1'795'328'600))};
  return report;
}

TEST(Commitments, AreShownDecodedWithTheirBudget) {
  EXPECT_EQ(print_commitments(of_one({{"Raw", bytes_of("rc1|abc|https://example.org/i/1.json"), {}}}), {}),
            "finney · netuid 13 · block 7,412,908 finalized\n"
            "  5Grw\n"
            "  commitment  rc1|abc|https://example.org/i/1.json\n"
            "  fields      Raw 36\n"
            "  written     block 7,400,000, 12,908 blocks ago\n"
            "  registered  yes\n"
            "  budget      300 of 3,100 bytes of this epoch used; starts anew with block 7,413,000, about\n"
            "              2026-11-22T06:23:20Z\n");
}

TEST(Commitments, OfAWholeSubnetAreListed) {
  CommitmentsReport report = of_one({{"Raw", bytes_of("one"), {}}});
  report.hotkey.clear();
  report.commitments.push_back({"5Hxx", {{{"Raw", bytes_of("two"), {}}, {"Sha256", {0xab}, {}}}, 7'412'900}});
  EXPECT_EQ(print_commitments(report, {}),
            "finney · netuid 13 · block 7,412,908 finalized\n"
            "  5Grw  Raw 3  block 7,400,000, 12,908 blocks ago\n"
            "      one\n"
            "  5Hxx  Raw 3 + Sha256 1  block 7,412,900, 8 blocks ago\n"
            "      two + Sha256 0xab\n"
            "2 commitments.\n");
}

TEST(Commitments, OfOthersCannotMoveTheCursorOrFakeALine) {
  const std::string text = print_commitments(of_one({{"Raw", bytes_of("\x1b[2J\nregistered  yes"), {}}}), {});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("Raw 0x1b5b324a0a"));
}

TEST(Commitments, ThatAreSealedOrUnreadableSaySo) {
  EXPECT_THAT(print_commitments(of_one({{"TimelockEncrypted", {1, 2, 3}, 12'345}}), {}),
              HasSubstr("sealed until drand round 12,345"));
  EXPECT_THAT(print_commitments(of_one({{"unreadable", {1, 2}, {}}}), {}), HasSubstr("unreadable 0x0102"));
}

TEST(Commitments, ThatAreAbsentAreSaidToBeAbsent) {
  CommitmentsReport report{.network = "test", .block = 5, .netuid = 1, .hotkey = "5Grw"};
  const std::string text = print_commitments(report, {});
  EXPECT_THAT(text, HasSubstr("commitment  none"));
  EXPECT_THAT(text, HasSubstr("registered  no"));
}

TEST(Commitments, AsJsonKeepEveryByte) {
  const auto json = nlohmann::json::parse(
      print_commitments_json(of_one({{"Raw", bytes_of("text"), {}}, {"TimelockEncrypted", {0xff}, 7}})));
  EXPECT_EQ(json["kind"], "Commitments");
  EXPECT_EQ(json["commitments"][0]["fields"][0]["text"], "text");
  EXPECT_EQ(json["commitments"][0]["fields"][0]["hex"], "0x74657874");
  EXPECT_EQ(json["commitments"][0]["fields"][1]["hex"], "0xff");
  EXPECT_EQ(json["commitments"][0]["fields"][1]["revealRound"], 7);
  EXPECT_FALSE(json["commitments"][0]["fields"][1].contains("text"));
  EXPECT_EQ(json["budget"]["usedBytes"], 300);
  EXPECT_EQ(json["registered"], true);
}

}  // namespace
}  // namespace reconcile
