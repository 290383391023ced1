#include "reconciler/model/format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reconciler/base/sha256.h"
#include "reconciler/base/units.h"

namespace reconcile {
namespace {

using testing::HasSubstr;

const Sha256 kDigest = sha256_of(std::string_view("abc"));  // FIPS 180-4 example: ba7816bf…f20015ad

FormatValues values() {
  return {.sha256 = kDigest,
          .url = "https://d.tao.sh/i/00000124.json",
          .key = "i/00000124.json",
          .size = Bytes(1234),
          .count = 7,
          .seq = 124,
          .time = *parse_time("2026-11-22T07:20:14Z"),
          .hotkey = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty",
          .netuid = 13,
          .bucket = "sn13-miner-1234"};
}

std::string print(const char* text, std::size_t bytes_max = 1000) {
  return Format::compile(text).value().render(values(), bytes_max).value();
}

TEST(Format, ExpressesTheFormatsInUse) {
  EXPECT_EQ(
      print("{url}|{sha256}", 128),
      "https://d.tao.sh/i/00000124.json|ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(print("rc1|{sha256:b64url}|{url}", 128),
            "rc1|ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0|https://d.tao.sh/i/00000124.json");
  EXPECT_EQ(print("{url}"), "https://d.tao.sh/i/00000124.json");
  EXPECT_EQ(print("capsub1|wf|{sha256:b64url}|{url}", 128).substr(0, 14), "capsub1|wf|ung");
  EXPECT_EQ(print(R"({{"key":{key:json},"hash":"{sha256:hex|trunc:16}"}})"),
            R"({"key":"i/00000124.json","hash":"ba7816bf8f01cfea"})");
  EXPECT_EQ(print("{sha256:trunc:40}"), "ba7816bf8f01cfea414140de5dae2223b00361a3");
  EXPECT_EQ(print("owner/repo/main/{basename}/{sha256:trunc:20}.txt"),
            "owner/repo/main/00000124.json/ba7816bf8f01cfea4141.txt");
  EXPECT_EQ(
      print("ns:name:6dcd4ce23d88e2ee9568ba546c007c63d9131c1b:{sha256:b64std}:1"),
      "ns:name:6dcd4ce23d88e2ee9568ba546c007c63d9131c1b:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:1");
  EXPECT_EQ(print("{key:trunc:10|pad:12}{bucket:pad:20};"), "i/00000124  sn13-miner-1234     ;");
  EXPECT_EQ(print("{seq} {count} {size} {netuid} {time} {hotkey:lower}"),
            "124 7 1234 13 2026-11-22T07:20:14Z 5fhnew46xgxgs5muiveu4sbtygbzmstuspzc92uhjjm694ty");
}

TEST(Format, ReadsBackWhatItPrinted) {
  for (const char* text :
       {"{url}|{sha256}", "rc1|{sha256:b64url}|{url}", "{sha256}{url}", "{url}{sha256:b64std}",
        R"({{"key":{key:json},"url":{url:json},"hash":"{sha256}"}})", "{url}-{seq}-{sha256}",
        "{key:pad:40}{url}{sha256}"}) {
    const auto parsed = Format::compile(text).value().parse(print(text));
    ASSERT_TRUE(parsed) << text << parsed.error().cause;
    EXPECT_EQ(parsed->sha256, kDigest) << text;
    const Format format = Format::compile(text).value();
    EXPECT_EQ(parsed->url.value_or(""), format.uses("url") ? values().url : "") << text;
    EXPECT_EQ(parsed->key.value_or(""), format.uses("key") ? values().key : "") << text;
  }
}

TEST(Format, ATruncatedHashTellsItsBitsAndStillMatches) {
  const Format format = Format::compile("{url}|{sha256:b64url|trunc:22}").value();
  EXPECT_EQ(format.digest_bits(), 132u);
  const ParsedCommitment parsed = format.parse(format.render(values()).value()).value();
  EXPECT_FALSE(parsed.sha256);
  EXPECT_TRUE(parsed.digest->matches(kDigest));
  EXPECT_FALSE(parsed.digest->matches(sha256_of(std::string_view("abd"))));
  EXPECT_EQ(Format::compile("{url}")->digest_bits(), 0u);
  EXPECT_EQ(Format::compile("{sha256}")->digest_bits(), 256u);
  EXPECT_EQ(Format::compile("{sha256:trunc:16}")->digest_bits(), 64u);
}

TEST(Format, RefusesWhatCannotBeReadBack) {
  for (const char* bad :
       {"{url}{key}", "{key}{seq}", "{seq}{url}", "{key}{sha256}{url}", "{key:trunc:5}{url}"})
    EXPECT_THAT(Format::compile(bad).error().cause, HasSubstr("vary in length")) << bad;
}

TEST(Format, RefusesTemplatesWithTheColumn) {
  const auto cause = [](const std::string& text) { return Format::compile(text).error().cause; };
  EXPECT_THAT(cause("ab{ulr}"), HasSubstr("column 3: unknown value `ulr`"));
  EXPECT_THAT(cause("{\"key\":1}"), HasSubstr("unknown value"));
  for (const char* bad : {"",
                          "a}",
                          "{url",
                          "{sha256:trunc}",
                          "{sha256:trunc:0}",
                          "{sha256:trunc:x}",
                          "{sha256:hex:1}",
                          "{url:hex}",
                          "{url:trunc:5}",
                          "{url:lower}",
                          "{sha256:b64url|lower}",
                          "{seq:trunc:2}",
                          "{sha256:trunc:5|hex}",
                          "{key:json|pad:9}",
                          "{key:pad:9|trunc:3}",
                          "{key:}",
                          "{key:up}",
                          "a\tb{url}",
                          "\xff{url}",
                          "{sha256:trunc:99999999999999999999}"})
    EXPECT_FALSE(Format::compile(bad)) << bad;
  EXPECT_FALSE(Format::compile(std::string(1025, 'a')));
  std::string many;
  for (int i = 0; i < 17; ++i) many += "{seq}|";
  EXPECT_FALSE(Format::compile(many));
}

TEST(Format, RefusesToPrintWhatAReaderWouldMisread) {
  const Format format = Format::compile("{key}|{bucket}").value();
  FormatValues odd = values();
  odd.key = "a|b";
  EXPECT_THAT(format.render(odd).error().cause, HasSubstr("read back as something else"));
  odd.key = "a\nb";
  EXPECT_FALSE(format.render(odd));
  const Format padded = Format::compile("{key:pad:8}").value();
  odd.key = "ab ";
  EXPECT_FALSE(padded.render(odd));
  odd.key = "123456789";
  EXPECT_THAT(padded.render(odd).error().cause, HasSubstr("has 9 bytes, its pad 8"));
}

TEST(Format, SaysWhichValueIsMissingAndPreviewsTheRest) {
  FormatValues unknown = values();
  unknown.sha256.reset();
  const Format format = Format::compile("rc1|{sha256:b64url}|{url}").value();
  EXPECT_THAT(format.render(unknown).error().cause, HasSubstr("{sha256} is not known"));
  EXPECT_EQ(format.preview(unknown), "rc1|…|https://d.tao.sh/i/00000124.json");
}

TEST(Format, SaysByHowMuchATextIsTooLong) {
  const Format format = Format::compile("{url}|{sha256}").value();
  const auto at = [&](std::size_t bytes) { return explain_too_long(format, bytes); };
  EXPECT_EQ(at(151).cause, "151 bytes, limit 128: shorten by 23");
  EXPECT_EQ(at(151).remedy, "b64url saves 21, a shorter public URL or `two-field` the rest");
  EXPECT_THAT(at(149).remedy, HasSubstr("which is enough"));
  EXPECT_THAT(explain_too_long(Format::compile("{url}|{sha256:b64url}").value(), 140).remedy,
              HasSubstr("132 bits"));
  EXPECT_THAT(explain_too_long(Format::compile("{url}").value(), 140).remedy,
              HasSubstr("a shorter public URL"));
  FormatValues far = values();
  far.url = "https://pub-0123456789abcdef0123456789abcdef.r2.dev/data/2026/11/22/a.parquet";
  EXPECT_EQ(format.render(far).error().cause, "142 bytes, limit 128: shorten by 14");
  far.url = "https://d.tao.sh/data/2026/11/22/0123456789012345678901234.pq.x";
  EXPECT_EQ(format.render(far)->size(), 128u);
  far.url += "y";
  EXPECT_FALSE(format.render(far));
}

TEST(Format, TakesOnlyItsOwnTexts) {
  const Format format = Format::compile("rc1|{sha256:b64url}|{url}").value();
  const std::string good = print("rc1|{sha256:b64url}|{url}");
  for (const std::string& other :
       {std::string(), good.substr(1), good.substr(0, 48), "x" + good, std::string(5000, 'x'),
        "rc2" + good.substr(3), good.substr(0, 46) + "1" + good.substr(47), good + " "})
    EXPECT_EQ(format.parse(other).error().fault, Fault::kNotFound) << other;
  // The same value in two places must be the same.
  const Format twice = Format::compile("{seq}/{sha256:trunc:8}/{seq}/{sha256}").value();
  const std::string text = twice.render(values()).value();
  EXPECT_TRUE(twice.parse(text));
  EXPECT_FALSE(twice.parse("125" + text.substr(3)));
  EXPECT_FALSE(twice.parse("124/00000000" + text.substr(12)));
  for (const char* number : {"01", "-1", "99999999999999999999999", ""})
    EXPECT_FALSE(Format::compile("{seq}")->parse(number)) << number;
}

TEST(Format, ForeignTextsCostLittleTime) {
  std::string text;
  for (int i = 0; i < 16; ++i) text += "{key}|";
  const Format format = Format::compile(text + "!").value();
  EXPECT_FALSE(format.parse(std::string(1024, '|')));
}

std::string word() {
  return *rc::gen::nonEmpty(
      rc::gen::container<std::string>(rc::gen::element('a', 'Z', '0', '|', '-', '/', '"', '\\', 'f', '.')));
}

RC_GTEST_PROP(Format, ParseIsTheInverseOfPrint, ()) {
  const std::vector<std::string> pieces =
      *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
          "{url}", "{key}", "{key:json}", "{sha256}", "{sha256:b64url}", "{sha256:b64std|trunc:9}", "{seq}",
          "{size:json}", "{time}", "{bucket:pad:30}", "{hotkey:lower}", "|", "-", "{{", "f", "/"));
  std::string text;
  for (const std::string& piece : pieces) text += piece;
  const Result<Format> format = Format::compile(text);
  RC_PRE(format.has_value());
  FormatValues some = values();
  some.key = word();
  some.url =
      "https://" + *rc::gen::container<std::string>(rc::gen::element('a', '|', '-', '/', 'f', '.', '0'));
  some.seq = *rc::gen::arbitrary<std::uint64_t>();
  some.sha256 = sha256_of(word());
  const Result<std::string> printed = format->render(some, 4096);
  RC_PRE(printed.has_value() && printed->size() <= 1024);
  const Result<ParsedCommitment> parsed = format->parse(*printed);
  RC_ASSERT(parsed.has_value());
  if (parsed->url) RC_ASSERT(*parsed->url == some.url);
  if (parsed->key) RC_ASSERT(*parsed->key == some.key);
  if (parsed->sha256) RC_ASSERT(*parsed->sha256 == *some.sha256);
  if (parsed->digest) RC_ASSERT(parsed->digest->matches(*some.sha256));
  if (parsed->values.contains("seq")) RC_ASSERT(parsed->values.at("seq") == std::to_string(some.seq));
}

