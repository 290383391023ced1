#pragma once
// What the operator allows for this one run, by name: --allow maxDeletes=412, --allow foreign-commitment.

#include <cstdint>
#include <limits>
#include <map>
#include <string>

namespace reconcile {

class Allowances {
 public:
  /// Without a number the guard is passed whatever the count.
  void add(const std::string& guard, std::uint64_t up_to = std::numeric_limits<std::uint64_t>::max()) {
    up_to_[guard] = up_to;
  }
  bool allows(const std::string& guard, std::uint64_t count = 1) const {
    const auto found = up_to_.find(guard);
    return found != up_to_.end() && count <= found->second;
  }

 private:
  std::map<std::string, std::uint64_t> up_to_;
};

}  // namespace reconcile
