// metadata_bench FILE: milliseconds to decode runtime metadata, median of 51. The file holds what
// state_getMetadata answered: bytes, or hex with 0x.

#include <algorithm>
#include <chrono>
#include <vector>

#include <fmt/core.h>

#include "reconciler/base/files.h"
#include "reconciler/chain/metadata/metadata.h"

int main(int argc, char** argv) {
  using namespace reconcile;
  using Clock = std::chrono::steady_clock;
  if (argc != 2) return 64;
  const Result<std::string> text = read_file(argv[1], Bytes(64u << 20));
  if (!text) return 1;
  ByteVector bytes(text->begin(), text->end());
  if (text->starts_with("0x")) bytes = from_hex(text->substr(0, text->find_last_not_of('\n') + 1)).value();
  std::vector<double> times;
  for (int i = 0; i < 51; ++i) {
    const auto begin = Clock::now();
    const auto metadata = chain::Metadata::decode(bytes);
    times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
    if (!metadata) return 1;
  }
  std::nth_element(times.begin(), times.begin() + 25, times.end());
  fmt::print("{} {:.2f}\n", bytes.size(), times[25]);
}
