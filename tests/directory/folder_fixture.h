#pragma once
// A bucket in a temporary folder.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "reconciler/base/bytes.h"
#include "reconciler/base/sha256.h"
#include "reconciler/directory/directory_store.h"

namespace reconcile::directory {

class FolderTest : public testing::Test {
 protected:
  FolderTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "reconcile-XXXXXX").string();
    home_ = ::mkdtemp(pattern.data());
    root_ = home_ / "bucket";
  }
  ~FolderTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(home_, ignored);
  }

  static void write(const Path& path, const std::string& content) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
  }
  static std::string read(const Path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream out;
    out << file.rdbuf();
    return file ? out.str() : "no file";
  }
  static PutOptions ours(const std::string& content) {
    PutOptions options;
    options.metadata = {{"sha256", to_hex(sha256_of(content))},
                        {"size_bytes", std::to_string(content.size())}};
    return options;
  }
  /// Every path below `folder`, relative to it.
  static std::set<std::string> tree(const Path& folder) {
    std::set<std::string> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
      out.insert(entry.path().lexically_relative(folder).string());
    return out;
  }

  Path home_;
  Path root_;
};

class StoreTest : public FolderTest {
 protected:
  StoreTest() { EXPECT_TRUE(store().create_bucket()); }
  DirectoryStore& store() {
    if (!store_) store_ = std::make_unique<DirectoryStore>(DirectoryOptions{.root = root_});
    return *store_;
  }
  void put(const std::string& key, const std::string& content) {
    const Result<PutReceipt> receipt = store().put(ObjectKey(key), body_of(content), ours(content));
    ASSERT_TRUE(receipt) << receipt.error().cause;
  }
  ObjectHead head(const std::string& key) { return store().head(ObjectKey(key)).value().value(); }
  std::vector<std::string> keys() {
    std::vector<std::string> out;
    const Result<void> listed = store().list("", "", [&](std::vector<ListedObject>&& page) {
      for (const ListedObject& object : page) out.push_back(object.key.get());
      return true;
    });
    EXPECT_TRUE(listed) << listed.error().cause;
    return out;
  }

  std::unique_ptr<DirectoryStore> store_;
};

}  // namespace reconcile::directory
