#include "reconciler/net/roots.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

namespace reconcile::net {
namespace {

void free_all(STACK_OF(X509_INFO) * all) { sk_X509_INFO_pop_free(all, X509_INFO_free); }

/// False when there is no certificate in it.
bool add(X509_STORE* store, const std::string& certificates) {
  const std::unique_ptr<BIO, int (*)(BIO*)> text(
      BIO_new_mem_buf(certificates.data(), static_cast<int>(certificates.size())), BIO_free);
  if (!text) return false;
  const std::unique_ptr<STACK_OF(X509_INFO), void (*)(STACK_OF(X509_INFO)*)> all(
      PEM_X509_INFO_read_bio(text.get(), nullptr, nullptr, nullptr), free_all);
  bool any = false;
  for (int i = 0; all && i < sk_X509_INFO_num(all.get()); ++i)
    if (X509* certificate = sk_X509_INFO_value(all.get(), i)->x509)
      any = X509_STORE_add_cert(store, certificate) == 1 || any;
  return any;
}

bool add_default(X509_STORE* store) {
  const curl_version_info_data* version = curl_version_info(CURLVERSION_NOW);
  if (version->capath && X509_STORE_load_path(store, version->capath) != 1) return false;
  return version->cainfo && X509_STORE_load_file(store, version->cainfo) == 1;
}

CURLcode use_store(CURL*, void* context, void* store) {
  SSL_CTX_set1_cert_store(static_cast<SSL_CTX*>(context), static_cast<X509_STORE*>(store));
  return CURLE_OK;
}

}  // namespace

std::unique_ptr<Roots> Roots::load(const std::string& certificates) {
  auto out = std::make_unique<Roots>();
  out->store_.reset(X509_STORE_new());
  if (!out->store_) return nullptr;
  // As libcurl does it: what is trusted comes first, and may be an intermediate certificate.
  X509_STORE_set_flags(out->store_.get(), X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
  const bool good =
      certificates.empty() ? add_default(out->store_.get()) : add(out->store_.get(), certificates);
  ERR_clear_error();
  return good ? std::move(out) : nullptr;
}

void Roots::apply_to(CURL* handle) const {
  curl_easy_setopt(handle, CURLOPT_CAINFO, nullptr);
  curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
  curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, nullptr);
  curl_easy_setopt(handle, CURLOPT_SSL_CTX_FUNCTION, use_store);
  curl_easy_setopt(handle, CURLOPT_SSL_CTX_DATA, store_.get());
}

}  // namespace reconcile::net
