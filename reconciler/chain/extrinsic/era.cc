// sp_runtime::generic::Era: the low four bits are log2(period) - 1, the other twelve the phase, in steps of
// period / 4096 (at least 1).
#include "reconciler/chain/extrinsic/era.h"

#include <algorithm>
#include <bit>

#include "reconciler/chain/scale/writer.h"

namespace reconcile::chain {
namespace {

constexpr std::uint64_t kPeriodMin = 4;
constexpr std::uint64_t kPeriodMax = 1u << 16;

std::uint64_t phase_step(std::uint64_t period) { return std::max<std::uint64_t>(period >> 12, 1); }

}  // namespace

Era Era::mortal(std::uint64_t period, std::uint64_t current) {
  const std::uint64_t rounded = std::bit_ceil(std::clamp(period, kPeriodMin, kPeriodMax));
  const std::uint64_t step = phase_step(rounded);
  return Era(rounded, current % rounded / step * step);
}

Result<Era> Era::decode(Reader& in) {
  TRY_ASSIGN(const std::uint8_t low, in.u8());
  if (low == 0) return immortal();
  TRY_ASSIGN(const std::uint8_t high, in.u8());
  const std::uint64_t encoded = std::uint64_t{high} << 8 | low;
  const std::uint64_t period = std::uint64_t{2} << (encoded & 15);
  const std::uint64_t phase = (encoded >> 4) * phase_step(period);
  if (period < kPeriodMin || phase >= period) {
    return fail(Fault::kCorrupt, "an era that no block begins", "the bytes are not an extrinsic's era");
  }
  return Era(period, phase);
}

std::uint64_t Era::birth(std::uint64_t current) const {
  if (!is_mortal()) return 0;
  return (std::max(current, phase_) - phase_) / period_ * period_ + phase_;
}

std::optional<std::uint64_t> Era::death(std::uint64_t current) const {
  if (!is_mortal()) return std::nullopt;
  return birth(current) + period_;
}

ByteVector Era::encode() const {
  if (!is_mortal()) return {0};
  const auto exponent = static_cast<std::uint64_t>(std::countr_zero(period_)) - 1;
  const std::uint64_t encoded = exponent | (phase_ / phase_step(period_)) << 4;
  return Writer().u16(static_cast<std::uint16_t>(encoded)).take();
}

}  // namespace reconcile::chain
