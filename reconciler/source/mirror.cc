#include "reconciler/source/mirror.h"

#include <filesystem>

namespace reconcile::source {
namespace {

constexpr const char* kHead = "refs/reconcile/head";
constexpr const char* kKept = "refs/reconcile/taken-up";
constexpr std::chrono::seconds kFetchMax{120};
constexpr Bytes kListBytesMax{8ull << 20};

bool says(const ChildEnd& end, std::initializer_list<const char*> words) {
  for (const char* word : words)
    if (end.err.find(word) != std::string::npos) return true;
  return false;
}

/// Told apart by git's own words, which LC_ALL=C keeps the same; what is not known may pass.
Error why_not_fetched(const Address& address, const ChildEnd& end) {
  const std::string cause = address.shown + ": " + complaint_of(end);
  if (says(end, {"couldn't find remote ref", "does not appear to be a git repository", "not found"}))
    return {Fault::kNotFound,
            cause,
            "check the address and ref=; a private repository may say so where the token is missing",
            {}};
  if (says(end, {"Authentication failed", "could not read Username", "Permission denied", "error: 403",
                 "Host key verification failed"}))
    return {Fault::kAuth,
            cause,
            address.scheme == "ssh"
                ? "this user's ssh needs a key that may read the repository, and the host in known_hosts"
                : "set RECONCILE_SOURCE_TOKEN or RECONCILE_SOURCE_TOKEN_FILE to a token that may read it",
            {}};
  if (says(end, {"dubious ownership"}))
    return {Fault::kDenied, cause, "the repository must belong to the user that this program runs as", {}};
  return {Fault::kTransient, cause, "it is asked again with the next poll", {}};
}

tl::unexpected<Error> broken(const Path& folder, const ChildEnd& end) {
  return fail(Fault::kCorrupt, folder.string() + ": " + complaint_of(end),
              "remove this folder: it is a copy, and is fetched anew");
}

}  // namespace

Mirror::Mirror(Path folder, Path borrowed, const Address& address, const Access& access)
    : folder_(std::move(folder)),
      address_(address),
      signers_(access.signers),
      git_(folder_, std::move(borrowed), address, access) {}

bool Mirror::exists() const {
  std::error_code error;
  return std::filesystem::exists(folder_ / "HEAD", error);
}

Result<std::string> Mirror::fetch() const {
  if (!exists()) {
    TRY_ASSIGN(const ChildEnd made, git_.run({"init", "--quiet", "--bare", "--template="}));
    if (made.code != 0) return broken(folder_, made);
  }
  TRY_ASSIGN(const ChildEnd fetched,
             git_.run({"fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head",
                       "--", address_.url, "+" + address_.ref + ":" + kHead},
                      Bytes(4096), kFetchMax));
  if (fetched.code != 0) return fail(why_not_fetched(address_, fetched));
  TRY_ASSIGN(const ChildEnd head,
             git_.run({"rev-parse", "--verify", "--quiet", std::string(kHead) + "^{commit}"}));
  if (head.code != 0) return fail(Fault::kNotFound, address_.shown + ": no commit", "check ref=");
  return head.out.substr(0, head.out.find('\n'));
}

bool Mirror::has(const std::string& commit) const {
  const Result<ChildEnd> asked = git_.run({"cat-file", "-e", commit + "^{commit}"});
  return asked && asked->code == 0;
}

Result<bool> Mirror::descends(const std::string& newer, const std::string& older) const {
  if (newer == older) return true;
  if (!has(older)) return false;
  TRY_ASSIGN(const ChildEnd asked, git_.run({"merge-base", "--is-ancestor", older, newer}));
  if (asked.code > 1) return broken(folder_, asked);
  return asked.code == 0;
}

Result<std::string> Mirror::signer_of(const std::string& commit) const {
  TRY_ASSIGN(const ChildEnd verified, git_.run({"verify-commit", commit}));
  if (verified.code != 0)
    return fail(Fault::kDenied,
                "commit " + commit.substr(0, 12) + " is not signed by any of " + signers_.string() +
                    (verified.err.empty() ? "" : ": " + complaint_of(verified)),
                "sign it (git commit -S), or add its signer's key there");
  TRY_ASSIGN(const ChildEnd named, git_.run({"log", "-1", "--format=%GS", commit, "--"}));
  return named.out.substr(0, std::min<std::size_t>(named.out.find('\n'), 200));
}

Result<std::vector<TreeEntry>> Mirror::list(const std::string& commit, const std::string& path) const {
  std::vector<std::string> question{"ls-tree", "-r", "-z", "-l", "--full-tree", commit};
  if (!path.empty()) question.insert(question.end(), {"--", path});
  const auto listed = git_.run(question, kListBytesMax);
  if (!listed && listed.error().fault == Fault::kInvalidInput) return fail(too_many_files());
  if (!listed) return fail(listed.error());
  if (listed->code != 0) return broken(folder_, *listed);
  return parse_tree(listed->out);
}

Result<std::string> Mirror::read(const TreeEntry& entry) const {
  TRY_ASSIGN(const ChildEnd asked, git_.run({"cat-file", "blob", entry.object}, Bytes(entry.size)));
  if (asked.code != 0) return broken(folder_, asked);
  return asked.out;
}

Result<void> Mirror::keep(const std::string& commit) const {
  TRY_ASSIGN(const ChildEnd kept, git_.run({"update-ref", kKept, commit}));
  if (kept.code != 0) return broken(folder_, kept);
  return {};
}

}  // namespace reconcile::source
