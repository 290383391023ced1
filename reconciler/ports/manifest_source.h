#pragma once
// Where manifests come from when they are not files of this machine: a place that others change, whose newest
// state may be refused, and which may be away.

#include <map>
#include <string>

#include "reconciler/base/result.h"
#include "reconciler/model/desired.h"

namespace reconcile {

/// From any thread; calls block, each within the adapter's deadline, and may be repeated.
class ManifestSource {
 public:
  virtual ~ManifestSource() = default;
  /// What stands there now, if it may be used. kTransient, kAuth, kNotFound: it could not be asked, or there
  /// is nothing. kConflict: older than, or beside, what was last taken up. kDenied: not signed by one of
  /// those it must be signed by. What was taken up stays so whatever comes back.
  virtual Result<Revision> newest() = 0;
  /// What was last taken up, from what is kept here: the place itself is not asked. kNotFound: nothing yet.
  /// kDenied as above.
  virtual Result<Revision> taken_up() = 0;
  /// The manifests of one that `newest` or `taken_up` returned, by name. kInvalidInput: something among them
  /// must not be there, or there are none.
  virtual Result<std::map<std::string, std::string>> read(const Revision& revision) = 0;
  /// From now on, also after a power cut, this one counts as taken up.
  virtual Result<void> take_up(const Revision& revision) = 0;
};

}  // namespace reconcile
