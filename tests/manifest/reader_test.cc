#include "support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reconcile::manifest {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Reader, WhatIsLeftOutHasTheDefaultsOfTheModel) {
  const Desired read = only(yaml(small()));
  const Desired plain;
  EXPECT_EQ(read.mode, plain.mode);
  EXPECT_EQ(read.upload, plain.upload);
  EXPECT_EQ(read.guards, plain.guards);
  EXPECT_EQ(read.bucket.lifecycle, plain.bucket.lifecycle);
  EXPECT_EQ(read.bucket.addressing, plain.bucket.addressing);
  EXPECT_EQ(read.buffer.include, plain.buffer.include);
  EXPECT_EQ(read.buffer.compress, plain.buffer.compress);
  EXPECT_EQ(read.buffer.settle, plain.buffer.settle);
  EXPECT_EQ(read.buffer.invalid, plain.buffer.invalid);
  EXPECT_EQ(read.buffer.after_publish, plain.buffer.after_publish);
  EXPECT_EQ(read.budget_monthly_usd, plain.budget_monthly_usd);
  EXPECT_FALSE(read.commitment);
  const CommitmentSpec commitment = *only(yaml(r2())).commitment;
  CommitmentSpec expected;
  expected.netuid = 13;
  expected.wallet.path = "/home/miner/.bittensor/wallets";
  EXPECT_EQ(commitment, expected);
}

TEST(Reader, PathsStartAtTheManifestAndAtHome) {
  const Desired desired =
      only(yaml(small("  commitment: {network: ledger, ledger: chain/../l.jsonl, netuid: 1}\n")));
  EXPECT_EQ(desired.buffer.path, "/srv/m/buffer-one");
  EXPECT_EQ(desired.bucket.path, "/srv/m/bucket-one");
  EXPECT_EQ(desired.commitment->ledger, "/srv/m/l.jsonl");
  EXPECT_EQ(desired.bucket.name, "one");
  const auto moved = yaml(r2({.commitment = "    wallet: {path: ~/w/}\n"}));
  EXPECT_EQ(only(moved).commitment->wallet.path, "/home/miner/w");
  EXPECT_THAT(lines(yaml(r2({.commitment = "    wallet: {path: ~other/w}\n"})).errors),
              HasSubstr("homes of other users"));
  EXPECT_THAT(lines(yaml(r2(), Environment()).errors), HasSubstr("HOME is not set"));
}

TEST(Reader, AMistypedKeyIsNamedWithItsPlaceAndItsNeighbour) {
  const Manifests wrong = yaml(small("  upload: {cadnce: 20m}\n"));
  ASSERT_EQ(wrong.errors.size(), 1u);
  EXPECT_EQ(headline(wrong.errors[0]), "/srv/m/one.yaml:7:12: spec.upload.cadnce: unknown key");
  EXPECT_EQ(wrong.errors[0].remedy, "did you mean `cadence`?");
  EXPECT_EQ(wrong.errors[0].excerpt, "    7 |   upload: {cadnce\n      |            ^");
  EXPECT_TRUE(wrong.publications.empty());
  const Manifests moved = yaml(small("  cadence: 20m\n"));
  EXPECT_EQ(moved.errors.at(0).remedy, "it belongs under spec.upload");
  EXPECT_THAT(yaml(small("  zzzzzzzz: 1\n")).errors.at(0).remedy,
              HasSubstr("known here: mode, suspend, bucket"));
}

TEST(Reader, EverythingThatIsWrongIsSaidAtOnce) {
  const std::string said = lines(yaml("apiVersion: reconcile/v2\n"
                                      "kind: Publication\n"
                                      "metadata: {nam: x}\n"
                                      "spec:\n"
                                      "  bucket: {provider: r3}\n"
                                      "  upload: {cadence: 20, jitter: 10}\n")
                                     .errors);
  EXPECT_EQ(said,
            "/srv/m/one.yaml:1:13: apiVersion: `reconcile/v2` is not one of reconcile/v1alpha1\n"
            "/srv/m/one.yaml:3:11: metadata.name: is required\n"
            "/srv/m/one.yaml:3:12: metadata.nam: unknown key\n"
            "/srv/m/one.yaml:5:3: spec.buffer: is required\n"
            "/srv/m/one.yaml:5:22: spec.bucket.provider: `r3` is not one of r2, b2, aws, wasabi, minio, "
            "ceph, s3, directory\n"
            "/srv/m/one.yaml:6:21: spec.upload.cadence: `20` is not a duration\n"
            "/srv/m/one.yaml:6:33: spec.upload.jitter: `10` is not a share from 0% to 50%\n");
}

