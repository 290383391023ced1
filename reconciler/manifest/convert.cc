#include "reconciler/manifest/convert.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/units.h"
#include "reconciler/manifest/convert_parts.h"

namespace reconcile::manifest {

std::string shown(const Node& node) {
  return node.written.size() > 80 ? "`" + node.written.substr(0, 60) + "…`" : "`" + node.written + "`";
}

bool reads_as_other_type(std::string_view plain) {
  constexpr std::array<std::string_view, 10> kWords{"y",   "n",    "yes",   "no",   "on",
                                                    "off", "true", "false", "null", "~"};
  std::string lower(plain);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (lower.empty() || std::find(kWords.begin(), kWords.end(), lower) != kWords.end()) return true;
  std::string_view rest(lower);
  if (rest.front() == '+' || rest.front() == '-') rest.remove_prefix(1);
  if (rest == ".inf" || rest == ".nan") return true;
  if (rest.empty() || !((rest[0] >= '0' && rest[0] <= '9') || (rest[0] == '.' && rest.size() > 1)))
    return false;
  const auto only = [&rest](std::size_t from, std::string_view letters) {
    return rest.size() > from && rest.find_first_not_of(letters, from) == std::string_view::npos;
  };
  if (rest.starts_with("0x")) return only(2, "0123456789abcdef_");
  if (rest.starts_with("0o")) return only(2, "01234567_");
  if (rest.starts_with("0b")) return only(2, "01_");
  // Decimals, octals, floats with exponents, and 1:30, which YAML 1.1 reads as 90.
  if (only(0, "0123456789_:")) return true;
  const std::size_t exponent = rest.find('e');
  if (rest.substr(0, exponent).find_first_not_of("0123456789_.:") != std::string_view::npos) return false;
  const std::string_view mantissa = rest.substr(0, exponent);
  if (std::count(mantissa.begin(), mantissa.end(), '.') > 1) return false;
  if (exponent == std::string_view::npos) return true;
  std::string_view power = rest.substr(exponent + 1);
  if (!power.empty() && (power[0] == '+' || power[0] == '-')) power.remove_prefix(1);
  return !power.empty() && power.find_first_not_of("0123456789") == std::string_view::npos;
}

Result<Value> convert(const Field& field, const Node& node, const Places& places) {
  const bool wants_scalar =
      field.type != Type::kTexts && field.type != Type::kTextMap && field.type != Type::kSecret;
  if (wants_scalar && !node.is_scalar())
    return wrong(fmt::format("is {}, and a single value is wanted", name_of(node.kind)), field.doc);
  if (field.word && node.is_scalar() && node.text == field.word) {
    Value out;
    out.word = true;
    return out;
  }
  switch (field.type) {
    case Type::kText:
      return text_value(field, node);
    case Type::kEnum:
      return word_of_enum(field, node);
    case Type::kBool:
      return boolean_value(node);
    case Type::kInteger:
      return integer_value(field, node);
    case Type::kNumber:
      return number_value(field, node);
    case Type::kPercent:
      return percent_value(field, node);
    case Type::kDuration:
      return duration_value(node);
    case Type::kTime:
      return time_value(node);
    case Type::kSize:
    case Type::kRate:
      return size_value(field, node);
    case Type::kTexts:
      return texts_value(field, node);
    case Type::kTextMap:
      return text_map_value(field, node);
    case Type::kPath:
      return path_value(field, node, places);
    case Type::kSecret:
      return secret_value(field, node, places);
    case Type::kObject:
    case Type::kObjects:
      break;
  }
  return wrong("is no single value", field.doc);
}

Value preset_of(const Field& field, const Places& places) {
  Node node;
  if (field.type == Type::kTexts) {
    node.kind = Node::Kind::kList;
    for (const auto& item : nlohmann::json::parse(field.preset)) {
      Node text_node;
      text_node.kind = Node::Kind::kString;
      text_node.text = text_node.written = item.get<std::string>();
      node.items.push_back(std::move(text_node));
    }
  } else {
    node.text = node.written = field.preset;
    node.kind = node.text.empty() ? Node::Kind::kString : Node::Kind::kPlain;
  }
  auto value = convert(field, node, places);
  if (!value && field.type == Type::kPath) return {};  // `~` without HOME: whoever needs the path says so
  return *std::move(value);
}

std::string canonical(const Field& field, const Value& value) {
  if (value.word) return field.word;
  switch (field.type) {
    case Type::kText:
    case Type::kEnum:
      return value.text;
    case Type::kPath:
      return Path(value.text).lexically_normal().string();
    case Type::kBool:
    case Type::kInteger:
    case Type::kPercent:
      return std::to_string(value.integer);
    case Type::kNumber:
      return fmt::format("{}", value.number);
    case Type::kDuration:
      return fmt::format("{}s", value.duration.count());
    case Type::kTime:
      return print_time(value.time);
    case Type::kSize:
    case Type::kRate:
      return fmt::format("{}B", value.size.get());
    case Type::kTexts:
      return nlohmann::json(value.texts).dump();
    case Type::kTextMap:
      return nlohmann::json(value.text_map).dump();
    case Type::kSecret:
      return value.secret.source == SecretRef::Source::kFile ? "file:" + value.text
                                                             : "env:" + value.secret.name;
    case Type::kObject:
    case Type::kObjects:
      break;
  }
  return {};
}

}  // namespace reconcile::manifest
