#include "reconciler/model/prices.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/core.h>

namespace reconcile {
namespace {

__extension__ using Wide = unsigned __int128;  // 64 bits of bytes times a price do not fit into 64

MicroUsd rounded(std::uint64_t quantity, MicroUsd price, std::uint64_t per) {
  const Wide exact = static_cast<Wide>(quantity) * static_cast<std::uint64_t>(price.get());
  const Wide amount = (exact + per / 2) / per;
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  return MicroUsd(amount > static_cast<Wide>(kMost) ? kMost : static_cast<std::int64_t>(amount));
}

}  // namespace

MicroUsd price_of(Bytes bytes, MicroUsd per_gb) { return rounded(bytes.get(), per_gb, 1'000'000'000); }

MicroUsd price_of(std::uint64_t count, MicroUsd per_million) {
  return rounded(count, per_million, 1'000'000);
}

double usd_number(MicroUsd amount) { return static_cast<double>(amount.get()) / 1e6; }

MicroUsd usd_from(double dollars) {
  constexpr double kMost = 9e12;  // millionths of it fit into 63 bits
  return MicroUsd(std::llround(std::clamp(dollars, -kMost, kMost) * 1e6));
}

std::string print_usd(MicroUsd amount) {
  const std::string sign = amount.get() < 0 ? "-" : "";
  const std::uint64_t micros = amount.get() < 0 ? 0 - static_cast<std::uint64_t>(amount.get())
                                                : static_cast<std::uint64_t>(amount.get());
  if (micros == 0) return "$0.00";
  if (micros < 5'000) {
    std::string digits = fmt::format("{:06}", micros);
    while (digits.back() == '0') digits.pop_back();
    return sign + "$0." + digits;
  }
  const std::uint64_t cents = (micros + 5'000) / 10'000;
  return fmt::format("{}${}.{:02}", sign, cents / 100, cents % 100);
}

}  // namespace reconcile
