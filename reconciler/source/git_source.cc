#include "reconciler/source/git_source.h"

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <thread>

#include "reconciler/base/bytes.h"
#include "reconciler/base/sha256.h"
#include "reconciler/source/mirror.h"
#include "reconciler/source/tree.h"

namespace reconcile::source {
namespace {

constexpr Bytes kMemoryBytesMax{200};
constexpr std::chrono::seconds kLockMax{150};  // longer than another process's fetch may take

/// A folder that is gone with this.
class TemporaryFolder {
 public:
  static Result<TemporaryFolder> make() {
    std::error_code error;
    std::string name = (std::filesystem::temp_directory_path(error) / "reconcile-source-XXXXXX").string();
    if (error || ::mkdtemp(name.data()) == nullptr)
      return fail(error_from_errno("a temporary folder for the source", error ? error.value() : errno));
    return TemporaryFolder(name);
  }
  TemporaryFolder() = default;
  TemporaryFolder(TemporaryFolder&& other) noexcept : path(std::move(other.path)) { other.path.clear(); }
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept {
    std::swap(path, other.path);
    return *this;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path.empty()) std::filesystem::remove_all(path, ignored);
  }
  Path path;

 private:
  explicit TemporaryFolder(Path where) : path(std::move(where)) {}
};

/// One ref of one repository has one memory, whatever folder of it is looked at.
Path folder_of(const GitSourceOptions& options) {
  const std::string what = options.address.url + "\n" + options.address.ref;
  return options.state / "source" / to_hex(sha256_of(std::string_view(what))).substr(0, 16);
}

class GitSource final : public ManifestSource {
 public:
  GitSource(const GitSourceOptions& options, TemporaryFolder temporary)
      : options_(options),
        folder_(folder_of(options)),
        temporary_(std::move(temporary)),
        mirror_(options.looks_only ? temporary_.path / "mirror.git" : folder_ / "mirror.git",
                options.looks_only ? folder_ / "mirror.git" : Path(), options.address, options.access) {}

  Result<Revision> newest() override {
    TRY_ASSIGN(const Descriptor lock, lock_folder());
    TRY_ASSIGN(const std::string commit, mirror_.fetch());
    TRY_ASSIGN(const std::string before, remembered());
    if (!before.empty() && !options_.allow_rollback) {
      TRY_ASSIGN(const bool descends, mirror_.descends(commit, before));
      if (!descends)
        return fail(Fault::kConflict,
                    "commit " + commit.substr(0, 12) + " does not descend from " + before.substr(0, 12) +
                        ", which was taken up before",
                    "to go back on purpose, git revert and merge; to take this one all the same: --allow "
                    "rollback");
    }
    return checked(commit);
  }

  Result<Revision> taken_up() override {
    TRY_ASSIGN(const std::string before, remembered());
    if (before.empty() || !mirror_.has(before))
      return fail(Fault::kNotFound, "nothing was taken up from " + options_.address.shown + " here yet",
                  "it has to be reached once");
    return checked(before);
  }

  Result<std::map<std::string, std::string>> read(const Revision& revision) override {
    auto out = read_manifests(mirror_, revision.commit, options_.address.path);
    if (!out) return fail(within("commit " + revision.commit.substr(0, 12), out.error()));
    return out;
  }

  Result<void> take_up(const Revision& revision) override {
    TRY_ASSIGN(const Descriptor lock, lock_folder());
    TRY_ASSIGN(const std::string before, remembered());
    if (before == revision.commit) return {};
    TRY(mirror_.keep(revision.commit));
    return write_file_atomically(folder_ / "taken-up", revision.commit + "\n");
  }

 private:
  Result<Revision> checked(const std::string& commit) const {
    Revision out{commit, ""};
    if (!options_.access.signers.empty()) {
      TRY_ASSIGN(out.signer, mirror_.signer_of(commit));
    }
    return out;
  }

  /// The commit last taken up; empty: none.
  Result<std::string> remembered() const {
    const auto text = read_file(folder_ / "taken-up", kMemoryBytesMax);
    if (!text && text.error().fault == Fault::kNotFound) return std::string();
    if (!text) return fail(text.error());
    const std::string commit = text->substr(0, text->find('\n'));
    if ((commit.size() != 40 && commit.size() != 64) ||
        commit.find_first_not_of("0123456789abcdef") != std::string::npos)
      return fail(Fault::kCorrupt, (folder_ / "taken-up").string() + ": holds no commit",
                  "write the commit that was last taken up into it, or remove it to take any");
    return commit;
  }

  /// Other processes and threads that fetch into the same copy wait. Nothing where only is looked.
  Result<Descriptor> lock_folder() const {
    if (options_.looks_only) return Descriptor();
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (error) return fail(error_from_errno(folder_.string() + ": cannot be made", error.value()));
    Descriptor out(::open((folder_ / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!out) return fail(error_from_errno((folder_ / "lock").string(), errno));
    const auto end = std::chrono::steady_clock::now() + kLockMax;
    while (::flock(out.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return fail(error_from_errno((folder_ / "lock").string(), errno));
      if (options_.access.cancelled && options_.access.cancelled())
        return fail(Fault::kCancelled, "ended, as asked", "");
      if (std::chrono::steady_clock::now() > end)
        return fail(Fault::kTransient, folder_.string() + ": another process fetches into it", "try again");
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return out;
  }

  const GitSourceOptions options_;
  const Path folder_;
  const TemporaryFolder temporary_;
  const Mirror mirror_;
};

}  // namespace

Result<std::unique_ptr<ManifestSource>> open_git_source(const GitSourceOptions& options) {
  std::error_code error;
  if (!options.access.signers.empty() && !std::filesystem::exists(options.access.signers, error))
    return fail(Fault::kInvalidInput,
                "--require-signature " + options.access.signers.string() + ": there is no such file",
                "name a file of allowed signers (see ssh-keygen), or a GnuPG home folder");
  TemporaryFolder temporary;
  if (options.looks_only) {
    TRY_ASSIGN(temporary, TemporaryFolder::make());
  }
  return std::unique_ptr<ManifestSource>(std::make_unique<GitSource>(options, std::move(temporary)));
}

}  // namespace reconcile::source
