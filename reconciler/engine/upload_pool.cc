#include "reconciler/engine/upload_pool.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"
#include "reconciler/engine/lease.h"

namespace reconcile {
namespace {

Result<VerifiedObject> upload_one(const UploadJob& job, const std::string& publication, WritePorts& ports,
                                  std::uint64_t& sent_bytes) {
  const UploadFile& upload = *job.upload;
  if (!job.file)
    return fail(Fault::kConflict, upload.name + " is no longer in the buffer as it was planned",
                "the next pass looks again");
  TRY_ASSIGN(const Body body, ports.buffer.body(*job.file));
  if (upload.already_there) return VerifiedObject::check(ports.store, upload.key, body.size, body.sha256);
  PutOptions options;
  options.content_type = content_type_of(upload.key);
  options.metadata = object_metadata(body, publication, ports.clock.now());
  options.only_if_absent = !upload.replaces;
  const std::string address = "objects/" + upload.key.get();
  options.progress = [&](std::uint64_t sent) {
    ports.events.emit({Event::Kind::kProgress, address, "", sent, body.size.get()});
    return true;  // what is in flight is finished; stopping only keeps new uploads from starting
  };
  const Result<PutReceipt> put = ports.store.put(upload.key, body, options);
  if (put) sent_bytes = body.size.get();
  // After an unknown outcome, and after "it is already there", the bucket itself tells what is true.
  if (!put && put.error().fault != Fault::kUnknownOutcome && put.error().fault != Fault::kConflict)
    return fail(put.error());
  Result<VerifiedObject> verified = VerifiedObject::check(ports.store, upload.key, body.size, body.sha256);
  if (!verified && !put) return fail(put.error());
  return verified;
}

}  // namespace

std::map<std::string, std::string> object_metadata(const Body& body, const std::string& publication,
                                                   Instant now) {
  return {{"sha256", to_hex(body.sha256)},
          {"size_bytes", std::to_string(body.size.get())},
          {"uploaded_at", print_time(now)},
          {kPublicationMetadata, publication}};
}

std::string content_type_of(const ObjectKey& key) {
  const std::string& name = key.get();
  if (name.ends_with(".gz")) return "application/gzip";
  if (name.ends_with(".json")) return "application/json";
  if (name.ends_with(".parquet")) return "application/vnd.apache.parquet";
  return "application/octet-stream";
}

std::vector<UploadResult> upload_all(const std::vector<UploadJob>& jobs, WritePorts& ports,
                                     const Desired& desired, std::size_t parallelism) {
  std::vector<UploadResult> results(jobs.size());
  std::atomic<std::size_t> next = 0;
  std::atomic<bool> lease_lost = false;
  const auto work = [&] {
    for (std::size_t i = next++; i < jobs.size(); i = next++) {
      if (ports.clock.stopping() || lease_lost) continue;
      const std::string address = "objects/" + jobs[i].upload->key.get();
      if (const Result<void> kept = ports.lease ? ports.lease->keep() : Result<void>(); !kept) {
        if (lease_lost.exchange(true)) continue;  // told once
        results[i].reached = true;
        results[i].verified = fail(kept.error());
        ports.events.emit({Event::Kind::kFailed, address, kept.error().cause, 0, 0});
        continue;
      }
      ports.events.emit({Event::Kind::kStarted, address, "upload", 0, jobs[i].upload->identity.size.get()});
      results[i].reached = true;
      results[i].verified = upload_one(jobs[i], desired.name, ports, results[i].sent_bytes);
      if (results[i].verified)
        ports.events.emit({Event::Kind::kDone, address, "uploaded and verified", results[i].sent_bytes,
                           results[i].sent_bytes});
      else
        ports.events.emit({Event::Kind::kFailed, address, results[i].verified.error().cause, 0, 0});
    }
  };
  const std::size_t workers = std::min(std::max<std::size_t>(parallelism, 1), jobs.size());
  if (workers <= 1) {
    work();
    return results;
  }
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < workers; ++i) threads.emplace_back(work);
  threads.clear();
  return results;
}

}  // namespace reconcile
