#pragma once
// A bare repository and a work tree that pushes into it, made with the real git in a folder of the test's
// own.

#include <filesystem>
#include <map>

#include <gtest/gtest.h>

#include "reconciler/base/child.h"
#include "reconciler/base/files.h"

namespace reconcile::source {

using Files = std::map<std::string, std::string>;

class Repository {
 public:
  Repository() {
    std::string name = ::testing::TempDir() + "reconcile-source-test-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    folder = name;
    run({"git", "init", "--quiet", "--bare", "--initial-branch=main", bare()});
    run({"git", "init", "--quiet", "--initial-branch=main", work()});
    git({"remote", "add", "origin", bare()});
  }
  ~Repository() { std::filesystem::remove_all(folder); }
  Repository(const Repository&) = delete;
  Repository& operator=(const Repository&) = delete;

  std::string bare() const { return (folder / "ops.git").string(); }
  std::string work() const { return (folder / "work").string(); }
  std::string address(const std::string& rest = "//manifests?ref=main") const {
    return "git+file://" + bare() + rest;
  }

  std::string run(const std::vector<std::string>& arguments) const {
    const auto end =
        run_child({.arguments = arguments,
                   .environment = {"PATH=/usr/bin:/bin", "HOME=" + folder.string(), "GIT_CONFIG_NOSYSTEM=1",
                                   "GIT_AUTHOR_NAME=T", "GIT_AUTHOR_EMAIL=t@example.org",
                                   "GIT_COMMITTER_NAME=T", "GIT_COMMITTER_EMAIL=t@example.org"},
                   .out_max = Bytes(1 << 20)});
    EXPECT_TRUE(end) << arguments.at(0);
    EXPECT_EQ(end ? end->code : -1, 0) << (end ? end->err : "");
    return end ? end->out.substr(0, end->out.find('\n')) : "";
  }
  std::string git(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"git", "-C", work()});
    return run(arguments);
  }

  /// Writes, commits and pushes; the commit.
  std::string commit(const Files& files, const std::vector<std::string>& options = {}) const {
    for (const auto& [name, text] : files) {
      std::filesystem::create_directories((Path(work()) / name).parent_path());
      EXPECT_TRUE(write_file_atomically(Path(work()) / name, text));
    }
    git({"add", "--force", "--all"});
    std::vector<std::string> arguments{"commit", "--quiet", "--allow-empty", "-m", "change"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    git(arguments);
    git({"push", "--quiet", "--force", "origin", "HEAD:main"});
    return git({"rev-parse", "HEAD"});
  }

  Path folder;
};

}  // namespace reconcile::source
