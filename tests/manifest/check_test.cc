#include "reconciler/manifest/check.h"

#include "support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reconcile::manifest {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string errors(const std::string& text) { return lines(yaml(text).errors); }
std::string warnings(const std::string& text) {
  const Manifests read = yaml(text);
  EXPECT_TRUE(read.ok()) << lines(read.errors);
  return lines(read.warnings);
}
std::string cadence(const char* text) { return r2({.upload = std::string("    cadence: ") + text + "\n"}); }
std::string rules(const std::string& text, const std::string& more = "") {
  return r2({.bucket = "    lifecycle:\n      rules: [" + text + "]\n" + more});
}

TEST(CheckCadence, ZeroAndSecondsAreErrorsUnusualOnesWarnings) {
  EXPECT_THAT(errors(cadence("0s")), HasSubstr("13:5: spec.upload.cadence: 0s is no cadence"));
  EXPECT_THAT(errors(cadence("59s")), HasSubstr("59s is no cadence"));
  EXPECT_THAT(warnings(cadence("1m")), HasSubstr("many small objects"));
  EXPECT_EQ(warnings(cadence("10m")), "");
  EXPECT_EQ(warnings(cadence("1h")), "");
  EXPECT_THAT(warnings(cadence("61m")), HasSubstr("stale"));
  EXPECT_THAT(errors(r2({.upload = "    retryInterval: 0s\n"})), HasSubstr("retryInterval"));
}

TEST(CheckLifecycle, DaysAreWholeWhereAProviderCountsThem) {
  EXPECT_EQ(errors(rules("{id: A, prefix: data/, expireAfter: 14d}")), "");
  EXPECT_THAT(errors(rules("{id: A, prefix: data/, expireAfter: 36h}")),
              HasSubstr("rules[0].expireAfter: 1d12h is not a number of whole days"));
  EXPECT_EQ(yaml(rules("{id: A, prefix: data/, expireAfter: 73h}")).errors.at(0).remedy, "write 4d");
  EXPECT_THAT(errors(rules("{id: A, prefix: data/, abortIncompleteUploadsAfter: 12h}")),
              HasSubstr("whole days"));
  EXPECT_THAT(errors(rules("{id: A, prefix: data/, expireAfter: 0s}")), HasSubstr("nothing would live"));
  const std::string folder =
      "  upload: {cadence: 1m}\n  commitment: {network: ledger, ledger: l, netuid: 1}\n";
  std::string text = small(folder);
  text.replace(text.find("path: ./bucket-one"), 18,
               "path: ./b, lifecycle: {expiryMargin: 2m, rules: [{id: A, prefix: data/, expireAfter: 10m}]}");
  EXPECT_EQ(errors(text), "");
}

TEST(CheckLifecycle, NothingExpiresBeforeReadersCouldSeeIt) {
  // Default margin 1d: 1d would leave no time at all.
  EXPECT_THAT(errors(rules("{id: A, prefix: data/, expireAfter: 1d}")),
              HasSubstr("within a pass of being published"));
  EXPECT_EQ(yaml(rules("{id: A, prefix: data/, expireAfter: 1d}")).errors.at(0).remedy,
            "expire after 2d at least, or shorten spec.bucket.lifecycle.expiryMargin");
  EXPECT_EQ(errors(rules("{id: A, prefix: data/, expireAfter: 2d}")), "");
  EXPECT_EQ(errors(rules("{id: A, prefix: data/, expireAfter: 1d}", "      expiryMargin: 2h\n")), "");
  EXPECT_THAT(errors(r2({.bucket = "    lifecycle: {rules: [{id: A, prefix: data/, expireAfter: 1d}]}\n",
                         .upload = "    cadence: 2d\n",
                         .commitment = "    strategy: none\n"})),
              HasSubstr("objects would expire after 1d, before the next pass in 2d"));
  // A rule over other keys is none of our business.
  EXPECT_EQ(errors(rules("{id: A, prefix: tmp/, expireAfter: 1d}")), "");
}

