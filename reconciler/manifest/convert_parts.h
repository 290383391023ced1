#pragma once
// Parts of `convert`, one a type. Each takes a node of the right kind: scalars get scalars.

#include <string>
#include <utility>

#include "reconciler/manifest/convert.h"

namespace reconcile::manifest {

inline tl::unexpected<Error> wrong(std::string cause, std::string remedy) {
  return fail(Fault::kInvalidInput, std::move(cause), std::move(remedy));
}

/// For messages: what was written, not what a variable held.
std::string shown(const Node& node);

Result<Value> word_of_enum(const Field& field, const Node& node);
Result<Value> boolean_value(const Node& node);
Result<Value> integer_value(const Field& field, const Node& node);
Result<Value> number_value(const Field& field, const Node& node);
Result<Value> percent_value(const Field& field, const Node& node);
Result<Value> duration_value(const Node& node);
Result<Value> time_value(const Node& node);
Result<Value> size_value(const Field& field, const Node& node);

Result<Value> text_value(const Field& field, const Node& node);
Result<Value> texts_value(const Field& field, const Node& node);
Result<Value> text_map_value(const Field& field, const Node& node);
Result<Value> path_value(const Field& field, const Node& node, const Places& places);
Result<Value> secret_value(const Field& field, const Node& node, const Places& places);

}  // namespace reconcile::manifest
