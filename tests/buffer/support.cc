#include "tests/buffer/support.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zlib.h>

namespace reconcile::buffer::test {

namespace fs = std::filesystem;

TempFolder::TempFolder(const Path& parent) {
  std::string name = ((parent.empty() ? fs::temp_directory_path() : parent) / "buffer_test.XXXXXX").string();
  if (!::mkdtemp(name.data())) std::abort();
  path_ = name;
  ::chmod(name.c_str(), 0755);
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void put(const Path& path, std::string_view content, Seconds age) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
  set_age(path, age);
}

void set_age(const Path& path, Seconds age) {
  const timespec time{(kNow - age).time_since_epoch().count(), 0};
  const timespec times[2] = {time, time};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW), 0) << path;
}

std::string content_of(const Path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

bool is_there(const Path& path) { return fs::exists(fs::symlink_status(path)); }

std::vector<std::string> tree(const Path& folder) {
  std::vector<std::string> out;
  if (!fs::exists(folder)) return out;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    out.push_back(fs::relative(entry.path(), folder).string() + (entry.is_directory() ? "/" : ""));
  std::sort(out.begin(), out.end());
  return out;
}

std::string gzip(std::string_view content) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, content.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string gunzip(std::string_view bytes) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
  std::uint32_t length = 0;  // ISIZE, the last four bytes
  std::memcpy(&length, bytes.data() + bytes.size() - 4, 4);
  std::string out(length + 1, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  EXPECT_EQ(stream.avail_in, 0u) << "one member only";
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

std::string repeated(std::string_view line, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += line;
  return out;
}

std::string sample(const std::string& path_in_repository) {
  return content_of(Path(SOURCE_DIR) / path_in_repository);
}

std::optional<Sha256> MemoryCache::find_hash(const std::string& name, const FileIdentity& identity) {
  const auto found = hashes_.find({name, identity});
  if (found == hashes_.end()) return std::nullopt;
  return found->second;
}

void MemoryCache::remember_hash(const std::string& name, const FileIdentity& identity, const Sha256& sha256) {
  hashes_[{name, identity}] = sha256;
}

bool MemoryCache::knows(const std::string& name) const {
  return std::any_of(hashes_.begin(), hashes_.end(),
                     [&](const auto& entry) { return entry.first.first == name; });
}

BufferOptions options_for(const Path& folder) {
  BufferOptions out;
  out.path = folder;
  out.include = {"*.parquet", "*.json.gz", "*.jsonl.gz"};
  out.compress = {"*.json", "*.jsonl"};
  return out;
}

std::vector<BufferFile> files_of(const Observation<BufferScan>& scan) {
  const BufferScan* const whole = if_complete(scan);
  if (!whole) {
    ADD_FAILURE() << "the scan is not whole: " << why_not(scan)->cause;
    return {};
  }
  return whole->files;
}

BufferFile only(const Observation<BufferScan>& scan, const std::string& name) {
  const BufferScan* const some = if_any(scan);
  if (!some) {
    ADD_FAILURE() << "nothing was read: " << why_not(scan)->cause;
    return {};
  }
  for (const BufferFile& file : some->files)
    if (file.name == name) return file;
  ADD_FAILURE() << name << " is not in the scan";
  return {};
}

Unprivileged::Unprivileged()
    : before_(static_cast<unsigned>(::setfsuid(::geteuid() == 0 ? 65534 : ::geteuid()))) {}
Unprivileged::~Unprivileged() { ::setfsuid(before_); }

}  // namespace reconcile::buffer::test
