#include "reconciler/model/index.h"

#include <charconv>
#include <limits>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/model/index_json.h"
#include "reconciler/model/index_parts.h"
#include "reconciler/model/index_signature.h"

namespace reconcile {
namespace {

constexpr std::size_t kSeqDigits = 8;
constexpr std::size_t kDigestLetters = 43;  // 32 bytes as base64url without padding
constexpr std::string_view kEnd = ".json";

/// The number and what follows it, up to `.json`.
struct KeyParts {
  std::uint64_t seq = 0;
  std::string_view rest;
};

std::optional<KeyParts> split(const std::string& prefix, const ObjectKey& key) {
  std::string_view text = key.get();
  if (!text.starts_with(prefix) || text.size() < prefix.size() + kSeqDigits + kEnd.size() ||
      !text.ends_with(kEnd))
    return std::nullopt;
  text.remove_prefix(prefix.size());
  text.remove_suffix(kEnd.size());
  KeyParts out;
  const auto [end, error] = std::from_chars(text.data(), text.data() + kSeqDigits, out.seq);
  if (error != std::errc() || end != text.data() + kSeqDigits) return std::nullopt;
  out.rest = text.substr(kSeqDigits);
  return out;
}

std::optional<Sha256> digest_in(std::string_view rest) {
  if (rest.size() != kDigestLetters + 1 || rest[0] != '-') return std::nullopt;
  const Result<ByteVector> bytes = from_base64url(rest.substr(1));
  std::array<std::uint8_t, 32> out{};
  if (!bytes || bytes->size() != out.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), out.begin());
  return Sha256(out);
}

}  // namespace

std::string print_index(const Index& index) {
  std::string out = store_index(index, std::numeric_limits<std::size_t>::max()).root;
  return index.signature ? with_signature(out, *index.signature) : out;
}

Result<Index> parse_index(std::string_view text) {
  TRY_ASSIGN(IndexRoot root, parse_index_root(text));
  if (!root.parts.empty()) return corrupt_index("it names parts, and is not whole without them");
  return std::move(root.index);
}

std::string index_stem(const std::string& prefix, std::uint64_t seq) {
  return fmt::format("{}{:08}", prefix, seq);
}

ObjectKey index_key(const std::string& prefix, std::uint64_t seq) {
  return ObjectKey(index_stem(prefix, seq) + std::string(kEnd));
}

ObjectKey index_key(const std::string& prefix, std::uint64_t seq, const Sha256& sha256) {
  return ObjectKey(fmt::format("{}-{}{}", index_stem(prefix, seq), to_base64url(sha256.get()), kEnd));
}

std::optional<std::uint64_t> index_seq(const std::string& prefix, const ObjectKey& key) {
  const std::optional<KeyParts> parts = split(prefix, key);
  if (!parts || (!parts->rest.empty() && !digest_in(parts->rest))) return std::nullopt;
  return parts->seq;
}

std::optional<Sha256> index_digest(const std::string& prefix, const ObjectKey& key) {
  const std::optional<KeyParts> parts = split(prefix, key);
  return parts ? digest_in(parts->rest) : std::nullopt;
}

}  // namespace reconcile
