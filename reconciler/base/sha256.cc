#include "reconciler/base/sha256.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "reconciler/base/invariant.h"

namespace reconcile {

void Sha256Stream::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha256Stream::Sha256Stream() : context_(EVP_MD_CTX_new()) {
  INVARIANT(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
}

void Sha256Stream::update(ByteView bytes) {
  INVARIANT(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
}

Sha256 Sha256Stream::finish() {
  std::array<std::uint8_t, 32> out{};
  INVARIANT(EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) == 1);
  return Sha256(out);
}

Sha256 sha256_of(ByteView bytes) {
  Sha256Stream stream;
  stream.update(bytes);
  return stream.finish();
}

Sha256 hmac_sha256(ByteView key, ByteView message) {
  std::array<std::uint8_t, 32> out{};
  unsigned length = 0;
  INVARIANT(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), message.data(), message.size(),
                 out.data(), &length) != nullptr);
  return Sha256(out);
}

}  // namespace reconcile
