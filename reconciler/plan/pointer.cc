#include "reconciler/plan/pointer.h"

#include "reconciler/base/percent.h"
#include "reconciler/base/units.h"

namespace reconcile {
namespace {

/// Fewer bits of a digest can be matched by accident or on purpose.
constexpr unsigned kDigestBitsTrusted = 64;
constexpr std::size_t kStoredBytesMax = 1024;

}  // namespace

std::string url_of(const std::string& public_base, const ObjectKey& key) {
  return public_base + percent_encode(key.get(), true);
}

std::optional<ObjectKey> key_of_url(const std::string& public_base, const std::string& url) {
  if (public_base.empty() || !url.starts_with(public_base)) return std::nullopt;
  const std::optional<std::string> key = percent_decode(std::string_view(url).substr(public_base.size()));
  if (!key || key->empty()) return std::nullopt;
  return ObjectKey(*key);
}

FormatValues values_for(const Desired& desired, const Observed& observed, const Index& index,
                        const ObjectKey& key, std::optional<Sha256> sha256, std::optional<Bytes> size) {
  const ObjectKey at = strategy_of(desired) == Strategy::kStaticPointer ? ObjectKey(kPointerKey) : key;
  return {.sha256 = sha256,
          .url = url_of(observed.public_base, at),
          .key = at.get(),
          .size = size,
          .count = index.objects.size(),
          .seq = index.seq,
          .time = index.time,
          .hotkey = observed.account.hotkey,
          .netuid = observed.account.netuid,
          .bucket = desired.bucket.name};
}

FormatValues values_for(const Desired& desired, const Observed& observed, const IndexEntry& object) {
  return {.sha256 = object.sha256,
          .url = url_of(observed.public_base, object.key),
          .key = object.key.get(),
          .size = object.size,
          .count = 1,
          .seq = 0,
          .time = object.time,
          .hotkey = observed.account.hotkey,
          .netuid = observed.account.netuid,
          .bucket = desired.bucket.name};
}

CommitmentShape shape_of(const Desired& desired) {
  return strategy_of(desired) == Strategy::kTwoField ? CommitmentShape::kTextAndDigest
                                                     : CommitmentShape::kText;
}

bool says(const Desired& desired, const OwnCommitment& own, FormatValues values) {
  if (own.sha256) return own.sha256 == values.sha256;
  if (own.digest && own.digest->bits >= kDigestBitsTrusted)
    return values.sha256 && own.digest->matches(*values.sha256);
  const Result<Format> format = Format::compile(desired.commitment->format);
  if (!format) return false;
  if (own.time) values.time = *own.time;  // of the pass that committed: not part of what is named
  const Result<Commitment> commitment = commitment_of(*format, values, kStoredBytesMax, shape_of(desired));
  return commitment && describe(*commitment) == own.text;
}

bool names_index(const Desired& desired, const Observed& observed, const OwnCommitment& own,
                 const IndexFile& file) {
  if (own.sha256 || own.digest)
    return says(desired, own, values_for(desired, observed, file.index, file.key, file.sha256, file.size));
  if (own.key) return own.key == file.key;  // nothing but the address tells: it must be this very one
  // The address ends with the hash of these bytes (they were compared when they were read).
  if (index_digest(kIndexPrefix, file.key)) return own.url.ends_with("/" + file.key.get());
  return own.url.empty() &&
         says(desired, own, values_for(desired, observed, file.index, file.key, file.sha256, file.size));
}

CommitmentView read_commitment(const Desired& desired, const std::string& public_base,
                               const std::optional<StoredCommitment>& stored) {
  if (!stored) return NoCommitment{};
  const std::string text = describe(*stored);
  if (!desired.commitment) return ForeignCommitment{text};
  const Result<Format> format = Format::compile(desired.commitment->format);
  if (!format) return ForeignCommitment{text};
  const Result<ParsedCommitment> parsed = parse_commitment(*format, *stored, shape_of(desired));
  if (!parsed) return ForeignCommitment{text};
  OwnCommitment own{text, parsed->url.value_or(""), parsed->sha256, std::nullopt};
  own.digest = parsed->digest;
  if (const auto time = parsed->values.find("time"); time != parsed->values.end())
    if (const Result<Instant> when = parse_time(time->second)) own.time = *when;
  if (parsed->url) own.key = key_of_url(public_base, *parsed->url);
  if (!own.key && parsed->key) own.key = ObjectKey(*parsed->key);
  return own;
}

}  // namespace reconcile
