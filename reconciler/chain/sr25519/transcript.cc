#include "reconciler/chain/sr25519/transcript.h"

#include "reconciler/chain/secret_bytes.h"

namespace reconcile::chain {
namespace {

// LE32 of a length, as Merlin frames its messages.
std::array<std::uint8_t, 4> framed(std::size_t size) {
  return {static_cast<std::uint8_t>(size), static_cast<std::uint8_t>(size >> 8),
          static_cast<std::uint8_t>(size >> 16), static_cast<std::uint8_t>(size >> 24)};
}

}  // namespace

Transcript::Transcript(std::string_view label) : strobe_("Merlin v1.0") { append("dom-sep", view_of(label)); }

void Transcript::append(std::string_view label, ByteView message) {
  strobe_.meta_ad(view_of(label), false);
  strobe_.meta_ad(framed(message.size()), true);
  strobe_.ad(message);
}

void Transcript::challenge(std::string_view label, std::span<std::uint8_t> out) {
  strobe_.meta_ad(view_of(label), false);
  strobe_.meta_ad(framed(out.size()), true);
  strobe_.prf(out);
}

void Transcript::witness(std::string_view label, ByteView seed, std::span<std::uint8_t> out) const {
  Strobe strobe = strobe_;
  strobe.meta_ad(view_of(label), false);
  strobe.meta_ad(framed(seed.size()), true);
  strobe.key(seed);
  SecretBytes<32> fresh;
  fill_with_random(fresh.span());
  strobe.meta_ad(view_of("rng"), false);
  strobe.key(fresh.view());
  strobe.meta_ad(framed(out.size()), false);
  strobe.prf(out);
}

}  // namespace reconcile::chain
