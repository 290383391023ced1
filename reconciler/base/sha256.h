#pragma once
// SHA-256 by OpenSSL's EVP, which uses the processor's SHA instructions where it has them.

#include <memory>
#include <string_view>

#include "reconciler/base/bytes.h"

struct evp_md_ctx_st;

namespace reconcile {

/// Streaming hash. One thread at a time; `finish` ends it.
class Sha256Stream {
 public:
  Sha256Stream();
  void update(ByteView bytes);
  Sha256 finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

Sha256 sha256_of(ByteView bytes);
inline Sha256 sha256_of(std::string_view text) { return sha256_of(view_of(text)); }

/// RFC 2104 with SHA-256.
Sha256 hmac_sha256(ByteView key, ByteView message);

}  // namespace reconcile
