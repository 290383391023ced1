#pragma once
// An upload in parts: resumable, and completed only when every byte has been verified.

#include <functional>

#include "reconciler/ports/journal.h"
#include "reconciler/ports/object_store.h"
#include "reconciler/s3/content.h"
#include "reconciler/s3/session.h"

namespace reconcile::s3 {

struct MultipartOptions {
  UploadLog* log = nullptr;  ///< none: a failed upload is aborted
  Bytes part_size{8ull << 20};
  unsigned parts_in_flight = 2;
  bool conditional_complete = false;  ///< the store honours If-None-Match on CompleteMultipartUpload
  Pairs headers;                      ///< Content-Type and metadata of the object
};

/// The size of every part but the last: at least `wanted`, and such that 10,000 suffice. Whole MiB where
/// grown. kInvalidInput: no part size allows so large a body.
Result<Bytes> part_size_for(const Profile& profile, Bytes body, Bytes wanted);

/// `head` looks at the object itself: for the lost reply to Complete, and Ceph's empty ETag.
using HeadFunction = std::function<Result<std::optional<ObjectHead>>()>;

/// kConflict: the bytes are not those announced (nothing is stored, the upload is aborted), or only_if_absent
/// and something is there.
Result<PutReceipt> put_in_parts(Session& session, const ObjectKey& key, const Content& content,
                                const PutOptions& options, const MultipartOptions& how,
                                const HeadFunction& head);

}  // namespace reconcile::s3
