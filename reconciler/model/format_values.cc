#include "reconciler/model/format_values.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/units.h"
#include "reconciler/base/utf8.h"

namespace reconcile {
namespace {

using Filter = Format::Filter;

bool has(const Format::Segment& segment, Filter filter) {
  return std::any_of(segment.steps.begin(), segment.steps.end(),
                     [filter](const Format::Step& step) { return step.filter == filter; });
}

std::optional<std::size_t> number_of(const Format::Segment& segment, Filter filter) {
  for (const Format::Step& step : segment.steps)
    if (step.filter == filter) return step.number;
  return std::nullopt;
}

std::string some(const std::string& text) { return text; }

/// At most `bytes`, never half a character.
void cut(std::string& text, std::size_t bytes) {
  if (text.size() <= bytes) return;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
  text.resize(bytes);
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.size() <= 20 && (text[0] != '0' || text.size() == 1) &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_text(std::string_view name, std::string_view text) {
  if (text.empty() || !is_utf8(text)) return false;
  const bool url = name == "url";
  for (const char c : text) {
    if ((c >= 0 && c < 0x20) || c == 0x7f) return false;
    if (url && (c == ' ' || c == '"' || c < 0)) return false;
    if (c == '/' && (name == "basename" || name == "bucket")) return false;
  }
  return !url || text.find("://") != std::string_view::npos;
}

bool is_digest(const Format::Segment& segment, std::string_view text) {
  const DigestLetters letters = digest_letters(segment);
  if (letters.whole) return read_digest(text, letters.encoding).has_value();
  if (text.size() != letters.width) return false;
  return std::all_of(text.begin(), text.end(), [&](char c) {
    if (letters.encoding == DigestPart::Encoding::kHex)
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    const bool url = letters.encoding == DigestPart::Encoding::kBase64Url;
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           c == (url ? '-' : '+') || c == (url ? '_' : '/');
  });
}

bool is_value(const Format::Segment& segment, std::string_view text) {
  switch (*class_of(segment.name)) {
    case ValueClass::kDigest:
      return is_digest(segment, text);
    case ValueClass::kDigits:
      return is_digits(text);
    case ValueClass::kText:
      return is_text(segment.name, text);
    case ValueClass::kTime: {
      const Result<Instant> time = parse_time(text);
      return time && print_time(*time) == text;
    }
  }
  return false;
}

}  // namespace

std::optional<ValueClass> class_of(std::string_view name) {
  if (name == "sha256") return ValueClass::kDigest;
  if (name == "time") return ValueClass::kTime;
  for (const std::string_view digits : {"size", "count", "seq", "netuid"})
    if (name == digits) return ValueClass::kDigits;
  for (const std::string_view text : {"url", "key", "basename", "hotkey", "bucket"})
    if (name == text) return ValueClass::kText;
  return std::nullopt;
}

DigestLetters digest_letters(const Format::Segment& segment) {
  DigestLetters out;
  unsigned bits_each = 4;
  if (has(segment, Filter::kBase64Url)) out = {DigestPart::Encoding::kBase64Url, 43, 256, true};
  if (has(segment, Filter::kBase64)) out = {DigestPart::Encoding::kBase64, 44, 256, true};
  if (out.encoding != DigestPart::Encoding::kHex) bits_each = 6;
  for (const Format::Step& step : segment.steps) {
    if (step.filter != Filter::kTrunc || step.number >= out.width) continue;
    out.width = step.number;
    out.whole = false;
    out.bits = std::min(256u, static_cast<unsigned>(step.number) * bits_each);
  }
  return out;
}

std::string print_digest(const Sha256& digest, DigestPart::Encoding encoding) {
  switch (encoding) {
    case DigestPart::Encoding::kHex:
      return to_hex(digest);
    case DigestPart::Encoding::kBase64Url:
      return to_base64url(digest.get());
    case DigestPart::Encoding::kBase64:
      return to_base64(digest.get());
  }
  return {};
}

Result<Sha256> read_digest(std::string_view text, DigestPart::Encoding encoding) {
  const auto bytes = encoding == DigestPart::Encoding::kHex         ? from_hex(text)
                     : encoding == DigestPart::Encoding::kBase64Url ? from_base64url(text)
                                                                    : from_base64(text);
  if (!bytes || bytes->size() != 32)
    return fail(Fault::kNotFound, "not a SHA-256", "compare it with the format that wrote it");
  std::array<std::uint8_t, 32> out{};
  std::copy(bytes->begin(), bytes->end(), out.begin());
  // One spelling only: what is read prints the same again.
  if (print_digest(Sha256(out), encoding) != text)
    return fail(Fault::kNotFound, "a SHA-256 in another spelling",
                "compare it with the format that wrote it");
  return Sha256(out);
}

bool delimits_itself(const Format::Segment& segment) { return has(segment, Filter::kJson); }

bool is_lossy(const Format::Segment& segment) {
  if (segment.name == "sha256") return !digest_letters(segment).whole;
  return has(segment, Filter::kTrunc) || has(segment, Filter::kLower);
}

std::optional<std::string> plain_text(const Format::Segment& segment, const FormatValues& values) {
  const std::string& name = segment.name;
  if (name == "sha256") {
    if (!values.sha256) return std::nullopt;
    return print_digest(*values.sha256, digest_letters(segment).encoding);
  }
  if (name == "url") return some(values.url);
  if (name == "key") return some(values.key);
  if (name == "basename") return values.key.substr(values.key.rfind('/') + 1);
  if (name == "hotkey") return some(values.hotkey);
  if (name == "bucket") return some(values.bucket);
  if (name == "time") return print_time(values.time);
  if (name == "count") return std::to_string(values.count);
  if (name == "seq") return std::to_string(values.seq);
  if (name == "netuid") return std::to_string(values.netuid);
  if (!values.size) return std::nullopt;
  return std::to_string(values.size->get());
}

std::string reduced(const Format::Segment& segment, std::string plain) {
  for (const Format::Step& step : segment.steps) {
    if (step.filter == Filter::kTrunc) cut(plain, step.number);
    if (step.filter == Filter::kLower)
      for (char& c : plain)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return plain;
}

Result<std::string> dressed(const Format::Segment& segment, std::string text) {
  if (const auto width = number_of(segment, Filter::kPad)) {
    if (text.size() > *width)
      return fail(Fault::kInvalidInput,
                  fmt::format("{{{}}} has {} bytes, its pad {}", segment.name, text.size(), *width),
                  "widen the pad, or put trunc:N before it");
    text.resize(*width, ' ');
  }
  if (!has(segment, Filter::kJson)) return text;
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<std::string> undressed(const Format::Segment& segment, std::string_view text) {
  std::string out(text);
  if (has(segment, Filter::kJson)) {
    const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_string()) return std::nullopt;
    out = json.get<std::string>();
  }
  if (const auto width = number_of(segment, Filter::kPad)) {
    if (out.size() != *width) return std::nullopt;
    out.erase(out.find_last_not_of(' ') + 1);
  }
  if (const auto most = number_of(segment, Filter::kTrunc); most && out.size() > *most) return std::nullopt;
  if (!is_value(segment, out)) return std::nullopt;
  return out;
}

}  // namespace reconcile
