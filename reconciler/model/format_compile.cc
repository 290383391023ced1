#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/core.h>

#include "reconciler/base/utf8.h"
#include "reconciler/model/format.h"
#include "reconciler/model/format_values.h"

namespace reconcile {
namespace {

constexpr std::size_t kTemplateBytesMax = 1024;
constexpr std::size_t kVariablesMax = 16;
constexpr std::size_t kWidthMax = 1024;

struct FilterName {
  std::string_view name;
  Format::Filter filter;
  bool has_number;
};
constexpr std::array<FilterName, 7> kFilters{{{"hex", Format::Filter::kHex, false},
                                              {"b64url", Format::Filter::kBase64Url, false},
                                              {"b64std", Format::Filter::kBase64, false},
                                              {"trunc", Format::Filter::kTrunc, true},
                                              {"pad", Format::Filter::kPad, true},
                                              {"lower", Format::Filter::kLower, false},
                                              {"json", Format::Filter::kJson, false}}};

using Filter = Format::Filter;

bool is_encoding(Filter filter) {
  return filter == Filter::kHex || filter == Filter::kBase64Url || filter == Filter::kBase64;
}

Error wrong(std::size_t at, std::string why, std::string remedy) {
  return {Fault::kInvalidInput, fmt::format("column {}: {}", at + 1, why), std::move(remedy)};
}

/// One filter's text, such as `trunc:16`.
Result<Format::Step> step_of(std::string_view text, std::size_t at) {
  const std::size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  const auto known =
      std::find_if(kFilters.begin(), kFilters.end(), [&](const FilterName& f) { return f.name == name; });
  if (known == kFilters.end())
    return fail(wrong(at, fmt::format("unknown filter `{}`", name),
                      "use hex, b64url, b64std, trunc:N, lower, pad:N or json, with | between"));
  if (known->has_number != (colon != std::string_view::npos))
    return fail(wrong(at, fmt::format("`{}` {} a number", name, known->has_number ? "needs" : "takes no"),
                      known->has_number ? fmt::format("write {}:16", name) : fmt::format("write {}", name)));
  Format::Step step{known->filter, 0};
  if (!known->has_number) return step;
  const std::string_view digits = text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), step.number);
  if (error != std::errc() || end != digits.data() + digits.size() || step.number == 0 ||
      step.number > kWidthMax)
    return fail(
        wrong(at, fmt::format("`{}` is not a number from 1 to {}", digits, kWidthMax), "write a number"));
  return step;
}

/// What a filter may be applied to, and in which order.
Result<void> check_steps(const Format::Segment& segment, std::size_t at) {
  const ValueClass of = *class_of(segment.name);
  bool base64 = false, padded = false, json = false;
  for (std::size_t i = 0; i < segment.steps.size(); ++i) {
    const Filter filter = segment.steps[i].filter;
    const auto refuse = [&](const char* why, const char* remedy) {
      return fail(wrong(at, fmt::format("{{{}}}: {}", segment.name, why), remedy));
    };
    if (json) return refuse("json must be the last filter", "move it behind the others");
    if (is_encoding(filter) && (of != ValueClass::kDigest || i > 0))
      return refuse("hex, b64url and b64std belong to sha256, as its first filter",
                    "drop it or move it forward");
    if (padded && filter != Filter::kJson) return refuse("only json may follow pad", "put pad later");
    base64 |= filter == Filter::kBase64Url || filter == Filter::kBase64;
    padded |= filter == Filter::kPad;
    json |= filter == Filter::kJson;
    if (filter != Filter::kTrunc && filter != Filter::kLower) continue;
    if (segment.name == "url")
      return refuse("a cut or lowered URL leads nowhere", "use {key} or {basename}, or a shorter public URL");
    if (of == ValueClass::kDigits || of == ValueClass::kTime)
      return refuse("trunc and lower do not apply to numbers and times", "drop the filter");
    if (filter == Filter::kLower && base64)
      return refuse("lower would destroy base64", "use hex, or drop lower");
  }
  return {};
}

std::optional<std::size_t> width_of(const Format::Segment& segment) {
  std::optional<std::size_t> width;
  const ValueClass of = *class_of(segment.name);
  if (of == ValueClass::kDigest) width = digest_letters(segment).width;
  if (of == ValueClass::kTime) width = kTimeBytes;
  for (const Format::Step& step : segment.steps) {
    if (step.filter == Filter::kTrunc && width) width = std::min(*width, step.number);
    if (step.filter == Filter::kPad) width = step.number;
    if (step.filter == Filter::kJson) width.reset();
  }
  return width;
}

