#include "reconciler/cli/exit_code.h"

namespace reconcile::cli {
namespace {

int rank(ExitCode code) {
  switch (code) {
    case kOk:
      return 0;
    case kChanges:
      return 1;
    case kPartial:
      return 2;
    case kBlocked:
      return 3;
    case kStale:
      return 4;
    case kLocked:
      return 5;
    case kError:
      return 6;
    case kInvalidManifest:
      return 7;
    case kUsage:
      return 8;
    case kInterrupted:
    case kTerminated:
      return 9;
  }
  return 6;
}

}  // namespace

ExitCode worse(ExitCode a, ExitCode b) { return rank(a) >= rank(b) ? a : b; }

}  // namespace reconcile::cli
