#include "reconciler/verify/sample.h"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include "reconciler/base/sha256.h"
#include "reconciler/base/units.h"

namespace reconcile::verify {
namespace {

constexpr std::uint64_t kPartsMax = 1'000'000;

Sha256 rank(const BlockSeed& seed, const ObjectKey& key) {
  Sha256Stream hash;
  hash.update(seed.get());
  hash.update(view_of(key.get()));
  return hash.finish();
}

std::uint64_t number_of(const ObjectKey& key) {
  std::uint64_t out = 0;
  const Sha256 digest = sha256_of(std::string_view(key.get()));
  for (std::size_t i = 0; i < 8; ++i) out = out << 8 | digest.get()[i];
  return out;
}

std::vector<std::size_t> smallest(const std::vector<IndexEntry>& objects, std::size_t count,
                                  const BlockSeed& seed) {
  std::vector<std::pair<Sha256, std::size_t>> ranked;
  ranked.reserve(objects.size());
  for (std::size_t at = 0; at < objects.size(); ++at) ranked.emplace_back(rank(seed, objects[at].key), at);
  const auto end = ranked.begin() + static_cast<std::ptrdiff_t>(std::min(count, ranked.size()));
  std::partial_sort(ranked.begin(), end, ranked.end());
  std::vector<std::size_t> out;
  for (auto each = ranked.begin(); each != end; ++each) out.push_back(each->second);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

std::string print_seed(const BlockSeed& seed) { return "0x" + to_hex(seed.get()); }

Result<BlockSeed> parse_seed(std::string_view text) {
  const Result<ByteVector> bytes = from_hex(text);
  std::array<std::uint8_t, 32> out{};
  if (!bytes || bytes->size() != out.size())
    return fail(Fault::kInvalidInput, "not the hash of a block: " + std::string(text.substr(0, 80)),
                "write 0x and 64 hex digits, as an earlier run printed them");
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return BlockSeed(out);
}

Result<Sampling> parse_subset(std::string_view text) {
  Sampling out{.kind = Sampling::Kind::kSubset};
  const char* end = text.data() + text.size();
  const auto part = std::from_chars(text.data(), end, out.part);
  const bool slash = part.ec == std::errc() && part.ptr != end && *part.ptr == '/';
  const auto parts = std::from_chars(slash ? part.ptr + 1 : end, end, out.parts);
  if (!slash || parts.ec != std::errc() || parts.ptr != end || out.part < 1 || out.part > out.parts ||
      out.parts > kPartsMax)
    return fail(Fault::kInvalidInput, "not a part: " + std::string(text.substr(0, 80)),
                "write it as 1/30, the first of 30 parts");
  return out;
}

std::vector<std::size_t> choose(const std::vector<IndexEntry>& objects, const Sampling& sampling,
                                const BlockSeed& seed) {
  if (sampling.kind == Sampling::Kind::kSample) return smallest(objects, sampling.count, seed);
  std::vector<std::size_t> out;
  for (std::size_t at = 0; at < objects.size(); ++at)
    if (sampling.kind == Sampling::Kind::kAll ||
        number_of(objects[at].key) % sampling.parts == sampling.part - 1)
      out.push_back(at);
  return out;
}

std::string describe(const Sampling& sampling, const BlockSeed& seed) {
  switch (sampling.kind) {
    case Sampling::Kind::kSample:
      return fmt::format("{} object{} by block {}", print_count(sampling.count),
                         sampling.count == 1 ? "" : "s", print_seed(seed));
    case Sampling::Kind::kSubset:
      return fmt::format("part {} of {}", print_count(sampling.part), print_count(sampling.parts));
    case Sampling::Kind::kAll:
      break;
  }
  return "all objects";
}

}  // namespace reconcile::verify
