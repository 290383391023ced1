#pragma once
// From a publication to the adapters that serve it. The only place that knows which adapter is which.

#include <memory>

#include "reconciler/cli/options.h"
#include "reconciler/engine/ports.h"
#include "reconciler/manifest/environment.h"
#include "reconciler/model/desired.h"

namespace reconcile::cli {

/// A publication and where its secrets are looked up.
struct Publication {
  Desired desired;
  std::shared_ptr<const manifest::Environment> environment;
};

/// What a dry run holds: no adapter in it can write.
class ReadSite {
 public:
  virtual ~ReadSite() = default;
  virtual ReadPorts ports() = 0;
  Site site;
};

class WriteSite {
 public:
  virtual ~WriteSite() = default;
  virtual WritePorts ports() = 0;
  Site site;
  std::vector<std::string> warnings;  ///< from the opening: a journal that was damaged and moved aside
};

/// Opens nothing for writing and creates no file. Errors: credentials that cannot be found, a journal that
/// cannot be read, a kind of network that is not yet carried out.
Result<std::unique_ptr<ReadSite>> open_for_reading(const Publication& publication, const Options& options);
/// `events` must outlive the site.
Result<std::unique_ptr<WriteSite>> open_for_writing(const Publication& publication, const Options& options,
                                                    Events& events);

/// "finney netuid 13 5F3s…": what only one process may work on; the bucket where there is no commitment.
std::string slot_name(const Desired& desired, const Site& site);

}  // namespace reconcile::cli
