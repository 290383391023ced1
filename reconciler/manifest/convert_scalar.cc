#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/manifest/convert_parts.h"
#include "reconciler/manifest/suggest.h"

namespace reconcile::manifest {
namespace {

std::vector<std::string> words_of(const Field& field) {
  std::vector<std::string> out;
  std::string_view rest = field.values ? field.values : "";
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('|'), rest.size());
    out.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

std::string either(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

/// Parsers of base/ repeat their input in the cause: only what was written may be repeated.
template <class T>
Result<Value> parsed(Result<T> result, T Value::*member, const Node& node, const char* what) {
  if (!result) return wrong(fmt::format("{} is not {}", shown(node), what), std::move(result).error().remedy);
  Value out;
  out.*member = *std::move(result);
  return out;
}

}  // namespace

Result<Value> word_of_enum(const Field& field, const Node& node) {
  const std::vector<std::string> words = words_of(field);
  const auto found = std::find(words.begin(), words.end(), node.text);
  if (found == words.end()) {
    const std::string near = node.interpolated ? "" : nearest(node.text, words);
    return wrong(fmt::format("{} is not one of {}", shown(node), either(words)),
                 near.empty() ? "write one of them" : fmt::format("did you mean `{}`?", near));
  }
  Value out;
  out.integer = found - words.begin();
  out.text = node.text;
  return out;
}

Result<Value> boolean_value(const Node& node) {
  const bool bare = node.kind == Node::Kind::kPlain || node.interpolated;
  if (!bare || (node.text != "true" && node.text != "false"))
    return wrong(fmt::format("{} is not a boolean", shown(node)), "write true or false, without quotes");
  Value out;
  out.integer = node.text == "true" ? 1 : 0;
  return out;
}

Result<Value> integer_value(const Field& field, const Node& node) {
  Value out;
  const std::string& digits = node.text;
  const bool bare = node.kind == Node::Kind::kPlain || node.interpolated;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.integer);
  if (!bare || error != std::errc() || end != digits.data() + digits.size() ||
      std::to_string(out.integer) != digits)
    return wrong(fmt::format("{} is not a whole number", shown(node)),
                 "write decimal digits, without quotes, leading zeros or separators");
  if (out.integer < field.least || out.integer > field.most)
    return wrong(fmt::format("{} is not between {} and {}", shown(node), field.least, field.most),
                 "choose a number in that range");
  return out;
}

Result<Value> number_value(const Field& field, const Node& node) {
  Value out;
  const bool bare = node.kind == Node::Kind::kPlain || node.interpolated;
  const char* end = node.text.data() + node.text.size();
  const auto [stop, error] = std::from_chars(node.text.data(), end, out.number, std::chars_format::fixed);
  if (!bare || error != std::errc() || stop != end || !std::isfinite(out.number))
    return wrong(fmt::format("{} is not a number", shown(node)), "write it like 10 or 2.5, without quotes");
  if (out.number < static_cast<double>(field.least) || out.number > static_cast<double>(field.most))
    return wrong(fmt::format("{} is not between {} and {}", shown(node), field.least, field.most),
                 "choose a number in that range");
  return out;
}

Result<Value> percent_value(const Field& field, const Node& node) {
  Value out;
  const std::string& letters = node.text;
  const char* sign = letters.data() + letters.size() - (letters.ends_with('%') ? 1 : 0);
  const auto [end, error] = std::from_chars(letters.data(), sign, out.integer);
  if (!letters.ends_with('%') || error != std::errc() || end != sign ||
      std::to_string(out.integer) + "%" != letters || out.integer < field.least || out.integer > field.most)
    return wrong(fmt::format("{} is not a share from {}% to {}%", shown(node), field.least, field.most),
                 "write a whole number and the sign, such as 10%");
  return out;
}

Result<Value> duration_value(const Node& node) {
  return parsed(parse_duration(node.text), &Value::duration, node, "a duration");
}

Result<Value> time_value(const Node& node) {
  return parsed(parse_time(node.text), &Value::time, node, "a time");
}

Result<Value> size_value(const Field& field, const Node& node) {
  std::string_view letters = node.text;
  if (field.type == Type::kRate && letters.ends_with("/s")) letters.remove_suffix(2);
  TRY_ASSIGN(Value out, parsed(parse_size(letters), &Value::size, node, "a size"));
  if (field.type == Type::kRate && out.size.get() == 0)
    return wrong("nothing would ever be sent", "write a rate such as 50MiB/s, or unlimited");
  return out;
}

}  // namespace reconcile::manifest
