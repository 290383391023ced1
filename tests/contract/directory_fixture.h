#pragma once
// The embedded bucket under contract test.

#include "tests/contract/object_store_fixture.h"
#include <fcntl.h>
#include <sys/stat.h>

#include "reconciler/directory/directory_store.h"

namespace reconcile::contract {

class DirectoryFixture final : public StoreFixture {
 public:
  ObjectStore& store() override { return store_; }
  LiveRule foreign_rule() override {
    LiveRule live;
    live.rule = {"foreign", "logs/", Seconds(86400 * 7), std::nullopt};
    live.understood = false;
    live.raw = R"({"id":"foreign","prefix":"logs/","tags":{"keep":"short"},"expireAfterDays":7})";
    return live;
  }
  bool age(const ObjectKey& key, Seconds by) override {
    const Path file = folder_.path() / "bucket" / key.get();
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) return false;
    timespec times[2] = {status.st_atim, status.st_mtim};
    times[1].tv_sec -= by.count();
    return ::utimensat(AT_FDCWD, file.c_str(), times, 0) == 0;
  }

 private:
  TemporaryFolder folder_;
  directory::DirectoryStore store_{
      {.root = folder_.path() / "bucket", .public_url = "https://example.org/b"}};
};

}  // namespace reconcile::contract
