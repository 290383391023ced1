#pragma once
// Exit codes. An unknown code must be treated as failure: later versions may add some.

namespace reconcile::cli {

enum ExitCode : int {
  kOk = 0,
  kError = 1,
  kChanges = 2,           ///< only --plan --detailed-exitcode
  kPartial = 3,           ///< some steps done, some not; verify: not judged
  kBlocked = 4,           ///< a guard refused, or nobody approved
  kStale = 5,             ///< a saved plan or approval no longer fits
  kLocked = 6,            ///< another process works on this slot
  kUsage = 64,            ///< EX_USAGE
  kInvalidManifest = 65,  ///< EX_DATAERR
  kInterrupted = 130,     ///< SIGINT
  kTerminated = 143,      ///< SIGTERM
};

/// For several publications in one run: 1 beats 4 beats 3 beats 2 beats 0; 5 and 6 count as 4 does.
ExitCode worse(ExitCode a, ExitCode b);

}  // namespace reconcile::cli
