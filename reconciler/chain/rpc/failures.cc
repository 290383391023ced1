#include "reconciler/chain/rpc/failures.h"

#include <algorithm>

namespace reconcile::chain {

bool Failures::all_are(Fault fault) const {
  return std::all_of(errors_.begin(), errors_.end(), [&](const Error& e) { return e.fault == fault; });
}

Error Failures::sum(std::string_view method) const {
  Error out = errors_.front();
  out.fault = all_are(Fault::kInvalidInput) ? Fault::kInvalidInput
              : all_are(Fault::kUntrusted)  ? Fault::kUntrusted
              : all_are(Fault::kQuota)      ? Fault::kQuota
                                            : Fault::kTransient;
  if (errors_.size() > 1) {
    out.cause = "no endpoint answered";
    for (std::size_t i = 0; i < errors_.size(); ++i) out.cause += (i == 0 ? ": " : "; ") + errors_[i].cause;
  }
  return within(std::string(method), std::move(out));
}

}  // namespace reconcile::chain
