// The `.env` with the keys: who may read it.
#include <cerrno>
#include <sys/stat.h>

#include <fmt/core.h>

#include "reconciler/doctor/checks.h"
#include "reconciler/doctor/git.h"

namespace reconcile::doctor {

std::optional<unsigned> mode_of(const Path& file) {
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0) return std::nullopt;
  return info.st_mode & 07777u;
}

namespace {

void look_at_git(const EnvFile& env_file, Findings& findings) {
  constexpr const char* kId = "env/git";
  const std::string name = env_file.path.string();
  const Result<Tracked> tracked = git_status_of(env_file.path, env_file.git_environment);
  if (!tracked) return findings.skip(kId, tracked.error().cause);
  switch (*tracked) {
    case Tracked::kTracked:
      return findings.fail(
          kId, name + " is tracked by git: whoever has the repository has the keys",
          "git rm --cached it, add it to .gitignore, and replace the keys: the history keeps "
          "the old ones");
    case Tracked::kUntracked:
      return findings.warn(kId, name + " is not tracked by git, and not ignored: `git add .` would take it",
                           "add .env to .gitignore");
    case Tracked::kIgnored:
      return findings.ok(kId, name + " is ignored by git");
    case Tracked::kNoRepository:
      return findings.ok(kId, name + " is in no git repository");
  }
}

}  // namespace

void look_at_env_file(const EnvFile& env_file, Findings& findings) {
  if (env_file.path.empty()) {
    findings.skip("env/mode", "there is no .env");
    return findings.skip("env/git", "there is no .env");
  }
  const std::optional<unsigned> mode = mode_of(env_file.path);
  if (!mode)
    findings.fail("env/mode", error_from_errno("looking at " + env_file.path.string(), errno));
  else if ((*mode & 077) != 0)
    findings.warn("env/mode",
                  fmt::format("{} has mode {:04o}: others on this machine may read the keys in it",
                              env_file.path.string(), *mode),
                  "chmod 600 " + env_file.path.string());
  else
    findings.ok("env/mode", fmt::format("{} has mode {:04o}", env_file.path.string(), *mode));
  look_at_git(env_file, findings);
}

}  // namespace reconcile::doctor
