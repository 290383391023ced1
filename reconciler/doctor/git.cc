#include "reconciler/doctor/git.h"

#include <string>
#include <vector>

#include "reconciler/base/child.h"

namespace reconcile::doctor {
namespace {

/// Nothing that a repository's own settings could have git start.
Result<ChildEnd> ask(const Path& folder, std::vector<std::string> question,
                     std::vector<std::string> environment) {
  ChildOptions child{.arguments = {"git", "-C", folder.string(), "-c", "core.fsmonitor=false", "-c",
                                   "core.hooksPath=/dev/null"},
                     .environment = std::move(environment),
                     .out_max = Bytes(4096)};
  child.arguments.insert(child.arguments.end(), question.begin(), question.end());
  child.environment.insert(child.environment.end(),
                           {"LC_ALL=C", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0"});
  return run_child(child);
}

}  // namespace

Result<Tracked> git_status_of(const Path& file, const std::vector<std::string>& environment) {
  const Path folder = file.has_parent_path() ? file.parent_path() : Path(".");
  const std::string name = "./" + file.filename().string();
  TRY_ASSIGN(const ChildEnd listed, ask(folder, {"ls-files", "--error-unmatch", "--", name}, environment));
  if (listed.code == 0) return Tracked::kTracked;
  if (listed.err.find("not a git repository") != std::string::npos) return Tracked::kNoRepository;
  if (listed.code != 1)
    return reconcile::fail(Fault::kInternal, "git said: " + listed.err.substr(0, listed.err.find('\n')),
                           "run git ls-files there yourself");
  TRY_ASSIGN(const ChildEnd ignored, ask(folder, {"check-ignore", "-q", "--", name}, environment));
  return ignored.code == 0 ? Tracked::kIgnored : Tracked::kUntracked;
}

}  // namespace reconcile::doctor
