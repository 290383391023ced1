#include "reconciler/model/index_json.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"

namespace reconcile {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

tl::unexpected<Error> corrupt_index(const std::string& what) {
  return fail(Fault::kCorrupt, "index: " + what,
              "fetch it again; if it stays so, the next commitment replaces it");
}

Json json_of(const IndexEntry& entry) {
  Json out{{"key", entry.key.get()},
           {"size", entry.size.get()},
           {"sha256", to_hex(entry.sha256)},
           {"time", print_time(entry.time)}};
  if (entry.rows) out["rows"] = *entry.rows;
  return out;
}

std::string canonical_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace reconcile
