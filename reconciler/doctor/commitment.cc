#include "reconciler/doctor/commitment.h"

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/doctor/checks.h"
#include "reconciler/engine/read_index.h"
#include "reconciler/model/format.h"
#include "reconciler/model/key_template.h"
#include "reconciler/plan/pointer.h"

namespace reconcile::doctor {
namespace {

constexpr const char* kCommitment = "chain/commitment";

std::string public_base_of(const ObjectReader& store) {
  const std::string_view probe = "reconcile-public-base-probe";
  const std::string url = store.public_url(ObjectKey(std::string(probe)));
  return url.substr(0, url.size() - probe.size());
}

void judge_foreign(const std::string& text, Findings& findings) {
  findings.fail(kCommitment, "something else stands on chain for this hotkey: " + text.substr(0, 200),
                "find out what wrote it (another script, a validator's preferences); replacing it needs "
                "--allow foreign-commitment");
}

/// Ours: does it lead to an index that is there, and is there none newer?
void judge_own(const Observed& observed, const ChainView& view, Findings& findings) {
  const auto& own = std::get<OwnCommitment>(observed.commitment);
  const std::string written =
      fmt::format("ours, of block {}: {}", print_count(view.commitment->block), own.text.substr(0, 200));
  if (observed.lost_index)
    return findings.fail(kCommitment, written + "; what it names is lost: " + *observed.lost_index,
                         "readers find nothing. Restore the index, or let the next pass write a new one: "
                         "--allow lost-index");
  if (const Error* error = why_not(observed.base_index))
    return findings.warn(kCommitment,
                         written + "; whether what it names is there is not known: " + error->cause,
                         error->remedy);
  if (observed.stale_pointer)
    return findings.warn(kCommitment, written + "; stale: " + *observed.stale_pointer,
                         "the next pass mends it");
  if (observed.pending_index)
    return findings.warn(kCommitment,
                         fmt::format("{}; stale: {} was written after it and never committed", written,
                                     observed.pending_index->key.get()),
                         "the next pass commits it; if it stays so, see what that pass says");
  findings.ok(kCommitment, written);
}

}  // namespace

void judge_commitment(const Subject& subject, const ChainView& view, Findings& findings) {
  if (!view.commitment) return findings.ok(kCommitment, "nothing is committed yet");
  const bool bucket_answers = subject.bucket && !findings.failed("bucket/access") &&
                              !findings.failed("bucket/credentials") && !findings.failed("bucket/exists") &&
                              !findings.failed("bucket/clock") && !findings.failed("bucket/dns") &&
                              !findings.failed("bucket/tcp") && !findings.failed("bucket/tls");
  Observed observed;
  observed.now = subject.clock.now();
  observed.account = *subject.account;
  observed.chain = Complete<ChainView>{view};
  observed.indexes_signed = subject.checker != nullptr;
  observed.public_base =
      subject.bucket ? public_base_of(*subject.bucket->reading) : subject.desired.bucket.public_url + "/";
  observed.commitment = read_commitment(subject.desired, observed.public_base, view.commitment);
  if (!has_index(subject.desired) || !bucket_answers) {
    if (const auto* foreign = std::get_if<ForeignCommitment>(&observed.commitment))
      return judge_foreign(foreign->text, findings);
    return findings.ok(kCommitment, "of our format: " + describe(*view.commitment).substr(0, 200) +
                                        (bucket_answers ? "" : "; what it names was not looked at"));
  }
  ObjectReader& store = *subject.bucket->reading;
  const auto exists = store.bucket_exists();
  if (exists && *exists) {
    if (strategy_of(subject.desired) == Strategy::kStaticPointer)
      read_pointed_index(store, subject.checker, observed);
    else
      read_index(subject.desired, store, observed);
  } else if (exists) {
    return judge_foreign(describe(*view.commitment), findings);
  }
  if (const auto* foreign = std::get_if<ForeignCommitment>(&observed.commitment))
    return judge_foreign(foreign->text, findings);
  judge_own(observed, view, findings);
}

namespace {

/// The longest text that the format can become, with this bucket's own addresses.
std::size_t longest_text(const Subject& subject, const Format& format, std::string& with) {
  const Desired& desired = subject.desired;
  FormatBounds bounds;
  std::string key;
  if (strategy_of(desired) == Strategy::kLastFile) {
    // The longest name that waits now: how long the next will be nobody knows.
    std::string longest = "a.parquet";
    if (const auto scan = subject.buffer.scan(subject.clock.now()); const auto* files = if_any(scan))
      for (const BufferFile& file : files->files)
        if (file.state == BufferFile::State::kReady && file.name.size() > longest.size()) longest = file.name;
    const auto key_template = KeyTemplate::compile(desired.upload.key);
    bounds.basename = longest.size();
    bounds.key = key_template ? key_template->worst_case_length(longest.size()) : longest.size();
    with = "a file name of " + std::to_string(longest.size()) + " bytes";
  } else {
    const Strategy strategy = strategy_of(desired);
    key = strategy == Strategy::kStaticPointer      ? std::string(kPointerKey)
          : strategy == Strategy::kContentAddressed ? index_key(kIndexPrefix, kIndexSeqMax, Sha256()).get()
                                                    : index_key(kIndexPrefix, kIndexSeqMax).get();
    bounds.key = key.size();
    bounds.basename = key.size();
    with = "an index key of " + std::to_string(key.size()) + " bytes";
  }
  const std::size_t base =
      subject.bucket ? public_base_of(*subject.bucket->reading).size() : desired.bucket.public_url.size() + 1;
  bounds.url = base + bounds.key;
  if (subject.account) bounds.hotkey = subject.account->hotkey.size();
  bounds.bucket = desired.bucket.name.size();
  return format.worst_case_length(bounds);
}

}  // namespace

void look_at_length(const Subject& subject, Findings& findings) {
  constexpr const char* kId = "commitment/length";
  if (strategy_of(subject.desired) == Strategy::kNone) return findings.skip(kId, "nothing is committed");
  const auto format = Format::compile(subject.desired.commitment->format);
  if (!format) return findings.fail(kId, format.error());
  std::string with;
  const std::size_t bytes = longest_text(subject, *format, with);
  if (bytes > kRawBytesMax) {
    const Error error = explain_too_long(*format, bytes);
    return findings.fail(kId, "with " + with + ": " + error.cause, error.remedy);
  }
  findings.ok(kId, fmt::format("at most {} of {} bytes, with {}", bytes, kRawBytesMax, with));
}

}  // namespace reconcile::doctor
