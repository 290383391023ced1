#pragma once
// The fields of one flat JSON object, read without leaving copies of its secrets behind.
// A general JSON library keeps what it read in buffers that it frees unwiped.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reconciler/base/result.h"
#include "reconciler/base/secret.h"

namespace reconcile::chain {

struct JsonField {
  enum class Kind { kText, kNumber, kNull, kOther };  ///< kOther: true, false, a list or an object
  std::string name;
  Kind kind = Kind::kOther;
  Secret text;  ///< of a text (escapes undone) or number; empty for the rest
};

/// The named fields of the object, in their order; the values of all others are passed over uncopied.
/// kCorrupt, with the byte offset, for anything that is not one JSON object, for a wanted name that stands
/// twice, and for nesting deeper than 16.
Result<std::vector<JsonField>> read_json_fields(std::string_view text,
                                                std::span<const std::string_view> wanted);

}  // namespace reconcile::chain
