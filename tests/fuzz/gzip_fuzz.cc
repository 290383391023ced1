// The gzip and JSON checks on any bytes: the size of the pieces never changes the verdict, what is whole does
// not stay so with a byte behind it, and what the writer writes is whole.
#include "tests/fuzz/fuzz.h"
#include <memory>
#include <string>

#include "reconciler/buffer/gzip_check.h"
#include "reconciler/buffer/gzip_writer.h"
#include "reconciler/buffer/json_check.h"

namespace {

using namespace reconcile;

/// Empty: whole.
std::string verdict(buffer::ContentCheck& check, ByteView bytes, std::size_t step) {
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    const Result<void> result = check.update(bytes.subspan(at, std::min(step, bytes.size() - at)));
    if (!result) return result.error().cause;
  }
  const Result<void> result = check.finish();
  return result ? "" : result.error().cause;
}

std::string gzip_verdict(ByteView bytes, std::size_t step) {
  // Low limits, so that a bomb costs the fuzzer little.
  buffer::GzipCheck check(std::make_unique<buffer::JsonLinesCheck>(), {500, 1 << 20});
  return verdict(check, bytes, step);
}

template <class Check>
std::string json_verdict(ByteView bytes, std::size_t step) {
  Check check;
  return verdict(check, bytes, step);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const std::size_t step = size == 0 ? 1 : 1 + data[0] % 7;
  const std::string whole = gzip_verdict(bytes, size + 1);
  law(whole.empty() == gzip_verdict(bytes, step).empty(), "gzip: pieces do not change the verdict");
  if (whole.empty()) {
    ByteVector longer(bytes.begin(), bytes.end());
    longer.push_back('x');
    law(!gzip_verdict(longer, size + 2).empty(), "gzip: a byte behind it is noticed");
  }
  const std::string json = json_verdict<buffer::JsonCheck>(bytes, size + 1);
  law(json.empty() == json_verdict<buffer::JsonCheck>(bytes, step).empty(),
      "json: pieces do not change the verdict");
  const std::string lines = json_verdict<buffer::JsonLinesCheck>(bytes, size + 1);
  law(lines.empty() == json_verdict<buffer::JsonLinesCheck>(bytes, step).empty(),
      "lines: pieces do not change it");
  law(!json.empty() || lines.empty() || text_of(bytes).find('\n') != std::string_view::npos ||
          text_of(bytes).substr(0, 3) == "\xef\xbb\xbf",
      "a document on one line is a line");
  ByteVector packed;
  buffer::GzipWriter writer([&](ByteView part) -> Result<void> {
    packed.insert(packed.end(), part.begin(), part.end());
    return {};
  });
  law(writer.update(bytes) && writer.finish(), "the writer takes any bytes");
  law(gzip_verdict(packed, 64) == (lines.empty() ? "" : "inside: " + lines), "what is written is whole");
  return 0;
}
