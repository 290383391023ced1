#include "reconciler/directory/listing.h"

#include <algorithm>
#include <charconv>
#include <dirent.h>

#include "reconciler/directory/folder.h"
#include "reconciler/directory/key_path.h"

namespace reconcile::directory {
namespace {

/// A key of 1,024 bytes, percent-encoded to three times that, in pieces of about 250.
constexpr std::size_t kAsideDepthMax = 16;

/// What one folder adds to the keys: `text` is a part, with its slash when it is a folder.
struct Child {
  std::string text;
  Bytes size;
  std::int64_t mtime_ns = 0;
  bool is_folder() const { return text.ends_with('/'); }
};

ListedObject listed(std::string key, Bytes size, std::int64_t mtime_ns) {
  const auto time = std::chrono::sys_time<std::chrono::nanoseconds>(std::chrono::nanoseconds(mtime_ns));
  return {ObjectKey(std::move(key)), size, etag_of(mtime_ns, size), std::chrono::floor<Seconds>(time)};
}

std::vector<std::string> with(std::vector<std::string> names, const std::string& name) {
  names.push_back(name);
  return names;
}

bool gone(const Error& error) { return error.fault == Fault::kNotFound; }

class Lister {
 public:
  Lister(int root, const std::string& prefix, const std::string& after, const PageSink& sink)
      : root_(root), prefix_(prefix), after_(after), sink_(sink) {}

  Result<void> run() {
    TRY(read_aside());
    TRY(walk(""));
    while (!stopped_ && aside_next_ < aside_.size()) add(aside_[aside_next_++]);
    if (!stopped_ && !page_.empty()) sink_(std::move(page_));
    return {};
  }

 private:
  /// Can a key that begins with `text` (a folder) or is `text` (a file) be asked for?
  bool wanted(const std::string& text, bool folder) const {
    if (text.size() > kKeyBytesMax) return false;
    if (!folder) return text.starts_with(prefix_) && text > after_;
    const std::size_t common = std::min(text.size(), prefix_.size());
    return text.compare(0, common, prefix_, 0, common) == 0 && (text > after_ || after_.starts_with(text));
  }

  /// Everything below the folder of keys that begin with `prefix`, in order.
  Result<void> walk(const std::string& prefix) {
    std::vector<Child> children;
    {
      const std::vector<std::string> folders = folders_of(prefix);
      TRY_ASSIGN(const FolderAt folder, open_folder(root_, folders));
      if (folder.state != FolderAt::State::kOpen) return {};  // removed since its name was read
      TRY(read_children(folder.fd.get(), prefix, "", {}, children));
    }
    std::sort(children.begin(), children.end(),
              [](const Child& a, const Child& b) { return a.text < b.text; });
    for (Child& child : children) {
      if (stopped_) return {};
      std::string key = prefix + child.text;
      if (child.is_folder()) {
        TRY(walk(key));
      } else {
        emit(listed(std::move(key), child.size, child.mtime_ns));
      }
    }
    return {};
  }

  /// `begun` and `names` are the beginning of a part that is spread over several names.
  Result<void> read_children(int folder, const std::string& prefix, const std::string& begun,
                             const std::vector<std::string>& names, std::vector<Child>& out) {
    TRY_ASSIGN(const std::vector<DirectoryName> entries, names_in(folder));
    for (const DirectoryName& entry : entries) {
      NamePiece piece = read_name(entry.name);
      std::string part = begun + piece.text;
      if (part.size() > kKeyBytesMax) continue;
      if (piece.continues) {
        if (!wanted(prefix + part, true)) continue;
        TRY_ASSIGN(const FolderAt inner, open_folder(folder, Names(&entry.name, 1)));
        if (inner.state == FolderAt::State::kOpen)
          TRY(read_children(inner.fd.get(), prefix, part, with(names, entry.name), out));
        continue;
      }
      const bool as_it_stands = names.empty() && part == entry.name && part != kOwnFolder;
      if (!as_it_stands && names_of(part) != with(names, entry.name)) continue;  // the name of no key
      TRY(add_child(folder, entry, prefix, std::move(part), out));
    }
    return {};
  }

