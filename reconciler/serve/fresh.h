#pragma once
// Answers that many readers share: made anew when the status has changed, or after a second.

#include <chrono>
#include <functional>
#include <map>
#include <mutex>

#include "reconciler/serve/answer.h"

namespace reconcile::serve {

class FreshAnswers {
 public:
  /// `revision` grows with each change of the status but the clock's and the transfers'. Empty: nothing is
  /// kept.
  FreshAnswers(std::function<ProcessStatus()> status, std::function<std::uint64_t()> revision);

  /// From any thread. One reader makes the answer while the others wait for it, so that however many read,
  /// the loop is asked once.
  Answer of(const std::string& method, const std::string& path);
  /// 0 where there is none.
  std::uint64_t revision() const { return revision_ ? revision_() : 0; }

 private:
  struct Kept {
    Answer answer;
    std::uint64_t revision = 0;
    std::chrono::steady_clock::time_point made;
  };
  /// Names are a stranger's: no more than this many different paths are kept.
  static constexpr std::size_t kKeptMax = 8;

  std::function<ProcessStatus()> status_;
  std::function<std::uint64_t()> revision_;
  std::mutex mutex_;
  std::map<std::string, Kept> kept_;
};

}  // namespace reconcile::serve
