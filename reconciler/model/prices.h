#pragma once
// What storage costs, as values. Money is whole millionths of a US dollar; a gigabyte is 10^9 bytes, and a
// month 30 days, as the price lists have it.

#include <array>
#include <cstdint>
#include <string>

#include "reconciler/base/strong.h"

namespace reconcile {

/// Millionths of a US dollar: a request of $0.36 a million costs less than one, so prices are per million.
using MicroUsd = Strong<struct MicroUsdTag, std::int64_t>;
constexpr MicroUsd operator+(MicroUsd a, MicroUsd b) { return MicroUsd(a.get() + b.get()); }

/// Providers sort requests into classes of one price each; what is in which differs.
enum class RequestClass { kA, kB, kC };

struct RequestPrice {
  MicroUsd per_million{};
  std::uint64_t free = 0;  ///< a month
  friend bool operator==(const RequestPrice&, const RequestPrice&) = default;
};

/// One provider's price list. Of a price that falls with the volume, the first step.
struct PriceTable {
  MicroUsd storage_gb_month{};
  Bytes free_storage{};
  Bytes minimum_storage{};                 ///< billed even when less is stored
  int minimum_days = 0;                    ///< an object is billed for at least so long
  Bytes minimum_object{};                  ///< a smaller object is billed as this
  std::array<RequestPrice, 3> requests{};  ///< by RequestClass
  RequestClass puts = RequestClass::kA;    ///< PutObject, each UploadPart, CompleteMultipartUpload
  RequestClass lists = RequestClass::kA;
  RequestClass gets = RequestClass::kB;      ///< GetObject, HeadObject
  RequestClass settings = RequestClass::kB;  ///< HeadBucket, GetBucketLifecycleConfiguration
  MicroUsd egress_gb{};
  Bytes free_egress{};  ///< a month
  std::string as_of;  ///< "2026-11", when the page was read; empty: no price list, the operator's own machine
  friend bool operator==(const PriceTable&, const PriceTable&) = default;

  const RequestPrice& of(RequestClass which) const { return requests[static_cast<std::size_t>(which)]; }
};

/// What `bytes` cost at `per_gb`, and `count` requests at `per_million`: rounded once, half a millionth up;
/// an amount beyond the type's range is its largest value.
MicroUsd price_of(Bytes bytes, MicroUsd per_gb);
MicroUsd price_of(std::uint64_t count, MicroUsd per_million);

/// Dollars as JSON has them, and back; beyond what a double holds to the millionth, its nearest.
double usd_number(MicroUsd amount);
MicroUsd usd_from(double dollars);

/// `$3.60`, `-$0.51`; with more digits where there would be none: `$0.0042`. Half a cent goes up.
std::string print_usd(MicroUsd amount);

}  // namespace reconcile
