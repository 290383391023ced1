#include "reconciler/base/result.h"

namespace reconcile {

const char* name_of(Fault fault) {
  switch (fault) {
    case Fault::kInvalidInput:
      return "invalid-input";
    case Fault::kNotFound:
      return "not-found";
    case Fault::kConflict:
      return "conflict";
    case Fault::kDenied:
      return "denied";
    case Fault::kAuth:
      return "auth";
    case Fault::kClockSkew:
      return "clock-skew";
    case Fault::kUntrusted:
      return "untrusted";
    case Fault::kQuota:
      return "quota";
    case Fault::kTransient:
      return "transient";
    case Fault::kUnknownOutcome:
      return "unknown-outcome";
    case Fault::kUnsupported:
      return "unsupported";
    case Fault::kCorrupt:
      return "corrupt";
    case Fault::kCancelled:
      return "cancelled";
    case Fault::kDiskFull:
      return "disk-full";
    case Fault::kInternal:
      return "internal";
  }
  return "internal";
}

}  // namespace reconcile