TEST(CheckLifecycle, NoRuleMayReachTheIndex) {
  for (const char* prefix : {"\"\"", "i", "i/", "i/000"})
    EXPECT_THAT(errors(rules(std::string("{id: A, expireAfter: 14d, prefix: ") + prefix + "}")),
                HasSubstr("would delete the index"))
        << prefix;
  EXPECT_THAT(errors(rules("{id: A, expireAfter: 14d}")),
              HasSubstr("rules[0].prefix: rule A would delete the index"));
  EXPECT_EQ(errors(rules("{id: A, abortIncompleteUploadsAfter: 2d}")), "");
  EXPECT_EQ(errors(rules("{id: A, expireAfter: 14d, prefix: index/}")), "");
  EXPECT_EQ(errors(r2({.bucket = "    lifecycle: {rules: [{id: A, expireAfter: 14d}]}\n",
                       .commitment = "    strategy: none\n"})),
            "");
}

TEST(CheckLifecycle, RulesAreDistinctAndDoSomething) {
  EXPECT_THAT(errors(rules("{id: A, prefix: a/, expireAfter: 14d}, {id: A, prefix: b/, expireAfter: 14d}")),
              HasSubstr("rules[1].id: a rule before it has the id A too"));
  EXPECT_THAT(errors(rules("{id: A, prefix: a/}")), HasSubstr("rule A does nothing"));
  std::string many;
  for (int i = 0; i < 1001; ++i)
    many += (i ? ", " : "") + std::string("{id: R") + std::to_string(i) + ", prefix: a/, expireAfter: 14d}";
  EXPECT_THAT(errors(rules(many)), HasSubstr("has 1001 items, at most 1000"));
  EXPECT_THAT(warnings(rules("{id: A, prefix: data/, expireAfter: 14d}", "      ownership: ignore\n")),
              HasSubstr("are not applied"));
}

TEST(CheckUpload, KeysStayAwayFromTheIndex) {
  for (const char* key : {"i/{name}", "{name}", "i{path}", "{yyyy}/{name}"})
    EXPECT_THAT(errors(r2({.upload = std::string("    key: \"") + key + "\"\n"})),
                HasSubstr("among the indexes"))
        << key;
  EXPECT_EQ(errors(r2({.upload = "    key: \"{name}\"\n", .commitment = "    strategy: none\n"})), "");
  EXPECT_THAT(errors(r2({.upload = "    key: data/x\n"})), HasSubstr("every file would get the same key"));
}

TEST(CheckBuffer, PatternsMakeSense) {
  EXPECT_THAT(errors(small("  protect: [\"[a\"]\n")), HasSubstr("spec.protect"));
  for (const char* pattern : {"*", "*.parquet", "*.gz", "*.json*"})
    EXPECT_THAT(errors(r2({.buffer = std::string("./b, compress: [\"") + pattern + "\"]"})),
                HasSubstr("compressed already"))
        << pattern;
  EXPECT_THAT(errors(r2({.buffer = "./b, include: [], compress: []"})),
              HasSubstr("nothing would ever be published"));
  EXPECT_THAT(errors(r2({.buffer = "/"})), HasSubstr("root of the file system"));
}

TEST(CheckBucket, PublicAddressesArePublic) {
  EXPECT_THAT(
      errors(r2({.public_url = "https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com/b"})),
      HasSubstr("never answers readers"));
  for (const char* bad : {"http://data.example.org", "ftp://x.org", "https://u:p@x.org", "https://x.org/?a=b",
                          "data.example.org", "https://", "https://x.org:0", "\"https://a b\""})
    EXPECT_THAT(errors(r2({.public_url = bad})), HasSubstr("spec.bucket.publicUrl")) << bad;
  EXPECT_EQ(errors(r2({.public_url = "http://127.0.0.1:8000/x"})), "");
  EXPECT_EQ(errors(r2({.bucket = "    allowHttp: true\n", .public_url = "http://data.example.org"})), "");
  EXPECT_EQ(only(yaml(r2({.public_url = "https://d.tao.sh/"}))).bucket.public_url, "https://d.tao.sh");
  std::string none = r2();
  none.erase(none.find("    publicUrl"), none.find("    credentials") - none.find("    publicUrl"));
  EXPECT_THAT(errors(none), HasSubstr("5:3: spec.bucket.publicUrl: is required: it is what readers fetch"));
  EXPECT_EQ(errors(none + "    strategy: none\n"), "");
}

