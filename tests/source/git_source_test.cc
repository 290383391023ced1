#include "reconciler/source/git_source.h"

#include "tests/source/repository.h"
#include <fstream>

namespace reconcile::source {
namespace {

class GitSource : public ::testing::Test {
 protected:
  std::unique_ptr<ManifestSource> open(const std::string& rest = "//manifests?ref=main") {
    auto address = parse_address(repository.address(rest));
    EXPECT_TRUE(address) << address.error().cause;
    options.address = *address;
    options.access.environment = {"PATH=/usr/bin:/bin"};
    options.state = repository.folder / "state";
    auto out = open_git_source(options);
    EXPECT_TRUE(out) << out.error().cause;
    return *std::move(out);
  }
  Error refused(const std::string& rest = "//manifests?ref=main") {
    const auto source = open(rest);
    const auto revision = source->newest();
    if (!revision) return revision.error();
    const auto texts = source->read(*revision);
    EXPECT_FALSE(texts) << "it was not refused";
    return texts ? Error() : texts.error();
  }
  std::string key(const std::string& name) {
    const std::string file = (repository.folder / name).string();
    repository.run({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file});
    std::string text;
    std::ifstream(file + ".pub") >> text;
    return file;
  }
  void allow(const std::string& principal, const std::string& file) {
    const auto text = read_file(file + ".pub", Bytes(4096));
    options.access.signers = repository.folder / "signers";
    std::ofstream(options.access.signers, std::ios::app) << principal << " " << *text;
  }
  std::string signed_with(const std::string& file) {
    repository.git({"config", "gpg.format", "ssh"});
    repository.git({"config", "user.signingKey", file});
    return repository.commit({}, {"-S"});
  }