RC_GTEST_PROP(Format, NoPrintedTextIsLongerThanTheProof, ()) {
  const std::vector<std::string> pieces =
      *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
          "{url}|", "{key}|", "{key:json}", "{sha256}", "{sha256:b64url|trunc:22}", "{seq}|", "{count}|",
          "{size}|", "{time}", "{bucket:pad:70}", "{hotkey}|", "{netuid}|", "{basename:trunc:5}|", "x"));
  std::string text;
  for (const std::string& piece : pieces) text += piece;
  const Result<Format> format = Format::compile(text);
  RC_PRE(format.has_value());
  FormatValues some = values();
  some.seq = *rc::gen::inRange<std::uint64_t>(0, 99'999'999);
  some.count = *rc::gen::inRange<std::uint64_t>(0, 2'000'000);
  some.netuid = *rc::gen::arbitrary<std::uint16_t>();
  const FormatBounds bounds{.url = some.url.size(), .key = some.key.size(), .basename = 13};
  RC_ASSERT(format->render(some, 4096)->size() <= format->worst_case_length(bounds));
}

TEST(Format, ACommitmentIsOneRawField) {
  const Commitment commitment = commitment_of(Format::compile("{url}").value(), values()).value();
  EXPECT_EQ(describe(commitment), values().url);
  EXPECT_EQ(commitment.fields.at(0).kind, Field::Kind::kRaw);
}

