#pragma once
// A secret cannot be printed, formatted, compared or copied by accident, and is wiped when it dies.

#include <string>
#include <string_view>
#include <utility>

namespace reconcile {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret(Secret&& other) noexcept : value_(other.value_) { other.wipe(); }
  Secret& operator=(const Secret& other);
  Secret& operator=(Secret&& other) noexcept;
  ~Secret() { wipe(); }

  /// The bytes themselves. Every call of this is a place to review.
  std::string_view expose() const { return value_; }
  bool empty() const { return value_.empty(); }

 private:
  void wipe();
  std::string value_;
};

}  // namespace reconcile
