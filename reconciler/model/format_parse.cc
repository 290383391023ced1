#include <algorithm>
#include <array>
#include <map>

#include "reconciler/base/bytes.h"
#include "reconciler/model/format.h"
#include "reconciler/model/format_values.h"

namespace reconcile {
namespace {

constexpr std::size_t kStoredBytesMax = 1024;  // BigRaw, the longest variant, holds 512

/// Behind the closing quote of the JSON string at `from`; 0 when there is none.
std::size_t json_string_end(std::string_view text, std::size_t from) {
  if (from >= text.size() || text[from] != '"') return 0;
  for (std::size_t i = from + 1; i < text.size(); ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '"')
      return i + 1;
  }
  return 0;
}

/// Tries the shortest value first and goes on when the rest does not fit. Remembers for each segment and
/// place how it ended, so that the number of attempts is bounded by segments × length².
class Matcher {
 public:
  Matcher(const std::vector<Format::Segment>& segments, std::string_view text)
      : segments_(segments), text_(text), end_of_((segments.size() + 1) * (text.size() + 1), kUnknown) {}

  bool match(std::size_t segment, std::size_t at) {
    if (segment == segments_.size()) return at == text_.size();
    std::size_t& end = end_of_[segment * (text_.size() + 1) + at];
    if (end == kUnknown) end = attempt(segment, at);
    return end != kNone;
  }

  /// After a match: the text of each segment but the literals, undressed.
  std::vector<std::string> values() const {
    std::vector<std::string> out(segments_.size());
    std::size_t at = 0;
    for (std::size_t i = 0; i < segments_.size(); ++i) {
      const std::size_t end = end_of_[i * (text_.size() + 1) + at];
      if (!segments_[i].name.empty()) out[i] = *undressed(segments_[i], text_.substr(at, end - at));
      at = end;
    }
    return out;
  }

 private:
  static constexpr std::size_t kUnknown = std::string_view::npos;
  static constexpr std::size_t kNone = kUnknown - 1;

  std::size_t attempt(std::size_t segment, std::size_t at) {
    const Format::Segment& here = segments_[segment];
    if (here.name.empty()) {
      const std::size_t end = at + here.literal.size();
      return text_.substr(at, here.literal.size()) == here.literal && match(segment + 1, end) ? end : kNone;
    }
    if (delimits_itself(here)) {
      const std::size_t end = json_string_end(text_, at);
      return end != 0 && fits(segment, at, end) ? end : kNone;
    }
    if (here.width) {
      const std::size_t end = at + *here.width;
      return end <= text_.size() && fits(segment, at, end) ? end : kNone;
    }
    for (std::size_t end = at + 1; end <= text_.size(); ++end)
      if (fits(segment, at, end)) return end;
    return kNone;
  }

  /// The rest comes first: it is remembered, while looking at a value takes time of its length.
  bool fits(std::size_t segment, std::size_t at, std::size_t end) {
    return match(segment + 1, end) && undressed(segments_[segment], text_.substr(at, end - at));
  }

  const std::vector<Format::Segment>& segments_;
  std::string_view text_;
  std::vector<std::size_t> end_of_;
};

Error not_of(const Format& format) {
  return {Fault::kNotFound, "the stored text is not of the format `" + format.text() + "`",
          "it was written by someone else, or with another format"};
}

/// The value stands in two places: do they agree? A reduced one is held against the whole one, if any.
bool agree(const std::vector<Format::Segment>& segments, const std::vector<std::string>& values) {
  std::map<std::string, std::string> whole;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (segments[i].name.empty() || is_lossy(segments[i])) continue;
    std::string value = values[i];
    if (segments[i].name == "sha256")
      value = to_hex(*read_digest(value, digest_letters(segments[i]).encoding));
    if (const auto [at, added] = whole.emplace(segments[i].name, value); !added && at->second != value)
      return false;
  }
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const auto known = whole.find(segments[i].name);
    if (segments[i].name.empty() || !is_lossy(segments[i]) || known == whole.end()) continue;
    std::string value = known->second;
    if (segments[i].name == "sha256")
      value = print_digest(*sha256_from_hex(value), digest_letters(segments[i]).encoding);
    if (reduced(segments[i], value) != values[i]) return false;
  }
  return true;
}

}  // namespace

std::optional<std::vector<std::string>> match(const std::vector<Format::Segment>& segments,
                                              std::string_view stored) {
  if (stored.size() > kStoredBytesMax) return std::nullopt;
  Matcher matcher(segments, stored);
  if (!matcher.match(0, 0)) return std::nullopt;
  return matcher.values();
}

Result<ParsedCommitment> Format::parse(std::string_view stored) const {
  const auto values = match(segments_, stored);
  if (!values || !agree(segments_, *values)) return fail(not_of(*this));
  ParsedCommitment out;
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    const Segment& segment = segments_[i];
    const std::string& value = (*values)[i];
    if (segment.name.empty()) continue;
    if (segment.name == "sha256") {
      const DigestLetters letters = digest_letters(segment);
      if (!out.digest || letters.bits > out.digest->bits)
        out.digest = DigestPart{letters.encoding, value, letters.bits};
      if (letters.whole) out.sha256 = *read_digest(value, letters.encoding);
      continue;
    }
    if (is_lossy(segment)) {
      out.values.emplace(segment.name, value);
      continue;
    }
    out.values.insert_or_assign(segment.name, value);
    if (segment.name == "url") out.url = value;
    if (segment.name == "key") out.key = value;
  }
  return out;
}

Result<ParsedCommitment> parse_commitment(const Format& format, const StoredCommitment& stored,
                                          CommitmentShape shape) {
  const bool two = shape == CommitmentShape::kTextAndDigest;
  const std::vector<StoredField>& fields = stored.fields;
  if (fields.size() != (two ? 2u : 1u) || fields[0].variant != "Raw") return fail(not_of(format));
  TRY_ASSIGN(ParsedCommitment out, format.parse(text_of(fields[0].bytes)));
  if (!two) return out;
  std::array<std::uint8_t, 32> digest{};
  if (fields[1].variant != "Sha256" || fields[1].bytes.size() != digest.size()) return fail(not_of(format));
  std::copy(fields[1].bytes.begin(), fields[1].bytes.end(), digest.begin());
  if (out.digest && !out.digest->matches(Sha256(digest))) return fail(not_of(format));
  out.sha256 = Sha256(digest);
  return out;
}

bool DigestPart::matches(const Sha256& digest) const {
  return print_digest(digest, encoding).compare(0, text.size(), text) == 0;
}

}  // namespace reconcile
