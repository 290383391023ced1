#include "reconciler/plan/pointer.h"

#include "reconciler/base/percent.h"

namespace reconcile {

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
  return {.sha256 = sha256,
          .url = url_of(observed.public_base, key),
          .key = key.get(),
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
  if (parsed->url) own.key = key_of_url(public_base, *parsed->url);
  if (!own.key && parsed->key) own.key = ObjectKey(*parsed->key);
  return own;
}

}  // namespace reconcile
