#pragma once
// Remote object storage. Calls block, each within the adapter's own deadline, and are safe to repeat unless
// said otherwise.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "reconciler/base/result.h"
#include "reconciler/model/observed.h"

namespace reconcile {

/// What is to be put: bytes in memory, or a file that must still be the same one when it is read.
struct FileSource {
  Path path;
  FileIdentity identity;  ///< re-checked after the bytes were read; a difference is kConflict
};
struct Body {
  std::variant<std::string, FileSource> source;
  Bytes size;
  Sha256 sha256;  ///< of exactly these bytes; the adapter makes sure that no other bytes become the object
};
Body body_of(std::string content);

struct PutOptions {
  std::string content_type = "application/octet-stream";
  std::map<std::string, std::string>
      metadata;  ///< lower-case names; `sha256` and `size_bytes` among them for our objects
  bool only_if_absent =
      false;  ///< If-None-Match: * where the store has it; the object being there is kConflict
  /// Called with bytes sent so far, from any thread; false asks to stop (kCancelled). May be empty.
  std::function<bool(std::uint64_t sent)> progress;
};

struct PutReceipt {
  std::string etag;          ///< as a listing gives it; empty: the store did not say
  bool slowed_down = false;  ///< it was taken only after the store had asked for fewer requests
};

/// One page of a listing, keys ascending by bytes. Returning false ends the listing early without error.
using PageSink = std::function<bool(std::vector<ListedObject>&& page)>;

/// The reading half: all that --plan ever holds.
class ObjectReader {
 public:
  virtual ~ObjectReader() = default;

  virtual StoreCapabilities capabilities() = 0;
  /// true: there, and we may use it. false: certainly not there. kDenied: there or not, we may not look.
  virtual Result<bool> bucket_exists() = 0;
  /// Every object whose key starts with `prefix` and is greater than `after` (empty: from the first).
  /// An error after some pages means the pages so far are part of the truth, never all of it.
  virtual Result<void> list(const std::string& prefix, const std::string& after, const PageSink& sink) = 0;
  /// nullopt: certainly no such object.
  virtual Result<std::optional<ObjectHead>> head(const ObjectKey& key) = 0;
  /// The whole object. kNotFound when there is none; kInvalidInput when it is longer than `bytes_max`.
  virtual Result<std::string> get(const ObjectKey& key, Bytes bytes_max) = 0;
  /// The lifecycle document; empty when none is set. kDenied or kUnsupported: unmanaged, not fatal.
  virtual Result<LifecycleDocument> lifecycle() = 0;
  /// The address where a reader without credentials fetches this key.
  virtual std::string public_url(const ObjectKey& key) const = 0;
};

class ObjectStore : public ObjectReader {
 public:
  virtual Result<void> create_bucket() = 0;
  /// Same key and bytes twice leaves one object. kUnknownOutcome: head() tells what happened.
  virtual Result<PutReceipt> put(const ObjectKey& key, const Body& body, const PutOptions& options) = 0;
  /// Renews the object's age without changing its bytes or metadata. kNotFound when there is none.
  virtual Result<void> renew(const ObjectKey& key) = 0;
  /// An absent object is success.
  virtual Result<void> remove(const ObjectKey& key) = 0;
  /// Replaces the whole document; an empty one removes it. Rules with `raw` text are written back unchanged.
  virtual Result<void> set_lifecycle(const LifecycleDocument& document) = 0;
};

/// A reader's view from outside: no credentials, certificates verified, no redirect to another host.
class PublicReader {
 public:
  virtual ~PublicReader() = default;
  /// The whole body. kDenied (401, 403), kNotFound (404, 410), kInvalidInput (longer than bytes_max),
  /// kTransient (timeouts, 5xx, 429).
  virtual Result<std::string> fetch(const std::string& url, Bytes bytes_max) = 0;
};

}  // namespace reconcile
