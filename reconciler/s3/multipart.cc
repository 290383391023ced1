#include "reconciler/s3/multipart.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <future>
#include <map>

namespace reconcile::s3 {
namespace {

// AWS user guide, "Amazon S3 multipart upload limits": 10,000 parts, 5 MiB to 5 GiB each. Same on R2 and
// Ceph.
constexpr std::uint64_t kPartsMax = 10'000;
constexpr std::uint64_t kMiB = 1u << 20;
constexpr int kCompleteAttempts = 3;

class Upload {
 public:
  Upload(Session& session, const ObjectKey& key, const Content& content, const PutOptions& options,
         const MultipartOptions& how, const HeadFunction& head)
      : session_(session),
        key_(key),
        content_(content),
        options_(options),
        how_(how),
        head_(head),
        part_size_(how.part_size.get()) {}

  Result<PutReceipt> run() {
    auto sent = prepare_and_send();
    if (!sent) return give_up(std::move(sent).error());
    auto receipt = complete();
    if (receipt) receipt->slowed_down = slowed_down_;
    // After an unknown outcome the upload may be needed still, or be the object already.
    if (receipt || receipt.error().fault == Fault::kUnknownOutcome) return receipt;
    return give_up(std::move(receipt).error());
  }

 private:
  std::uint64_t size() const { return content_.body().size.get(); }
  std::uint64_t parts() const { return (size() + part_size_ - 1) / part_size_; }
  std::uint64_t size_of(std::uint32_t number) const {
    return std::min(part_size_, size() - (number - 1) * part_size_);
  }
  const Sha256& digest() const { return content_.body().sha256; }

  Call about(const char* verb, const char* method) const {
    return {.verb = verb, .method = method, .key = key_.get(), .query = {{"uploadId", id_}}};
  }

  Result<void> prepare_and_send() {
    TRY(resume_or_create());
    return send_parts();
  }

  tl::unexpected<Error> give_up(Error why) {
    const bool useless = why.fault == Fault::kConflict || why.fault == Fault::kNotFound;
    if (!how_.log || useless) abort();
    // Without Complete there is no object: a lost part is no unknown outcome, and kNotFound speaks of the
    // upload (a rule aborted it), not of the object.
    if (why.fault == Fault::kUnknownOutcome || why.fault == Fault::kNotFound) why.fault = Fault::kTransient;
    return fail(std::move(why));
  }

  Result<void> resume_or_create() {
    if (how_.log) {
      if (auto known = how_.log->find_upload(key_, digest())) {
        auto resumed = resume(*known);
        if (resumed && *resumed) return {};
        if (!resumed) return fail(std::move(resumed).error());
        how_.log->forget_upload(key_, digest());
      }
    }
    Call call{.verb = "begin the upload of",
              .method = "POST",
              .key = key_.get(),
              .query = {{"uploads", ""}},
              .headers = how_.headers};
    const auto nothing = net::memory_body("");
    call.body = nothing.get();
    TRY_ASSIGN(const net::Response response, session_.call(call));
    TRY_ASSIGN(id_, read_upload_id(response.body));
    remember();
    return {};
  }

  /// false: that upload is of no use any more. Only parts that both we and the store remember count.
  Result<bool> resume(const UploadProgress& known) {
    if (known.part_size < Bytes(kMiB) ||
        (size() + known.part_size.get() - 1) / known.part_size.get() > kPartsMax)
      return false;
    id_ = known.upload_id;
    part_size_ = known.part_size.get();
    std::map<std::uint32_t, PartsPage::Part> there;
    for (std::uint32_t marker = 0;;) {
      Call call = about("list the parts of", "GET");
      if (marker) call.query.emplace_back("part-number-marker", std::to_string(marker));
      TRY_ASSIGN(const Answer answer, session_.exchange(call));
      // Ceph says NoSuchKey where AWS says NoSuchUpload; a missing bucket is another matter.
      if (answer.error.code == "NoSuchUpload" || answer.error.code == "NoSuchKey") return false;
      if (!answer.ok()) return fail(session_.refusal(call, answer));
      TRY_ASSIGN(const PartsPage page, read_parts(answer.response.body));
      for (const auto& part : page.parts) there[part.number] = part;
      if (!page.truncated) break;
      if (page.next_marker <= marker)
        return fail(Fault::kCorrupt, "a listing of parts that goes in circles", "check the endpoint");
      marker = page.next_marker;
    }
    for (const auto& part : known.parts) {
      const auto found = there.find(part.number);
      if (part.number >= 1 && part.number <= parts() && found != there.end() &&
          found->second.etag == part.etag && found->second.size == Bytes(size_of(part.number)))
        done_[part.number] = part;
    }
    return true;
  }

