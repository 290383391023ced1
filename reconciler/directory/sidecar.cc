#include "reconciler/directory/sidecar.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "reconciler/base/bytes.h"
#include "reconciler/base/sha256.h"

namespace reconcile::directory {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMetadataBytesMax = 8192;
constexpr std::size_t kEntriesMax = 2;
constexpr Bytes kSidecarBytesMax{256 * 1024};

Json json_of(const SidecarEntry& entry) {
  return {{"size", entry.size.get()},
          {"mtime_ns", entry.mtime_ns},
          {"sha256", to_hex(entry.sha256)},
          {"contentType", entry.content_type},
          {"metadata", entry.metadata}};
}

Result<SidecarEntry> entry_from(const Json& json) {
  SidecarEntry entry;
  entry.size = Bytes(json.at("size").get<std::uint64_t>());
  entry.mtime_ns = json.at("mtime_ns").get<std::int64_t>();
  TRY_ASSIGN(entry.sha256, sha256_from_hex(json.at("sha256").get<std::string>()));
  entry.content_type = json.at("contentType").get<std::string>();
  entry.metadata = json.at("metadata").get<std::map<std::string, std::string>>();
  return entry;
}

Result<Sha256> hash_file(const FoundObject& object) {
  TRY_ASSIGN(const Descriptor file, open_file(object.folder.get(), object.place.name));
  Sha256Stream hash;
  TRY(read_chunks(file.get(), object.place.name, [&](std::string_view chunk) {
    hash.update(view_of(chunk));
    return true;
  }));
  return hash.finish();
}

bool plain_text(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; });
}

bool header_name(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

}  // namespace

Result<void> check_metadata(const std::map<std::string, std::string>& metadata) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : metadata) {
    if (!header_name(name) || !plain_text(value))
      return fail(Fault::kInvalidInput,
                  "object metadata `" + name + "` has characters that no header can hold",
                  "use lower-case letters, digits and -_. in the name, and no control characters");
    bytes += name.size() + value.size();
  }
  if (bytes > kMetadataBytesMax)
    return fail(Fault::kInvalidInput, std::to_string(bytes) + " bytes of object metadata",
                "use at most 8,192");
  return {};
}

Result<std::string> print_sidecar(const ObjectKey& key, const Sidecar& sidecar) try {
  Json objects = Json::array();
  for (const SidecarEntry& entry : sidecar) objects.push_back(json_of(entry));
  return Json{{"key", key.get()}, {"objects", objects}}.dump() + "\n";
} catch (const Json::exception&) {  // dump refuses what is not UTF-8
  return fail(Fault::kInvalidInput, "metadata of " + key.get() + " is not UTF-8", "write it in UTF-8");
}

Result<Sidecar> parse_sidecar(const std::string& text, const std::string& where) {
  const auto corrupt = [&](const std::string& why) {
    return fail(Fault::kCorrupt, where + ": " + why,
                "restore the file, or delete it: the object then counts as foreign and is left alone");
  };
  try {
    const Json json = Json::parse(text);
    const Json& objects = json.at("objects");
    if (!objects.is_array() || objects.size() > kEntriesMax) return corrupt("`objects` is not a short list");
    Sidecar sidecar;
    for (const Json& object : objects) {
      Result<SidecarEntry> entry = entry_from(object);
      if (!entry) return corrupt(entry.error().cause);
      sidecar.push_back(*std::move(entry));
    }
    return sidecar;
  } catch (const Json::exception& error) {
    return corrupt(error.what());
  }
}

Place sidecar_place(const ObjectKey& key) {
  KeyPath path = metadata_path(key);
  path.folders.insert(path.folders.begin(), "metadata");
  return {std::move(path.folders), std::move(path.name)};
}

Result<Sidecar> read_sidecar(int own, const ObjectKey& key) {
  const Place place = sidecar_place(key);
  const std::string where = std::string(kOwnFolder) + "/metadata/…/" + place.name;
  TRY_ASSIGN(const FolderAt folder, open_folder(own, place.folders));
  if (folder.state == FolderAt::State::kAbsent) return Sidecar{};
  if (folder.state == FolderAt::State::kBlocked)
    return fail(Fault::kCorrupt, where + ": its folder is not a folder", "restore the folder");
  const Result<Descriptor> file = open_file(folder.fd.get(), place.name);
  if (!file && file.error().fault == Fault::kNotFound) return Sidecar{};
  TRY(file);
  TRY_ASSIGN(const std::string text, read_open_file(file->get(), kSidecarBytesMax, where));
  return parse_sidecar(text, where);
}

Result<std::optional<SidecarEntry>> entry_of(const Sidecar& sidecar, const FoundObject& object) {
  const auto size = static_cast<std::uint64_t>(object.status.st_size);
  Sidecar candidates;
  for (const SidecarEntry& entry : sidecar)
    if (entry.size.get() == size) candidates.push_back(entry);
  const auto dated = [&](const SidecarEntry& entry) { return entry.mtime_ns == mtime_ns_of(object.status); };
  const auto count = std::count_if(candidates.begin(), candidates.end(), dated);
  // The usual case. An older entry is true only after a crash: worth a hash where sizes do not tell.
  if (count == 1 && dated(candidates.front())) return candidates.front();
  if (candidates.empty()) return std::nullopt;
  TRY_ASSIGN(const Sha256 digest, hash_file(object));
  const auto match = std::find_if(candidates.begin(), candidates.end(),
                                  [&](const SidecarEntry& entry) { return entry.sha256 == digest; });
  if (match == candidates.end()) return std::nullopt;
  return *match;
}

}  // namespace reconcile::directory
