#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/percent.h"
#include "reconciler/manifest/check.h"
#include "reconciler/model/format.h"
#include "reconciler/model/index.h"
#include "reconciler/model/key_template.h"

namespace reconcile::manifest {
namespace {

constexpr const char* kFormat = "spec.commitment.format";
// The shortest name that a file to publish can sensibly have: `a.parquet`.
constexpr std::size_t kShortestFileName = 9;
constexpr std::size_t kLongestFileName = 255;  // NAME_MAX of Linux file systems

bool is_part_of_a_path(const std::string& name) {
  return name.find('/') == std::string::npos && name != "." && name != "..";
}

void check_wallet(const CommitmentSpec& commitment, Notes& notes) {
  const WalletSpec& wallet = commitment.wallet;
  for (const auto& [name, value] : {std::pair("name", wallet.name), std::pair("hotkey", wallet.hotkey)})
    if (!is_part_of_a_path(value))
      notes.error(fmt::format("spec.commitment.wallet.{}", name), "is a name, not a path",
                  "write it without /");
  if (commitment.network == Network::kLedger) return;
  if (wallet.path.empty())
    notes.error("spec.commitment.wallet.path", "`~` means nothing, since HOME is not set",
                "write the whole path");
  const std::string_view base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  const std::string& address = wallet.ss58_address;
  // SS58 of 32 bytes: 47 to 49 characters, by prefix.
  if (!address.empty() &&
      (address.size() < 46 || address.size() > 50 || address.find_first_not_of(base58) != std::string::npos))
    notes.error("spec.commitment.wallet.ss58Address", "is no SS58 address",
                "copy it from the wallet: 48 characters, 5…");
}

void check_endpoints(const CommitmentSpec& commitment, Notes& notes) {
  constexpr const char* kAddress = "spec.commitment.endpoints";
  for (const std::string& endpoint : commitment.endpoints) {
    const auto url = web_address(endpoint);
    if (!url) {
      notes.error(kAddress, url.error().cause, "write it like https://host or wss://host:443");
      continue;
    }
    const bool safe = url->scheme == "https" || url->scheme == "wss";
    if (!safe && url->scheme != "http" && url->scheme != "ws")
      notes.error(kAddress, "an endpoint begins with none of https, wss, http and ws",
                  "write it like https://host");
    else if (!safe && !url->is_loopback())
      notes.error(kAddress, "an endpoint on another machine is not encrypted: anyone on the way could answer",
                  "write https:// or wss://");
  }
}

void check_network(const CommitmentSpec& commitment, Notes& notes) {
  const bool ledger = commitment.network == Network::kLedger;
  if (!notes.given("spec.commitment.netuid"))
    notes.error("spec.commitment.netuid", "is required", "write the subnet's number, such as 13");
  if (ledger && commitment.ledger.empty())
    notes.error("spec.commitment.ledger", "is required for network ledger",
                "write the file, such as ./chain/ledger.jsonl");
  if (!ledger && !commitment.ledger.empty())
    notes.error("spec.commitment.ledger", "belongs to network ledger only",
                "leave it out, or use network: ledger");
  if (ledger && !commitment.endpoints.empty())
    notes.error("spec.commitment.endpoints", "mean nothing for network ledger", "leave them out");
  if (commitment.network == Network::kCustom && commitment.endpoints.empty())
    notes.error("spec.commitment.endpoints", "are required for network custom",
                "write for example [\"https://host\"]");
  if (commitment.network == Network::kCustom && commitment.genesis_hash.empty())
    notes.warning("spec.commitment.network",
                  "no genesisHash is given: the first answer of the endpoint is believed",
                  "write spec.commitment.genesisHash, so that nothing is signed for another chain");
  check_endpoints(commitment, notes);
}

/// Everything before a key in a URL, the slash included.
std::size_t base_length(const BucketSpec& bucket) {
  if (!bucket.public_url.empty()) return bucket.public_url.size() + 1;
  return std::string_view("file://").size() + percent_encode(bucket.path.string(), true).size() + 1;
}

FormatBounds bounds_of(const Desired& desired, std::size_t key, std::size_t basename) {
  FormatBounds out{.url = base_length(desired.bucket) + key, .key = key, .basename = basename};
  const WalletSpec& wallet = desired.commitment->wallet;
  if (desired.commitment->network == Network::kLedger && wallet.ss58_address.empty())
    out.hotkey = wallet.name.size() + 1 + wallet.hotkey.size();
  out.bucket = desired.bucket.name.size();
  return out;
}

void too_long(const Format& format, std::size_t bytes, const std::string& with, Notes& notes) {
  const Error error = explain_too_long(format, bytes);
  notes.error(kFormat, fmt::format("with {}: {}", with, error.cause), error.remedy);
}

/// last-file puts a file's own name on chain; how long that is nobody knows yet.
void check_file_names(const Desired& desired, const Format& format, Notes& notes) {
  const auto key = KeyTemplate::compile(desired.upload.key);
  if (!key) return;
  const auto length = [&](std::size_t name) {
    return format.worst_case_length(bounds_of(desired, key->worst_case_length(name), name));
  };
  std::size_t fits = kLongestFileName;
  while (fits > 0 && length(fits) > kRawBytesMax) --fits;
  if (fits < kShortestFileName)
    too_long(format, length(kShortestFileName), fmt::format("file names of {} bytes", kShortestFileName),
             notes);
  else if (fits < kLongestFileName)
    notes.warning(kFormat,
                  fmt::format("file names may have {} bytes at most: longer ones cannot be committed", fits),
                  "b64url instead of hex, a shorter public URL or a shorter spec.upload.key leave more; "
                  "strategy index has no such limit");
}

/// A text without an address: the newest file of last-file is known by other means, an index by its digest.
bool may_lack_address(const CommitmentSpec& commitment, const Format& format) {
  if (commitment.strategy == Strategy::kLastFile) return true;
  return commitment.strategy == Strategy::kIndex && format.digest_bits() >= 64;
}

/// Can readers find what is committed, and tell whether they got it?
void check_what_it_says(const CommitmentSpec& commitment, const Format& format, Notes& notes) {
  if (!format.uses("url") && !format.uses("key")) {
    if (!may_lack_address(commitment, format))
      return notes.error(kFormat, "names neither {url} nor {key}: nobody could find what it speaks of",
                         "add {url}, such as rc1|{sha256:b64url}|{url}");
    notes.warning(kFormat, "names neither {url} nor {key}: readers must know by other means where to look",
                  "add {url}, unless the subnet's own rules say where to look");
  }
  if (std::any_of(format.text().begin(), format.text().end(),
                  [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
    notes.warning(kFormat, "holds letters beyond ASCII: readers in Python count them otherwise, or drop them",
                  "write it in ASCII");
  // In a field of its own, in the key, or guarded by the index's signature.
  if (default_format(commitment.strategy) == std::string_view("{url}")) return;
  if (format.digest_bits() == 0)
    notes.warning(kFormat, "carries no {sha256}: readers cannot tell whether they got what was committed",
                  "add {sha256:b64url}, which takes 43 bytes");
  else if (format.digest_bits() < 64)
    notes.warning(kFormat,
                  fmt::format("keeps {} bits of the hash: others can make a file that has the same",
                              format.digest_bits()),
                  "keep 16 hex digits at least");
}

/// static-pointer is committed once: nothing in it may change from pass to pass.
void check_pointer(const Format& format, Notes& notes) {
  for (const char* value : {"sha256", "seq", "count", "size", "time"})
    if (format.uses(value))
      notes.error(kFormat,
                  fmt::format("{{{}}} changes with each pass, and a static pointer is committed once", value),
                  "use {url} alone, or strategy index");
}

std::size_t index_key_length(Strategy strategy) {
  if (strategy == Strategy::kStaticPointer) return std::string_view(kPointerKey).size();
  if (strategy == Strategy::kContentAddressed)
    return index_key(kIndexPrefix, kIndexSeqMax, Sha256()).get().size();
  return index_key(kIndexPrefix, kIndexSeqMax).get().size();
}

void check_format(const Desired& desired, Notes& notes) {
  const CommitmentSpec& commitment = *desired.commitment;
  const auto format = Format::compile(commitment.format);
  if (!format) return notes.error(kFormat, format.error().cause, format.error().remedy);
  check_what_it_says(commitment, *format, notes);
  if (commitment.strategy == Strategy::kStaticPointer) check_pointer(*format, notes);
  if (commitment.strategy == Strategy::kLastFile) return check_file_names(desired, *format, notes);
  const std::size_t key = index_key_length(commitment.strategy);
  const std::size_t bytes = format->worst_case_length(bounds_of(desired, key, key));
  if (bytes > kRawBytesMax)
    too_long(*format, bytes,
             fmt::format("a public URL of {} bytes and an index key of {}", base_length(desired.bucket), key),
             notes);
}

}  // namespace

void check_commitment(const Desired& desired, Notes& notes) {
  if (!desired.commitment) return;
  check_network(*desired.commitment, notes);
  check_wallet(*desired.commitment, notes);
  check_format(desired, notes);
  if (desired.commitment->accept_overwrite && desired.commitment->strategy != Strategy::kLastFile)
    notes.warning("spec.commitment.acceptOverwrite", "means something for strategy last-file only",
                  "leave it out");
}

}  // namespace reconcile::manifest
