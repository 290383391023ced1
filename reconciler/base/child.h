#pragma once
// Another program, run with fixed arguments and bounds on what it may take and say. No shell is involved.

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "reconciler/base/result.h"
#include "reconciler/base/strong.h"

namespace reconcile {

struct ChildOptions {
  std::vector<std::string> arguments;    ///< the first is looked up in this process's PATH
  std::vector<std::string> environment;  ///< NAME=value; nothing of this process's own is handed on
  std::chrono::milliseconds time_max{10'000};
  Bytes out_max{0};     ///< of stdout; a child that says more is ended
  Bytes err_max{4096};  ///< of stderr; what is beyond is dropped
  Bytes file_max{0};    ///< no file it writes may be longer (RLIMIT_FSIZE, inherited); 0: no bound
  /// Asked every 100 ms; true ends the child. None: never.
  std::function<bool()> cancelled = nullptr;
};

/// What a child that ended by itself left.
struct ChildEnd {
  int code = 0;
  std::string out;
  std::string err;
};

/// Runs it to its end, in a session of its own: it has no terminal to ask on, and what it started itself ends
/// with it. stdin is empty. From any thread. kNotFound: there is no such program. kTransient: it was not done
/// in time, or a signal ended it. kInvalidInput: it said more than `out_max`. kCancelled.
Result<ChildEnd> run_child(const ChildOptions& options);

}  // namespace reconcile