  void remember() {
    if (!how_.log) return;
    UploadProgress progress{id_, Bytes(part_size_), {}};
    for (const auto& [number, part] : done_) progress.parts.push_back(part);
    how_.log->remember_upload(key_, digest(), progress);
  }

  struct Sending {
    std::uint32_t number;
    std::future<Result<UploadProgress::Part>> part;
  };

  /// Reads every byte once, hashes it into the whole and its part, and sends the parts that are missing.
  /// A remembered part may hold other bytes than the file has now: it was changed and changed back.
  Result<void> send_parts() {
    Sha256Stream whole;
    std::deque<Sending> flying;
    Result<void> good;
    for (std::uint32_t number = 1; good && number <= parts(); ++number) {
      auto bytes = std::make_shared<std::string>(size_of(number), '\0');
      const auto count = content_.read((number - 1) * part_size_, {bytes->data(), bytes->size()});
      if (!count) good = fail(count.error());
      if (!good) break;
      whole.update(view_of(*bytes));
      if (const auto known = done_.find(number); known != done_.end()) {
        if (known->second.sha256 == sha256_of(view_of(*bytes))) {
          sent_ += bytes->size();
          continue;
        }
        done_.erase(known);
      }
      flying.push_back({number, std::async(std::launch::async,
                                           [this, number, bytes] { return send_part(number, *bytes); })});
      while (flying.size() >= std::max(1u, how_.parts_in_flight) && good) good = land(flying);
    }
    while (!flying.empty()) {  // also after a failure: no thread outlives this
      auto landed = land(flying);
      if (good && !landed) good = std::move(landed);
    }
    TRY(good);
    return content_.verify(whole.finish());
  }

  Result<void> land(std::deque<Sending>& flying) {
    const std::uint32_t number = flying.front().number;
    auto part = flying.front().part.get();
    flying.pop_front();
    if (!part) return fail(std::move(part).error());
    done_[number] = *std::move(part);
    remember();
    return {};
  }

  Result<UploadProgress::Part> send_part(std::uint32_t number, const std::string& bytes) {
    const Sha256 sha256 = sha256_of(std::string_view(bytes));
    const auto body = net::memory_body(bytes);
    Call call = about("send a part of", "PUT");
    call.query.emplace_back("partNumber", std::to_string(number));
    call.body = body.get();
    call.payload_hash = to_hex(sha256);
    call.deadline = Milliseconds(0);
    std::uint64_t reported = 0;
    if (options_.progress)
      call.progress = [&](std::uint64_t sent) {
        const std::uint64_t before = std::exchange(reported, sent);
        return options_.progress(sent_ += sent - before);  // unsigned: a restarted part takes its bytes back
      };
    TRY_ASSIGN(const Answer answer, session_.exchange(call));
    if (answer.slowed_down) slowed_down_ = true;
    if (!answer.ok()) return fail(session_.refusal(call, answer));
    sent_ += bytes.size() - reported;
    const std::string* etag = answer.response.header("etag");
    if (!etag || etag->empty())
      return fail(Fault::kCorrupt, "a part of " + key_.get() + " was stored without an ETag",
                  "check the endpoint");
    const bool quoted = etag->size() >= 2 && etag->front() == '"' && etag->back() == '"';
    return UploadProgress::Part{number, quoted ? etag->substr(1, etag->size() - 2) : *etag, sha256};
  }

