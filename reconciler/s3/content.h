#pragma once
// The bytes of an upload, opened, read and verified.

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "reconciler/base/files.h"
#include "reconciler/base/sha256.h"
#include "reconciler/net/http.h"
#include "reconciler/ports/object_store.h"
#include "reconciler/s3/sigv4.h"

namespace reconcile::s3 {

/// A Body ready to be read. A file is opened once, and is the announced one: same device, inode, size, mtime.
class Content {
 public:
  /// kConflict: not that file any more; kNotFound: gone. Does not own a body in memory.
  static Result<Content> open(const Body& body);

  const Body& body() const { return *body_; }
  /// Bytes from `offset`; fewer than asked only at the end.
  Result<std::size_t> read(std::uint64_t offset, std::span<char> into) const;
  /// Whether what was read is what was announced: the digest, and the file still the same. kConflict
  /// otherwise.
  Result<void> verify(const Sha256& read) const;

 private:
  Content(const Body& body, Descriptor file) : body_(&body), file_(std::move(file)) {}
  Result<void> same_file() const;

  const Body* body_;
  Descriptor file_;
};

/// Sends the whole content and hashes it on the way. The last bytes are held back until the digest and the
/// file are verified, so no server ever sees a whole body of other bytes, whatever it checks itself.
std::unique_ptr<net::BodySource> verified_body(const Content& content);

/// Content-Type and Content-MD5 (RFC 1864) of an XML document: S3 wants a digest of those that change a
/// bucket. Where this OpenSSL has no MD5 the signed SHA-256 alone must do.
Pairs xml_headers(std::string_view document);

}  // namespace reconcile::s3