  Result<void> add_child(int folder, const DirectoryName& entry, const std::string& prefix, std::string part,
                         std::vector<Child>& out) {
    if (entry.type == DT_DIR) {
      part += '/';
      if (wanted(prefix + part, true)) out.push_back({std::move(part), {}, 0});
      return {};
    }
    if (entry.type != DT_REG && entry.type != DT_UNKNOWN) return {};  // links, sockets: no objects
    if (entry.type == DT_REG && !wanted(prefix + part, false)) return {};
    Result<std::optional<struct stat>> status = status_of(folder, entry.name);
    if (!status && gone(status.error())) return {};
    TRY(status);
    if (!*status) return {};
    const bool is_folder = S_ISDIR((*status)->st_mode);
    if (is_folder) part += '/';
    if (!(is_folder || S_ISREG((*status)->st_mode)) || !wanted(prefix + part, is_folder)) return {};
    if (!is_folder && !check_key(ObjectKey(prefix + part))) return {};
    out.push_back(
        {std::move(part), Bytes(static_cast<std::uint64_t>((*status)->st_size)), mtime_ns_of(**status)});
    return {};
  }

  Result<void> read_aside() {
    const std::string name = kAsideFolder;
    TRY_ASSIGN(const FolderAt folder, open_folder(root_, Names(&name, 1)));
    if (folder.state == FolderAt::State::kOpen) TRY(read_aside_in(folder.fd.get(), {}));
    std::sort(aside_.begin(), aside_.end(),
              [](const ListedObject& a, const ListedObject& b) { return a.key < b.key; });
    return {};
  }

  Result<void> read_aside_in(int folder, const std::vector<std::string>& folders) {
    TRY_ASSIGN(const std::vector<DirectoryName> entries, names_in(folder));
    for (const DirectoryName& entry : entries) {
      if (read_name(entry.name).continues) {
        if (folders.size() >= kAsideDepthMax) continue;
        TRY_ASSIGN(const FolderAt inner, open_folder(folder, Names(&entry.name, 1)));
        if (inner.state == FolderAt::State::kOpen)
          TRY(read_aside_in(inner.fd.get(), with(folders, entry.name)));
        continue;
      }
      const std::optional<ObjectKey> key = key_of_aside(folders, entry.name);
      if (!key || !wanted(key->get(), false)) continue;
      TRY_ASSIGN(const std::optional<struct stat> status, status_of(folder, entry.name));
      if (status && S_ISREG(status->st_mode))
        aside_.push_back(
            listed(key->get(), Bytes(static_cast<std::uint64_t>(status->st_size)), mtime_ns_of(*status)));
    }
    return {};
  }

  void emit(ListedObject object) {
    while (!stopped_ && aside_next_ < aside_.size() && aside_[aside_next_].key < object.key)
      add(aside_[aside_next_++]);
    if (aside_next_ < aside_.size() && aside_[aside_next_].key == object.key) ++aside_next_;
    if (!stopped_) add(std::move(object));
  }

  void add(ListedObject object) {
    page_.push_back(std::move(object));
    if (page_.size() < kPageKeysMax) return;
    stopped_ = !sink_(std::move(page_));
    page_.clear();
  }

  int root_;
  const std::string& prefix_;
  const std::string& after_;
  const PageSink& sink_;
  std::vector<ListedObject> page_;
  std::vector<ListedObject> aside_;  ///< few: only keys whose path was taken
  std::size_t aside_next_ = 0;
  bool stopped_ = false;
};

}  // namespace

std::string etag_of(std::int64_t mtime_ns, Bytes size) {
  char text[40];
  char* end = std::to_chars(text, text + sizeof text, static_cast<std::uint64_t>(mtime_ns), 16).ptr;
  *end++ = '-';
  end = std::to_chars(end, text + sizeof text, size.get(), 16).ptr;
  return std::string(text, end);
}

Result<void> list_objects(int root, const std::string& prefix, const std::string& after,
                          const PageSink& sink) {
  return Lister(root, prefix, after, sink).run();
}

}  // namespace reconcile::directory
