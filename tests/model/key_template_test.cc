#include "reconciler/model/key_template.h"

#include <gtest/gtest.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/sha256.h"
#include "reconciler/base/units.h"

namespace reconcile {
namespace {

const Instant kTime = *parse_time("2026-01-02T03:04:05Z");
const Sha256 kDigest = *sha256_from_hex("1a2b3c4d" + std::string(56, '0'));

std::string key_of(const char* text, const char* path) {
  return KeyTemplate::compile(text).value().render({path, kTime, kDigest}).value().get();
}

TEST(KeyTemplate, PrintsEveryVariable) {
  EXPECT_EQ(key_of("data/{yyyy}/{mm}/{dd}/{name}", "sub/x.json.gz"), "data/2026/01/02/x.json.gz");
  EXPECT_EQ(key_of("{path}", "sub/x.json.gz"), "sub/x.json.gz");
  EXPECT_EQ(key_of("h{hh}/{stem}.{sha8}.{ext}", "sub/x.json.gz"), "h03/x.1a2b3c4d.json.gz");
  EXPECT_EQ(key_of("c/{sha256}", "x"), "c/1a2b3c4d" + std::string(56, '0'));
}

TEST(KeyTemplate, KnowsWhatEveryKeyBeginsWith) {
  EXPECT_EQ(KeyTemplate::compile("data/{yyyy}/{name}")->static_prefix(), "data/");
  EXPECT_EQ(KeyTemplate::compile("{yyyy}/data/{name}")->static_prefix(), "");
  EXPECT_EQ(KeyTemplate::compile("a/b-{name}")->static_prefix(), "a/b-");
}

TEST(KeyTemplate, RefusesTemplatesThatGiveNoKeyOrOneKeyForAll) {
  for (const char* bad : {"", "data/x", "data/{yyyy}", "/{name}", "data//{name}", "a/../{name}", "./{name}",
                          "{name}/", "{nmae}", "{name", "name}", "a\n{name}", "\xff{name}"})
    EXPECT_FALSE(KeyTemplate::compile(bad)) << bad;
  EXPECT_FALSE(KeyTemplate::compile(std::string(1020, 'a') + "{name}"));
  EXPECT_NE(KeyTemplate::compile("data/{nmae}").error().cause.find("column 6"), std::string::npos);
}

TEST(KeyTemplate, RefusesFilesWhoseKeyWouldBeNone) {
  const KeyTemplate all = KeyTemplate::compile("data/{path}").value();
  for (const std::string& bad : {std::string("a/../b"), std::string("a//b"), std::string("a\tb"),
                                 std::string("\xc3("), std::string(1020, 'x'), std::string("a/.")})
    EXPECT_FALSE(all.render({bad, kTime, kDigest})) << bad;
  EXPECT_TRUE(all.render({std::string(1019, 'x'), kTime, kDigest}));
  EXPECT_TRUE(all.render({"é.parquet", kTime, kDigest}));
}

TEST(KeyTemplate, RenamesBeforeTheExtensions) {
  const auto to = [](const char* key) { return renamed(ObjectKey(key), kDigest).value().get(); };
  EXPECT_EQ(to("data/x.json.gz"), "data/x-1a2b3c4d.json.gz");
  EXPECT_EQ(to("data/v1.2/v1.2.parquet"), "data/v1.2/v1.2-1a2b3c4d.parquet");
  EXPECT_EQ(to("data.d/x"), "data.d/x-1a2b3c4d");
  EXPECT_EQ(to("data/.hidden"), "data/.hidden-1a2b3c4d");
  EXPECT_FALSE(renamed(ObjectKey(std::string(1020, 'x')), kDigest));
}

TEST(KeyTemplate, BoundsTheLengthOfEveryKey) {
  const KeyTemplate key = KeyTemplate::compile("data/{yyyy}/{mm}/{dd}/{hh}/{sha8}-{name}").value();
  const std::string name = "sub/abc.parquet";
  EXPECT_EQ(key.worst_case_length(11), key.render({name, kTime, kDigest})->get().size());
  EXPECT_TRUE(key.uses_digest());
}

}  // namespace
}  // namespace reconcile
