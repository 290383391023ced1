#include "reconciler/directory/public_reader.h"

#include <cerrno>
#include <fcntl.h>

#include "reconciler/directory/folder.h"
#include "reconciler/directory/key_path.h"

namespace reconcile::directory {
namespace {

/// The names below `root` that the URL means; nothing when it means something else.
std::optional<std::vector<std::string>> names_below(const Path& root, std::string_view url) {
  constexpr std::string_view kScheme = "file://";
  if (!url.starts_with(kScheme)) return std::nullopt;
  const std::optional<std::string> path = percent_decode(url.substr(kScheme.size()));
  const std::string base = (root / "").string();  // with a slash at its end
  if (!path || !path->starts_with(base) || path->find('\0') != std::string::npos) return std::nullopt;
  std::vector<std::string> names;
  std::string_view rest = std::string_view(*path).substr(base.size());
  for (;;) {
    const std::size_t slash = rest.find('/');
    const std::string_view name = rest.substr(0, slash);
    if (name.empty() || name == "." || name == ".." || name == kOwnFolder) return std::nullopt;
    names.emplace_back(name);
    if (slash == std::string_view::npos) return names;
    rest.remove_prefix(slash + 1);
  }
}

}  // namespace

Result<std::string> FilePublicReader::fetch(const std::string& url, Bytes bytes_max) {
  TRY_ASSIGN(const Descriptor file, open(url));
  return read_open_file(file.get(), bytes_max, url);
}

Result<Descriptor> FilePublicReader::open(const std::string& url) const {
  const std::optional<std::vector<std::string>> names = names_below(root_, url);
  if (!names)
    return fail(Fault::kInvalidInput, url + " is no address below file://" + root_.string(),
                "set bucket.publicUrl to where readers find this folder");
  const Descriptor root(::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root) return fail(error_from_errno("opening " + root_.string(), errno));
  TRY_ASSIGN(const FolderAt folder, open_folder(root.get(), Names(*names).first(names->size() - 1)));
  if (folder.state != FolderAt::State::kOpen) return fail(Fault::kNotFound, "nothing at " + url, "check it");
  return open_file(folder.fd.get(), names->back());
}

}  // namespace reconcile::directory
