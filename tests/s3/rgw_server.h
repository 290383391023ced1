#pragma once
// A real S3 server for tests: one Ceph RADOS Gateway for the whole binary, on free loopback ports.

#include <atomic>
#include <memory>
#include <string>

#include "reconciler/s3/options.h"

namespace reconcile::s3::testing {

class RgwServer {
 public:
  /// Starts it, in about 2 seconds. nullptr with a reason in `why` when it cannot: that is a failure, not a
  /// reason to skip.
  static std::unique_ptr<RgwServer> start(std::string& why);
  /// Ends it by the ids that the script recorded. It also ends by itself when this process dies.
  ~RgwServer();

  /// The one of this binary, started at the first call and ended with the binary; aborts when it cannot
  /// start.
  static RgwServer& shared();

  std::string endpoint() const;      ///< http://127.0.0.1:port
  std::string tls_endpoint() const;  ///< https://127.0.0.1:port, its certificate signed by ca_file() alone
  Path ca_file() const { return folder_ / "cert.pem"; }
  const std::string& access_key() const { return access_key_; }
  const std::string& secret_key() const { return secret_key_; }

  /// Provider ceph, plain http, no such bucket yet unless it was made.
  S3Options options(const std::string& bucket) const;
  /// A new empty bucket; its name. Aborts when it cannot be made.
  std::string make_bucket();

 private:
  RgwServer() = default;
  Path folder_;
  int port_ = 0;
  int tls_port_ = 0;
  std::string access_key_ = "testaccesskey";
  std::string secret_key_ = "testsecretkey0123456789";
  std::atomic<int> buckets_{0};
};

}  // namespace reconcile::s3::testing