  Repository repository;
  GitSourceOptions options;
};

TEST_F(GitSource, ReadsTheManifestsOfTheNewestCommit) {
  const std::string commit = repository.commit({{"manifests/a.yaml", "a: 1\n"},
                                                {"manifests/b.toml", "b = 2\n"},
                                                {"manifests/README.md", "no"},
                                                {"manifests/.hidden.yaml", "no"},
                                                {"manifests/below/c.yaml", "no"},
                                                {"other/.env", "KEY=1"}});
  const auto source = open();
  const auto newest = source->newest();
  ASSERT_TRUE(newest) << newest.error().cause;
  EXPECT_EQ(newest->commit, commit);
  EXPECT_EQ(newest->signer, "");
  const auto texts = source->read(*newest);
  ASSERT_TRUE(texts) << texts.error().cause;
  EXPECT_EQ(*texts, (Files{{"manifests/a.yaml", "a: 1\n"}, {"manifests/b.toml", "b = 2\n"}}));
  EXPECT_EQ(open("//manifests/a.yaml?ref=main")->read(*newest), (Files{{"manifests/a.yaml", "a: 1\n"}}));
}

TEST_F(GitSource, FollowsItsBranchAlone) {
  const std::string first = repository.commit({{"manifests/a.yaml", "a: 1\n"}});
  const auto source = open();
  EXPECT_EQ(source->newest()->commit, first);
  repository.git({"push", "--quiet", "origin", "HEAD:refs/heads/side"});
  const std::string second = repository.commit({{"manifests/a.yaml", "a: 2\n"}});
  EXPECT_EQ(source->newest()->commit, second);
  EXPECT_EQ(source->read(*source->newest())->at("manifests/a.yaml"), "a: 2\n");
  EXPECT_EQ(open("//manifests?ref=side")->newest()->commit, first);
}

TEST_F(GitSource, ABranchThatIsNotThereIsNotFound) {
  repository.commit({{"manifests/a.yaml", "a: 1\n"}});
  EXPECT_EQ(refused("//manifests?ref=none").fault, Fault::kNotFound);
}

TEST_F(GitSource, DoesNotGoBack) {
  const std::string first = repository.commit({{"manifests/a.yaml", "a: 1\n"}});
  const std::string second = repository.commit({{"manifests/a.yaml", "a: 2\n"}});
  auto source = open();
  ASSERT_TRUE(source->take_up(*source->newest()));
  repository.git({"reset", "--quiet", "--hard", first});
  repository.git({"push", "--quiet", "--force", "origin", "HEAD:main"});
  source = open();  // as after a restart
  const auto back = source->newest();
  ASSERT_FALSE(back);
  EXPECT_EQ(back.error().fault, Fault::kConflict);
  EXPECT_NE(back.error().cause.find(second.substr(0, 12)), std::string::npos);
  EXPECT_NE(back.error().remedy.find("--allow rollback"), std::string::npos);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(options.state))
    if (entry.path().filename() == "mirror.git")
      repository.run({"git", "--git-dir=" + entry.path().string(), "gc", "--quiet", "--prune=now"});
  ASSERT_TRUE(source->taken_up()) << "thrown away, since no branch has it any longer";
  EXPECT_EQ(source->taken_up()->commit, second);
  EXPECT_EQ(source->read(*source->taken_up())->at("manifests/a.yaml"), "a: 2\n");
  repository.commit({{"manifests/a.yaml", "a: 3\n"}});  // beside it
  EXPECT_EQ(open()->newest().error().fault, Fault::kConflict);
  options.allow_rollback = true;
  EXPECT_TRUE(open()->newest());
}

TEST_F(GitSource, ACopyThatWasLostIsMadeAnewAndStillDoesNotGoBack) {
  const std::string first = repository.commit({{"manifests/a.yaml", "a: 1\n"}});
  repository.commit({{"manifests/a.yaml", "a: 2\n"}});
  auto source = open();
  ASSERT_TRUE(source->take_up(*source->newest()));
  for (const auto& entry : std::filesystem::recursive_directory_iterator(options.state))
    if (entry.path().filename() == "mirror.git") {
      std::filesystem::remove_all(entry.path());
      break;
    }
  EXPECT_EQ(open()->taken_up().error().fault, Fault::kNotFound);
  repository.git({"reset", "--quiet", "--hard", first});
  repository.git({"push", "--quiet", "--force", "origin", "HEAD:main"});
  EXPECT_EQ(open()->newest().error().fault, Fault::kConflict);
}

TEST_F(GitSource, StartsFromWhatWasTakenUpWhileItIsAway) {
  const std::string commit = repository.commit({{"manifests/a.yaml", "a: 1\n"}});
  auto source = open();
  ASSERT_TRUE(source->take_up(*source->newest()));
  std::filesystem::rename(repository.bare(), repository.folder / "away");
  source = open();
  EXPECT_FALSE(source->newest());
  ASSERT_TRUE(source->taken_up());
  EXPECT_EQ(source->taken_up()->commit, commit);
  EXPECT_EQ(source->read(*source->taken_up())->at("manifests/a.yaml"), "a: 1\n");
}

TEST_F(GitSource, ALookWritesNothingWhereItKeepsThings) {
  repository.commit({{"manifests/a.yaml", "a: 1\n"}});
  options.looks_only = true;
  ASSERT_TRUE(open()->newest());
  EXPECT_FALSE(std::filesystem::exists(options.state));
  options.looks_only = false;
  {
    const auto source = open();
    ASSERT_TRUE(source->take_up(*source->newest()));
  }
  const std::string newer = repository.commit({{"manifests/a.yaml", "a: 2\n"}});
  const auto times = [&] {
    std::map<std::string, std::filesystem::file_time_type> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(options.state))
      out[entry.path().string()] = std::filesystem::last_write_time(entry.path());
    return out;
  };
  const auto before = times();
  options.looks_only = true;
  const auto look = open();
  EXPECT_EQ(look->newest()->commit, newer);
  EXPECT_EQ(look->read(*look->newest())->at("manifests/a.yaml"), "a: 2\n");
  EXPECT_EQ(times(), before);
}

