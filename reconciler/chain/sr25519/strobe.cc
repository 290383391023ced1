#include "reconciler/chain/sr25519/strobe.h"

#include <sodium.h>

#include "reconciler/base/invariant.h"
#include "reconciler/chain/sr25519/keccak.h"

namespace reconcile::chain {
namespace {

constexpr std::uint8_t kRate = 166;  // 200 bytes of state - 2 * 128/8 of capacity - 2 for padding
constexpr std::uint8_t kInbound = 1, kApplication = 2, kCipher = 4, kMeta = 16;

}  // namespace

Strobe::Strobe(std::string_view protocol) {
  constexpr std::uint8_t kStart[] = {1, kRate + 2, 1,
                                     0, 1,         12 * 8};  // bytepad(encode_string("STROBEv1.0.2"), 168)
  constexpr std::string_view kVersion = "STROBEv1.0.2";
  for (std::size_t i = 0; i < sizeof kStart; ++i) set(i, kStart[i]);
  for (std::size_t i = 0; i < kVersion.size(); ++i)
    set(sizeof kStart + i, static_cast<std::uint8_t>(kVersion[i]));
  keccak_f1600(state_);
  meta_ad(view_of(protocol), false);
}

Strobe::~Strobe() { sodium_memzero(state_.data(), sizeof state_); }

void Strobe::meta_ad(ByteView bytes, bool more) {
  begin(kMeta | kApplication, more);
  absorb(bytes);
}

void Strobe::ad(ByteView bytes) {
  begin(kApplication, false);
  absorb(bytes);
}

void Strobe::key(ByteView bytes) {
  begin(kApplication | kCipher, false);
  for (std::uint8_t byte : bytes) {
    set(position_, byte);
    if (++position_ == kRate) run();
  }
}

void Strobe::prf(std::span<std::uint8_t> out) {
  begin(kInbound | kApplication | kCipher, false);
  for (std::uint8_t& byte : out) {
    byte = get(position_);
    set(position_, 0);
    if (++position_ == kRate) run();
  }
}

void Strobe::begin(std::uint8_t flags, bool more) {
  if (more) {
    INVARIANT(flags == flags_);
    return;
  }
  const std::uint8_t head[] = {begun_at_, flags};
  begun_at_ = static_cast<std::uint8_t>(position_ + 1);
  flags_ = flags;
  absorb(head);
  if ((flags & kCipher) != 0 && position_ != 0) run();
}

void Strobe::absorb(ByteView bytes) {
  for (std::uint8_t byte : bytes) {
    set(position_, get(position_) ^ byte);
    if (++position_ == kRate) run();
  }
}

void Strobe::run() {
  set(position_, get(position_) ^ begun_at_);
  set(position_ + 1u, get(position_ + 1u) ^ 0x04);
  set(kRate + 1u, get(kRate + 1u) ^ 0x80);
  keccak_f1600(state_);
  position_ = 0;
  begun_at_ = 0;
}

// Bytes of the lanes, little-endian, whatever this machine is.
std::uint8_t Strobe::get(std::size_t at) const {
  return static_cast<std::uint8_t>(state_[at / 8] >> (at % 8 * 8));
}

void Strobe::set(std::size_t at, std::uint8_t byte) {
  const std::size_t shift = at % 8 * 8;
  state_[at / 8] = (state_[at / 8] & ~(std::uint64_t{0xff} << shift)) | std::uint64_t{byte} << shift;
}

}  // namespace reconcile::chain
