#include "reconciler/model/fault_policy.h"

#include "reconciler/base/invariant.h"

namespace reconcile {

const std::array<FaultPolicy, kFaults>& fault_policies() {
  using enum ExitShare;
  // By the order of Fault, so that policy_of need not search; a test holds it to that.
  static constexpr std::array<FaultPolicy, kFaults> kTable{{
      {Fault::kInvalidInput, 5, true, kError, false, "InvalidInput"},
      {Fault::kNotFound, 5, true, kError, false, "NotFound"},
      {Fault::kConflict, 1, false, kError, false, "Conflict"},
      {Fault::kDenied, 5, true, kError, false, "PermissionDenied"},
      {Fault::kAuth, 5, true, kError, false, "CredentialsRejected"},
      {Fault::kClockSkew, 2, true, kError, false, "ClockSkewed"},
      {Fault::kUntrusted, 1, true, kError, true, "CertificateRejected"},
      {Fault::kQuota, 2, false, kPartial, false, "QuotaExhausted"},
      {Fault::kTransient, 1, false, kError, true, "*Unavailable"},
      {Fault::kUnknownOutcome, 1, false, kError, true, "OutcomeUnknown"},
      {Fault::kUnsupported, 10, true, kError, false, "Unsupported"},
      {Fault::kCorrupt, 5, true, kError, false, "Corrupt"},
      {Fault::kCancelled, 0, false, kSignal, false, "Cancelled"},
      {Fault::kDiskFull, 2, true, kError, false, "DiskFull"},
      {Fault::kInternal, 2, true, kError, false, "InternalError"},
  }};
  return kTable;
}

const FaultPolicy& policy_of(Fault fault) {
  const auto at = static_cast<std::size_t>(fault);
  INVARIANT(at < kFaults);
  return fault_policies()[at];
}

std::string domain_name_of(const std::string& address) {
  const std::string first = address.substr(0, address.find('/'));
  if (first == "bucket" || first == "objects" || first == "index") return "Bucket";
  if (first == "chain") return "Chain";
  if (first == "buffer") return "Buffer";
  return "Local";
}

std::string reason_of(Fault fault, const std::string& address) {
  const std::string reason = policy_of(fault).reason;
  return reason.front() == '*' ? domain_name_of(address) + reason.substr(1) : reason;
}

}  // namespace reconcile
