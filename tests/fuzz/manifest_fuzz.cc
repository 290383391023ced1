// A manifest of any bytes: the first says YAML or TOML. There is always an answer, and no secret in it.

#include "fuzz.h"

#include "reconciler/manifest/manifest.h"

using namespace reconcile;

namespace {

constexpr const char* kSecret = "hunter2-and-then-some";

manifest::Environment environment() {
  manifest::Environment out;
  out.set("HOME", Secret("/home/miner"));
  out.set("S3_BUCKET", Secret("sn13-miner-1234"));
  out.set("S3_ENDPOINT", Secret("https://0123456789abcdef.r2.cloudflarestorage.com"));
  out.set("S3_PUBLIC_URL", Secret("https://pub-0123456789abcdef.r2.dev"));
  out.set("S3_REGION", Secret("auto"));
  out.set("S3_SECRET_KEY", Secret(kSecret));
  return out;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static const manifest::Environment kEnvironment = environment();
  const manifest::Syntax syntax = data[0] == 't' ? manifest::Syntax::kToml : manifest::Syntax::kYaml;
  const std::string text(text_of_input(data + 1, size - 1));
  const manifest::Manifests read = manifest::read_text(text, "/m/one", syntax, kEnvironment);
  law(read.ok() != read.publications.empty(), "either publications or errors");
  law(read.errors.size() <= 101, "errors are bounded");
  for (const auto* findings : {&read.errors, &read.warnings})
    for (const manifest::Diagnostic& finding : *findings)
      law(text.find(kSecret) != std::string::npos || print(finding).find(kSecret) == std::string::npos,
          "no message holds a secret");
  for (const Desired& desired : read.publications) {
    law(!desired.name.empty() && desired.buffer.path.is_absolute(), "a publication has a name and a place");
    law(desired.upload.cadence >= Seconds(60), "no publication loops without end");
    const manifest::Manifests again = manifest::read_text(text, "/m/one", syntax, kEnvironment);
    law(again.ok() && again.publications.front().digest == read.publications.front().digest,
        "the same text means the same");
  }
  (void)manifest::parse_env(text, ".env");
  return 0;
}
