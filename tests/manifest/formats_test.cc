// Commitments as subnets write them today: each ready manifest prints its shape, and reads it back. The
// values are made up.

#include "support.h"

#include <gtest/gtest.h>

#include "reconciler/base/sha256.h"
#include "reconciler/base/units.h"
#include "reconciler/model/format.h"

namespace reconcile::manifest {
namespace {

struct Example {
  const char* file;
  const char* key;
  const char* text;  ///< on chain
};

const Sha256 kDigest = sha256_of(std::string_view("abc"));  // FIPS 180-4 example: ba7816bf…f20015ad

const std::vector<Example> kExamples{
    {"mantis.yaml", "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty",
     "https://pub-0123456789abcdef0123456789abcdef.r2.dev/5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty"},
    {"nova.yaml", "ba7816bf8f01cfea4141.txt", "owner/repo/main/path/ba7816bf8f01cfea4141.txt"},
    {"pretraining.yaml", "models/m.safetensors",
     "namespace:model:6dcd4ce23d88e2ee9568ba546c007c63d9131c1b:"
     "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:14"},
    {"bitmind.yaml", "models/image.zip", R"({"key":"models/image.zip","hash":"ba7816bf8f01cfea"})"},
    {"capcomp.yaml", "w/flow.json",
     "capsub1|flow|ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0|https://d.example.org/w/flow.json"},
    {"gravity.yaml", "gravity/preferences.json", "4b0620dd70da0123456789abcdef0123456789ab"},
    {"tutorial.yaml", "d/reddit_07.parquet",
     "https://d.example.org/d/reddit_07.parquet|"
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
};

Manifests read(const char* file) {
  return load({Path(SOURCE_DIR) / "manifests/formats" / file}, {example_environment(), std::nullopt});
}

TEST(Formats, OfOtherSubnetsArePrintedAndReadBack) {
  for (const Example& example : kExamples) {
    SCOPED_TRACE(example.file);
    const Manifests manifests = read(example.file);
    ASSERT_TRUE(manifests.ok()) << lines(manifests.errors);
    const Desired desired = only(manifests);
    const Format format = Format::compile(desired.commitment->format).value();
    const FormatValues values{.sha256 = kDigest,
                              .url = desired.bucket.public_url + "/" + example.key,
                              .key = example.key,
                              .size = Bytes(3),
                              .count = 1,
                              .time = parse_time("2026-11-22T07:20:14Z").value(),
                              .hotkey = "5Hotkey",
                              .netuid = desired.commitment->netuid,
                              .bucket = desired.bucket.name};
    EXPECT_EQ(format.render(values).value(), example.text);
    const Result<ParsedCommitment> parsed = format.parse(example.text);
    ASSERT_TRUE(parsed) << parsed.error().cause;
    if (parsed->digest) {
      EXPECT_TRUE(parsed->digest->matches(kDigest));
    }
    if (parsed->url) {
      EXPECT_EQ(*parsed->url, values.url);
    }
    if (parsed->key) {
      EXPECT_EQ(*parsed->key, values.key);
    }
    // A text of another shape is somebody else's.
    EXPECT_FALSE(format.parse("? " + std::string(example.text)));
  }
}

TEST(Formats, ThatNameNoAddressAreWarnedOf) {
  for (const char* file : {"nova.yaml", "pretraining.yaml", "gravity.yaml"})
    EXPECT_NE(lines(read(file).warnings).find("readers must know by other means where to look"),
              std::string::npos)
        << file;
  for (const char* file : {"mantis.yaml", "bitmind.yaml", "capcomp.yaml", "tutorial.yaml"})
    EXPECT_EQ(lines(read(file).warnings).find("by other means"), std::string::npos) << file;
}

}  // namespace
}  // namespace reconcile::manifest
