#pragma once
// Types that cannot be mixed up: a size is not a count, a key is not a path.

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <utility>

namespace reconcile {

template <class Tag, class T>
class Strong {
 public:
  constexpr Strong() = default;
  constexpr explicit Strong(T value) : value_(std::move(value)) {}
  constexpr const T& get() const { return value_; }
  friend constexpr auto operator<=>(const Strong&, const Strong&) = default;
  friend constexpr bool operator==(const Strong&, const Strong&) = default;

 private:
  T value_{};
};

/// A size in bytes.
using Bytes = Strong<struct BytesTag, std::uint64_t>;
constexpr Bytes operator+(Bytes a, Bytes b) { return Bytes(a.get() + b.get()); }

/// A SHA-256 digest (FIPS 180-4), bytes in the order the function gives them.
using Sha256 = Strong<struct Sha256Tag, std::array<std::uint8_t, 32>>;

/// An object's key in a bucket: UTF-8, 1 to 1,024 bytes, no leading slash added or removed by us.
using ObjectKey = Strong<struct ObjectKeyTag, std::string>;

/// Wall-clock time in UTC, whole seconds. Durations are std::chrono::seconds.
using Instant = std::chrono::sys_seconds;
using Seconds = std::chrono::seconds;

}  // namespace reconcile