StoredCommitment stored(const Commitment& commitment) {
  StoredCommitment out;
  for (const Field& field : commitment.fields)
    out.fields.push_back({field.kind == Field::Kind::kRaw ? "Raw" : "Sha256", field.bytes, std::nullopt});
  return out;
}

TEST(TwoFields, CarryTheTextAndTheNativeDigestAndReadBack) {
  const Format format = Format::compile("{url}").value();
  const Commitment made =
      commitment_of(format, values(), kRawBytesMax, CommitmentShape::kTextAndDigest).value();
  ASSERT_EQ(made.fields.size(), 2u);
  EXPECT_EQ(text_of(made.fields[0].bytes), "https://d.tao.sh/i/00000124.json");
  EXPECT_EQ(made.fields[1].kind, Field::Kind::kSha256);
  EXPECT_EQ(to_hex(ByteView(made.fields[1].bytes)), to_hex(kDigest));
  EXPECT_EQ(describe(made), "https://d.tao.sh/i/00000124.json + Sha256 0x" + to_hex(kDigest));
  EXPECT_EQ(budget_cost(made), 100u) << "32 + 32 bytes are under the least charge";
  FormatValues longer = values();
  longer.url += std::string(96, 'x');
  EXPECT_EQ(budget_cost(commitment_of(format, longer, kRawBytesMax, CommitmentShape::kTextAndDigest).value()),
            160u)
      << "a full text and a digest";
  const auto parsed = parse_commitment(format, stored(made), CommitmentShape::kTextAndDigest);
  ASSERT_TRUE(parsed) << parsed.error().cause;
  EXPECT_EQ(parsed->sha256, kDigest);
  EXPECT_EQ(parsed->url, values().url);
}

