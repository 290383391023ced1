#include "reconciler/model/index.h"

#include <charconv>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"

namespace reconcile {
namespace {

using Json = nlohmann::ordered_json;
constexpr const char* kSchema = "reconcile.index/v1";
constexpr std::size_t kObjectsMax = 2'000'000;

Json json_of(const IndexEntry& entry) {
  Json out{{"key", entry.key.get()},
           {"size", entry.size.get()},
           {"sha256", to_hex(entry.sha256)},
           {"time", print_time(entry.time)}};
  if (entry.rows) out["rows"] = *entry.rows;
  return out;
}

tl::unexpected<Error> corrupt(const std::string& what) {
  return fail(Fault::kCorrupt, "index: " + what,
              "fetch it again; if it stays so, the next commitment replaces it");
}

Result<IndexEntry> entry_from(const Json& json, std::size_t at) {
  const auto wrong = [at](const char* what) { return corrupt(fmt::format("objects[{}]: {}", at, what)); };
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

Result<Index> index_from(const Json& json) {
  if (!json.is_object() || !json.contains("schema") || json["schema"] != kSchema)
    return corrupt(fmt::format("schema is not {}", kSchema));
  for (const char* name : {"seq", "netuid"})
    if (!json.contains(name) || !json[name].is_number_unsigned()) return corrupt(fmt::format("no {}", name));
  for (const char* name : {"hotkey", "time"})
    if (!json.contains(name) || !json[name].is_string()) return corrupt(fmt::format("no {}", name));
  if (!json.contains("objects") || !json["objects"].is_array() || json["objects"].size() > kObjectsMax)
    return corrupt("no objects, or too many");
  Index out;
  out.seq = json["seq"].get<std::uint64_t>();
  const std::uint64_t netuid = json["netuid"].get<std::uint64_t>();
  if (netuid > 0xffff) return corrupt("netuid is over 65535");
  out.netuid = static_cast<std::uint16_t>(netuid);
  out.hotkey = json["hotkey"].get<std::string>();
  const Result<Instant> time = parse_time(json["time"].get_ref<const std::string&>());
  if (!time) return corrupt("time is not RFC 3339");
  out.time = *time;
  if (const auto prev = json.find("prev"); prev != json.end() && prev->is_string()) {
    const Result<Sha256> digest = sha256_from_hex(prev->get_ref<const std::string&>());
    if (!digest) return corrupt("prev is not 64 hex digits");
    out.prev = *digest;
  }
  out.objects.reserve(json["objects"].size());
  for (const Json& object : json["objects"]) {
    TRY_ASSIGN(IndexEntry entry, entry_from(object, out.objects.size()));
    if (!out.objects.empty() && out.objects.back().key >= entry.key)
      return corrupt(
          fmt::format("objects[{}]: keys are not sorted, or one stands twice", out.objects.size()));
    out.objects.push_back(std::move(entry));
  }
  return out;
}

}  // namespace

std::string print_index(const Index& index) {
  Json objects = Json::array();
  for (const IndexEntry& entry : index.objects) objects.push_back(json_of(entry));
  const Json out{{"schema", kSchema},
                 {"seq", index.seq},
                 {"prev", index.prev ? Json(to_hex(*index.prev)) : Json(nullptr)},
                 {"netuid", index.netuid},
                 {"hotkey", index.hotkey},
                 {"time", print_time(index.time)},
                 {"objects", std::move(objects)}};
  // Keys with bytes that are not UTF-8 are replaced rather than thrown on; the buffer refuses such names
  // beforehand.
  return out.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Index> parse_index(std::string_view text) {
  // Depth 3 is all the format needs; a deeper text is refused before it can exhaust the stack.
  const auto shallow = [](int depth, Json::parse_event_t event, Json&) {
    return depth <= 8 || event != Json::parse_event_t::object_start;
  };
  const Json json = Json::parse(text, shallow, false);
  if (json.is_discarded()) return corrupt("not JSON");
  return index_from(json);
}

ObjectKey index_key(const std::string& prefix, std::uint64_t seq) {
  return ObjectKey(fmt::format("{}{:08}.json", prefix, seq));
}

std::optional<std::uint64_t> index_seq(const std::string& prefix, const ObjectKey& key) {
  std::string_view text = key.get();
  if (!text.starts_with(prefix) || !text.ends_with(".json")) return std::nullopt;
  text.remove_prefix(prefix.size());
  text.remove_suffix(5);
  std::uint64_t seq = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seq);
  if (error != std::errc() || end != text.data() + text.size() || index_key(prefix, seq) != key)
    return std::nullopt;
  return seq;
}

}  // namespace reconcile
