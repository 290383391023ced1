#include "tests/verify/fake_source.h"
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reconciler/base/sha256.h"
#include "reconciler/base/units.h"
#include "reconciler/model/index_parts.h"
#include "reconciler/verify/verify.h"

namespace reconcile::verify {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kBase = "https://pub.example.org/";
const Account kAccount{13, "5Grw"};
const Instant kNow = *parse_time("2026-11-22T12:00:00Z");

class Nobody final : public SignatureChecker {
 public:
  bool verify(const Account&, std::string_view, const IndexSignature&) override { return false; }
};

/// A publisher with an index of parts, whose objects are all there.
class World : public ::testing::Test {
 protected:
  void SetUp() override {
    options.now = kNow;
    options.sampling.kind = Sampling::Kind::kAll;
    options.checker = &nobody;
    for (const char* name : {"a.json", "b.json", "c.json"}) put(std::string("data/") + name, "{\"x\":1}\n");
    publish();
  }

  void put(const std::string& key, const std::string& body) {
    source.answers[kBase + key] = {body};
    const Instant time = kNow - Seconds(static_cast<Seconds::rep>(index.objects.size() + 1) * 86400);
    index.objects.push_back(
        {ObjectKey(key), Bytes(body.size()), sha256_of(std::string_view(body)), time, {}});
  }

  /// One entry a part, so that parts matter.
  void publish() {
    index.seq = 4;
    index.netuid = kAccount.netuid;
    index.hotkey = kAccount.hotkey;
    index.time = kNow - Seconds(600);
    parts.clear();
    const StoredIndex kept = store_index(index, 1, [&](const IndexPart& part, const std::string& content) {
      parts.push_back(kBase + part.key.get());
      source.answers[parts.back()] = {content};
    });
    root = kBase + "i/00000004.json";
    source.answers[root] = {kept.root};
    commit("rc1|" + to_base64url(sha256_of(std::string_view(kept.root)).get()) + "|" + root);
  }

  void commit(const std::string& text) { stored = {{{"Raw", ByteVector(text.begin(), text.end()), {}}}, 7}; }
  SlotResult look() { return verify_slot(kAccount, &stored, options, source); }

