#include "reconciler/engine/upload_pool.h"

#include <algorithm>
#include <atomic>

#include "reconciler/base/at_once.h"
#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"
#include "reconciler/engine/lease.h"
#include "reconciler/engine/pace.h"
#include "reconciler/engine/seen_in_listing.h"

namespace reconcile {
namespace {

/// A listing gives 1,000 keys a page (S3 API reference, ListObjectsV2).
constexpr std::size_t kTogether = 1000;

std::string address_of(const UploadJob& job) { return "objects/" + job.upload->key.get(); }

class Uploads {
 public:
  Uploads(const std::vector<UploadJob>& jobs, WritePorts& ports, const Desired& desired,
          const UploadOptions& options)
      : jobs_(jobs),
        ports_(ports),
        desired_(desired),
        options_(options),
        pace_(options.parallelism),
        results_(jobs.size()),
        confirmed_(jobs.size()) {}

  std::vector<UploadResult> run() {
    for (std::size_t from = 0; from < jobs_.size(); from += kTogether)
      together(from, std::min(jobs_.size(), from + kTogether));
    return std::move(results_);
  }

 private:
  /// Neighbours in the plan are neighbours in the bucket: one listing shows them all.
  void together(std::size_t from, std::size_t to) {
    const bool by_listing = to - from >= options_.listed_together_min;
    side_by_side(from, to, [&](std::size_t at) {
      const bool slowed_down = may_begin(at) && put(at);
      pace_.ended(results_[at].sent_bytes, slowed_down);
      if (results_[at].reached && (!by_listing || !confirmed_[at])) finish(at);
    });
    if (by_listing) see_together(from, to);
  }

  template <class Work>
  void side_by_side(std::size_t from, std::size_t to, const Work& work) {
    std::atomic<std::size_t> next = from;
    pace_.begin();
    for_each_at_once(std::min(to - from, pace_.workers()), pace_.workers(), [&](std::size_t worker) {
      while (pace_.may_work(worker)) {
        const std::size_t at = next++;
        if (at >= to) return pace_.finish();
        work(at);
      }
    });
  }

  bool may_begin(std::size_t at) {
    if (ports_.clock.stopping() || lease_lost_) return false;
    const Result<void> kept = ports_.lease ? ports_.lease->keep() : Result<void>();
    if (kept) return true;
    if (lease_lost_.exchange(true)) return false;  // told once
    results_[at].reached = true;
    results_[at].verified = fail(kept.error());
    return false;
  }

  /// True when the store asked for fewer requests.
  bool put(std::size_t at) {
    const UploadJob& job = jobs_[at];
    UploadResult& result = results_[at];
    ports_.events.emit(
        {Event::Kind::kStarted, address_of(job), "upload", 0, job.upload->identity.size.get()});
    result.reached = true;
    if (!job.file) {
      result.verified =
          fail(Fault::kConflict, job.upload->name + " is no longer in the buffer as it was planned",
               "the next pass looks again");
      return false;
    }
    const Result<Body> body = ports_.buffer.body(*job.file);
    if (!body) {
      result.verified = fail(body.error());
      return false;
    }
    return put(*job.upload, *body, result, confirmed_[at]);
  }

  bool put(const UploadFile& upload, const Body& body, UploadResult& result,
           std::optional<ConfirmedPut>& confirmed) {
    const auto look = [&] { return VerifiedObject::check(ports_.store, upload.key, body.size, body.sha256); };
    if (upload.already_there) {
      result.verified = look();
      return false;
    }
    Result<PutReceipt> receipt = ports_.store.put(upload.key, body, options_for(upload, body));
    if (receipt) result.sent_bytes = body.size.get();
    if (receipt && !receipt->etag.empty()) {
      confirmed = ConfirmedPut{upload.key, body.size, body.sha256, *receipt};
      return receipt->slowed_down;
    }
    // After an unknown outcome, and after "it is already there", the bucket itself tells what is true.
    const bool perhaps = receipt || receipt.error().fault == Fault::kUnknownOutcome ||
                         receipt.error().fault == Fault::kConflict;
    if (perhaps) result.verified = look();
    if (!receipt && !(perhaps && result.verified)) result.verified = fail(receipt.error());
    return receipt ? receipt->slowed_down : receipt.error().fault == Fault::kQuota;
  }

  PutOptions options_for(const UploadFile& upload, const Body& body) {
    PutOptions out;
    out.content_type = content_type_of(upload.key);
    out.metadata = object_metadata(body, desired_.name, ports_.clock.now());
    out.only_if_absent = !upload.replaces;
    out.progress = [this, total = body.size.get(),
                    address = "objects/" + upload.key.get()](std::uint64_t sent) {
      ports_.events.emit({Event::Kind::kProgress, address, "", sent, total});
      return true;  // what is in flight is finished; stopping only keeps new uploads from starting
    };
    return out;
  }

  void see_together(std::size_t from, std::size_t to) {
    std::vector<std::size_t> at;
    std::vector<ConfirmedPut> puts;
    for (std::size_t i = from; i < to; ++i)
      if (confirmed_[i]) {
        at.push_back(i);
        puts.push_back(*confirmed_[i]);
      }
    std::vector<std::optional<VerifiedObject>> seen(puts.size());
    if (puts.size() >= options_.listed_together_min) seen = seen_in_listing(ports_.store, puts);
    side_by_side(0, at.size(), [&](std::size_t i) {
      if (seen[i]) results_[at[i]].verified = *std::move(seen[i]);
      finish(at[i]);
    });
  }

  /// Asks the object itself where nothing has proved it yet.
  void finish(std::size_t at) {
    UploadResult& result = results_[at];
    if (const auto& put = confirmed_[at]; put && !result.verified)
      result.verified = VerifiedObject::check(ports_.store, put->key, put->size, put->sha256);
    tell(at);
  }

  void tell(std::size_t at) {
    const UploadResult& result = results_[at];
    if (result.verified)
      ports_.events.emit({Event::Kind::kDone, address_of(jobs_[at]), "uploaded and verified",
                          result.sent_bytes, result.sent_bytes});
    else
      ports_.events.emit({Event::Kind::kFailed, address_of(jobs_[at]), result.verified.error().cause, 0, 0});
  }

  const std::vector<UploadJob>& jobs_;
  WritePorts& ports_;
  const Desired& desired_;
  const UploadOptions& options_;
  Pace pace_;
  std::atomic<bool> lease_lost_ = false;
  std::vector<UploadResult> results_;
  std::vector<std::optional<ConfirmedPut>> confirmed_;
};

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
                                     const Desired& desired, const UploadOptions& options) {
  return Uploads(jobs, ports, desired, options).run();
}

}  // namespace reconcile