std::string bucket(const std::string& inside) {
  return "apiVersion: reconcile/v1alpha1\nkind: Publication\nmetadata: {name: one}\nspec:\n  buffer: {path: "
         "b}\n  bucket: {" +
         inside + "}\n";
}
constexpr const char* kKeys = ", credentials: {accessKeyId: {fromEnv: A}, secretAccessKey: {fromEnv: B}}";

TEST(CheckBucket, EachProviderGetsWhatItNeeds) {
  EXPECT_THAT(errors(bucket("provider: r2")),
              AllOf(HasSubstr("spec.bucket.name: is required"), HasSubstr("accessKeyId: is required"),
                    HasSubstr("secretAccessKey: is required"), HasSubstr("endpoint: is required")));
  EXPECT_EQ(errors(bucket("provider: aws, name: abc, region: eu-central-1" + std::string(kKeys))), "");
  EXPECT_THAT(errors(bucket("provider: aws, name: abc" + std::string(kKeys))),
              HasSubstr("endpoint: is required"));
  EXPECT_THAT(errors(bucket("provider: s3, name: abc, endpoint: http://10.0.0.1:9000" + std::string(kKeys))),
              HasSubstr("is plain http to another machine"));
  EXPECT_EQ(errors(bucket("provider: s3, name: abc, endpoint: http://localhost:9000" + std::string(kKeys))),
            "");
  EXPECT_THAT(errors(bucket("provider: s3, name: abc, endpoint: https://x.org/abc" + std::string(kKeys))),
              HasSubstr("has a path"));
  EXPECT_THAT(errors(bucket("provider: r2, name: Abc, endpoint: https://x.org" + std::string(kKeys))),
              HasSubstr("is no bucket name"));
  EXPECT_EQ(errors(bucket("provider: ceph, name: A_c, endpoint: https://x.org" + std::string(kKeys))), "");
  EXPECT_THAT(
      errors(bucket("provider: s3, name: abc, path: ./x, endpoint: https://x.org" + std::string(kKeys))),
      HasSubstr("belongs to provider directory only"));
  EXPECT_THAT(errors(bucket("provider: directory")), HasSubstr("spec.bucket.path: is required"));
  EXPECT_THAT(errors(bucket("provider: directory, path: x" + std::string(kKeys))),
              HasSubstr("means nothing"));
}

TEST(CheckCommitment, ATextThatCannotFitIsRefusedWithThreeWaysOut) {
  const std::string url = "https://pub-0123456789abcdef0123456789abcdef.r2.dev/sn13-miner-1234";
  const Manifests read = yaml(r2({.commitment = "    format: \"{url}|{sha256}\"\n", .public_url = url}));
  ASSERT_EQ(read.errors.size(), 1u) << lines(read.errors);
  // 67 + "/" + "i/99999999.json" + "|" + 64 hex
  EXPECT_THAT(headline(read.errors[0]),
              HasSubstr("spec.commitment.format: with a public URL of 68 bytes and an index key of "
                        "15: 148 bytes, limit 128: shorten by 20"));
  EXPECT_EQ(read.errors[0].remedy,
            "b64url saves 21, which is enough; so would a shorter public URL or `two-field`");
  EXPECT_EQ(read.errors[0].position.line, 14);
  EXPECT_EQ(errors(r2({.commitment = "    format: \"{url}|{sha256:b64url}\"\n", .public_url = url})), "");
  EXPECT_EQ(yaml(r2({.commitment = "    format: \"{url}|{sha256}\"\n", .public_url = url + "/abcd"}))
                .errors.at(0)
                .remedy,
            "b64url saves 21, a shorter public URL or `two-field` the rest");
  // 128 exactly: 65 + 15 + 48
  const std::string fits = "https://" + std::string(39, 'd');
  EXPECT_EQ(errors(r2({.commitment = "    format: \"{url}|{sha256}\"\n", .public_url = fits})), "");
  EXPECT_THAT(errors(r2({.commitment = "    format: \"{url}|{sha256}\"\n", .public_url = fits + "d"})),
              HasSubstr("shorten by 1"));
}

