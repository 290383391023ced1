#pragma once
// What an S3 store is made of.

#include <chrono>
#include <functional>
#include <string>

#include "reconciler/base/files.h"
#include "reconciler/base/secret.h"
#include "reconciler/model/desired.h"
#include "reconciler/ports/journal.h"
#include "reconciler/s3/retry.h"

namespace reconcile::s3 {

struct S3Options {
  Provider provider = Provider::kS3;
  std::string bucket;
  std::string endpoint;  ///< https://host[:port]; empty where the profile knows it
  std::string region;    ///< empty: the endpoint's or the profile's
  Addressing addressing = Addressing::kAuto;
  Secret access_key_id;
  Secret secret_access_key;
  std::string public_url;  ///< what readers use, no trailing slash; empty: the endpoint's own URLs
  Path ca_file;            ///< PEM certificates trusted besides the system's
  bool allow_http = false;

  UploadLog* upload_log = nullptr;         ///< progress of multipart uploads; outlives the store
  Bytes multipart_threshold{64ull << 20};  ///< larger bodies go in parts
  Bytes part_size{8ull << 20};             ///< at least; grows so that 10,000 parts suffice
  unsigned parts_in_flight = 2;            ///< of one upload; each holds one part in memory

  std::uint64_t send_bytes_per_second = 0;  ///< of all requests together; 0: no bound

  RetryPolicy retry;
  std::function<Instant()> now;  ///< the time that is signed; unset: the system's clock
  Milliseconds connect_timeout{10'000};
  Milliseconds stall_timeout{60'000};
};

}  // namespace reconcile::s3
