#pragma once
// One value: from its letters to the type that the table asks for. Nothing changes type silently.

#include "reconciler/manifest/environment.h"
#include "reconciler/manifest/fields.h"
#include "reconciler/manifest/node.h"

namespace reconcile::manifest {

/// What relative paths and `~` mean.
struct Places {
  Path folder;  ///< of the manifest, absolute
  Path home;    ///< empty: not known
};

/// kInvalidInput without a place. Values of secrets are never repeated, nor what variables hold.
Result<Value> convert(const Field& field, const Node& node, const Places& places);

/// The same for a default of the table.
Value preset_of(const Field& field, const Places& places);

/// What the value means, in one spelling: `20m` and `1200s` are the same. For the digest.
std::string canonical(const Field& field, const Value& value);

/// Plain YAML that some reader takes for a number, a boolean or nothing (YAML 1.1 and 1.2).
bool reads_as_other_type(std::string_view plain);

}  // namespace reconcile::manifest
