#include "reconciler/buffer/names.h"

#include <algorithm>
#include <array>

#include "reconciler/buffer/utf8.h"
#include "reconciler/model/glob.h"

namespace reconcile::buffer {
namespace {

// What browsers, curl-like tools and careful writers append while they write.
constexpr std::array<std::string_view, 3> kTemporarySuffixes{".tmp", ".part", ".crdownload"};
constexpr std::array<std::string_view, 10> kCompressedSuffixes{".gz",  ".parquet", ".zst", ".bz2", ".xz",
                                                               ".zip", ".lz4",     ".br",  ".7z",  ".tgz"};

bool ends_with(std::string_view text, std::string_view suffix) {
  if (text.size() < suffix.size()) return false;
  const std::string_view tail = text.substr(text.size() - suffix.size());
  return std::equal(tail.begin(), tail.end(), suffix.begin(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

std::string_view base_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

/// The path as it will be once finished, and why it is not yet.
struct Unfinished {
  std::string path, why;
};

Unfinished finished_name(std::string_view path) {
  Unfinished out;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    const bool is_base = slash == path.size();
    if (path[at] == '.') {
      out.why = is_base ? "temporary name (hidden file)" : "temporary name (in a hidden folder)";
      ++at;
    }
    out.path += path.substr(at, slash - at);
    if (!is_base) out.path += '/';
    at = slash + 1;
  }
  for (const std::string_view suffix : kTemporarySuffixes) {
    if (!ends_with(base_of(path), suffix) || out.path.size() < suffix.size()) continue;
    out.path.resize(out.path.size() - suffix.size());
    out.why = "temporary name (" + std::string(suffix) + ")";
  }
  return out;
}

bool any_matches(const std::vector<std::string>& patterns, std::string_view path) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [path](const std::string& pattern) { return glob_match_path(pattern, path); });
}

std::optional<Selection> select_by_pattern(const Patterns& patterns, std::string_view path) {
  const bool compress = compressible(path) && any_matches(patterns.compress, path);
  if (!compress && !any_matches(patterns.include, path) && !any_matches(patterns.compress, path))
    return std::nullopt;
  return Selection{compress, ""};
}

}  // namespace

std::string unusable_name(std::string_view name) {
  Utf8Check check;
  if (!check.update(view_of(name)) || !check.finish()) return "its name is not UTF-8";
  const bool control = std::any_of(name.begin(), name.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  return control ? "its name has control characters" : "";
}

Container container_of(std::string_view name) {
  if (ends_with(name, ".parquet")) return Container::kParquet;
  if (ends_with(name, ".gz")) return Container::kGzip;
  if (ends_with(name, ".jsonl") || ends_with(name, ".ndjson")) return Container::kJsonLines;
  if (ends_with(name, ".json")) return Container::kJson;
  return Container::kOther;
}

bool compressible(std::string_view name) {
  return std::none_of(kCompressedSuffixes.begin(), kCompressedSuffixes.end(),
                      [&](std::string_view suffix) { return ends_with(name, suffix); });
}

bool holds_json_lines(std::string_view gzip_name) {
  return ends_with(gzip_name, ".jsonl.gz") || ends_with(gzip_name, ".ndjson.gz");
}

std::optional<Selection> select(const Patterns& patterns, std::string_view path) {
  const Unfinished unfinished = finished_name(path);
  std::optional<Selection> out = select_by_pattern(patterns, path);
  if (!out && !unfinished.why.empty()) out = select_by_pattern(patterns, unfinished.path);
  if (out) out->temporary = unfinished.why;
  return out;
}

bool own_folder(std::string_view base_name) {
  return base_name.substr(0, 10) == ".reconcile" || base_name == ".trash" || base_name == ".quarantine";
}

}  // namespace reconcile::buffer
