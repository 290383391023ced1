#include "reconciler/source/tree.h"

#include <algorithm>

namespace reconcile::source {
namespace {

constexpr std::size_t kManifestsMax = 1'000;
constexpr std::uint64_t kManifestBytesMax = 1 << 20;  // as for a manifest on disk
constexpr std::uint64_t kAllBytesMax = 32 << 20;

/// A path comes from others: a strange name is shown without what would move a cursor.
std::string shown(std::string path) {
  for (char& c : path)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return path.substr(0, 300);
}

std::string name_of(const TreeEntry& entry) { return entry.path.substr(entry.path.rfind('/') + 1); }

bool holds_secrets(const std::string& name) {
  return name == ".env" || (name.starts_with(".env.") && name != ".env.example");
}

Result<void> check(const TreeEntry& entry) {
  const std::string path = shown(entry.path);
  if (holds_secrets(name_of(entry)))
    return fail(
        Fault::kInvalidInput, path + ": secrets do not belong into git",
        "git rm it and replace the keys, since the history keeps the old ones; hand secrets over by the "
        "environment or --env-file");
  if (entry.mode == "120000")
    return fail(Fault::kInvalidInput, path + ": a symbolic link", "put the file itself there");
  if (entry.mode == "160000")
    return fail(Fault::kInvalidInput, path + ": a submodule", "put the files themselves there");
  return {};
}

bool is_manifest(const TreeEntry& entry, const std::string& folder) {
  if (entry.path == folder) return true;
  const std::size_t inside = folder.empty() ? 0 : folder.size() + 1;
  const std::string name = entry.path.substr(inside);
  const auto ends = [&](const char* with) { return name.ends_with(with); };
  return name.find('/') == std::string::npos && !name.starts_with('.') &&
         (ends(".yaml") || ends(".yml") || ends(".toml"));
}

}  // namespace

Result<std::map<std::string, std::string>> read_manifests(const Mirror& mirror, const std::string& commit,
                                                          const std::string& path) {
  TRY_ASSIGN(const std::vector<TreeEntry> entries, mirror.list(commit, path));
  std::map<std::string, std::string> out;
  std::uint64_t bytes = 0;
  for (const TreeEntry& entry : entries) {
    TRY(check(entry));
    if (!is_manifest(entry, path)) continue;
    bytes += entry.size;
    if (entry.size > kManifestBytesMax || bytes > kAllBytesMax || out.size() >= kManifestsMax)
      return fail(Fault::kInvalidInput, shown(entry.path) + ": more than 1 MiB, or one too many",
                  "a source holds at most 1,000 manifests, of 32 MiB in all");
    TRY_ASSIGN(out[entry.path], mirror.read(entry));
  }
  const std::string where = path.empty() ? "the top folder" : path;
  if (out.empty())
    return fail(Fault::kInvalidInput, where + ": holds no *.yaml, *.yml or *.toml",
                "name the folder behind //; folders below it are not looked into");
  return out;
}

}  // namespace reconcile::source
