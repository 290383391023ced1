#pragma once
// A bucket on any S3-compatible service.

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "reconciler/ports/lease.h"
#include "reconciler/ports/object_store.h"
#include "reconciler/s3/options.h"
#include "reconciler/s3/providers.h"
#include "reconciler/s3/session.h"

namespace reconcile::s3 {

struct RemoveFailure {
  ObjectKey key;
  Error error;
};

/// Methods may be called from several threads at once. Each request is tried a few times by itself where that
/// is safe (RetryPolicy). Never sent: aws-chunked, trailers, x-amz-sdk-checksum-*, Content-Encoding.
/// Metadata names are a-z, 0-9 and _; an underscore travels as a hyphen and comes back as an underscore.
class S3Store final : public ObjectStore, public LeaseStore {
 public:
  S3Store(const S3Options& options, std::unique_ptr<Session> session);
  ~S3Store() override;

  StoreCapabilities capabilities() override;
  Result<bool> bucket_exists() override;
  Result<void> list(const std::string& prefix, const std::string& after, const PageSink& sink) override;
  Result<std::optional<ObjectHead>> head(const ObjectKey& key) override;
  Result<std::string> get(const ObjectKey& key, Bytes bytes_max) override;
  Result<LifecycleDocument> lifecycle() override;
  std::string public_url(const ObjectKey& key) const override;

  Result<void> create_bucket() override;
  Result<PutReceipt> put(const ObjectKey& key, const Body& body, const PutOptions& options) override;
  Result<void> renew(const ObjectKey& key) override;
  Result<void> remove(const ObjectKey& key) override;
  Result<void> set_lifecycle(const LifecycleDocument& document) override;

  Result<LeaseView> read_lease(const ObjectKey& key) override;
  Result<std::string> write_lease(const ObjectKey& key, const std::string& text,
                                  const std::optional<std::string>& expected_etag) override;

  /// Any number of keys, 1,000 a request. An error: nothing is known of the keys not yet answered for. May be
  /// repeated.
  Result<std::vector<RemoveFailure>> remove_batch(const std::vector<ObjectKey>& keys);

  const Profile& profile() const { return profile_; }
  RequestCounts counts() const { return session_->counts(); }
  /// For requests beyond the port (bucket policies in tests).
  Session& session() { return *session_; }

 private:
  /// How an ETag is written in If-Match: quoted by the book (RFC 9110 section 8.8.3), bare for Ceph 16.
  enum class IfMatch { kUnknown, kQuoted, kBare, kNone };
  Result<Answer> put_on_condition(const ObjectKey& key, const std::string& text, const Pairs& condition);
  Result<std::string> create_lease(const ObjectKey& key, const std::string& text);
  Result<std::string> replace_lease(const ObjectKey& key, const std::string& text, const std::string& etag);
  Result<std::optional<std::string>> replace_if(IfMatch form, const ObjectKey& key, const std::string& text,
                                                const std::string& etag);
  Result<std::string> no_lease(const ObjectKey& key, bool written);
  Result<PutReceipt> put_single(const ObjectKey& key, const Body& body, const PutOptions& options,
                                bool conditional, bool* refused_header);
  Result<PutReceipt> put_multipart(const ObjectKey& key, const Body& body, const PutOptions& options);
  Result<PutReceipt> put_if_absent(const ObjectKey& key, const Body& body, const PutOptions& options);
  void learn_conditional_put(const ObjectKey& key, const Body& body, const PutOptions& options);
  Result<void> require_absent(const ObjectKey& key);
  Result<Answer> explained(const Call& head);
  Pairs object_headers(const PutOptions& options) const;
  Result<void> check_put(const ObjectKey& key, const PutOptions& options) const;

  const Profile& profile_;
  std::unique_ptr<Session> session_;
  UploadLog* upload_log_;
  Bytes multipart_threshold_;
  Bytes part_size_;
  unsigned parts_in_flight_;
  std::string public_url_;
  std::atomic<Support> conditional_put_;
  std::atomic<bool> trying_conditional_put_{false};
  std::atomic<IfMatch> if_match_;
  std::atomic<bool> lifecycle_document_;
};

/// kInvalidInput: what `resolve` and the CA file say, or an empty key. Sends nothing.
Result<std::unique_ptr<S3Store>> open_s3(const S3Options& options);

}  // namespace reconcile::s3