Result<Format::Segment> variable(std::string_view text, std::size_t at) {
  Format::Segment out;
  const std::size_t colon = text.find(':');
  out.name = std::string(text.substr(0, colon));
  if (!class_of(out.name))
    return fail(
        wrong(at, fmt::format("unknown value `{}`", out.name.substr(0, 40)),
              "use sha256 url key basename size count seq time hotkey netuid or bucket; write {{ for a "
              "brace that stands for itself"));
  if (colon != std::string_view::npos) {
    for (std::size_t from = colon + 1; from <= text.size();) {
      const std::size_t end = std::min(text.find('|', from), text.size());
      TRY_ASSIGN(const Format::Step step, step_of(text.substr(from, end - from), at));
      out.steps.push_back(step);
      from = end + 1;
    }
  }
  TRY(check_steps(out, at));
  out.width = width_of(out);
  return out;
}

/// Two values of varying length need text between them, or nobody could tell where one ends.
Result<void> check_separated(const std::vector<Format::Segment>& segments) {
  const Format::Segment* open = nullptr;
  for (const Format::Segment& segment : segments) {
    if (segment.name.empty()) {
      open = nullptr;
    } else if (!segment.width && !delimits_itself(segment)) {
      if (open)
        return fail(Fault::kInvalidInput,
                    fmt::format("{{{}}} and {{{}}} both vary in length and nothing stands between them",
                                open->name, segment.name),
                    "put a separator such as | between them, or give one a fixed width with pad:N");
      open = &segment;
    } else if (delimits_itself(segment)) {
      open = nullptr;
    }
  }
  return {};
}

}  // namespace

Result<Format> Format::compile(std::string_view text) {
  const auto in_format = [text](Error error) {
    error.cause =
        fmt::format("format `{}`: {}", is_utf8(text) ? text.substr(0, 160) : "(not text)", error.cause);
    return fail(std::move(error));
  };
  Format out;
  out.text_ = std::string(text);
  if (text.empty()) return in_format(wrong(0, "it is empty", "write for example rc1|{sha256:b64url}|{url}"));
  if (text.size() > kTemplateBytesMax)
    return in_format(wrong(kTemplateBytesMax, "longer than 1,024 bytes", "shorten it"));
  if (!is_utf8(text)) return in_format(wrong(0, "not UTF-8", "write it as UTF-8"));
  std::string literal;
  std::size_t variables = 0;
  const auto flush = [&] {
    if (!literal.empty()) out.segments_.push_back({std::exchange(literal, {}), {}, {}, {}});
  };
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if ((c >= 0 && c < 0x20) || c == 0x7f)
      return in_format(wrong(i, "a control character", "use printable characters only"));
    if ((c == '{' || c == '}') && i + 1 < text.size() && text[i + 1] == c) {
      literal += c;
      i += 2;
    } else if (c == '}') {
      return in_format(wrong(i, "`}` without its `{`", "write }} for a brace that stands for itself"));
    } else if (c == '{') {
      const std::size_t end = text.find('}', i);
      if (end == std::string_view::npos)
        return in_format(
            wrong(i, "`{` is never closed", "close it with }, or write {{ for the character itself"));
      flush();
      auto segment = variable(text.substr(i + 1, end - i - 1), i);
      if (!segment) return in_format(std::move(segment).error());
      out.segments_.push_back(*std::move(segment));
      if (++variables > kVariablesMax) return in_format(wrong(i, "more than 16 values", "use fewer"));
      i = end + 1;
    } else {
      literal += c;
      ++i;
    }
  }
  flush();
  if (const auto separated = check_separated(out.segments_); !separated) return in_format(separated.error());
  return out;
}

bool Format::uses(std::string_view name) const {
  return std::any_of(segments_.begin(), segments_.end(), [&](const Segment& s) { return s.name == name; });
}

unsigned Format::digest_bits() const {
  unsigned bits = 0;
  for (const Segment& segment : segments_)
    if (segment.name == "sha256") bits = std::max(bits, digest_letters(segment).bits);
  return bits;
}

}  // namespace reconcile
