#include "reconciler/verify/pointer.h"

#include <gtest/gtest.h>

#include "reconciler/base/sha256.h"

namespace reconcile::verify {
namespace {

const std::string kUrl = "https://pub.example.org/data/a.parquet";

StoredField raw(const std::string& text) { return {"Raw", ByteVector(text.begin(), text.end()), {}}; }
StoredCommitment stored(const std::string& text) { return {{raw(text)}, 7}; }
Judged<Pointer> read(const std::string& text) { return pointer_of(stored(text), {}); }

TEST(Pointer, OfThisProductLeadsToAnIndex) {
  const Sha256 digest = sha256_of("x");
  const auto got = read("rc1|" + to_base64url(digest.get()) + "|https://e.org/i/00000001.json");
  ASSERT_TRUE(got);
  EXPECT_EQ(got->url, "https://e.org/i/00000001.json");
  EXPECT_EQ(got->sha256, digest);
  EXPECT_TRUE(got->must_be_index);
}

TEST(Pointer, OfTheTutorialHasAWholeOrACutHash) {
  const Sha256 digest = sha256_of("x");
  const auto whole = read(kUrl + "|" + to_hex(digest));
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->url, kUrl);
  EXPECT_EQ(whole->bits(), 256u);
  EXPECT_FALSE(whole->must_be_index);
  for (const std::size_t digits : {8u, 16u, 20u, 63u}) {
    const auto cut = read(kUrl + "|" + to_hex(digest).substr(0, digits));
    ASSERT_TRUE(cut) << digits;
    EXPECT_EQ(cut->bits(), digits * 4);
    EXPECT_TRUE(cut->matches(digest));
    EXPECT_FALSE(cut->matches(sha256_of("y")));
  }
  const auto short_letters = read(kUrl + "|" + to_base64url(digest.get()));
  ASSERT_TRUE(short_letters);
  EXPECT_EQ(short_letters->sha256, digest);
}

TEST(Pointer, MayBeAnAddressAloneOrWithTheChainsOwnDigest) {
  const auto bare = read(kUrl);
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->bits(), 0u);
  const Sha256 digest = sha256_of("x");
  StoredCommitment two = stored(kUrl);
  two.fields.push_back({"Sha256", ByteVector(digest.get().begin(), digest.get().end()), {}});
  const auto both = pointer_of(two, {});
  ASSERT_TRUE(both);
  EXPECT_EQ(both->sha256, digest);
}

TEST(Pointer, OfAFormThatIsNotKnownHereIsNobodysFault) {
  for (const char* text :
       {"", "hello", "ftp://e.org/x", "owner/repo/main/x.txt", "{\"key\":\"a\",\"hash\":\"b\"}"}) {
    const auto got = read(text);
    ASSERT_FALSE(got) << text;
    EXPECT_EQ(got.error().verdict, Verdict::kUnknown) << text;
    EXPECT_EQ(got.error().blame, Blame::kReader) << text;
  }
  const auto sealed = pointer_of({{{"TimelockEncrypted", {1}, 12'345}}, 7}, {});
  ASSERT_FALSE(sealed);
  EXPECT_EQ(sealed.error().cause, "sealed until drand round 12,345");
}

TEST(Pointer, OfAnotherFormThanTheManifestsIsThePublishersFault) {
  const auto got = pointer_of(stored(kUrl), {"rc1|{sha256:b64url}|{url}", Strategy::kIndex, ""});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().blame, Blame::kPublisher);
  const auto given = pointer_of(stored(kUrl), {"rc1|{sha256:b64url}|{url}", std::nullopt, ""});
  ASSERT_FALSE(given);
  EXPECT_EQ(given.error().blame, Blame::kReader);
}

TEST(Pointer, ByAKeyAloneNeedsToKnowWhatStandsBeforeIt) {
  const Expected expected{"{key}", Strategy::kLastFile, "https://e.org/b/"};
  const auto got = pointer_of(stored("data/a b.parquet"), expected);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->url, "https://e.org/b/data/a%20b.parquet");
  EXPECT_FALSE(pointer_of(stored("data/a b.parquet"), {"{key}", Strategy::kLastFile, ""}));
}

}  // namespace
}  // namespace reconcile::verify
