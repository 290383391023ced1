#include "reconciler/engine/write_index.h"

#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/sha256.h"
#include "reconciler/engine/lease.h"
#include "reconciler/engine/upload_pool.h"
#include "reconciler/model/index_parts.h"
#include "reconciler/model/index_signature.h"
#include "reconciler/plan/pointer.h"

namespace reconcile {
namespace {

/// A public address may lag a moment behind the bucket (CDN, DNS); longer than this is a fault of its own.
constexpr int kPublicAttempts = 3;

class IndexWriter {
 public:
  IndexWriter(const IndexWrite& write, const Desired& desired, const Observed& observed, WritePorts& ports)
      : write_(write), desired_(desired), observed_(observed), ports_(ports) {}

  Result<WrittenIndex> run() {
    TRY_ASSIGN(const std::int64_t intent,
               ports_.journal.begin("index/" + write_.key.get(), "write", ports_.clock.now()));
    std::string content;
    if (write_.there) {
      file_ = *write_.there;
    } else {
      TRY_ASSIGN(content, put_new());
    }
    for (const IndexPart& part : file_.parts)
      if (!contains(write_.parts_seen, part)) TRY(seen(part.key, part.size, part.sha256));
    TRY_ASSIGN(VerifiedIndex verified, VerifiedIndex::check(ports_.store, file_));
    if (write_.copy)
      TRY(copy(content));
    else
      TRY(seen(file_.key, file_.size, file_.sha256));
    TRY(ports_.journal.finish(intent, "done", ports_.clock.now()));
    return WrittenIndex{std::move(verified), sent_};
  }

 private:
  static bool contains(const std::vector<IndexPart>& parts, const IndexPart& part) {
    return std::find(parts.begin(), parts.end(), part) != parts.end();
  }

  /// Parts, then the root. The root's bytes.
  Result<std::string> put_new() {
    std::optional<Error> error;
    StoredIndex stored = store_index(write_.index, observed_.index_inline_max,
                                     [&](const IndexPart& part, const std::string& content) {
                                       if (error || contains(write_.parts_there, part)) return;
                                       if (const Result<void> done = put_part(part.key, content); !done)
                                         error = done.error();
                                     });
    if (error) return fail(*std::move(error));
    std::string content = std::move(stored.root);
    file_.index = write_.index;
    if (write_.sign) {
      TRY_ASSIGN(file_.index.signature, sign(content));
      content = with_signature(content, *file_.index.signature);
    }
    file_.parts = std::move(stored.parts);
    file_.size = Bytes(content.size());
    file_.sha256 = sha256_of(std::string_view(content));
    file_.key =
        write_.content_addressed ? index_key(kIndexPrefix, write_.index.seq, file_.sha256) : write_.key;
    TRY(put(file_.key, content, true));
    return content;
  }

  /// The signature is checked at once: a key of another hotkey must not get so far as to be published.
  Result<IndexSignature> sign(const std::string& content) {
    if (!ports_.signer || !ports_.checker)
      return fail(Fault::kDenied, "there is no key to sign the index with",
                  "see the wallet in the manifest; nothing was written");
    const std::string message = signed_message(content);
    TRY_ASSIGN(IndexSignature signature, ports_.signer->sign(message));
    if (!ports_.checker->verify(observed_.account, message, signature))
      return fail(Fault::kDenied, "the key that signs is not that of " + observed_.account.hotkey,
                  "correct the wallet in the manifest; nothing was written");
    return signature;
  }

  /// Put and read back by HEAD. An answer that was lost, or that the key is taken, is settled by what is
  /// there.
  Result<void> put(const ObjectKey& key, const std::string& content, bool only_if_absent) {
    const Body body = body_of(content);
    PutOptions options{.content_type = content_type_of(key),
                       .metadata = object_metadata(body, desired_.name, ports_.clock.now()),
                       .only_if_absent = only_if_absent};
    // A fencing token: of two indexes the one with the higher token is of the later holder.
    if (const auto token = ports_.lease ? ports_.lease->token() : std::nullopt)
      options.metadata.emplace(kLeaseTokenMetadata, std::to_string(*token));
    const Result<PutReceipt> put = ports_.store.put(key, body, options);
    if (!put && put.error().fault != Fault::kUnknownOutcome && put.error().fault != Fault::kConflict)
      return fail(put.error());
    if (put) sent_ += content.size();
    const Result<VerifiedObject> verified = VerifiedObject::check(ports_.store, key, body.size, body.sha256);
    if (verified) return {};
    return fail(put ? verified.error() : put.error());
  }

  /// A part's key is the hash of its bytes: other bytes there are damage, which nothing can want to keep.
  Result<void> put_part(const ObjectKey& key, const std::string& content) {
    const Result<void> done = put(key, content, true);
    if (done || done.error().fault != Fault::kConflict) return done;
    return put(key, content, false);
  }

  /// The pointer is written over: its bytes are those of an index that is verified.
  Result<void> copy(std::string content) {
    if (write_.there) {
      TRY_ASSIGN(content, ports_.store.get(file_.key, Bytes(file_.size.get())));
      if (sha256_of(std::string_view(content)) != file_.sha256)
        return fail(Fault::kConflict, file_.key.get() + " changed since it was read",
                    "the next pass looks again");
    }
    TRY(put(*write_.copy, content, false));
    return seen(*write_.copy, file_.size, file_.sha256);
  }

  Result<void> seen(const ObjectKey& key, Bytes size, const Sha256& sha256) {
    return seen_by_readers(url_of(observed_.public_base, key), size, sha256, ports_);
  }

  const IndexWrite& write_;
  const Desired& desired_;
  const Observed& observed_;
  WritePorts& ports_;
  IndexFile file_{};
  std::uint64_t sent_ = 0;
};

}  // namespace

Result<WrittenIndex> write_index(const IndexWrite& write, const Desired& desired, const Observed& observed,
                                 WritePorts& ports) {
  return IndexWriter(write, desired, observed, ports).run();
}

Result<void> seen_by_readers(const std::string& url, Bytes size, const Sha256& sha256, WritePorts& ports) {
  Result<void> seen;
  for (int attempt = 1; attempt <= kPublicAttempts; ++attempt) {
    seen = readers_see(ports.readers, url, size, sha256);
    if (seen) return {};
    const Fault fault = seen.error().fault;
    const bool may_pass =
        fault == Fault::kConflict || fault == Fault::kNotFound || fault == Fault::kTransient;
    if (!may_pass || attempt == kPublicAttempts || ports.clock.stopping()) break;
    ports.clock.sleep_for(Seconds(attempt));
  }
  Error error = seen.error();
  if (error.fault == Fault::kDenied)
    error.remedy =
        "make the bucket (or the prefix) publicly readable, or correct publicUrl; nothing was committed";
  return fail(std::move(error));
}

}  // namespace reconcile
