#include "reconciler/buffer/trash.h"

#include <algorithm>
#include <filesystem>

#include "reconciler/base/units.h"

namespace reconcile::buffer {

std::string trash_name(Instant released, int attempt) {
  std::string out = print_time(released);
  out.erase(std::remove_if(out.begin(), out.end(), [](char c) { return c == '-' || c == ':'; }), out.end());
  return attempt == 0 ? out : out + "." + std::to_string(attempt);
}

std::optional<Instant> trash_time(std::string_view name) {
  constexpr std::size_t kStampBytes = 16;  // 20261122T072014Z
  if (name.size() < kStampBytes || name[15] != 'Z') return std::nullopt;
  const std::string_view number = name.substr(kStampBytes);
  if (!number.empty() && (number.size() < 2 || number[0] != '.' ||
                          number.find_first_not_of("0123456789", 1) != std::string_view::npos))
    return std::nullopt;
  std::string text(name.substr(0, kStampBytes));
  for (const std::size_t at : {4u, 7u}) text.insert(at, "-");
  for (const std::size_t at : {13u, 16u}) text.insert(at, ":");
  const Result<Instant> time = parse_time(text);
  if (!time) return std::nullopt;
  return *time;
}

Result<void> empty_trash(const Path& trash, Seconds keep, Instant now) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(trash, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::optional<Instant> released = trash_time(entry->path().filename().string());
    if (!released || *released + keep > now || !entry->is_directory(error) || entry->is_symlink(error))
      continue;
    std::filesystem::remove_all(entry->path(), error);
    if (error) return fail(error_from_errno("emptying the trash, " + entry->path().string(), error.value()));
  }
  if (error && error != std::errc::no_such_file_or_directory)
    return fail(error_from_errno("reading folder " + trash.string(), error.value()));
  return {};
}

}  // namespace reconcile::buffer