  Result<PutReceipt> complete() {
    if (options_.only_if_absent) TRY(still_absent());
    std::vector<PartTag> tags;
    for (const auto& [number, part] : done_) tags.push_back({number, part.etag});
    const std::string document = write_complete(tags);
    const auto body = net::memory_body(document);
    Call call = about("complete the upload of", "POST");
    call.headers = {{"Content-Type", "application/xml"}};
    if (options_.only_if_absent && how_.conditional_complete) call.headers.emplace_back("If-None-Match", "*");
    call.body = body.get();
    call.payload_hash = to_hex(sha256_of(document));
    call.repeatable = false;                // after a success AWS says NoSuchUpload
    call.deadline = Milliseconds(600'000);  // "may take several minutes" (API reference)
    Error last;
    for (int attempt = 1; attempt <= kCompleteAttempts; ++attempt) {
      auto done = complete_once(call);
      if (done) {
        forget();
        return finished(*std::move(done));
      }
      const bool gone = attempt > 1 && done.error().fault == Fault::kNotFound;
      last = std::move(done).error();
      if (last.fault != Fault::kTransient && last.fault != Fault::kUnknownOutcome && !gone)
        return fail(std::move(last));
      if (auto receipt = it_happened()) {
        forget();
        return *std::move(receipt);
      }
      if (gone) break;
    }
    last.fault = Fault::kUnknownOutcome;
    last.remedy = "it is read back before anything is repeated";
    return fail(std::move(last));
  }

  Result<DoneAnswer> complete_once(const Call& call) {
    TRY_ASSIGN(Answer answer, session_.exchange(call));
    if (!answer.ok()) return fail(session_.refusal(call, answer));
    TRY_ASSIGN(DoneAnswer done, read_complete(answer.response.body));
    if (!done.error) return done;
    answer.response.status = 500;  // S3 had sent "200" before it knew
    answer.error = *std::move(done.error);
    return fail(session_.refusal(call, answer));
  }

  Result<void> still_absent() {
    TRY_ASSIGN(const auto there, head_());
    if (there) return fail(Fault::kConflict, key_.get() + " is there already", "choose another key");
    return {};
  }

  /// Whether the object there is this one: same size, and our digest in its metadata.
  std::optional<PutReceipt> it_happened() {
    const auto there = head_();
    if (!there || !*there || (*there)->size != content_.body().size) return std::nullopt;
    if (sha256_of(**there) != digest()) return std::nullopt;
    return PutReceipt{(*there)->etag};
  }

  /// Ceph 16 leaves the ETag empty in its first answer.
  PutReceipt finished(DoneAnswer done) {
    if (!done.etag.empty()) return {std::move(done.etag)};
    const auto there = head_();
    return there && *there ? PutReceipt{(*there)->etag} : PutReceipt{};
  }

  void forget() {
    if (how_.log) how_.log->forget_upload(key_, digest());
  }

  void abort() {
    // Best effort: a lifecycle rule, or the provider's own, removes what is left behind.
    if (!id_.empty()) (void)session_.call(about("abort the upload of", "DELETE"));
    forget();
  }

  Session& session_;
  const ObjectKey& key_;
  const Content& content_;
  const PutOptions& options_;
  const MultipartOptions& how_;
  const HeadFunction& head_;
  std::uint64_t part_size_;
  std::string id_;
  std::map<std::uint32_t, UploadProgress::Part> done_;
  std::atomic<std::uint64_t> sent_{0};
  std::atomic<bool> slowed_down_{false};
};

}  // namespace

Result<Bytes> part_size_for(const Profile& profile, Bytes body, Bytes wanted) {
  std::uint64_t size = std::max({wanted.get(), profile.part_min.get(), kMiB});
  const std::uint64_t parts_max = std::min<std::uint64_t>(profile.parts_max, kPartsMax);
  if (body.get() > size * parts_max)
    size = ((body.get() + parts_max - 1) / parts_max + kMiB - 1) / kMiB * kMiB;
  if (size > profile.part_max.get())
    return fail(Fault::kInvalidInput,
                "a file of " + std::to_string(body.get()) + " bytes is too large for S3", "split it");
  return Bytes(size);
}

Result<PutReceipt> put_in_parts(Session& session, const ObjectKey& key, const Content& content,
                                const PutOptions& options, const MultipartOptions& how,
                                const HeadFunction& head) {
  return Upload(session, key, content, options, how, head).run();
}

}  // namespace reconcile::s3
