#include "reconciler/manifest/environment.h"

#include "support.h"
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reconcile::manifest {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string value(const Environment& environment, const char* name) {
  const Secret* found = environment.find(name);
  return found ? std::string(found->expose()) : "(not set)";
}

TEST(EnvFile, KnowsQuotesCommentsAndExport) {
  const Environment read = parse_env(
                               "\xef\xbb\xbf# the tutorial's names\r\n"
                               "S3_BUCKET=sn13-miner-1234\r\n"
                               "  export S3_REGION = auto   # as R2 has it\n"
                               "S3_SECRET_KEY='a#b $c \\n'\n"
                               "S3_ACCESS_KEY=\"a\\\"b\\\\\\n\\$\" # end\n"
                               "EMPTY=\n"
                               "\n"
                               "S3_PUBLIC_URL=https://pub-abcdef.r2.dev/x#y\n",
                               ".env")
                               .value();
  EXPECT_EQ(value(read, "S3_BUCKET"), "sn13-miner-1234");
  EXPECT_EQ(value(read, "S3_REGION"), "auto");
  EXPECT_EQ(value(read, "S3_SECRET_KEY"), "a#b $c \\n");
  EXPECT_EQ(value(read, "S3_ACCESS_KEY"), "a\"b\\\n$");
  EXPECT_EQ(value(read, "EMPTY"), "");
  EXPECT_EQ(value(read, "S3_PUBLIC_URL"), "https://pub-abcdef.r2.dev/x#y");
}

TEST(EnvFile, RefusesWhatItWouldHaveToGuessWithoutRepeatingIt) {
  for (const char* bad : {"hunter2", "A B=hunter2", "1A=hunter2", "=hunter2", "A='hunter2", "A=\"hunter2\\",
                          "A='x' hunter2", "A=\"\\xhunter2\""}) {
    const auto read = parse_env(std::string("# first\n") + bad, ".env");
    ASSERT_FALSE(read) << bad;
    EXPECT_THAT(read.error().cause, HasSubstr(".env:2: "));
    EXPECT_THAT(read.error().cause + read.error().remedy, Not(HasSubstr("hunter2"))) << bad;
  }
  EXPECT_FALSE(parse_env(std::string("A=\0", 3), ".env"));
  EXPECT_FALSE(parse_env(std::string(65537, '#'), ".env"));
  EXPECT_FALSE(parse_env("A=\xff", ".env"));
}

TEST(Environment, TheProcessWinsOverTheFile) {
  Environment process, file;
  process.set("A", Secret("process"));
  file.set("A", Secret("file"));
  file.set("B", Secret("file"));
  EXPECT_EQ(value(process.with(file), "A"), "process");
  EXPECT_EQ(value(process.with(file), "B"), "file");
  EXPECT_NE(value(Environment::of_process(), "PATH"), "(not set)");
}

TEST(Interpolation, KnowsItsThreeFormsAndTheDollar) {
  Environment environment = example_environment();
  environment.set("EMPTY", Secret(""));
  environment.set("NUMBER", Secret("7"));
  const auto name = [&](const std::string& text) {
    return only(yaml(r2({.commitment = "    wallet: {name: \"" + text + "\"}\n"}), environment))
        .commitment->wallet.name;
  };
  EXPECT_EQ(name("${S3_BUCKET}"), "sn13-miner-1234");
  EXPECT_EQ(name("a-${S3_BUCKET}-${NUMBER}-b"), "a-sn13-miner-1234-7-b");
  EXPECT_EQ(name("${UNSET:-some default}"), "some default");
  EXPECT_EQ(name("${EMPTY:-d}"), "d");
  EXPECT_EQ(name("${S3_BUCKET:-d}${S3_BUCKET:?why}"), "sn13-miner-1234sn13-miner-1234");
  EXPECT_EQ(name("$${S3_BUCKET} costs 1$$"), "${S3_BUCKET} costs 1$");
}

TEST(Interpolation, AMissingVariableIsAnErrorWithPlaceAndRemedy) {
  const Manifests read = yaml(small("  upload:\n    key: ${PREFIX}/{name}\n"));
  ASSERT_EQ(read.errors.size(), 1u) << lines(read.errors);
  EXPECT_EQ(headline(read.errors[0]), "/srv/m/one.yaml:8:10: variable PREFIX is not set");
  EXPECT_EQ(
      read.errors[0].remedy,
      "set PREFIX in the environment, or in the .env beside the manifest, or give a default: ${PREFIX:-…}");
  EXPECT_THAT(lines(yaml(small("  protect: [\"${P:?name the prefix}\"]\n")).errors),
              HasSubstr("variable P is not set: name the prefix"));
  Environment empty = example_environment();
  empty.set("P", Secret(""));
  EXPECT_THAT(lines(yaml(small("  protect: [\"${P}\"]\n"), empty).errors), HasSubstr("variable P is empty"));
  for (const char* bad : {"$x", "a$", "${", "${}", "${1}", "${A", "${A:=b}", "${A:-${B}}", "${A-b}"})
    EXPECT_FALSE(yaml(small(std::string("  protect: ['") + bad + "']\n")).ok()) << bad;
}

TEST(Interpolation, NoVariableChangesTheStructure) {
  Environment environment = example_environment();
  environment.set("EVIL", Secret("x, b: {c: d}} # [e]"));
  EXPECT_EQ(only(yaml(small("  protect: [\"${EVIL}\", z]\n"), environment)).protect.size(), 2u);
  EXPECT_EQ(only(yaml(small("  protect: [\"a${EVIL}\"]\n"), environment)).protect.at(0),
            "ax, b: {c: d}} # [e]");
  environment.set("LINES", Secret("a\nb"));
  EXPECT_THAT(lines(yaml(small("  protect: [\"${LINES}\"]\n"), environment).errors),
              HasSubstr("a line break"));
  // Keys are never replaced.
  EXPECT_THAT(lines(yaml(small("  ${S3_BUCKET}: 1\n")).errors), HasSubstr("unknown key"));
}

TEST(Interpolation, ValuesTakeTheTypeThatIsWanted) {
  Environment environment = example_environment();
  for (const auto& [name, value] :
       {std::pair("NETUID", "13"), std::pair("CREATE", "true"), std::pair("EVERY", "30m")})
    environment.set(name, Secret(value));
  std::string text = r2({.bucket = "    create: ${CREATE}\n", .upload = "    cadence: \"${EVERY}\"\n"});
  text.replace(text.find("netuid: 13"), 10, "netuid: ${NETUID}");
  const Manifests read = yaml(text, environment);
  EXPECT_EQ(only(read).commitment->netuid, 13);
  EXPECT_TRUE(only(read).bucket.create);
  EXPECT_EQ(only(read).upload.cadence, Seconds(1800));
  EXPECT_EQ(read.variables, (std::set<std::string>{"NETUID", "CREATE", "EVERY"}));
}

TEST(Interpolation, SecretsDoNotEnterValuesNorMessages) {
  std::string text = r2();
  text.replace(text.find("{fromEnv: S3_SECRET_KEY}"), 24, "\"${S3_SECRET_KEY}\"");
  const Manifests read = yaml(text);
  ASSERT_EQ(read.errors.size(), 1u) << lines(read.errors);
  EXPECT_THAT(read.errors[0].cause, HasSubstr("${S3_SECRET_KEY} would put a secret into a value"));
  EXPECT_THAT(read.errors[0].remedy, HasSubstr("{fromEnv: S3_SECRET_KEY}"));
  // What a variable holds is not repeated either: it may be anything.
  Environment environment = example_environment();
  environment.set("V", Secret("hunter2 hunter2"));
  for (const char* field : {"  mode: ${V}\n", "  upload: {cadence: \"${V}\"}\n",
                            "  guards: {maxDeletes: \"${V}\"}\n", "  upload: {jitter: \"${V}\"}\n",
                            "  guards: {maxDeleteBytes: \"${V}\"}\n", "  budget: {monthlyUsd: \"${V}\"}\n",
                            "  suspend: {until: \"${V}\", reason: x}\n", "  notify: [{url: \"${V}\"}]\n"}) {
    const Manifests wrong = yaml(small(field), environment);
    EXPECT_FALSE(wrong.ok()) << field;
    for (const Diagnostic& error : wrong.errors)
      EXPECT_THAT(print(error), Not(HasSubstr("hunter2"))) << field;
  }
}

class Folder : public testing::Test {
 protected:
  Folder() : path_(std::filesystem::temp_directory_path() / ("rc-env-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_ / "below");
  }
  ~Folder() override { std::filesystem::remove_all(path_); }
  void write(const char* name, const std::string& text) { std::ofstream(path_ / name) << text; }
  const Path path_;
};

TEST_F(Folder, TheEnvFileBesideTheManifestIsReadUnlessAnotherIsNamed) {
  write("a.yaml", small("  protect: [\"${WHO}\"]\n", "a"));
  write(".env", "WHO=beside\n");
  write("other.env", "WHO=named\n");
  Environment process;
  EXPECT_EQ(only(load({path_ / "a.yaml"}, {process, std::nullopt})).protect.at(0), "beside");
  EXPECT_EQ(only(load({path_ / "a.yaml"}, {process, path_ / "other.env"})).protect.at(0), "named");
  process.set("WHO", Secret("process"));
  const Manifests read = load({path_ / "a.yaml"}, {process, std::nullopt});
  EXPECT_EQ(only(read).protect.at(0), "process");
  EXPECT_EQ(read.files, (std::vector<Path>{path_ / "a.yaml", path_ / ".env"}));
  EXPECT_EQ(value(*read.environments.at("a"), "WHO"), "process");
  EXPECT_FALSE(load({path_ / "a.yaml"}, {process, path_ / "absent.env"}).ok());
  write(".env", "WHO\n");
  EXPECT_THAT(lines(load({path_ / "a.yaml"}, {process, std::nullopt}).errors),
              HasSubstr(".env:1: not KEY=VALUE"));
}

TEST_F(Folder, AFolderIsItsManifestsByName) {
  write("b.toml", "[[publication]]\n");
  write("c.yml", small("", "c"));
  write("a.yaml", small("", "a"));
  write("notes.txt", "x");
  write(".hidden.yaml", "x");
  write("below/d.yaml", small("", "d"));
  EXPECT_THAT(lines(load({path_}, {{}, std::nullopt}).errors), HasSubstr("b.toml"));
  std::filesystem::remove(path_ / "b.toml");
  const Manifests read = load({path_, path_ / "below" / "d.yaml"}, {{}, std::nullopt});
  ASSERT_TRUE(read.ok()) << lines(read.errors);
  EXPECT_EQ(read.publications.at(0).name + read.publications.at(1).name + read.publications.at(2).name,
            "acd");
  EXPECT_THAT(lines(load({path_ / "notes.txt"}, {{}, std::nullopt}).errors), HasSubstr("neither .yaml"));
  EXPECT_THAT(lines(load({path_ / "absent.yaml"}, {{}, std::nullopt}).errors), HasSubstr("absent.yaml"));
  EXPECT_FALSE(load({}, {{}, std::nullopt}).ok());
  std::filesystem::remove(path_ / "below" / "d.yaml");
  EXPECT_THAT(lines(load({path_ / "below"}, {{}, std::nullopt}).errors), HasSubstr("holds no *.yaml"));
}

TEST_F(Folder, SecretsComeFromVariablesAndFiles) {
  write("secret", "hunter2\n");
  write("empty", "\n");
  const Environment environment = example_environment();
  const auto from_file = [&](const char* name) {
    return resolve({SecretRef::Source::kFile, (path_ / name).string()}, environment);
  };
  EXPECT_EQ(from_file("secret")->expose(), "hunter2");
  EXPECT_EQ(resolve({SecretRef::Source::kEnvironment, "S3_ACCESS_KEY"}, environment)->expose(),
            "AKIDEXAMPLE");
  EXPECT_TRUE(resolve({}, environment)->empty());
  EXPECT_THAT(from_file("empty").error().cause, HasSubstr("is empty"));
  EXPECT_EQ(from_file("absent").error().fault, Fault::kNotFound);
  EXPECT_EQ(resolve({SecretRef::Source::kEnvironment, "ABSENT"}, environment).error().cause,
            "variable ABSENT is not set");
}

}  // namespace
}  // namespace reconcile::manifest
