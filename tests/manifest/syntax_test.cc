#include "reconciler/manifest/syntax.h"

#include "support.h"
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace reconcile::manifest {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string repeated(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

TEST(Syntax, AKeyThatStandsTwiceIsAnErrorWithBothPlaces) {
  EXPECT_THAT(lines(yaml(small("  mode: plan\n  mode: enforce\n")).errors),
              StartsWith("/srv/m/one.yaml:8:3: `mode` stands here twice, first in line 7"));
  EXPECT_THAT(lines(yaml(small("  \"mode\": plan\n  mode: enforce\n")).errors), HasSubstr("twice"));
  EXPECT_THAT(lines(toml("kind = \"a\"\nkind = \"b\"\n").errors), StartsWith("/srv/m/one.toml:2:8: TOML: "));
  EXPECT_TRUE(yaml(small("", "one") + "---\n" + small("", "two")).ok());
}

TEST(Syntax, ReferencesWithinADocumentAreRefused) {
  EXPECT_THAT(lines(yaml("a: &x 1\nb: *x\n").errors), HasSubstr("1:4: an anchor"));
  EXPECT_THAT(lines(yaml("b: *x\n").errors), HasSubstr("YAML: the referenced anchor is not defined"));
  EXPECT_THAT(lines(yaml("<<: {a: 1}\n").errors), HasSubstr("a merge key"));
  EXPECT_THAT(lines(yaml("a: !!str 1\n").errors), HasSubstr("an explicit tag"));
  EXPECT_THAT(lines(yaml("a: !!python/object x\n").errors), HasSubstr("an explicit tag"));
  EXPECT_THAT(lines(yaml("? [a, b]\n: 1\n").errors), HasSubstr("a list or a map as a key"));
  EXPECT_THAT(lines(yaml("~: 1\n").errors), HasSubstr("a key without a name"));
}

TEST(Syntax, AVariableInBracesNeedsQuotesAndIsToldSo) {
  const Manifests read = yaml("a: {b: ${S3_BUCKET}}\n");
  EXPECT_EQ(read.errors.at(0).remedy, "within {…} and […] put ${…} in quotes");
}

TEST(Syntax, ADocumentThatBeginsWithACommaEnds) {
  for (const char* text : {",", "a: 1\n---\n,b\n", " ,: x", ",]"})
    EXPECT_THAT(lines(yaml(text).errors), HasSubstr("YAML: nothing can begin like this")) << text;
}

TEST(Syntax, AnAliasBombEndsAtItsFirstAnchor) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before +
            repeated(", " + before, 8) + "]\n";
  }
  EXPECT_THAT(lines(yaml(bomb).errors), HasSubstr("1:5: an anchor"));
}

