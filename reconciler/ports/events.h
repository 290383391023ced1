#pragma once
// What happens while a plan is applied, for people and machines that watch.

#include <cstdint>
#include <string>

namespace reconcile {

struct Event {
  enum class Kind { kStarted, kProgress, kDone, kFailed, kSkipped, kInfo, kWarning };
  Kind kind = Kind::kInfo;
  std::string address;
  std::string message;  ///< never a secret
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes_total = 0;
};

/// Called from any thread; must not block for long.
class Events {
 public:
  virtual ~Events() = default;
  virtual void emit(const Event& event) = 0;
};

}  // namespace reconcile
