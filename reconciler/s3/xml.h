#pragma once
// S3's XML documents to and from values: pure. Whatever is missing, cut off or out of bounds is kCorrupt.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconciler/base/result.h"
#include "reconciler/model/observed.h"

namespace reconcile::s3 {

/// One answer of ListObjectsV2. Keys are decoded where the server says that it encoded them.
struct ListPage {
  std::vector<ListedObject> objects;
  bool truncated = false;
  std::string next_token;  ///< not empty when `truncated`
};
Result<ListPage> read_list(std::string_view xml);

/// An Error document. Only `code` is sure to be there: Ceph 16 sends no message.
struct ErrorDocument {
  std::string code;
  std::string message;
  std::string request_id;
  std::string region;  ///< of AuthorizationHeaderMalformed and PermanentRedirect, where the server tells
};
Result<ErrorDocument> read_error(std::string_view xml);

/// The upload id of an InitiateMultipartUploadResult.
Result<std::string> read_upload_id(std::string_view xml);

/// S3 may answer 200 and put an Error document into the body: these two look inside. The ETag may be empty
/// (Ceph 16's first answer to CompleteMultipartUpload).
struct DoneAnswer {
  std::string etag;
  std::optional<ErrorDocument> error;
};
Result<DoneAnswer> read_complete(std::string_view xml);
Result<DoneAnswer> read_copy(std::string_view xml);

struct PartsPage {
  struct Part {
    std::uint32_t number = 0;
    std::string etag;
    Bytes size;
  };
  std::vector<Part> parts;
  bool truncated = false;
  std::uint32_t next_marker = 0;  ///< not 0 when `truncated`
};
Result<PartsPage> read_parts(std::string_view xml);

struct UploadsPage {
  struct Upload {
    ObjectKey key;
    std::string id;
    Instant started;
  };
  std::vector<Upload> uploads;
  bool truncated = false;
  std::string next_key;
  std::string next_id;
};
Result<UploadsPage> read_uploads(std::string_view xml);

struct PartTag {
  std::uint32_t number = 0;
  std::string etag;
};
std::string write_complete(const std::vector<PartTag>& parts);

/// At most 1,000 keys (DeleteObjects, API reference), quiet: the answer lists failures only.
std::string write_delete(const std::vector<ObjectKey>& keys);
struct DeleteFailure {
  ObjectKey key;
  std::string code;
};
Result<std::vector<DeleteFailure>> read_delete(std::string_view xml);
/// XML 1.0 has no form for most control characters, nor for bytes that are not UTF-8.
bool fits_xml(const ObjectKey& key);

std::string write_location(const std::string& region);

}  // namespace reconcile::s3