TEST(Reader, PlainValuesNeverChangeTheirType) {
  for (const char* trap :
       {"no", "Yes", "on", "OFF", "y",    "012",  "0o17",  "0x1f", "1_000", "1:30",         "1e3",
        ".5", "5.",  "-7", "+1",  "true", ".inf", "-.inf", ".nan", "0b11",  "190:20:30.15", "12.30e+2"}) {
    const Manifests read = yaml(r2({.commitment = std::string("    wallet: {name: ") + trap + "}\n"}));
    EXPECT_THAT(lines(read.errors), HasSubstr("text is wanted here")) << trap;
    const Manifests quoted = yaml(r2({.commitment = std::string("    wallet: {name: \"") + trap + "\"}\n"}));
    EXPECT_EQ(only(quoted).commitment->wallet.name, trap);
  }
  for (const char* text :
       {"nope", "1st", "10.0.0.1", "0xyz", "1e", "2026-11-22", "v1.2", "1.2.3", "-a", "e3", "1s"})
    EXPECT_EQ(only(yaml(r2({.commitment = std::string("    wallet: {name: ") + text + "}\n"})))
                  .commitment->wallet.name,
              text);
  for (const char* number :
       {"012", "0x1f", "1_3", "1e1", "\"13\"", "13.0", "+13", "-1", "65536", "1:30", "thirteen"}) {
    std::string text = r2();
    text.replace(text.find("netuid: 13"), 10, std::string("netuid: ") + number);
    EXPECT_THAT(lines(yaml(text).errors), HasSubstr("spec.commitment.netuid")) << number;
  }
  for (const char* boolean : {"yes", "on", "True", "1", "\"true\""})
    EXPECT_THAT(lines(yaml(r2({.bucket = std::string("    create: ") + boolean + "\n"})).errors),
                HasSubstr("is not a boolean"))
        << boolean;
}

TEST(Reader, ASecretNeverStandsInAManifestNorInAMessage) {
  std::string text = r2();
  text.replace(text.find("{fromEnv: S3_SECRET_KEY}"), 24, "hunter2hunter2");
  const Manifests literal = yaml(text);
  ASSERT_EQ(literal.errors.size(), 1u);
  EXPECT_THAT(headline(literal.errors[0]), HasSubstr("secretAccessKey: a secret never stands in a manifest"));
  EXPECT_EQ(literal.errors[0].remedy,
            "write secretAccessKey: {fromEnv: NAME} or secretAccessKey: {fromFile: path}");
  // No word in this line says that a secret stands there; the field does.
  for (const char* field : {"url", "url: {fromEnv: A}, signingKey"})
    for (const Diagnostic& error :
         yaml(small(std::string("  notify: [{") + field + ": hunter2hunter2}]\n")).errors)
      EXPECT_THAT(print(error), Not(HasSubstr("hunter2")));
  // Nor when the key is mistyped, the line broken, or the value of another field beside it wrong.
  for (const char* bad : {"    credentals: {accessKeyId: hunter2hunter2}\n",
                          "    secretAcessKey: hunter2hunter2\n", "    region: [hunter2hunter2\n",
                          "    caFile: {passwd: hunter2hunter2}\n", "    token: 'hunter2hunter2\n"}) {
    const Manifests read = yaml(r2({.bucket = bad}));
    EXPECT_FALSE(read.ok());
    for (const Diagnostic& error : read.errors) EXPECT_THAT(print(error), Not(HasSubstr("hunter2"))) << bad;
  }
}

TEST(Reader, SecretsAreReferences) {
  const Desired desired = only(yaml(r2({.commitment = "    wallet: {password: {fromFile: ./pw}}\n"})));
  EXPECT_EQ(desired.bucket.secret_access_key, (SecretRef{SecretRef::Source::kEnvironment, "S3_SECRET_KEY"}));
  EXPECT_EQ(desired.commitment->wallet.password, (SecretRef{SecretRef::Source::kFile, "/srv/m/pw"}));
  for (const char* bad :
       {"{}", "{fromEnv: A, fromFile: b}", "{fromEnv: 1A}", "{fromExec: x}", "[x]", "{fromEnv: [x]}"})
    EXPECT_THAT(lines(yaml(r2({.commitment = std::string("    wallet: {password: ") + bad + "}\n"})).errors),
                HasSubstr("wallet.password"))
        << bad;
}