TEST(CheckCommitment, TheTutorialsFormFitsWithAShortDomainOnly) {
  const std::string last_file = "    strategy: last-file\n    format: \"{url}|{sha256}\"\n";
  EXPECT_THAT(errors(r2({.commitment = last_file})), HasSubstr("with file names of 9 bytes: 142 bytes"));
  EXPECT_THAT(
      warnings(r2(
          {.upload = "    key: \"d/{name}\"\n", .commitment = last_file, .public_url = "https://d.tao.sh"})),
      HasSubstr("file names may have 44 bytes at most"));
  // 128 - 43 - 1 - "https://d.tao.sh/" - "d/" - 8
  EXPECT_THAT(warnings(r2({.upload = "    key: \"d/{sha8}{name}\"\n",
                           .commitment = "    strategy: last-file\n    format: \"{sha256:b64url}|{url}\"\n",
                           .public_url = "https://d.tao.sh"})),
              HasSubstr("file names may have 57 bytes at most"));
}

TEST(CheckCommitment, FormatsLeadSomewhere) {
  EXPECT_THAT(warnings(r2({.commitment = "    format: \"{sha256}\"\n"})),
              HasSubstr("names neither {url} nor {key}"));
  EXPECT_THAT(errors(r2({.commitment = "    format: \"{ulr}\"\n"})), HasSubstr("unknown value `ulr`"));
  EXPECT_THAT(warnings(r2({.commitment = "    format: \"{url}\"\n"})), HasSubstr("carries no {sha256}"));
  EXPECT_THAT(warnings(r2({.commitment = "    format: \"é|{sha256:b64url}|{url}\"\n"})),
              HasSubstr("beyond ASCII"));
  EXPECT_THAT(warnings(r2({.commitment = "    format: \"{sha256:trunc:15}{url}\"\n"})),
              HasSubstr("keeps 60 bits"));
  EXPECT_EQ(warnings(r2({.commitment = "    format: \"{sha256:trunc:16}{url}\"\n"})), "");
}

TEST(CheckCommitment, NetworksGetWhatTheyNeed) {
  const auto network = [](const std::string& text) {
    std::string all = r2({.commitment = text});
    return all.erase(all.find("    netuid: 13\n"), 15);
  };
  EXPECT_THAT(errors(network("    network: test\n")), HasSubstr("spec.commitment.netuid: is required"));
  EXPECT_THAT(errors(network("    network: ledger\n    netuid: 0\n")),
              HasSubstr("spec.commitment.ledger: is required"));
  EXPECT_THAT(errors(network("    network: custom\n    netuid: 0\n")), HasSubstr("endpoints: are required"));
  EXPECT_THAT(errors(network("    ledger: l\n    netuid: 0\n")), HasSubstr("belongs to network ledger only"));
  EXPECT_THAT(errors(network("    endpoints: [\"ws://10.0.0.1:9944\"]\n    netuid: 0\n")),
              HasSubstr("not encrypted"));
  EXPECT_THAT(errors(network("    endpoints: [\"tcp://10.0.0.1\"]\n    netuid: 0\n")),
              HasSubstr("none of https"));
  EXPECT_THAT(
      warnings(network("    network: custom\n    endpoints: [\"ws://127.0.0.1:9944\"]\n    netuid: 0\n")),
      HasSubstr("no genesisHash"));
  EXPECT_THAT(errors(network("    genesisHash: \"0x12\"\n    netuid: 0\n")), HasSubstr("genesisHash"));
  EXPECT_EQ(errors(network("    genesisHash: \"0x" + std::string(64, 'a') + "\"\n    netuid: 0\n")), "");
  EXPECT_THAT(errors(network("    netuid: 1\n    wallet: {hotkey: ../x}\n")),
              HasSubstr("is a name, not a path"));
  EXPECT_THAT(errors(network("    netuid: 1\n    wallet: {ss58Address: 5abc}\n")),
              HasSubstr("is no SS58 address"));
  EXPECT_THAT(warnings(network("    netuid: 1\n    acceptOverwrite: true\n")), HasSubstr("last-file only"));
}

