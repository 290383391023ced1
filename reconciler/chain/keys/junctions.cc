#include "reconciler/chain/keys/junctions.h"

#include <algorithm>
#include <charconv>

#include "reconciler/chain/hashing.h"
#include "reconciler/chain/scale/writer.h"

namespace reconcile::chain {
namespace {

constexpr std::size_t kJunctionsMax = 32;

// sp_core DeriveJunction: the SCALE form of the number or text, padded with zeros to 32 bytes, or hashed when
// longer.
ChainCode chain_code_of(std::string_view text) {
  Writer encoded;
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem == std::errc() && end == text.data() + text.size()) {
    encoded.u64(number);
  } else {
    encoded.byte_string(view_of(text));
  }
  if (encoded.view().size() > ChainCode().size()) return blake2_256(encoded.view());
  ChainCode out{};
  std::copy(encoded.view().begin(), encoded.view().end(), out.begin());
  return out;
}

tl::unexpected<Error> refuse(const std::string& what) {
  return fail(Fault::kInvalidInput, "derivation path: " + what,
              "write it as //hard/soft, for example //Alice");
}

}  // namespace

Result<std::vector<Junction>> parse_junctions(std::string_view path) {
  std::vector<Junction> out;
  while (!path.empty()) {
    if (!path.starts_with('/')) return refuse("it does not begin with a slash");
    if (out.size() == kJunctionsMax) return refuse("more than 32 junctions");
    const bool hard = path.starts_with("//");
    path.remove_prefix(hard ? 2 : 1);
    const std::string_view name = path.substr(0, path.find('/'));
    if (name.empty()) return refuse("a junction is empty");
    out.push_back({hard, chain_code_of(name)});
    path.remove_prefix(name.size());
  }
  return out;
}

}  // namespace reconcile::chain
