#pragma once
// The text that is committed: a template that prints what the commitment points at, and reads it back.
//
// `{name}` stands for a value, `{name:filter|filter}` for a changed one, `{{` and `}}` for braces; all else
// stands for itself. For example `rc1|{sha256:b64url}|{url}` or
// `{{"key":{key:json},"hash":"{sha256:hex|trunc:16}"}}`.
//
//   values   sha256 url key basename size count seq time hotkey netuid bucket
//   filters  hex (default), b64url, b64std   of sha256 only, first
//            trunc:N   the first N characters; not of url, which would lead nowhere
//            lower     ASCII letters; not of url, not of base64
//            pad:N     spaces behind, exactly N characters; a longer value is an error
//            json      a JSON string with its quotes; last

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconciler/base/result.h"
#include "reconciler/base/strong.h"
#include "reconciler/model/commitment.h"

namespace reconcile {

/// A Raw field holds at most 128 bytes (pallet Commitments, Data::Raw0 … Raw128).
inline constexpr std::size_t kRawBytesMax = 128;

/// What a commitment is printed from.
struct FormatValues {
  std::optional<Sha256> sha256;  ///< of what `url` names: the index, or the file itself for last-file
  std::string url;               ///< where readers fetch it, percent-encoded
  std::string key;               ///< its key in the bucket
  std::optional<Bytes> size;     ///< of what `url` names
  std::uint64_t count = 0;       ///< objects in the index; 1 for last-file
  std::uint64_t seq = 0;         ///< of the index; 0 for last-file
  Instant time;                  ///< of the index or the object, not of now: the same index prints the same
  std::string hotkey;
  std::uint16_t netuid = 0;
  std::string bucket;
};

/// The longest that each value may become, in bytes.
struct FormatBounds {
  std::size_t url = 0;
  std::size_t key = 0;
  std::size_t basename = 0;
  std::size_t hotkey = 48;  ///< an SS58 address of prefix 42 has 48 characters
  std::size_t bucket = 63;  ///< S3 bucket names: 3 to 63 characters
  std::size_t seq = 8;      ///< digits: 100 million passes
  std::size_t count = 7;    ///< digits: an index holds at most 2,000,000 objects
  std::size_t size = 13;    ///< digits: 10 TB
};

/// Some or all of a SHA-256, in the letters in which it stands on chain.
struct DigestPart {
  enum class Encoding { kHex, kBase64Url, kBase64 };
  Encoding encoding = Encoding::kHex;
  std::string text;
  unsigned bits = 0;  ///< 256 when whole
  /// The digest begins with this part. True for every digest when bits is 0.
  bool matches(const Sha256& digest) const;
  friend bool operator==(const DigestPart&, const DigestPart&) = default;
};

/// What a stored text says.
struct ParsedCommitment {
  std::optional<std::string> url;
  std::optional<std::string> key;
  std::optional<Sha256> sha256;               ///< only when all 256 bits are there
  std::optional<DigestPart> digest;           ///< whenever the format has {sha256}
  std::map<std::string, std::string> values;  ///< every value but sha256 by name, unescaped and unpadded;
                                              ///< truncated and lowered ones as they stand
};

class Format {
 public:
  /// kInvalidInput with the column (from 1) for an unknown name or filter, an open brace, control characters,
  /// more than 1,024 bytes, or two values of varying length with nothing between them.
  static Result<Format> compile(std::string_view text);

  /// kInvalidInput when longer than `bytes_max` (says by how much), when a value that is used is missing, too
  /// long for its `pad`, or contains what would make the text read back as something else.
  Result<std::string> render(const FormatValues& values, std::size_t bytes_max = kRawBytesMax) const;

  /// For people: like `render`, with `…` for what is not known yet, and never an error.
  std::string preview(const FormatValues& values) const;

  /// The inverse of `render`, which never prints what `parse` would read differently. kNotFound: the text is
  /// not of this format. At most 1,024 bytes are looked at.
  Result<ParsedCommitment> parse(std::string_view stored) const;

  /// An upper bound of `render`'s length in bytes, for values within `bounds` that need no JSON escapes.
  std::size_t worst_case_length(const FormatBounds& bounds) const;

  /// How many bits of the SHA-256 are kept: 256 whole, 0 without {sha256}.
  unsigned digest_bits() const;
  bool uses(std::string_view name) const;
  const std::string& text() const { return text_; }

  // What a format is made of; of interest to format*.cc only.
  enum class Filter { kHex, kBase64Url, kBase64, kTrunc, kPad, kLower, kJson };
  struct Step {
    Filter filter;
    std::size_t number = 0;  ///< of trunc and pad
  };
  struct Segment {
    std::string literal;  ///< when `name` is empty
    std::string name;
    std::vector<Step> steps;
    std::optional<std::size_t> width;  ///< characters, when it is always the same
  };
  const std::vector<Segment>& segments() const { return segments_; }

 private:
  std::string text_;
  std::vector<Segment> segments_;
};

/// What a commitment is made of.
enum class CommitmentShape {
  kText,           ///< one Raw field: the format's text
  kTextAndDigest,  ///< field 0 Raw, the text; field 1 the chain's own Sha256, the digest of what `url` names.
                   ///< The Python SDK reads field 0 alone, so the text must be worth reading by itself.
};

/// `bytes_max` bounds the text, never the digest's 32 bytes. kInvalidInput also when a digest is wanted and
/// is not known.
Result<Commitment> commitment_of(const Format& format, const FormatValues& values,
                                 std::size_t bytes_max = kRawBytesMax,
                                 CommitmentShape shape = CommitmentShape::kText);

/// The inverse, for what stands on chain. kNotFound: other fields, another format, or a text whose digest is
/// not that of the second field.
Result<ParsedCommitment> parse_commitment(const Format& format, const StoredCommitment& stored,
                                          CommitmentShape shape = CommitmentShape::kText);

/// `151 bytes, limit 128: shorten by 23`, and as the remedy what each of the ways out would save.
Error explain_too_long(const Format& format, std::size_t bytes, std::size_t bytes_max = kRawBytesMax);

}  // namespace reconcile
