#include "reconciler/buffer/aside.h"

#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace reconcile::buffer {

namespace {

constexpr std::size_t kNameBytesMax = 255;  // limits.h, NAME_MAX
constexpr std::size_t kCharacterBytesMax = 4;
const std::string& prefix() {
  static const std::string out = ".releasing.";
  return out;
}

}  // namespace

std::string aside_name(const std::string& base) {
  const std::size_t whole = prefix().size() + base.size();
  std::size_t from = whole > kNameBytesMax ? whole - kNameBytesMax : 0;
  while (from < base.size() && (static_cast<unsigned char>(base[from]) & 0xc0) == 0x80)
    ++from;  // whole characters
  return prefix() + base.substr(from);
}

Result<void> remove_exactly(const Place& place, const std::string& name, const FileIdentity& identity) {
  const int folder = place.folder.get();
  const std::string aside = aside_name(place.base);
  if (::renameat2(folder, place.base.c_str(), folder, aside.c_str(), RENAME_NOREPLACE) != 0) {
    if (errno == ENOENT) return {};
    if (errno == EEXIST)
      return changed(name,
                     "has an earlier " + aside + " beside it: look at that one, and rename or remove it");
    if (errno != EINVAL && errno != ENOSYS)
      return fail(error_from_errno("setting " + name + " aside", errno));
    // A file system without RENAME_NOREPLACE: the look a moment ago has to do.
    if (::unlinkat(folder, place.base.c_str(), 0) != 0 && errno != ENOENT)
      return fail(error_from_errno("removing " + name, errno));
    return {};
  }
  struct stat caught {};
  const bool looked = ::fstatat(folder, aside.c_str(), &caught, AT_SYMLINK_NOFOLLOW) == 0;
  if (looked && identity_of(caught) == identity) {
    if (::unlinkat(folder, aside.c_str(), 0) != 0) return fail(error_from_errno("removing " + name, errno));
    return {};
  }
  if (::renameat2(folder, aside.c_str(), folder, place.base.c_str(), RENAME_NOREPLACE) != 0)
    return changed(name, "was replaced twice while it was released: the middle one is kept as " + aside);
  return changed(name, "was replaced while it was released: the new file stays");
}

std::optional<std::string> name_before(const std::string& aside) {
  // A name that was cut ends within a character of the limit.
  if (!aside.starts_with(prefix()) || aside.size() + kCharacterBytesMax > kNameBytesMax) return std::nullopt;
  std::string out = aside.substr(prefix().size());
  if (out.empty() || out == "." || out == "..") return std::nullopt;
  return out;
}

Result<void> give_name_back(const Place& leftover) {
  const std::optional<std::string> name = name_before(leftover.base);
  if (!name) return {};
  const int folder = leftover.folder.get();
  if (::renameat2(folder, leftover.base.c_str(), folder, name->c_str(), RENAME_NOREPLACE) == 0) return {};
  if (errno == ENOENT || errno == EEXIST || errno == EINVAL || errno == ENOSYS) return {};
  return fail(error_from_errno("giving " + leftover.base + " its name back", errno));
}

}  // namespace reconcile::buffer
