#pragma once
// Durations (90s 20m 1h30m 14d), sizes (15KB 1GiB), times (RFC 3339 UTC): read and print, exact inverses.

#include <string>
#include <string_view>

#include "reconciler/base/result.h"
#include "reconciler/base/strong.h"

namespace reconcile {

/// One or more of N(w|d|h|m|s), largest unit first, each once: `1h30m`. Bare numbers, signs and fractions are
/// refused.
Result<Seconds> parse_duration(std::string_view text);
/// The shortest such text: 90 min -> `1h30m`, 14 days -> `14d`, 0 -> `0s`.
std::string print_duration(Seconds duration);

/// N or N.N followed by B, KB MB GB TB (powers of 1,000) or KiB MiB GiB TiB (powers of 1,024). Bare numbers
/// are refused.
Result<Bytes> parse_size(std::string_view text);
/// For people: `41.3 GiB`, `512 B`. One decimal from KiB up.
std::string print_size(Bytes size);

/// `2026-11-22T07:20:14Z`.
std::string print_time(Instant time);
/// The inverse; also accepts fractional seconds (dropped, as S3 lists `.000Z`) and a numeric offset.
Result<Instant> parse_time(std::string_view text);

/// 12418 -> `12,418`.
std::string print_count(std::uint64_t count);

}  // namespace reconcile
