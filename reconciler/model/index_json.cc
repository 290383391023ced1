#include "reconciler/model/index_json.h"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"

namespace reconcile {
namespace {

using Json = nlohmann::ordered_json;

Result<IndexEntry> entry_from(const Json& json, std::size_t at) {
  const auto wrong = [at](const char* what) {
    return corrupt_index(fmt::format("objects[{}]: {}", at, what));
  };
  if (!json.is_object()) return wrong("not an object");
  const auto key = json.find("key"), size = json.find("size"), sha256 = json.find("sha256"),
             time = json.find("time");
  if (key == json.end() || !key->is_string() || key->get_ref<const std::string&>().empty())
    return wrong("no key");
  if (size == json.end() || !size->is_number_unsigned()) return wrong("no size");
  if (sha256 == json.end() || !sha256->is_string()) return wrong("no sha256");
  if (time == json.end() || !time->is_string()) return wrong("no time");
  const Result<Sha256> digest = sha256_from_hex(sha256->get_ref<const std::string&>());
  const Result<Instant> when = parse_time(time->get_ref<const std::string&>());
  if (!digest) return wrong("sha256 is not 64 hex digits");
  if (!when) return wrong("time is not RFC 3339");
  IndexEntry out{ObjectKey(key->get<std::string>()), Bytes(size->get<std::uint64_t>()), *digest, *when,
                 std::nullopt};
  if (const auto rows = json.find("rows"); rows != json.end() && rows->is_number_unsigned())
    out.rows = rows->get<std::uint64_t>();
  return out;
}

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

Result<std::vector<IndexEntry>> entries_from(const Json& list, std::size_t count_max) {
  if (!list.is_array() || list.size() > count_max) return corrupt_index("no objects, or too many");
  std::vector<IndexEntry> out;
  out.reserve(list.size());
  for (const Json& object : list) {
    TRY_ASSIGN(IndexEntry entry, entry_from(object, out.size()));
    if (!out.empty() && out.back().key >= entry.key)
      return corrupt_index(fmt::format("objects[{}]: keys are not sorted, or one stands twice", out.size()));
    out.push_back(std::move(entry));
  }
  return out;
}

std::string canonical_text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::optional<Json> shallow_json(std::string_view text) {
  // Depth 3 is all the format needs; a deeper text is refused before it can exhaust the stack.
  const auto shallow = [](int depth, Json::parse_event_t event, Json&) {
    return depth <= 8 || event != Json::parse_event_t::object_start;
  };
  Json json = Json::parse(text, shallow, false);
  if (json.is_discarded()) return std::nullopt;
  return json;
}

}  // namespace reconcile
