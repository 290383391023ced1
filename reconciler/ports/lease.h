#pragma once
// Where a lease is kept: one small object that is only ever written on a condition, so that of two writers at
// the same moment one learns that the other was first.

#include <optional>
#include <string>

#include "reconciler/base/result.h"
#include "reconciler/base/strong.h"

namespace reconcile {

struct StoredLease {
  std::string text;
  std::string etag;  ///< of exactly this text; for write_lease
  Instant modified;  ///< when the store took it
};

struct LeaseView {
  std::optional<StoredLease> lease;  ///< nullopt: certainly none
  Instant now;                       ///< by the same clock as `modified`
};

class LeaseStore {
 public:
  virtual ~LeaseStore() = default;
  /// kNotFound: there is no bucket. Safe to repeat.
  virtual Result<LeaseView> read_lease(const ObjectKey& key) = 0;
  /// Writes if what is there has `expected_etag`, or, without one, if nothing is there; the new ETag.
  /// kConflict: somebody else was first, and nothing was written. kUnsupported: this store cannot write on a
  /// condition, and no lease is left there. kUnknownOutcome: read it to see. Not to be repeated without
  /// reading.
  virtual Result<std::string> write_lease(const ObjectKey& key, const std::string& text,
                                          const std::optional<std::string>& expected_etag) = 0;
};

}  // namespace reconcile
