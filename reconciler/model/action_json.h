#pragma once
// Actions to JSON and back. Shared by the files that print, hash and read plans; not for other folders.

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "reconciler/model/json_fields.h"
#include "reconciler/model/plan.h"

namespace reconcile {

/// "upload-file" and the like: names the alternative of Action, where verb_of names what it means to people.
const char* kind_of(const Action& action);

/// The action's own members, without address, verb and cause.
nlohmann::ordered_json fields_of(const Action& action);

/// The inverse of kind_of and fields_of; errors go to `in`.
Action action_from(const std::string& kind, const JsonFields& in);

/// A string that may hold any bytes (a key, a name, a rule's text): plain where it is UTF-8, otherwise
/// {"base64": …}, so that nothing is lost on the way.
nlohmann::ordered_json text_json(const std::string& text);

}  // namespace reconcile
