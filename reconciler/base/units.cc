#include "reconciler/base/units.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <limits>

#include <fmt/core.h>

namespace reconcile {
namespace {

struct DurationUnit {
  char letter;
  std::int64_t seconds;
};
constexpr std::array<DurationUnit, 5> kDurationUnits{
    {{'w', 604800}, {'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}}};

struct SizeUnit {
  std::string_view name;
  std::uint64_t bytes;
};
constexpr std::array<SizeUnit, 9> kSizeUnits{{{"KiB", 1ull << 10},
                                              {"MiB", 1ull << 20},
                                              {"GiB", 1ull << 30},
                                              {"TiB", 1ull << 40},
                                              {"KB", 1000ull},
                                              {"MB", 1000000ull},
                                              {"GB", 1000000000ull},
                                              {"TB", 1000000000000ull},
                                              {"B", 1}}};

tl::unexpected<Error> bad_duration(std::string_view text) {
  return fail(Fault::kInvalidInput, fmt::format("`{}` is not a duration", text),
              "write a number with its unit, such as 90s, 20m, 1h30m or 14d");
}

tl::unexpected<Error> bad_size(std::string_view text) {
  return fail(Fault::kInvalidInput, fmt::format("`{}` is not a size", text),
              "write a number with its unit, such as 15KB, 200MiB or 1GiB");
}

tl::unexpected<Error> bad_time(std::string_view text) {
  return fail(Fault::kInvalidInput, fmt::format("`{}` is not a time", text),
              "write it as RFC 3339, such as 2026-11-22T07:20:14Z");
}

/// Exactly `count` digits at `at`; -1 otherwise.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  int out = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') return -1;
    out = out * 10 + (text[i] - '0');
  }
  return out;
}

}  // namespace

Result<Seconds> parse_duration(std::string_view text) {
  const std::string_view whole = text;
  if (text.empty()) return bad_duration(whole);
  std::int64_t total = 0;
  std::size_t next_unit = 0;
  while (!text.empty()) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || text.front() == '-' || end == text.data() + text.size())
      return bad_duration(whole);
    std::size_t unit = next_unit;
    while (unit < kDurationUnits.size() && kDurationUnits[unit].letter != *end) ++unit;
    if (unit == kDurationUnits.size()) return bad_duration(whole);
    std::int64_t part = 0;
    if (__builtin_mul_overflow(number, kDurationUnits[unit].seconds, &part) ||
        __builtin_add_overflow(total, part, &total))
      return bad_duration(whole);
    next_unit = unit + 1;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  }
  return Seconds(total);
}

std::string print_duration(Seconds duration) {
  std::int64_t left = duration.count();
  if (left == 0) return "0s";
  std::string out = left < 0 ? "-" : "";
  if (left < 0) left = -left;
  for (const DurationUnit& unit : kDurationUnits) {
    if (unit.letter == 'w') continue;  // 14d reads better than 2w
    if (left >= unit.seconds) {
      out += fmt::format("{}{}", left / unit.seconds, unit.letter);
      left %= unit.seconds;
    }
  }
  return out;
}

Result<Bytes> parse_size(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return bad_size(text);
  std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
  std::uint64_t tenths = 0;
  if (rest.size() > 2 && rest[0] == '.' && rest[1] >= '0' && rest[1] <= '9') {
    tenths = static_cast<std::uint64_t>(rest[1] - '0');
    rest.remove_prefix(2);
  }
  for (const SizeUnit& unit : kSizeUnits) {
    if (rest != unit.name) continue;
    std::uint64_t bytes = 0;
    if (__builtin_mul_overflow(number, unit.bytes, &bytes) ||
        __builtin_add_overflow(bytes, unit.bytes * tenths / 10, &bytes))
      return bad_size(text);
    return Bytes(bytes);
  }
  return bad_size(text);
}

std::string print_size(Bytes size) {
  const char* const names[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  if (size.get() < 1024) return fmt::format("{} B", size.get());
  double value = static_cast<double>(size.get());
  std::size_t unit = 0;
  while (value >= 1023.95 && unit < 5) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, names[unit]);
}

std::string print_time(Instant time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

Result<Instant> parse_time(std::string_view text) {
  const int year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
  const int hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  if (text.size() < 20 || year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0 ||
      text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't') || text[13] != ':' ||
      text[16] != ':' || hour > 23 || minute > 59 || second > 60)
    return bad_time(text);
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return bad_time(text);
  std::size_t at = 19;
  if (text[at] == '.') {
    ++at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  }
  Seconds offset(0);
  const std::string_view zone = text.substr(at);
  if (zone != "Z" && zone != "z") {
    const int hours = digits(zone, 1, 2), minutes = digits(zone, 4, 2);
    if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':' || hours < 0 || minutes < 0)
      return bad_time(text);
    offset = Seconds((zone[0] == '-' ? -1 : 1) * (hours * 3600 + minutes * 60));
  }
  const Instant time =
      Instant(std::chrono::sys_days(date)) + Seconds(hour * 3600 + minute * 60 + second) - offset;
  // An offset or a leap second can lead out of the four-digit years, which nobody could read back.
  const std::chrono::year_month_day in_utc(std::chrono::floor<std::chrono::days>(time));
  if (in_utc.year() < std::chrono::year(0) || in_utc.year() > std::chrono::year(9999)) return bad_time(text);
  return time;
}

std::string print_count(std::uint64_t count) {
  std::string digits_text = std::to_string(count);
  for (std::size_t at = digits_text.size(); at > 3; at -= 3) digits_text.insert(at - 3, ",");
  return digits_text;
}

}  // namespace reconcile
