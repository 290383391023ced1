// What `init` writes: a .env that reads back, a .gitignore that keeps it out of git, a manifest that is
// valid, and the very files of examples/ops-repo.

#include "reconciler/cli/init_files.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "reconciler/cli/gitignore.h"
#include "reconciler/cli/init_questions.h"
#include "reconciler/cli/ops_repo_files.h"
#include "reconciler/cli/provider_table.h"
#include "reconciler/manifest/manifest.h"
#include "reconciler/report/display.h"

namespace reconcile::cli {
namespace {

manifest::Environment somebodys() {
  manifest::Environment out;
  out.set("HOME", Secret("/home/somebody"));
  return out;
}

Options told(const std::string& provider) {
  Options out;
  out.importing.provider = provider;
  out.importing.bucket = "sn13-miner";
  out.importing.endpoint = provider == "r2" ? r2_endpoint("0123abcd") : "https://s3.example.org";
  out.importing.public_url = "https://data.example.org";
  out.importing.netuid = 13;
  return out;
}

std::string manifest_of(const Options& options) {
  const Result<NewPublication> made = publication_from(options, {});
  EXPECT_TRUE(made);
  return std::string(files_of(*made, options, {}, false, Instant{}).back().content.expose());
}

TEST(EnvLine, ReadsBackAsTheVeryValue) {
  for (const std::string value : {"", "plain/+=", "with space ", " # no comment", "it's", "\"q\" \\ $HOME",
                                  "'", "\xc3\xbc", "a#b", "'both\" $x\\n"}) {
    const Result<Secret> line = env_line("S3_SECRET_KEY", Secret(value));
    ASSERT_TRUE(line);
    const Result<manifest::Environment> read = manifest::parse_env(line->expose(), ".env");
    ASSERT_TRUE(read) << value;
    EXPECT_EQ(value, read->find("S3_SECRET_KEY")->expose());
  }
  EXPECT_FALSE(env_line("S3_SECRET_KEY", Secret("a\nb")));
  EXPECT_FALSE(env_line("S3_SECRET_KEY", Secret(std::string("a\0b", 3))));
}

TEST(Gitignore, KnowsWhetherEnvIsLeftAlone) {
  for (const char* covers :
       {".env", "a\n/.env\nb\n", "*.env\n", ".env*", "**/.env", ".env  \n", "!.env\n.env\n"})
    EXPECT_TRUE(ignores_env(covers)) << covers;
  for (const char* does_not : {"", "#.env\n", ".environment\n", ".env.*\n", ".env\n!.env\n", ".env\r\n",
                               "*.env\n!.env\n", "a/.env\n", ".env/\n"})
    EXPECT_FALSE(ignores_env(does_not)) << does_not;
}

TEST(InitFiles, EveryProviderMakesAManifestThatIsValidAndHoldsNoSecret) {
  for (const char* provider : {"r2", "b2", "aws", "wasabi", "minio", "ceph", "s3"}) {
    SCOPED_TRACE(provider);
    Options options = told(provider);
    options.init.expire_after = std::chrono::days(14);
    options.init.create = true;
    const std::string text = manifest_of(options);
    const manifest::Manifests read =
        manifest::read_text(text, "/srv/manifest.yaml", manifest::Syntax::kYaml, somebodys());
    ASSERT_TRUE(read.ok()) << manifest::error_of(read.errors).cause;
    const Desired& desired = read.publications.at(0);
    EXPECT_TRUE(desired.bucket.create);
    EXPECT_EQ("S3_SECRET_KEY", desired.bucket.secret_access_key.name);
    EXPECT_EQ(Seconds(std::chrono::days(14)), desired.bucket.lifecycle.rules.at(0).expire_after);
    EXPECT_EQ("data/", desired.bucket.lifecycle.rules.at(0).prefix);
    EXPECT_EQ("sn13-miner", desired.name);
    EXPECT_EQ(13, desired.commitment->netuid);
  }
}

TEST(InitFiles, WithoutBeingAskedNothingExpiresAndNothingIsCreated) {
  const manifest::Manifests read = manifest::read_text(manifest_of(told("s3")), "/srv/manifest.yaml",
                                                       manifest::Syntax::kYaml, somebodys());
  ASSERT_TRUE(read.ok());
  EXPECT_FALSE(read.publications.at(0).bucket.create);
  for (const LifecycleRule& rule : read.publications.at(0).bucket.lifecycle.rules)
    EXPECT_FALSE(rule.expire_after);
}

TEST(InitFiles, WhatKeepsSecretsOutOfGitComesFirstAndTheManifestLast) {
  const Options options = told("r2");
  const Result<NewPublication> made = publication_from(options, {});
  ASSERT_TRUE(made);
  std::map<std::string, Secret> secrets;
  secrets.emplace("S3_SECRET_KEY", Secret("planted"));
  const std::vector<NewFile> files = files_of(*made, options, secrets, false, Instant{});
  ASSERT_EQ(3u, files.size());
  EXPECT_EQ(".gitignore", files[0].path);
  EXPECT_TRUE(ignores_env(files[0].content.expose()));
  EXPECT_EQ(".env", files[1].path);
  EXPECT_EQ(0600u, files[1].mode);
  EXPECT_NE(std::string::npos, files[1].content.expose().find("S3_ACCESS_KEY=\nS3_SECRET_KEY=planted\n"));
  EXPECT_EQ("manifest.yaml", files[2].path);
  EXPECT_EQ(std::string::npos, files[2].content.expose().find("planted"));
}

TEST(InitFiles, AnOpsRepoHasTheVeryFilesOfTheExample) {
  const Path example = Path(SOURCE_DIR) / "examples" / "ops-repo";
  std::vector<std::string> names;
  for (const EmbeddedFile& file : ops_repo_files()) {
    names.emplace_back(file.path);
    EXPECT_EQ(*read_file(example / file.path, Bytes(1 << 20)), file.content) << file.path;
    const bool runs = (std::filesystem::status(example / file.path).permissions() &
                       std::filesystem::perms::owner_exec) != std::filesystem::perms::none;
    EXPECT_EQ(runs, file.is_executable) << file.path;
  }
  EXPECT_EQ((std::vector<std::string>{".env.example", ".github/workflows/plan.yml", ".gitlab-ci.yml",
                                      "ci/plan.sh", "ci/apply.sh", "hooks/pre-commit"}),
            names);
}

TEST(InitFiles, TheWorkflowsHandOverTheVariablesThatAnOpsReposManifestNames) {
  Options options = told("r2");
  options.init.ops_repo = true;
  const Result<NewPublication> made = publication_from(options, {});
  ASSERT_TRUE(made);
  EXPECT_EQ("manifests/sn13-miner.yaml", made->manifest);
  EXPECT_TRUE(made->desired.buffer.path.is_absolute());
  for (const std::string& variable : made->variables)
    for (const EmbeddedFile& file : ops_repo_files())
      if (std::string(file.path).ends_with("plan.yml") || std::string(file.path) == ".env.example")
        EXPECT_NE(std::string::npos, std::string(file.content).find(variable)) << file.path;
}

TEST(InitQuestions, SayWhatIsMissingAsItIsTyped) {
  using Names = std::vector<std::string>;
  Options options;
  EXPECT_EQ((Names{"--provider NAME"}), missing_of(options, {}));
  options.importing.provider = "r2";
  EXPECT_EQ((Names{"--bucket NAME", "--account-id ID"}), missing_of(options, {}));
  options.importing.netuid = 13;
  options.importing.endpoint = r2_endpoint("0123");
  EXPECT_EQ((Names{"--bucket NAME", "--public-url URL"}), missing_of(options, {}));
  manifest::Environment environment;
  environment.set("S3_BUCKET", Secret("b"));
  environment.set("S3_PUBLIC_URL", Secret("https://x"));
  EXPECT_EQ(Names{}, missing_of(options, environment));
  Options other;
  other.importing.bucket = "b";
  for (const char* by_region : {"aws", "b2", "wasabi"}) {
    other.importing.provider = by_region;
    EXPECT_EQ((Names{"--region REGION"}), missing_of(other, {}));
  }
  other.importing.provider = "ceph";
  EXPECT_EQ((Names{"--endpoint URL"}), missing_of(other, {}));
  other.importing.provider = "directory";
  EXPECT_EQ((Names{"--path DIR"}), missing_of(other, {}));
}

TEST(ProviderTable, NamesEveryProviderWithTheDateOfItsPricesAndFitsATerminal) {
  const std::string text = providers_text();
  for (const char* said : {"r2", "b2", "aws", "wasabi", "minio", "ceph", "directory", "$0.015", "90 days",
                           "as of", " 2026-", "hides expired objects"})
    EXPECT_NE(std::string::npos, text.find(said)) << said;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    EXPECT_LE(display_width(text.substr(at, end - at)), 100u) << text.substr(at, end - at);
    at = end + 1;
  }
}

}  // namespace
}  // namespace reconcile::cli
