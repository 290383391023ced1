// Printed indexes are what schema/index.schema.json describes, judged by an independent validator
// (python3-jsonschema).

#include <array>
#include <cstdio>
#include <unistd.h>

#include <gtest/gtest.h>

#include "reconciler/base/files.h"
#include "reconciler/base/units.h"
#include "reconciler/model/index_parts.h"

namespace reconcile {
namespace {

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("index-schema-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string put(const std::string& name, const std::string& content) const {
    EXPECT_TRUE(write_file_atomically(path_ / name, content));
    return " '" + (path_ / name).string() + "'";
  }

 private:
  Path path_;
};

/// What the validator says; empty when all is valid.
std::string complaints(const std::string& files) {
  const std::string command = std::string("cd '") + SOURCE_DIR +
                              "' && python3 tests/report/check_schema.py --closed schema/index.schema.json" +
                              files + " 2>&1";
  FILE* const pipe = popen(command.c_str(), "r");
  if (!pipe) return "python3 did not start";
  std::string out;
  std::array<char, 4096> buffer{};
  for (std::size_t got; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    out.append(buffer.data(), got);
  return pclose(pipe) == 0 ? "" : out + "refused";
}

Index example() {
  Index out;
  out.seq = 124;
  out.netuid = 13;
  out.hotkey = "5Hotkey";
  out.time = parse_time("2026-11-22T07:20:14Z").value();
  for (int i = 0; i < 5; ++i)
    out.objects.push_back({ObjectKey("data/" + std::to_string(i)), Bytes(9), Sha256(),
                           out.time - i * Seconds(std::chrono::days(1)), std::nullopt});
  out.objects[0].rows = 7;
  return out;
}

TEST(IndexSchema, DescribesEveryPrintedIndexAndPartAndForgetsNoMember) {
  const Folder folder;
  Index index = example();
  std::string files = folder.put("whole.json", print_index(index));
  const StoredIndex stored = store_index(index, 2, [&](const IndexPart& part, const std::string& content) {
    files += folder.put(part.key.get().substr(8), content);
  });
  EXPECT_EQ(stored.parts.size(), 4u);
  files += folder.put("root.json", stored.root);
  index.signature = IndexSignature{"sr25519", ByteVector(64, 0xfe)};
  index.prev = Sha256();
  files += folder.put("signed.json", print_index(index));
  EXPECT_EQ(complaints(files), "");
}

TEST(IndexSchema, RefusesWhatIsNone) {
  const Folder folder;
  Index index = example();
  index.signature = IndexSignature{"sr25519", ByteVector(63, 0xfe)};
  EXPECT_NE(complaints(folder.put("short.json", print_index(index))), "");
  std::string root = store_index(example(), 2).root;
  root.replace(root.find("i/parts/"), 8, "x/parts/");
  EXPECT_NE(complaints(folder.put("elsewhere.json", root)), "");
}

}  // namespace
}  // namespace reconcile
