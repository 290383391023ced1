#include "reconciler/s3/content.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

namespace reconcile::s3 {
namespace {

FileIdentity identity_of(const struct stat& status) {
  return {static_cast<std::uint64_t>(status.st_dev), static_cast<std::uint64_t>(status.st_ino),
          Bytes(static_cast<std::uint64_t>(status.st_size)),
          std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec};
}

tl::unexpected<Error> changed(const std::string& what) {
  return fail(Fault::kConflict, what, "nothing was stored; the file is looked at again on the next pass");
}

class VerifiedBody final : public net::BodySource {
 public:
  explicit VerifiedBody(const Content& content) : content_(content) {}
  std::uint64_t size() const override { return content_.body().size.get(); }

  Result<std::size_t> read(std::uint64_t offset, std::span<char> into) override {
    if (offset >= size()) return std::size_t{0};
    if (offset == 0) hash_ = Sha256Stream(), next_ = 0;  // also the start of another attempt
    if (offset != next_) return fail(Fault::kInternal, "a body read out of order", "report this");
    TRY_ASSIGN(const std::size_t count, content_.read(offset, into));
    hash_.update(view_of({into.data(), count}));
    next_ += count;
    if (next_ == size()) TRY(content_.verify(hash_.finish()));
    return count;
  }

 private:
  const Content& content_;
  Sha256Stream hash_;
  std::uint64_t next_ = 0;
};

}  // namespace

Result<Content> Content::open(const Body& body) {
  Content out(body, Descriptor());
  if (const auto* source = std::get_if<FileSource>(&body.source)) {
    out.file_ = Descriptor(::open(source->path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!out.file_) return fail(error_from_errno("opening " + source->path.string(), errno));
    struct stat status {};
    if (::fstat(out.file_.get(), &status) != 0)
      return fail(error_from_errno("reading " + source->path.string(), errno));
    if (!S_ISREG(status.st_mode) || identity_of(status) != source->identity ||
        source->identity.size != body.size)
      return changed(source->path.string() + " is not the file that was looked at");
  } else if (std::get<std::string>(body.source).size() != body.size.get()) {
    return changed("the bytes in memory are not as many as announced");
  }
  if (body.size == Bytes(0)) TRY(out.verify(sha256_of(std::string_view())));  // no byte will be read later
  return out;
}

Result<std::size_t> Content::read(std::uint64_t offset, std::span<char> into) const {
  const auto* text = std::get_if<std::string>(&body_->source);
  const auto from = text ? net::memory_body(*text) : net::file_body(file_.get(), 0, body_->size.get());
  return from->read(offset, into);
}

Result<void> Content::same_file() const {
  const auto* source = std::get_if<FileSource>(&body_->source);
  if (!source) return {};
  // By path: this catches both a file written to in place and one that was replaced.
  struct stat status {};
  if (::stat(source->path.c_str(), &status) != 0 || identity_of(status) != source->identity)
    return changed(source->path.string() + " changed while it was sent");
  return {};
}

Result<void> Content::verify(const Sha256& read) const {
  TRY(same_file());
  if (read == body_->sha256) return {};
  const auto* source = std::get_if<FileSource>(&body_->source);
  return changed((source ? source->path.string() : "the body") + " has SHA-256 " + to_hex(read) +
                 " and not " + to_hex(body_->sha256));
}

std::unique_ptr<net::BodySource> verified_body(const Content& content) {
  return std::make_unique<VerifiedBody>(content);
}

Pairs xml_headers(std::string_view document) {
  Pairs out{{"Content-Type", "application/xml"}};
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned length = 0;
  if (EVP_Digest(document.data(), document.size(), digest, &length, EVP_md5(), nullptr) == 1)
    out.emplace_back("Content-MD5", to_base64(ByteView(digest, length)));
  return out;
}

}  // namespace reconcile::s3