TEST_F(GitSource, SecretsInGitAreRefused) {
  repository.commit({{"manifests/a.yaml", "a: 1\n"}, {"manifests/.env.example", "KEY="}});
  EXPECT_TRUE(open()->read(*open()->newest()));
  repository.commit({{"manifests/deep/.env", "KEY=hunter2"}});
  const Error error = refused();
  EXPECT_EQ(error.fault, Fault::kInvalidInput);
  EXPECT_NE(error.cause.find("manifests/deep/.env: secrets do not belong"), std::string::npos) << error.cause;
  EXPECT_EQ(error.cause.find("hunter2"), std::string::npos);
}

TEST_F(GitSource, SymbolicLinksAreRefused) {
  repository.commit({{"manifests/a.yaml", "a: 1\n"}});
  std::filesystem::create_symlink("/etc/passwd", Path(repository.work()) / "manifests" / "b.yaml");
  repository.commit({});
  EXPECT_NE(refused().cause.find("manifests/b.yaml: a symbolic link"), std::string::npos);
}

TEST_F(GitSource, AFolderThatIsALinkHoldsNothing) {
  repository.commit({{"real/a.yaml", "a: 1\n"}});
  std::filesystem::create_symlink("real", Path(repository.work()) / "manifests");
  repository.commit({});
  EXPECT_EQ(refused().fault, Fault::kInvalidInput);
}

TEST_F(GitSource, SubmodulesAreRefused) {
  const std::string commit = repository.commit({{"manifests/a.yaml", "a: 1\n"}});
  repository.git({"update-index", "--add", "--cacheinfo", "160000," + commit + ",manifests/sub"});
  repository.git({"commit", "--quiet", "-m", "submodule"});
  repository.git({"push", "--quiet", "origin", "HEAD:main"});
  EXPECT_NE(refused().cause.find("manifests/sub: a submodule"), std::string::npos);
}

TEST_F(GitSource, TooMuchIsRefused) {
  repository.commit({{"manifests/a.yaml", std::string((1 << 20) + 1, '#')}});
  EXPECT_NE(refused().cause.find("more than 1 MiB"), std::string::npos);
  repository.commit({{"manifests/a.yaml", std::string(1 << 20, '#')}});
  EXPECT_TRUE(open()->read(*open()->newest()));
  repository.run(
      {"sh", "-c",
       "cd '" + repository.work() +
           "' && blob=$(git hash-object -w manifests/a.yaml) && seq 10000 | sed \"s|.*|100644 blob "
           "$blob\tmanifests/&|\" | git update-index --index-info && git commit --quiet -m many && "
           "git push --quiet origin HEAD:main"});
  EXPECT_NE(refused().cause.find("more than 10,000 files"), std::string::npos);
}

TEST_F(GitSource, NothingOfTheRepositoryIsStarted) {
  const Path mark = repository.folder / "started";
  repository.commit({{"manifests/a.yaml", "a: 1\n"}});
  auto source = open();
  ASSERT_TRUE(source->newest());
  for (const auto& entry : std::filesystem::recursive_directory_iterator(options.state)) {
    if (entry.path().filename() != "mirror.git") continue;
    const Path hook = entry.path() / "hooks" / "reference-transaction";
    std::filesystem::create_directories(hook.parent_path());
    std::ofstream(hook) << "#!/bin/sh\ntouch " << mark.string() << "\n";
    std::filesystem::permissions(hook, std::filesystem::perms::owner_all);
  }
  ::setenv("GIT_CONFIG_COUNT", "1", 1);
  ::setenv("GIT_CONFIG_KEY_0", "core.hooksPath", 1);
  ::setenv("GIT_CONFIG_VALUE_0", "/nowhere", 1);
  ::setenv("GIT_DIR", "/nowhere", 1);
  repository.commit({{"manifests/a.yaml", "a: 2\n"}});
  EXPECT_TRUE(source->newest());
  EXPECT_TRUE(source->take_up(*source->newest()));
  for (const char* name : {"GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0", "GIT_CONFIG_VALUE_0", "GIT_DIR"})
    ::unsetenv(name);
  EXPECT_FALSE(std::filesystem::exists(mark));
}

