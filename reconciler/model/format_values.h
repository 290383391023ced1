#pragma once
// What the values of a format are made of. Shared by the files that compile, print and parse one.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "reconciler/model/format.h"

namespace reconcile {

enum class ValueClass {
  kDigest,
  kText,    ///< url key basename hotkey bucket
  kDigits,  ///< decimal, no leading zeros
  kTime,    ///< `2026-11-22T07:20:14Z`
};

inline constexpr std::size_t kTimeBytes = 20;

/// Nothing for a name that is none.
std::optional<ValueClass> class_of(std::string_view name);

/// How a {sha256} is written.
struct DigestLetters {
  DigestPart::Encoding encoding = DigestPart::Encoding::kHex;
  std::size_t width = 64;  ///< characters that are kept
  unsigned bits = 256;     ///< of the digest in them
  bool whole = true;
};
DigestLetters digest_letters(const Format::Segment& segment);
std::string print_digest(const Sha256& digest, DigestPart::Encoding encoding);
Result<Sha256> read_digest(std::string_view text, DigestPart::Encoding encoding);

/// A JSON string: its end can be seen without knowing its length.
bool delimits_itself(const Format::Segment& segment);

/// The value cannot be had back from the text: it is cut or lowered.
bool is_lossy(const Format::Segment& segment);

/// A value's plain text before any filter but the digest's encoding; nothing when it is not known.
std::optional<std::string> plain_text(const Format::Segment& segment, const FormatValues& values);

/// trunc and lower: what reading back yields.
std::string reduced(const Format::Segment& segment, std::string plain);
/// pad and json, on top of `reduced`. kInvalidInput when longer than its pad.
Result<std::string> dressed(const Format::Segment& segment, std::string reduced_text);
/// The inverse of `dressed`; nothing when the text cannot be such a value.
std::optional<std::string> undressed(const Format::Segment& segment, std::string_view text);

/// The text of each segment but the literals, undressed. Nothing when the text is not of the format.
std::optional<std::vector<std::string>> match(const std::vector<Format::Segment>& segments,
                                              std::string_view stored);

}  // namespace reconcile