  Nobody nobody;
  Index index;
  FakeSource source;
  VerifyOptions options;
  StoredCommitment stored;
  std::string root;
  std::vector<std::string> parts;
};

TEST_F(World, ThatIsHealthyPassesAndEveryObjectIsRead) {
  const SlotResult got = look();
  EXPECT_EQ(got.verdict, Verdict::kPass);
  EXPECT_EQ(got.coverage.objects, 3u);
  ASSERT_TRUE(got.index);
  EXPECT_EQ(got.index->parts, 3u);
  EXPECT_EQ(got.index->objects, 3u);
}

TEST_F(World, WithoutACommitmentIsThePublishersFault) {
  const SlotResult got = verify_slot(kAccount, nullptr, options, source);
  EXPECT_EQ(got.verdict, Verdict::kFail);
  EXPECT_TRUE(source.asked().empty());
}

TEST_F(World, WithOneObjectGoneOrChangedFailsAndNamesItFirst) {
  source.answers.erase(kBase + "data/b.json");
  source.answers[kBase + "data/c.json"].body[2] = 'y';
  const SlotResult got = look();
  EXPECT_EQ(got.verdict, Verdict::kFail);
  EXPECT_EQ(got.findings[0].subject, "data/b.json");
  EXPECT_EQ(got.findings[1].subject, "data/c.json");
  EXPECT_THAT(got.findings[1].judgement.cause, HasSubstr("other bytes than the index names"));
  EXPECT_EQ(got.findings[2].judgement.verdict, Verdict::kPass);
}

TEST_F(World, WithAPartThatAServerCouldNotGiveIsNotJudgedAtAll) {
  source.answers.erase(kBase + "data/a.json");  // would be the publisher's fault, were the list known
  source.answers[parts[1]].refused = of_status(500);
  const SlotResult got = look();
  EXPECT_EQ(got.verdict, Verdict::kUnknown);
  EXPECT_FALSE(got.index);
  EXPECT_EQ(got.findings[0].what, Finding::What::kPart);
  EXPECT_EQ(got.findings[0].judgement.blame, Blame::kInfrastructure);
  EXPECT_THAT(source.asked(), Not(Contains(HasSubstr("/data/"))));
}

TEST_F(World, WithAPartThatIsCertainlyWrongFails) {
  source.answers[parts[1]].body[40] ^= 1;
  EXPECT_EQ(look().verdict, Verdict::kFail);
  source.answers.erase(parts[1]);
  EXPECT_EQ(look().verdict, Verdict::kFail);
}

TEST_F(World, WithAnObjectBehindADeadServerIsUnknownUnlessAnotherFails) {
  source.answers[kBase + "data/b.json"].refused = of_status(503);
  EXPECT_EQ(look().verdict, Verdict::kUnknown);
  source.answers[kBase + "data/c.json"].body = "{\"x\":2}\n";
  EXPECT_EQ(look().verdict, Verdict::kFail);
}

TEST_F(World, WithAnIndexThatWasReplacedOrCutFails) {
  const std::string whole = source.answers[root].body;
  source.answers[root].body = whole.substr(0, whole.size() / 2);
  EXPECT_EQ(look().verdict, Verdict::kFail);
  ++index.seq;
  source.answers[root].body = store_index(index, 1).root;
  const SlotResult got = look();
  EXPECT_EQ(got.verdict, Verdict::kFail);
  EXPECT_THAT(got.findings[0].judgement.cause, HasSubstr("other bytes than committed"));
  EXPECT_FALSE(got.index);
}

TEST_F(World, WhoseAnswerMayHaveBeenCutOnTheWayIsNotJudged) {
  for (const std::string& url : {root, parts[0], kBase + "data/a.json"}) {
    const FakeSource::Answer before = source.answers[url];
    source.answers[url].ends_with_connection = true;
    EXPECT_EQ(look().verdict, Verdict::kPass) << url;
    source.answers[url].body.pop_back();
    EXPECT_EQ(look().verdict, Verdict::kUnknown) << url;
    source.answers[url] = before;
  }
}

TEST_F(World, WithAnIndexOfAnotherSlotFails) {
  index.hotkey = "5Other";
  const std::string text = store_index(index, 1).root;
  source.answers[root].body = text;
  commit("rc1|" + to_base64url(sha256_of(std::string_view(text)).get()) + "|" + root);
  EXPECT_THAT(look().findings[0].judgement.cause, HasSubstr("another slot"));
  EXPECT_EQ(look().verdict, Verdict::kFail);
}

TEST_F(World, WithADamagedFileUnderTheRightHashFails) {
  put("data/d.json", "{\"x\":");
  put("data/e.json.gz", "no gzip");
  publish();
  const SlotResult got = look();
  EXPECT_EQ(got.verdict, Verdict::kFail);
  EXPECT_THAT(got.findings[0].judgement.cause, HasSubstr("the right bytes, but truncated JSON"));
  EXPECT_EQ(got.findings[1].judgement.verdict, Verdict::kFail);
}

TEST_F(World, ThatIsOlderThanAskedForIsStale) {
  options.age_max = Seconds(600);
  EXPECT_EQ(look().verdict, Verdict::kPass);
  options.age_max = Seconds(599);
  const SlotResult got = look();
  EXPECT_EQ(got.verdict, Verdict::kFail);
  EXPECT_EQ(got.findings[0].what, Finding::What::kAge);
  options.now = index.time - Seconds(7200);  // somebody's clock is wrong, and nobody knows whose
  EXPECT_EQ(look().verdict, Verdict::kUnknown);
}

TEST_F(World, WithAnIndexTooLargeToOpenIsNotJudgedButItsHashIs) {
  options.index_memory_max = Bytes(100);
  EXPECT_EQ(look().verdict, Verdict::kUnknown);
  EXPECT_EQ(look().findings[0].judgement.blame, Blame::kReader);
  source.answers[root].body += " ";
  EXPECT_EQ(look().verdict, Verdict::kFail);
}

TEST_F(World, ThatNothingProvesIsNotJudged) {
  commit(root);
  EXPECT_EQ(look().verdict, Verdict::kUnknown);
  options.checker = nullptr;  // a network without keys
  EXPECT_EQ(look().verdict, Verdict::kPass);
}

TEST_F(World, ThatIsAddressedByItsContentIsProvedByItsAddress) {
  const std::string text = source.answers[root].body;
  const std::string url = kBase + index_key(kIndexPrefix, 4, sha256_of(std::string_view(text))).get();
  source.answers[url] = {text};
  commit(url);
  EXPECT_EQ(look().verdict, Verdict::kPass);
  source.answers[url].body += " ";
  EXPECT_EQ(look().verdict, Verdict::kFail);
}

TEST_F(World, OfTheTutorialIsOneFileAndItsHash) {
  const std::string body = "{\"x\":1}\n";
  const std::string url = kBase + "data/a.json";
  source.answers[url].modified = kNow - Seconds(60);
  commit(url + "|" + to_hex(sha256_of(std::string_view(body))));
  EXPECT_EQ(look().verdict, Verdict::kPass);
  commit(url + "|" + to_hex(sha256_of(std::string_view(body))).substr(0, 16));
  EXPECT_EQ(look().verdict, Verdict::kPass);
  commit(url + "|" + to_hex(sha256_of(std::string_view("other"))));
  EXPECT_EQ(look().verdict, Verdict::kFail);
  options.object_max = Bytes(3);
  EXPECT_EQ(look().verdict, Verdict::kUnknown);
  commit(url);
  options.object_max = Bytes(300);
  EXPECT_EQ(look().findings[0].judgement.blame, Blame::kReader)
      << "nothing tells whether these are the bytes";
}

TEST_F(World, ThatIsStoppedIsNotJudged) {
  options.stopping = [] { return true; };
  EXPECT_EQ(look().verdict, Verdict::kUnknown);
}

}  // namespace
}  // namespace reconcile::verify