TEST_F(GitSource, TakesOnlyWhatOneOfTheSignersSigned) {
  const std::string ours = key("ours"), theirs = key("theirs");
  allow("ops@example.org", ours);
  repository.commit({{"manifests/a.yaml", "a: 1\n"}});
  auto source = open();
  EXPECT_EQ(source->newest().error().fault, Fault::kDenied);
  const std::string good = signed_with(ours);
  auto newest = source->newest();
  ASSERT_TRUE(newest) << newest.error().cause;
  EXPECT_EQ(*newest, (Revision{good, "ops@example.org"}));
  ASSERT_TRUE(source->take_up(*newest));
  signed_with(theirs);
  newest = source->newest();
  ASSERT_FALSE(newest) << "signed by somebody whom nobody named";
  EXPECT_EQ(newest.error().fault, Fault::kDenied);
  EXPECT_EQ(source->taken_up()->commit, good);
}

TEST_F(GitSource, WhatWasTakenUpUnsignedDoesNotCountOnceSignaturesAreRequired) {
  repository.commit({{"manifests/a.yaml", "a: 1\n"}});
  auto source = open();
  ASSERT_TRUE(source->take_up(*source->newest()));
  allow("ops@example.org", key("ours"));
  EXPECT_EQ(open()->taken_up().error().fault, Fault::kDenied);
}

TEST_F(GitSource, TakesGnuPGSignaturesFromTheFolderThatIsNamedAlone) {
  const Path ours = repository.folder / "ours", theirs = repository.folder / "theirs";
  const auto make = [&](const Path& home) {
    std::filesystem::create_directory(home);
    std::filesystem::permissions(home, std::filesystem::perms::owner_all);
    repository.run({"gpg", "--homedir", home.string(), "--batch", "--quiet", "--passphrase", "",
                    "--quick-generate-key", home.filename().string() + "@example.org", "ed25519", "sign"});
    repository.run({"gpgconf", "--homedir", home.string(), "--kill", "all"});
  };
  make(ours);
  make(theirs);
  const auto sign = [&](const Path& home) {
    const Path program = repository.folder / ("gpg-" + home.filename().string());
    std::ofstream(program) << "#!/bin/sh\nexec gpg --homedir " << home.string() << " \"$@\"\n";
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    repository.git({"config", "user.signingKey", home.filename().string() + "@example.org"});
    repository.git({"config", "gpg.program", program.string()});
    const std::string out = repository.commit({{"manifests/a.yaml", "a: 1\n"}}, {"-S"});
    repository.run({"gpgconf", "--homedir", home.string(), "--kill", "all"});
    return out;
  };
  options.access.signers = ours;
  const std::string good = sign(ours);
  const auto newest = open()->newest();
  ASSERT_TRUE(newest) << newest.error().cause;
  EXPECT_EQ(newest->commit, good);
  EXPECT_EQ(newest->signer, "ours@example.org");
  sign(theirs);
  EXPECT_EQ(open()->newest().error().fault, Fault::kDenied);
  allow("ops@example.org", key("ssh"));  // a list of ssh keys: no GnuPG key counts
  EXPECT_EQ(open()->newest().error().fault, Fault::kDenied);
}

TEST_F(GitSource, AListOfSignersThatIsNotThereIsSaidAtOnce) {
  options.access.signers = repository.folder / "none";
  options.address = *parse_address(repository.address());
  EXPECT_EQ(open_git_source(options).error().fault, Fault::kInvalidInput);
}

}  // namespace
}  // namespace reconcile::source