TEST(CheckGuards, TheirBoundsAreSane) {
  EXPECT_THAT(errors(small("  guards: {window: 0s}\n")), HasSubstr("spec.guards.window"));
  EXPECT_THAT(errors(small("  guards: {maxDeletePercent: 101}\n")),
              HasSubstr("`101` is not between 0 and 100"));
  EXPECT_EQ(errors(small("  guards: {maxDeletes: 0, maxDeletePercent: 0, maxDeleteBytes: 0B}\n")), "");
}

TEST(CheckFormat, TheDefaultFollowsTheStrategy) {
  const auto format = [](const std::string& strategy) {
    return only(yaml(r2({.commitment = "    strategy: " + strategy + "\n"}))).commitment->format;
  };
  EXPECT_EQ(format("index"), "rc1|{sha256:b64url}|{url}");
  EXPECT_EQ(format("two-field"), "{url}");
  EXPECT_EQ(format("content-addressed"), "{url}");
  EXPECT_EQ(format("static-pointer"), "{url}");
  const std::string bare = r2({.commitment = "    strategy: two-field\n"});
  const std::string said = r2({.commitment = "    strategy: two-field\n    format: \"{url}\"\n"});
  EXPECT_EQ(only(yaml(bare)).digest, only(yaml(said)).digest) << "a default said aloud means the same";
  EXPECT_EQ(warnings(bare), "");
}

TEST(CheckFormat, AStaticPointerSaysNothingThatChanges) {
  const auto with = [](const std::string& format) {
    return r2({.commitment = "    strategy: static-pointer\n    format: \"" + format + "\"\n"});
  };
  EXPECT_EQ(errors(with("{url}")), "");
  EXPECT_EQ(warnings(with("{url} of {hotkey}")), "") << "48 more bytes fit behind a short key";
  for (const char* value : {"sha256:trunc:16", "seq", "count", "size", "time"})
    EXPECT_THAT(errors(with("{url} {" + std::string(value) + "}")), HasSubstr("changes with each pass"))
        << value;
}

TEST(CheckFormat, ATextWithoutAnAddressNeedsAnotherWayToTell) {
  const auto with = [](const std::string& strategy, const std::string& format) {
    return r2({.commitment = "    strategy: " + strategy + "\n    format: \"" + format + "\"\n"});
  };
  EXPECT_THAT(warnings(with("index", "x:{sha256:b64std}")), HasSubstr("by other means"));
  EXPECT_THAT(warnings(with("index", "{sha256:trunc:16}")), HasSubstr("by other means"));
  EXPECT_THAT(errors(with("index", "{sha256:trunc:8}")), HasSubstr("nobody could find"));
  EXPECT_THAT(errors(with("index", "{seq}")), HasSubstr("nobody could find"));
  for (const char* strategy : {"content-addressed", "two-field", "static-pointer"})
    EXPECT_THAT(errors(with(strategy, "{netuid}")), HasSubstr("nobody could find")) << strategy;
}

TEST(CheckFormat, AContentAddressedKeyFitsBehindAnR2Address) {
  EXPECT_EQ(errors(r2({.commitment = "    strategy: content-addressed\n"})), "");
  EXPECT_THAT(
      errors(r2({.commitment = "    strategy: content-addressed\n",
                 .public_url = "https://pub-0123456789abcdef0123456789abcdef.r2.dev/a/much/longer/way/off"})),
      HasSubstr("limit 128"));
}

TEST(CheckFinality, InBlockIsReadAndNotCarriedOut) {
  EXPECT_EQ(only(yaml(r2({.commitment = "    finality: in-block\n"}))).not_carried_out,
            std::vector<std::string>{"spec.commitment.finality"});
  EXPECT_TRUE(only(yaml(r2({.commitment = "    finality: finalized\n"}))).not_carried_out.empty());
}

}  // namespace
}  // namespace reconcile::manifest
