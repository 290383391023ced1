#pragma once
// What each endpoint did to one question, for the error that sums it up. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "reconciler/base/result.h"

namespace reconcile::chain {

class Failures {
 public:
  void add(Error error) { errors_.push_back(std::move(error)); }

  /// kInvalidInput or kQuota when that was the fault of all of them, kTransient otherwise: one endpoint that
  /// may answer the next time is enough. There must be a failure.
  Error sum(std::string_view method) const;

 private:
  bool all_are(Fault fault) const;
  std::vector<Error> errors_;
};

}  // namespace reconcile::chain
