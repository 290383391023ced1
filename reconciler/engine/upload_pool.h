#pragma once
// Uploads side by side: each is put, then verified, by itself or many together; the results come back in the
// order of the plan.

#include <vector>

#include "reconciler/engine/ports.h"
#include "reconciler/engine/proof.h"
#include "reconciler/model/plan.h"

namespace reconcile {

struct UploadJob {
  const UploadFile* upload = nullptr;
  const BufferFile* file = nullptr;  ///< nullptr: gone from the buffer since the plan
};

struct UploadResult {
  bool reached = false;  ///< false: the pass was asked to stop before its turn
  Result<VerifiedObject> verified = fail(Fault::kCancelled, "not reached", "the next pass takes it up");
  std::uint64_t sent_bytes = 0;
};

struct UploadOptions {
  std::size_t parallelism =
      0;  ///< at once; 1: all on the calling thread; 0: as many as make it faster (pace.h)
  /// From so many on they are verified by one listing instead of a HEAD each. R2 and AWS take for a listing
  /// what a dozen HEADs cost.
  std::size_t listed_together_min = 16;
};

std::vector<UploadResult> upload_all(const std::vector<UploadJob>& jobs, WritePorts& ports,
                                     const Desired& desired, const UploadOptions& options);

/// Metadata of our objects, as readers of the tutorial know it: sha256, size_bytes, uploaded_at; and the
/// publication.
std::map<std::string, std::string> object_metadata(const Body& body, const std::string& publication,
                                                   Instant now);
/// By extension: application/gzip for .gz, application/json, application/vnd.apache.parquet, else
/// octet-stream.
std::string content_type_of(const ObjectKey& key);

}  // namespace reconcile