TEST(TwoFields, AreNotReadOutOfOtherFields) {
  const Format format = Format::compile("{url}").value();
  const StoredCommitment two =
      stored(commitment_of(format, values(), kRawBytesMax, CommitmentShape::kTextAndDigest).value());
  EXPECT_FALSE(parse_commitment(format, two)) << "one field was asked for";
  StoredCommitment changed = two;
  changed.fields.pop_back();
  EXPECT_FALSE(parse_commitment(format, changed, CommitmentShape::kTextAndDigest));
  changed = two;
  changed.fields[1].variant = "Keccak256";
  EXPECT_FALSE(parse_commitment(format, changed, CommitmentShape::kTextAndDigest));
  changed = two;
  changed.fields[1].bytes.pop_back();
  EXPECT_FALSE(parse_commitment(format, changed, CommitmentShape::kTextAndDigest));
  changed = two;
  std::swap(changed.fields[0], changed.fields[1]);
  EXPECT_FALSE(parse_commitment(format, changed, CommitmentShape::kTextAndDigest));
  // The text speaks of another digest than the second field holds.
  const Format both = Format::compile("{sha256:trunc:16}|{url}").value();
  FormatValues other = values();
  other.sha256 = sha256_of(std::string_view("abd"));
  changed = stored(commitment_of(both, values(), kRawBytesMax, CommitmentShape::kTextAndDigest).value());
  EXPECT_TRUE(parse_commitment(both, changed, CommitmentShape::kTextAndDigest));
  changed.fields[1].bytes =
      commitment_of(both, other, kRawBytesMax, CommitmentShape::kTextAndDigest).value().fields[1].bytes;
  EXPECT_FALSE(parse_commitment(both, changed, CommitmentShape::kTextAndDigest));
  other.sha256.reset();
  EXPECT_FALSE(commitment_of(format, other, kRawBytesMax, CommitmentShape::kTextAndDigest));
}

}  // namespace
}  // namespace reconcile
