// The corpus is shared with schema_corpus.py: both must accept `good` and refuse `bad`; what stands in
// `semantic` is well-formed, and only its meaning is refused.

#include "support.h"
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reconcile::manifest {
namespace {

using testing::HasSubstr;

const Path kRoot = SOURCE_DIR;

std::vector<Path> files_of(const char* kind) {
  std::vector<Path> out;
  for (const auto& entry : std::filesystem::directory_iterator(kRoot / "tests/manifest/corpus" / kind))
    out.push_back(entry.path());
  return out;
}

Manifests read(const Path& file) { return load({file}, {example_environment(), std::nullopt}); }

/// What the first line says after `# error: `.
std::string expected_error(const Path& file) {
  const std::string text = read_file(file, Bytes(kManifestBytesMax)).value();
  constexpr std::string_view kMark = "# error: ";
  if (!text.starts_with(kMark)) return "the file does not say which error it expects";
  return text.substr(kMark.size(), text.find('\n') - kMark.size());
}

TEST(Corpus, TheReaderTakesWhatIsGood) {
  EXPECT_GE(files_of("good").size(), 8u);
  for (const Path& file : files_of("good")) {
    const Manifests manifests = read(file);
    EXPECT_TRUE(manifests.ok()) << lines(manifests.errors);
    EXPECT_FALSE(manifests.publications.empty());
  }
}

TEST(Corpus, TheReaderSaysWhereAndWhatIsWrong) {
  EXPECT_GE(files_of("bad").size(), 40u);
  EXPECT_GE(files_of("semantic").size(), 14u);
  for (const char* kind : {"bad", "semantic"})
    for (const Path& file : files_of(kind)) {
      const Manifests manifests = read(file);
      EXPECT_THAT(lines(manifests.errors), HasSubstr(file.string() + ":" + expected_error(file)));
      for (const Diagnostic& error : manifests.errors) {
        EXPECT_FALSE(error.remedy.empty()) << headline(error);
        EXPECT_GT(error.position.column, 0) << headline(error);
      }
    }
}

TEST(Schema, TheFileInTheTreeIsTheOneThatIsPrinted) {
  EXPECT_EQ(read_file(kRoot / "schema/publication.schema.json", Bytes(1 << 20)).value(), schema())
      << "renew it: reconcile schema > schema/publication.schema.json";
}

TEST(Schema, TheReferenceHasALineForEachField) {
  const std::string text = reference();
  EXPECT_THAT(text, HasSubstr("| `spec.upload.cadence` | duration | `20m` | Time between passes"));
  EXPECT_THAT(text, HasSubstr("| `spec.mode` | observe, plan, enforce | `enforce` |"));
  EXPECT_THAT(text, HasSubstr("| `metadata.name` | text | required |"));
}

TEST(Shipped, EachManifestIsReadyToCopy) {
  int count = 0;
  Environment environment = example_environment();
  for (const char* folder : {"manifests", "manifests/formats", "examples/quickstart"})
    for (const auto& entry : std::filesystem::directory_iterator(kRoot / folder)) {
      if (!syntax_of(entry.path())) continue;
      ++count;
      const Manifests manifests = load({entry.path()}, {environment, std::nullopt});
      EXPECT_TRUE(manifests.ok()) << lines(manifests.errors);
      const std::string text = read_file(entry.path(), Bytes(kManifestBytesMax)).value();
      EXPECT_THAT(text.substr(0, 80), HasSubstr("schema/publication.schema.json"));
      for (const Desired& desired : manifests.publications) EXPECT_TRUE(desired.not_carried_out.empty());
    }
  EXPECT_GE(count, 18);
}

TEST(Shipped, TheTomlTwinMeansTheSame) {
  EXPECT_EQ(only(read(kRoot / "manifests/r2.yaml")).digest, only(read(kRoot / "manifests/r2.toml")).digest);
}

TEST(Shipped, TheExampleVariablesSufficeForTheQuickstart) {
  const Environment environment = read_env_file(kRoot / "examples/quickstart/.env.example").value();
  const Manifests manifests = load({kRoot / "examples/quickstart/s3.yaml"}, {environment, std::nullopt});
  EXPECT_TRUE(manifests.ok()) << lines(manifests.errors);
  EXPECT_TRUE(resolve(only(manifests).bucket.secret_access_key, *manifests.environments.at("quickstart-s3")));
}

}  // namespace
}  // namespace reconcile::manifest
