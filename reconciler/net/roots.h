#pragma once
// Whom a client trusts, read once for all of its connections: each would otherwise read the system's hundred
// and more certificates again, which takes longer than everything else that a connection needs.

#include <memory>
#include <string>

#include <curl/curl.h>
#include <openssl/x509_vfy.h>

namespace reconcile::net {

/// Thread-safe once it is made.
class Roots {
 public:
  /// From PEM text; empty: what libcurl trusts by default. nullptr: it could not be read, and libcurl should
  /// try by itself.
  static std::unique_ptr<Roots> load(const std::string& certificates);

  /// The handle's connections are verified against these and nothing else. They must outlive it.
  void apply_to(CURL* handle) const;

 private:
  std::unique_ptr<X509_STORE, void (*)(X509_STORE*)> store_{nullptr, X509_STORE_free};
};

}  // namespace reconcile::net
