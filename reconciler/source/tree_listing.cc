#include "reconciler/source/tree_listing.h"

#include <charconv>

namespace reconcile::source {
namespace {

constexpr std::size_t kEntriesMax = 10'000;

/// What stands before the next space, which is taken off with it.
bool take_word(std::string_view& from, std::string& to) {
  const std::size_t end = from.find(' ');
  if (end == std::string_view::npos || end == 0) return false;
  to = from.substr(0, end);
  from.remove_prefix(end + 1);
  return true;
}

/// "<mode> <type> <object> <size>\t<path>", the size right-aligned, and `-` for a submodule.
bool read_entry(std::string_view line, TreeEntry& out) {
  const std::size_t tab = line.find('\t');
  if (tab == std::string_view::npos || tab + 1 == line.size()) return false;
  std::string_view head = line.substr(0, tab);
  out.path = line.substr(tab + 1);
  std::string type;
  if (!take_word(head, out.mode) || !take_word(head, type) || !take_word(head, out.object)) return false;
  // It becomes an argument.
  if (out.object.find_first_not_of("0123456789abcdef") != std::string::npos) return false;
  head.remove_prefix(std::min(head.find_first_not_of(' '), head.size()));
  if (head == "-") return true;
  const auto [end, error] = std::from_chars(head.data(), head.data() + head.size(), out.size);
  return error == std::errc() && end == head.data() + head.size();
}

}  // namespace

Result<std::vector<TreeEntry>> parse_tree(std::string_view listing) {
  std::vector<TreeEntry> out;
  while (!listing.empty()) {
    const std::size_t end = listing.find('\0');
    TreeEntry entry;
    if (end == std::string_view::npos || !read_entry(listing.substr(0, end), entry))
      return fail(Fault::kCorrupt, "git ls-tree said what nobody understands", "report this");
    out.push_back(std::move(entry));
    if (out.size() > kEntriesMax) return fail(too_many_files());
    listing.remove_prefix(end + 1);
  }
  return out;
}

Error too_many_files() {
  return {Fault::kInvalidInput, "more than 10,000 files", "name a folder of the repository: …//folder", {}};
}

}  // namespace reconcile::source