TEST(Reader, EveryValueHasItsPlace) {
  const Desired desired = only(yaml(r2({.bucket = "    lifecycle:\n"
                                                  "      rules:\n"
                                                  "        - {id: Old, prefix: data/, expireAfter: 14d}\n"
                                                  "        - id: Parts\n"
                                                  "          abortIncompleteUploadsAfter: 2d\n"})));
  EXPECT_EQ(desired.positions.at("spec.bucket.lifecycle.rules[0]"), (Position{"/srv/m/one.yaml", 13, 11}));
  EXPECT_EQ(desired.positions.at("rule:Old"), desired.positions.at("spec.bucket.lifecycle.rules[0]"));
  EXPECT_EQ(desired.positions.at("rule:Parts").line, 14);
  EXPECT_EQ(place_of(desired, "spec.bucket.lifecycle.rules[1].abortIncompleteUploadsAfter"), "one.yaml:15");
  EXPECT_EQ(place_of(desired, "spec.bucket.lifecycle.rules[0].expireAfter.x"), "one.yaml:13");
}

TEST(Reader, TheDigestFollowsTheMeaningAlone) {
  const std::string base = small("  upload: {cadence: 20m}\n");
  const Sha256 digest = only(yaml(base)).digest;
  EXPECT_EQ(only(yaml("# a comment\n" + base)).digest, digest);
  EXPECT_EQ(only(yaml(small("  upload: {cadence: 1200s}\n"))).digest, digest);
  EXPECT_EQ(only(yaml(small())).digest, digest);
  EXPECT_EQ(only(yaml(small("  commitment: {strategy: none}\n"))).digest, digest);
  EXPECT_NE(only(yaml(small("  upload: {cadence: 21m}\n"))).digest, digest);
  EXPECT_NE(only(yaml(small("  protect: [\"a\"]\n"))).digest, digest);
  EXPECT_NE(only(yaml(small("", "two"))).digest, digest);
}

TEST(Reader, EverySettingOfTheseIsCarriedOut) {
  EXPECT_TRUE(only(yaml(small())).not_carried_out.empty());
  const Desired desired =
      only(yaml(small("  budget: {monthlyUsd: 10}\n"
                      "  notify: [{kind: slack, url: {fromEnv: HOOK}}]\n"
                      "  upload: {maxBandwidth: 50MiB/s}\n")));
  EXPECT_TRUE(desired.not_carried_out.empty());
  EXPECT_EQ(desired.budget_monthly_usd, 10.0);
  EXPECT_EQ(desired.upload.max_bandwidth, Bytes(50ull << 20));
  EXPECT_EQ(desired.notify.at(0).kind, NotifyKind::kSlack);
}

TEST(Reader, SectionsWithoutAValueAreErrors) {
  EXPECT_THAT(lines(yaml(small("  upload:\n")).errors), HasSubstr("spec.upload: has no value"));
  EXPECT_THAT(lines(yaml(small("  upload: 3\n")).errors), HasSubstr("is a plain value, and a map is wanted"));
  EXPECT_THAT(lines(yaml(small("  notify: {kind: slack}\n")).errors), HasSubstr("a list of maps is wanted"));
  EXPECT_THAT(lines(yaml(small("  protect: data/*\n")).errors), HasSubstr("a list is wanted"));
}

TEST(Reader, SuspensionsLabelsAndSpecialWordsAreRead) {
  std::string text = small(
      "  suspend: {until: 2026-11-22T07:20:14Z, reason: key rotation}\n"
      "  upload: {parallelism: 8, jitter: 0%, maxBandwidth: unlimited}\n");
  text.replace(text.find("{name: one}"), 11, "{name: one, labels: {subnet: \"13\", team: data}}");
  const Desired desired = only(yaml(text));
  EXPECT_EQ(desired.suspend->reason, "key rotation");
  EXPECT_EQ(desired.labels.at("subnet"), "13");
  EXPECT_EQ(desired.upload.parallelism, 8u);
  EXPECT_EQ(desired.upload.jitter_percent, 0);
  EXPECT_FALSE(desired.upload.max_bandwidth);
}

TEST(Reader, OneWrongDocumentLeavesNoneToActOn) {
  const Manifests mixed = yaml(small("", "one") + "---\n" + small("  mode: plna\n", "two"));
  EXPECT_EQ(mixed.errors.size(), 1u);
  EXPECT_TRUE(mixed.publications.empty());
}

TEST(Reader, ErrorsWithoutEndAreCutShort) {
  std::string text = "  upload:\n";
  for (int i = 0; i < 500; ++i) text += "    wrong" + std::to_string(i) + ": 1\n";
  const Manifests read = yaml(small(text));
  EXPECT_EQ(read.errors.size(), 101u);
  EXPECT_EQ(read.errors.back().cause, "more errors follow");
}

TEST(Reader, SeveralDocumentsAreSeveralPublications) {
  const Manifests two = yaml(small("", "one") + "---\n# nothing\n---\n" + small("", "two"));
  ASSERT_TRUE(two.ok()) << lines(two.errors);
  EXPECT_EQ(two.publications.at(1).name, "two");
  EXPECT_EQ(two.publications.at(1).positions.at("metadata").line, 12);
}

}  // namespace
}  // namespace reconcile::manifest
