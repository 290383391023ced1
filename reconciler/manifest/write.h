#pragma once
// From values to a manifest's text, for commands that write one for a person to keep.

#include <map>
#include <string>
#include <vector>

#include "reconciler/model/desired.h"

namespace reconcile::manifest {

/// Lines to stand above a field, by its address; "" stands for the head of the file. Those of a section that
/// is not written are kept at its place. Characters that would break a line are left out.
using Comments = std::map<std::string, std::vector<std::string>>;

/// YAML with what names and places a publication: name, mode, bucket with its creation and rules, buffer
/// folder, key, and the commitment. Fields at their default are left out, and so is every other field: read
/// it again to see what it means. References to secrets are written, as references. Same values, same bytes.
std::string write_yaml(const Desired& desired, const Comments& comments);

}  // namespace reconcile::manifest
