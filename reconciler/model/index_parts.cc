#include "reconciler/model/index_parts.h"

#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/bytes.h"
#include "reconciler/base/sha256.h"
#include "reconciler/base/units.h"
#include "reconciler/model/index_json.h"
#include "reconciler/model/index_text.h"

namespace reconcile {
namespace {

using Json = nlohmann::ordered_json;
using Days = std::map<std::string, std::vector<const IndexEntry*>>;
constexpr const char* kSchema = "reconcile.index/v1";
constexpr const char* kPartSchema = "reconcile.index-part/v1";
constexpr std::size_t kDayBytes = 10;  // 2026-11-22

std::string day_of(Instant time) { return print_time(time).substr(0, kDayBytes); }

/// The days that become parts. What is not in them stays in the root.
Days days_of(const Index& index, std::size_t inline_max) {
  Days out;
  if (index.objects.size() <= inline_max) return out;
  const Instant today = std::chrono::floor<std::chrono::days>(index.time);
  for (const IndexEntry& entry : index.objects)
    if (entry.time < today) out[day_of(entry.time)].push_back(&entry);
  while (out.size() > kIndexPartsMax) {
    const auto oldest = out.begin();
    auto& next = std::next(oldest)->second;
    next.insert(next.end(), oldest->second.begin(), oldest->second.end());
    std::sort(next.begin(), next.end(),
              [](const IndexEntry* a, const IndexEntry* b) { return a->key < b->key; });
    out.erase(oldest);
  }
  return out;
}

std::string print_part(const std::string& day, const std::vector<const IndexEntry*>& entries) {
  Json objects = Json::array();
  for (const IndexEntry* entry : entries) objects.push_back(json_of(*entry));
  return canonical_text(Json{{"schema", kPartSchema}, {"day", day}, {"objects", std::move(objects)}});
}

Json json_of(const IndexPart& part) {
  return Json{{"key", part.key.get()},
              {"size", part.size.get()},
              {"sha256", to_hex(part.sha256)},
              {"count", part.count}};
}

std::string print_root(const Index& index, const std::vector<IndexPart>& parts,
                       const std::vector<const IndexEntry*>& rest) {
  Json objects = Json::array();
  for (const IndexEntry* entry : rest) objects.push_back(json_of(*entry));
  Json out{{"schema", kSchema},
           {"seq", index.seq},
           {"prev", index.prev ? Json(to_hex(*index.prev)) : Json(nullptr)},
           {"netuid", index.netuid},
           {"hotkey", index.hotkey},
           {"time", print_time(index.time)}};
  if (!parts.empty()) {
    Json list = Json::array();
    for (const IndexPart& part : parts) list.push_back(json_of(part));
    out["parts"] = std::move(list);
  }
  out["objects"] = std::move(objects);
  return canonical_text(out);
}

Result<IndexPart> part_from(const Json& json, std::size_t at) {
  const auto wrong = [at](const char* what) { return corrupt_index(fmt::format("parts[{}]: {}", at, what)); };
  if (!json.is_object()) return wrong("not an object");
  const auto key = json.find("key"), size = json.find("size"), sha256 = json.find("sha256"),
             count = json.find("count");
  if (key == json.end() || !key->is_string()) return wrong("no key");
  if (size == json.end() || !size->is_number_unsigned()) return wrong("no size");
  if (sha256 == json.end() || !sha256->is_string()) return wrong("no sha256");
  if (count == json.end() || !count->is_number_unsigned()) return wrong("no count");
  const Result<Sha256> digest = sha256_from_hex(sha256->get_ref<const std::string&>());
  if (!digest) return wrong("sha256 is not 64 hex digits");
  const std::string& name = key->get_ref<const std::string&>();
  const std::size_t day_at = std::string_view(kIndexPartsPrefix).size();
  if (name.size() < day_at + kDayBytes ||
      index_part_key(name.substr(day_at, kDayBytes), *digest).get() != name)
    return wrong("its key is not that of a part with this digest");
  IndexPart out{ObjectKey(name), Bytes(size->get<std::uint64_t>()), *digest, count->get<std::uint64_t>()};
  if (out.size > kIndexBytesMax) return wrong("longer than a part may be");
  return out;
}

Result<std::vector<IndexPart>> parts_from(const Json& list, std::uint64_t& entries) {
  if (!list.is_array() || list.size() > kIndexPartsMax) return corrupt_index("parts: no list, or too long");
  std::vector<IndexPart> out;
  for (const Json& json : list) {
    TRY_ASSIGN(IndexPart part, part_from(json, out.size()));
    if (part.count > kIndexEntriesMax - entries) return corrupt_index("too many objects in its parts");
    entries += part.count;
    if (!out.empty() && out.back().key >= part.key)
      return corrupt_index(fmt::format("parts[{}]: not sorted, or one stands twice", out.size()));
    out.push_back(std::move(part));
  }
  return out;
}

Result<IndexSignature> signature_from(const Json& json) {
  const auto type = json.is_object() ? json.find("type") : json.end();
  if (!json.is_object() || type == json.end() || !type->is_string() || !json.contains("value") ||
      !json["value"].is_string())
    return corrupt_index("signature: no type, or no value");
  Result<ByteVector> value = from_base64(json["value"].get_ref<const std::string&>());
  if (!value || value->empty() || value->size() > 128) return corrupt_index("signature: not base64");
  if (type->get_ref<const std::string&>().size() > 16) return corrupt_index("signature: unknown type");
  return IndexSignature{type->get<std::string>(), *std::move(value)};
}

Result<Index> head_from(const Json& json) {
  if (!json.is_object() || !json.contains("schema") || json["schema"] != kSchema)
    return corrupt_index(fmt::format("schema is not {}", kSchema));
  for (const char* name : {"seq", "netuid"})
    if (!json.contains(name) || !json[name].is_number_unsigned())
      return corrupt_index(fmt::format("no {}", name));
  for (const char* name : {"hotkey", "time"})
    if (!json.contains(name) || !json[name].is_string()) return corrupt_index(fmt::format("no {}", name));
  Index out;
  out.seq = json["seq"].get<std::uint64_t>();
  const std::uint64_t netuid = json["netuid"].get<std::uint64_t>();
  if (netuid > 0xffff) return corrupt_index("netuid is over 65535");
  out.netuid = static_cast<std::uint16_t>(netuid);
  out.hotkey = json["hotkey"].get<std::string>();
  const Result<Instant> time = parse_time(json["time"].get_ref<const std::string&>());
  if (!time) return corrupt_index("time is not RFC 3339");
  out.time = *time;
  if (const auto prev = json.find("prev"); prev != json.end() && prev->is_string()) {
    const Result<Sha256> digest = sha256_from_hex(prev->get_ref<const std::string&>());
    if (!digest) return corrupt_index("prev is not 64 hex digits");
    out.prev = *digest;
  }
  return out;
}

}  // namespace

ObjectKey index_part_key(const std::string& day, const Sha256& sha256) {
  return ObjectKey(fmt::format("{}{}-{}.json", kIndexPartsPrefix, day, to_hex(sha256).substr(0, 16)));
}

StoredIndex store_index(const Index& index, std::size_t inline_max, const PartSink& sink) {
  StoredIndex out;
  const Days days = days_of(index, inline_max);
  for (const auto& [day, entries] : days) {
    const std::string content = print_part(day, entries);
    const Sha256 digest = sha256_of(std::string_view(content));
    out.parts.push_back({index_part_key(day, digest), Bytes(content.size()), digest, entries.size()});
    if (sink) sink(out.parts.back(), content);
  }
  std::vector<const IndexEntry*> rest;
  const Instant today = std::chrono::floor<std::chrono::days>(index.time);
  for (const IndexEntry& entry : index.objects)
    if (days.empty() || entry.time >= today) rest.push_back(&entry);
  out.root = print_root(index, out.parts, rest);
  return out;
}

Result<IndexRoot> parse_index_root(std::string_view text) {
  TRY_ASSIGN(IndexText read, read_index_text(text));
  const Json& json = read.around;
  IndexRoot out;
  TRY_ASSIGN(out.index, head_from(json));
  std::uint64_t entries = 0;
  if (const auto parts = json.find("parts"); parts != json.end()) {
    TRY_ASSIGN(out.parts, parts_from(*parts, entries));
  }
  if (!read.objects || read.objects->size() > kIndexEntriesMax - entries)
    return corrupt_index("no objects, or too many");
  out.index.objects = *std::move(read.objects);
  if (const auto signature = json.find("signature"); signature != json.end()) {
    TRY_ASSIGN(out.index.signature, signature_from(*signature));
  }
  return out;
}

Result<std::vector<IndexEntry>> parse_index_part(std::string_view text, const IndexPart& part) {
  const auto wrong = [&](const std::string& what) { return corrupt_index(part.key.get() + ": " + what); };
  if (text.size() != part.size.get())
    return wrong(fmt::format("{} bytes, the root says {}", text.size(), part.size.get()));
  if (sha256_of(text) != part.sha256) return wrong("holds other bytes than the root says");
  Result<IndexText> read = read_index_text(text);
  if (!read) return fail(within(part.key.get(), std::move(read).error()));
  const Json& json = read->around;
  if (!json.is_object() || !json.contains("schema") || json["schema"] != kPartSchema)
    return wrong("no part of an index");
  if (!read->objects) return wrong("no objects");
  if (read->objects->size() != part.count)
    return wrong(fmt::format("{} objects, the root says {}", read->objects->size(), part.count));
  return *std::move(read->objects);
}

Result<Index> join_index(Index root, std::vector<IndexEntry> entries) {
  if (entries.empty()) return root;
  std::vector<IndexEntry>& all = root.objects;
  if (all.empty())
    all = std::move(entries);
  else
    all.insert(all.end(), std::make_move_iterator(entries.begin()), std::make_move_iterator(entries.end()));
  const auto by_key = [](const IndexEntry& a, const IndexEntry& b) { return a.key < b.key; };
  // Where keys begin with the day, the parts follow each other as they are.
  if (!std::is_sorted(all.begin(), all.end(), by_key)) std::sort(all.begin(), all.end(), by_key);
  const auto twice = std::adjacent_find(
      all.begin(), all.end(), [](const IndexEntry& a, const IndexEntry& b) { return a.key == b.key; });
  if (twice != all.end()) return corrupt_index(twice->key.get() + " stands in two parts");
  return root;
}

}  // namespace reconcile
