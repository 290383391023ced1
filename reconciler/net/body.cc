#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unistd.h>

#include "reconciler/net/http.h"

namespace reconcile::net {
namespace {

class MemoryBody final : public BodySource {
 public:
  explicit MemoryBody(std::string_view text) : text_(text) {}
  std::uint64_t size() const override { return text_.size(); }
  Result<std::size_t> read(std::uint64_t offset, std::span<char> into) override {
    const std::string_view rest = text_.substr(std::min<std::uint64_t>(offset, text_.size()));
    const std::size_t count = std::min(rest.size(), into.size());
    std::memcpy(into.data(), rest.data(), count);
    return count;
  }

 private:
  std::string_view text_;
};

class FileBody final : public BodySource {
 public:
  FileBody(int fd, std::uint64_t offset, std::uint64_t size) : fd_(fd), start_(offset), size_(size) {}
  std::uint64_t size() const override { return size_; }
  Result<std::size_t> read(std::uint64_t offset, std::span<char> into) override {
    const std::size_t wanted = std::min<std::uint64_t>(into.size(), size_ - std::min(offset, size_));
    std::size_t done = 0;
    while (done < wanted) {
      const ssize_t count =
          ::pread(fd_, into.data() + done, wanted - done, static_cast<off_t>(start_ + offset + done));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return fail(error_from_errno("reading the file to send", errno));
      if (count == 0)
        return fail(Fault::kConflict, "the file became shorter while it was sent",
                    "nothing was stored; it is looked at again on the next pass");
      done += static_cast<std::size_t>(count);
    }
    return done;
  }

 private:
  int fd_;
  std::uint64_t start_;
  std::uint64_t size_;
};

}  // namespace

std::unique_ptr<BodySource> memory_body(std::string_view text) { return std::make_unique<MemoryBody>(text); }

std::unique_ptr<BodySource> file_body(int fd, std::uint64_t offset, std::uint64_t size) {
  return std::make_unique<FileBody>(fd, offset, size);
}

}  // namespace reconcile::net
