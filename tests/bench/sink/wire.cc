#include "wire.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <sys/socket.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

namespace sink {
namespace {

constexpr long kDaySeconds = 86'400;
constexpr std::size_t kWriteBytesMax = 1u << 30;  // SSL_write takes an int

using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using Certificate = std::unique_ptr<X509, void (*)(X509*)>;

bool extend(X509* certificate, int what, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, void (*)(X509_EXTENSION*)> extension(
      X509V3_EXT_conf_nid(nullptr, &context, what, value), X509_EXTENSION_free);
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool fill(X509* certificate, EVP_PKEY* key) {
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>("s3sink");
  return X509_set_version(certificate, X509_VERSION_3) == 1 &&
         ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1 &&
         X509_gmtime_adj(X509_getm_notBefore(certificate), -60) &&
         X509_gmtime_adj(X509_getm_notAfter(certificate), kDaySeconds) &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) == 1 &&
         X509_set_issuer_name(certificate, name) == 1 && X509_set_pubkey(certificate, key) == 1 &&
         extend(certificate, NID_basic_constraints, "critical,CA:TRUE") &&
         extend(certificate, NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost") &&
         X509_sign(certificate, key, EVP_sha256()) > 0;
}

bool write_pem(const std::string& file, X509* certificate) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> out(std::fopen(file.c_str(), "w"), std::fclose);
  return out && PEM_write_X509(out.get(), certificate) == 1 && std::fflush(out.get()) == 0;
}

}  // namespace

std::optional<Tls> Tls::with_own_certificate(const std::string& file) {
  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const Certificate certificate(X509_new(), X509_free);
  Tls out;
  out.context_.reset(SSL_CTX_new(TLS_server_method()));
  if (!key || !certificate || !out.context_ || !fill(certificate.get(), key.get()) ||
      SSL_CTX_use_certificate(out.context_.get(), certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(out.context_.get(), key.get()) != 1 || !write_pem(file, certificate.get()))
    return std::nullopt;
  SSL_CTX_set_mode(out.context_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return out;
}

SSL* Tls::connection(int fd) const {
  SSL* ssl = SSL_new(context_.get());
  SSL_set_fd(ssl, fd);
  SSL_set_accept_state(ssl);
  return ssl;
}

Wire::Wire(int fd, const Tls* tls) : fd_(fd) {
  if (tls) ssl_.reset(tls->connection(fd));
}

Wire::Step Wire::read(char* into, std::size_t size) {
  if (ssl_) {
    ERR_clear_error();
    return step_of(SSL_read(ssl_.get(), into, static_cast<int>(std::min(size, kWriteBytesMax))));
  }
  return step_of(static_cast<int>(recv(fd_, into, std::min(size, kWriteBytesMax), 0)));
}

Wire::Step Wire::write(std::string_view text) {
  if (ssl_) {
    ERR_clear_error();
    return step_of(
        SSL_write(ssl_.get(), text.data(), static_cast<int>(std::min(text.size(), kWriteBytesMax))));
  }
  return step_of(
      static_cast<int>(send(fd_, text.data(), std::min(text.size(), kWriteBytesMax), MSG_NOSIGNAL)));
}

Wire::Step Wire::step_of(int result) const {
  if (result > 0) return {State::kMoved, static_cast<std::size_t>(result)};
  if (ssl_) {
    const int why = SSL_get_error(ssl_.get(), result);
    return {why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? State::kWait : State::kEnded, 0};
  }
  const bool wait = result < 0 && (errno == EAGAIN || errno == EINTR);
  return {wait ? State::kWait : State::kEnded, 0};
}

}  // namespace sink