TEST(Syntax, NestingIsBoundedBeforeAParserSeesIt) {
  for (const std::string& deep :
       {repeated("[", 10'000), "a: " + repeated("{a: ", 10'000), repeated("- ", 10'000) + "x",
        repeated("? ", 10'000) + "x", "a: \"" + repeated("[", 100) + "\"\nb: '\nc: " + repeated("[", 10'000)})
    EXPECT_THAT(lines(yaml(deep).errors), HasSubstr("nested more than 64 deep")) << deep.substr(0, 20);
  std::string block;
  for (std::size_t i = 0; i < 1000; ++i) block += std::string(i, ' ') + "a:\n";
  EXPECT_THAT(lines(yaml(block).errors), HasSubstr("one.yaml:65:1: nested more than 64 deep"));
  for (const std::string& deep : {"a = " + repeated("[", 10'000), "a = " + repeated("{a = ", 10'000),
                                  "a" + repeated(".a", 10'000) + " = 1", "[a" + repeated(".a", 10'000) + "]"})
    EXPECT_THAT(lines(toml(deep).errors), HasSubstr("nested more than 64 deep")) << deep.substr(0, 20);
}

TEST(Syntax, WhatOnlyLooksDeepIsNot) {
  // Brackets in quotes and comments, and lists one below the other.
  EXPECT_THAT(lines(yaml("a: \"" + repeated("[", 200) + "\" # " + repeated("{", 200) + "\n").errors),
              HasSubstr("unknown key"));
  EXPECT_THAT(lines(yaml("a:\n" + repeated("- [x, 'it''s']\n- {b: c}\n", 200)).errors),
              HasSubstr("unknown key"));
  EXPECT_THAT(lines(toml("a = \"" + repeated(".", 200) + "\" # " + repeated("[", 200) + "\nb = '''\n" +
                         repeated("[\n", 99) + "'''\n")
                        .errors),
              HasSubstr("unknown key"));
}

TEST(Syntax, AManifestOfAHundredMegabytesIsRefusedUnread) {
  const Path folder = std::filesystem::temp_directory_path() / ("rc-manifest-" + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  const Path file = folder / "big.yaml";
  std::ofstream(file) << "a: 1\n";
  std::filesystem::resize_file(file, 100'000'000);  // sparse: nothing is written
  const Manifests read = load({file}, {example_environment(), std::nullopt});
  std::filesystem::remove_all(folder);
  EXPECT_THAT(lines(read.errors), HasSubstr("big.yaml"));
  EXPECT_FALSE(read.ok());
  EXPECT_THAT(lines(yaml(repeated("# x\n", 300'000)).errors), HasSubstr("too long for a manifest"));
}

TEST(Syntax, TheNumberOfValuesIsBounded) {
  EXPECT_THAT(lines(yaml("a: [" + repeated("x,", 100'000) + "]\n").errors),
              HasSubstr("more than 100,000 values"));
  EXPECT_THAT(lines(toml("a = [" + repeated("1,", 100'000) + "]\n").errors),
              HasSubstr("more than 100,000 values"));
}

TEST(Syntax, TextThatIsNoneIsSaidToBe) {
  EXPECT_THAT(lines(yaml("a: 1\nb: \xff\n").errors), HasSubstr("one.yaml:2:1: not UTF-8"));
  EXPECT_THAT(lines(yaml(std::string("a: 1\n\n\0", 7)).errors), HasSubstr("one.yaml:3:1: a NUL byte"));
  EXPECT_THAT(lines(yaml("").errors), HasSubstr("holds no publication"));
  EXPECT_THAT(lines(yaml("# x\n---\n").errors), HasSubstr("holds no publication"));
  EXPECT_THAT(lines(toml("").errors), HasSubstr("holds no publication"));
  EXPECT_THAT(lines(yaml("- a\n").errors), HasSubstr("a document is a map, this is a list"));
  EXPECT_THAT(lines(yaml("a: [1\nb: 2").errors), HasSubstr("YAML: end of sequence flow not found"));
  EXPECT_TRUE(yaml("\xef\xbb\xbf" + small()).ok());
}

constexpr const char* kTomlPublication = R"(
apiVersion = "reconcile/v1alpha1"
kind = "Publication"
metadata.name = "NAME"
[spec.bucket]
provider = "directory"
path = "./bucket-NAME"
[spec.buffer]
path = "./buffer-NAME"
)";

std::string named(std::string text, const std::string& name) {
  for (std::size_t at; (at = text.find("NAME")) != std::string::npos;) text.replace(at, 4, name);
  return text;
}

TEST(Syntax, TomlAndYamlMeanTheSame) {
  const Desired one = only(toml(named(kTomlPublication, "one"))), same = only(yaml(small()));
  EXPECT_EQ(one.digest, same.digest);
  EXPECT_EQ(one.bucket, same.bucket);
  EXPECT_EQ(one.buffer, same.buffer);
  EXPECT_EQ(one.positions.at("spec.buffer.path"), (Position{"/srv/m/one.toml", 9, 1}));
  const std::string more =
      "[spec.upload]\nparallelism = 0x8\njitter = \"5%\"\n[spec.suspend]\nuntil = "
      "2026-11-22T07:20:14Z\nreason = \"r\"\n"
      "[spec.budget]\nmonthlyUsd = 2.5\n[spec.guards]\nmaxDeletes = 1_000\n";
  const std::string twin =
      "  upload: {parallelism: 8, jitter: 5%}\n  suspend: {until: 2026-11-22T07:20:14Z, reason: r}\n"
      "  budget: {monthlyUsd: 2.5}\n  guards: {maxDeletes: 1000}\n";
  EXPECT_EQ(only(toml(named(kTomlPublication, "one") + more)).digest, only(yaml(small(twin))).digest);
}

TEST(Syntax, SeveralTomlPublicationsAreAnArrayOfTables) {
  std::string text;
  for (const char* name : {"one", "two"}) {
    std::string part = named(kTomlPublication, name);
    for (std::size_t at; (at = part.find("[spec")) != std::string::npos;)
      part.replace(at, 5, "[publication.SPEC");
    for (std::size_t at; (at = part.find("SPEC")) != std::string::npos;) part.replace(at, 4, "spec");
    text += "[[publication]]" + part;
  }
  const Manifests two = toml(text);
  ASSERT_TRUE(two.ok()) << lines(two.errors);
  EXPECT_EQ(two.publications.at(1).buffer.path, "/srv/m/buffer-two");
  EXPECT_EQ(two.publications.at(1).digest, only(yaml(small("", "two"))).digest);
  EXPECT_THAT(lines(toml("kind = \"x\"\n" + text).errors),
              HasSubstr("1:1: publication: stands beside [[publication]]"));
  EXPECT_THAT(lines(toml("publication = 1\n").errors), HasSubstr("is no array of tables"));
}

TEST(Syntax, TomlTypesAreKeptApart) {
  const std::string base = named(kTomlPublication, "one");
  EXPECT_THAT(lines(toml(base + "[spec.upload]\ncadence = 20\n").errors),
              HasSubstr("`20` is not a duration"));
  EXPECT_THAT(lines(toml(base + "[spec.guards]\nmaxDeletes = \"100\"\n").errors),
              HasSubstr("not a whole number"));
  EXPECT_THAT(lines(toml(base + "[spec.bucket.lifecycle]\nrules = [1]\n").errors),
              HasSubstr("a map is wanted"));
  EXPECT_THAT(lines(toml("metadata = {name = 12}\n").errors), HasSubstr("metadata.name: `12` is a number"));
}

/// Any text at all gives an answer, and each message has a place in the file.
RC_GTEST_PROP(Syntax, NoTextIsWithoutAnAnswer, ()) {
  const std::vector<std::string> words =
      *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
          "spec", "bucket", ": ", ":", "\n", "\n  ", "- ", "[", "]", "{", "}", "\"", "'", "#", " ", "=", "[[",
          "]]", "&a", "*a", "|\n", "${S3_BUCKET}", "${", "$", "\t", "~", "---\n", ".", ",", "1", "é", "\\"));
  std::string text;
  for (const std::string& word : words) text += word;
  for (const Manifests& read : {yaml(text), toml(text)}) {
    RC_ASSERT(read.publications.empty());
    RC_ASSERT(!read.ok());
    const int count = 1 + static_cast<int>(std::count(text.begin(), text.end(), '\n'));
    for (const Diagnostic& error : read.errors)
      RC_ASSERT(error.position.line >= 0 && error.position.line <= count + 1);
  }
}

}  // namespace
}  // namespace reconcile::manifest
