#include <algorithm>

#include <fmt/core.h>

#include "reconciler/model/format.h"
#include "reconciler/model/format_values.h"

namespace reconcile {
namespace {

using Filter = Format::Filter;

std::string over(std::size_t bytes, std::size_t bytes_max) {
  return fmt::format("{} bytes, limit {}: shorten by {}", bytes, bytes_max, bytes - bytes_max);
}

/// The longest text of one segment.
std::size_t longest(const Format::Segment& segment, const FormatBounds& bounds) {
  if (segment.name.empty()) return segment.literal.size();
  if (segment.width) return *segment.width;
  const std::string& name = segment.name;
  std::size_t out = name == "url"        ? bounds.url
                    : name == "key"      ? bounds.key
                    : name == "basename" ? bounds.basename
                    : name == "hotkey"   ? bounds.hotkey
                    : name == "bucket"   ? bounds.bucket
                    : name == "seq"      ? bounds.seq
                    : name == "count"    ? bounds.count
                    : name == "size"     ? bounds.size
                    : name == "netuid"   ? 5
                    : name == "time"     ? kTimeBytes
                                         : digest_letters(segment).width;
  for (const Format::Step& step : segment.steps) {
    if (step.filter == Filter::kTrunc) out = std::min(out, step.number);
    if (step.filter == Filter::kPad) out = step.number;
    if (step.filter == Filter::kJson) out += 2;
  }
  return out;
}

}  // namespace

Result<std::string> Format::render(const FormatValues& values, std::size_t bytes_max) const {
  std::string out;
  std::vector<std::string> undressed_values(segments_.size());
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    const Segment& segment = segments_[i];
    if (segment.name.empty()) {
      out += segment.literal;
      continue;
    }
    std::optional<std::string> plain = plain_text(segment, values);
    if (!plain || plain->empty())
      return fail(Fault::kInvalidInput, fmt::format("format `{}`: {{{}}} is not known", text_, segment.name),
                  "take it out of the format, or give it in the manifest");
    undressed_values[i] = reduced(segment, *std::move(plain));
    auto text = dressed(segment, undressed_values[i]);
    if (!text) return fail(within(fmt::format("format `{}`", text_), std::move(text).error()));
    out += *text;
  }
  if (out.size() > bytes_max) return fail(explain_too_long(*this, out.size(), bytes_max));
  // What a reader takes out must be what was put in: a value may contain the separator behind it.
  if (match(segments_, out) != undressed_values)
    return fail(Fault::kInvalidInput,
                fmt::format("format `{}`: `{}` would read back as something else", text_, out),
                "use a separator that the values do not contain, or the json filter");
  return out;
}

std::string Format::preview(const FormatValues& values) const {
  std::string out;
  for (const Segment& segment : segments_) {
    std::optional<std::string> plain = segment.name.empty() ? segment.literal : plain_text(segment, values);
    if (segment.name.empty()) {
      out += *plain;
      continue;
    }
    if (!plain || plain->empty()) {
      out += "…";
      continue;
    }
    const std::string text = reduced(segment, *std::move(plain));
    const auto whole = dressed(segment, text);
    out += whole ? *whole : text;
  }
  return out;
}

std::size_t Format::worst_case_length(const FormatBounds& bounds) const {
  std::size_t out = 0;
  for (const Segment& segment : segments_) out += longest(segment, bounds);
  return out;
}

Result<Commitment> commitment_of(const Format& format, const FormatValues& values, std::size_t bytes_max,
                                 CommitmentShape shape) {
  TRY_ASSIGN(const std::string text, format.render(values, bytes_max));
  const ByteView bytes = view_of(text);
  Commitment out{{Field{Field::Kind::kRaw, ByteVector(bytes.begin(), bytes.end())}}};
  if (shape == CommitmentShape::kText) return out;
  if (!values.sha256)
    return fail(Fault::kInvalidInput, "the digest for the second field is not known",
                "the next pass looks again");
  out.fields.push_back(
      {Field::Kind::kSha256, ByteVector(values.sha256->get().begin(), values.sha256->get().end())});
  return out;
}

Error explain_too_long(const Format& format, std::size_t bytes, std::size_t bytes_max) {
  const std::size_t excess = bytes > bytes_max ? bytes - bytes_max : 0;
  std::size_t letters = 0, saved = 0;
  std::string shorter;
  for (const Format::Segment& segment : format.segments()) {
    if (segment.name != "sha256" || !segment.width) continue;
    const DigestLetters digest = digest_letters(segment);
    letters += *segment.width;
    if (!digest.whole) continue;
    if (digest.encoding == DigestPart::Encoding::kHex) {
      shorter = "b64url";
      saved = *segment.width - 43;
    } else if (*segment.width > 22) {  // 132 bits: no two contents are ever found to share them by chance
      shorter = "`{sha256:b64url|trunc:22}` (132 bits)";
      saved = *segment.width - 22;
    }
  }
  std::string remedy = "a shorter public URL, a shorter key, or less text in the format";
  if (saved >= excess && saved > 0)
    remedy = fmt::format("{} saves {}, which is enough; so would a shorter public URL or `two-field`",
                         shorter, saved);
  else if (saved > 0)
    remedy = fmt::format("{} saves {}, a shorter public URL or `two-field` the rest", shorter, saved);
  else if (letters > 0)
    remedy = fmt::format("a shorter public URL, or `two-field`, which takes the {} of the hash out", letters);
  return {Fault::kInvalidInput, over(bytes, bytes_max), std::move(remedy)};
}

}  // namespace reconcile
