#include "reconciler/model/lease.h"

#include <gtest/gtest.h>

#include "reconciler/base/units.h"

namespace reconcile {
namespace {

const LeaseHolder kSelf{"miner-1", 11, "aaaaaaaaaaaaaaaa", "kernel-1"};
const LeaseHolder kOther{"miner-2", 22, "bbbbbbbbbbbbbbbb", "kernel-2"};
constexpr Instant kNow{Seconds(1'795'332'014)};
constexpr Seconds kMinute{60};

bool nobody(const LeaseHolder&) { return false; }

SeenLease seen(const LeaseHolder& holder, Seconds written_ago, Seconds expires_in) {
  const Instant written = kNow - written_ago;
  return {LeaseDocument{holder, 7, written, kNow + expires_in}, written};
}
LeaseDecision decide(const std::optional<SeenLease>& lease,
                     const std::function<bool(const LeaseHolder&)>& gone = nobody) {
  return decide_lease("finney netuid 13 5F3s", lease, kSelf, kNow, gone);
}
std::string locked(const LeaseDecision& decision) {
  const auto* held = std::get_if<LeaseHeld>(&decision);
  return held ? held->error.cause : "";
}
LeaseDocument taken(const LeaseDecision& decision) {
  const auto* take = std::get_if<LeaseTaken>(&decision);
  EXPECT_TRUE(take) << locked(decision);
  return take ? take->document : LeaseDocument{};
}

TEST(Lease, HasAKeyOfItsOwnForEachSlot) {
  // sha256("abc") begins with ba7816bf8f01cfea (FIPS 180-2, appendix B.1).
  EXPECT_EQ(lease_key("abc").get(), ".reconcile/lease-ba7816bf8f01cfea.json");
  EXPECT_NE(lease_key("finney netuid 13 5F"), lease_key("finney netuid 14 5F"));
}

TEST(Lease, ReadsWhatItPrints) {
  const LeaseDocument lease{kSelf, 8, kNow, kNow + kLeaseTtl};
  const Result<LeaseDocument> read = parse_lease(print_lease(lease));
  ASSERT_TRUE(read) << read.error().cause;
  EXPECT_EQ(*read, lease);
}

TEST(Lease, RefusesWhatIsNone) {
  const std::string good = print_lease({kSelf, 8, kNow, kNow});
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string out = good;
    out.replace(out.find(from), from.size(), to);
    return out;
  };
  EXPECT_TRUE(parse_lease(with("\"token\"", "\"new\": {\"member\": 1}, \"token\"")));
  for (const std::string& bad :
       {std::string(), std::string("[]"), std::string("{}"), std::string("{\"holder\":[]}"), with("8", "-8"),
        with("8", "\"8\""), with("miner-1", "\\u001b[2J"), with("miner-1", ""),
        with("miner-1", std::string(254, 'h')), with("\"expires\"", "\"ends\""),
        with("\"token\"", "\"deep\": [[[[[[1]]]]]], \"token\""), std::string(100'000, '['),
        good + std::string(20'000, ' ')}) {
    const Result<LeaseDocument> read = parse_lease(bad);
    ASSERT_FALSE(read) << bad;
    EXPECT_EQ(read.error().fault, Fault::kCorrupt);
  }
}

TEST(Lease, IsTakenWhereThereIsNone) {
  const LeaseDocument lease = taken(decide(std::nullopt));
  EXPECT_EQ(lease.holder, kSelf);
  EXPECT_EQ(lease.acquired, kNow);
  EXPECT_EQ(lease.expires, kNow + kLeaseTtl);
  EXPECT_EQ(lease.token, 1'795'332'014u) << "above every token that a deleted lease can have had";
  EXPECT_FALSE(std::get<LeaseTaken>(decide(std::nullopt)).changes_holder);
}

TEST(Lease, OfAnotherStopsUsAndNamesTheHolder) {
  const std::string cause = locked(decide(seen(kOther, kMinute, 14 * kMinute)));
  for (const char* part : {"finney netuid 13 5F3s", "process 22 on miner-2"})
    EXPECT_NE(cause.find(part), std::string::npos) << cause;
  EXPECT_NE(cause.find("since " + print_time(kNow - kMinute)), std::string::npos) << cause;
  EXPECT_NE(cause.find("until " + print_time(kNow + 14 * kMinute)), std::string::npos) << cause;
}

TEST(Lease, OfAnotherIsTakenOverOnceItHasRunOutUnderTheNextToken) {
  const LeaseDecision decision = decide(seen(kOther, 10 * kMinute, Seconds(0)));
  EXPECT_EQ(taken(decision).token, 8u);
  EXPECT_EQ(taken(decision).holder, kSelf);
  EXPECT_TRUE(std::get<LeaseTaken>(decision).changes_holder);
  EXPECT_NE(locked(decide(seen(kOther, 10 * kMinute, Seconds(1)))), "") << "not a second earlier";
}

TEST(Lease, LastsNoLongerThanTheStoresOwnClockSaysWhateverStandsInIt) {
  const Seconds year{365 * 86'400};
  EXPECT_NE(locked(decide(seen(kOther, kLeaseTtl - Seconds(1), year))), "");
  EXPECT_EQ(taken(decide(seen(kOther, kLeaseTtl, year))).token, 8u);
}

TEST(Lease, OfOurOwnIsTakenAgainUnderItsToken) {
  const LeaseDocument valid = taken(decide(seen(kSelf, kMinute, 14 * kMinute)));
  EXPECT_EQ(valid.token, 7u);
  EXPECT_EQ(valid.acquired, kNow - kMinute);
  EXPECT_EQ(valid.expires, kNow + kLeaseTtl);
  const LeaseDocument over = taken(decide(seen(kSelf, kMinute, -kMinute)));
  EXPECT_EQ(over.token, 7u) << "nobody had it in between";
  EXPECT_EQ(over.acquired, kNow);
}

TEST(Lease, AnotherRunOfTheSameProgramIsAnotherHolder) {
  LeaseHolder earlier = kSelf;
  earlier.run = "cccccccccccccccc";
  EXPECT_NE(locked(decide(seen(earlier, kMinute, 14 * kMinute))), "");
}

TEST(Lease, OfAProcessThatIsCertainlyGoneIsTakenOver) {
  const auto gone = [](const LeaseHolder& holder) { return holder == kOther; };
  EXPECT_EQ(taken(decide(seen(kOther, kMinute, 14 * kMinute), gone)).token, 8u);
}

TEST(Lease, ThatCannotBeReadIsValidForItsTimeAndNoLonger) {
  const auto unreadable = [](Seconds ago) { return SeenLease{std::nullopt, kNow - ago}; };
  EXPECT_NE(locked(decide(unreadable(kLeaseTtl - Seconds(1)))).find("unknown program"), std::string::npos);
  EXPECT_EQ(taken(decide(unreadable(kLeaseTtl))).holder, kSelf);
}

}  // namespace
}  // namespace reconcile
