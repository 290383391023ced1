#pragma once
// What `import` says of its manifest: above its fields, and as JSON.

#include <string>

#include "reconciler/cli/import_drafts.h"

namespace reconcile::cli {

struct Import {
  Draft draft;
  std::string manifest;          ///< the YAML
  Observed observed;             ///< as the first plan saw it
  std::optional<Error> missed;   ///< why it is not what was wished for
  bool buffer_is_there = false;  ///< else its folder is still to be made
};

/// Comments for the draft. `missed`: why none that does as wished has an empty first plan.
manifest::Comments comments_on(const Draft& draft, const Survey& found, const Observed& observed,
                               const std::optional<Error>& missed, Instant now);

/// One line each, for people: what was found, what was not reached, what to do next.
std::vector<std::string> remarks_on(const Import& import, const Survey& found);

/// schema/import.schema.json.
std::string import_json(const Import& import, const Survey& found);

}  // namespace reconcile::cli
