#include "reconciler/manifest/convert.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"
#include "reconciler/manifest/suggest.h"

namespace reconcile::manifest {
namespace {

constexpr std::size_t kTextBytesMax = 4096;
constexpr std::size_t kItemsMax = 10'000;
constexpr std::size_t kLabelsMax = 64;

tl::unexpected<Error> wrong(std::string cause, std::string remedy) {
  return fail(Fault::kInvalidInput, std::move(cause), std::move(remedy));
}

/// For messages: what was written, not what a variable held.
std::string shown(const Node& node) {
  return node.written.size() > 80 ? "`" + node.written.substr(0, 60) + "…`" : "`" + node.written + "`";
}

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

Result<Value> text(const Field& field, const Node& node) {
  if (node.kind == Node::Kind::kPlain && !node.interpolated && reads_as_other_type(node.text))
    return wrong(fmt::format("{} is a number, a boolean or nothing to other readers, and text is wanted here",
                             shown(node)),
                 fmt::format("put it in quotes: \"{}\"", node.text));
  if (node.text.empty() && !field.may_be_empty)
    return wrong("is empty", "give it a value, or leave the line out");
  if (node.text.size() > kTextBytesMax) return wrong("is longer than 4,096 bytes", "shorten it");
  if (std::any_of(node.text.begin(), node.text.end(),
                  [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; }))
    return wrong("has a line break or another control character", "write it on one line");
  if (field.form && !field.form->matches(node.text))
    return wrong(fmt::format("{} does not have the right form", shown(node)), field.form->remedy);
  Value out;
  out.text = node.text;
  return out;
}

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

Result<Value> boolean(const Node& node) {
  const bool bare = node.kind == Node::Kind::kPlain || node.interpolated;
  if (!bare || (node.text != "true" && node.text != "false"))
    return wrong(fmt::format("{} is not a boolean", shown(node)), "write true or false, without quotes");
  Value out;
  out.integer = node.text == "true" ? 1 : 0;
  return out;
}

Result<Value> integer(const Field& field, const Node& node) {
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

Result<Value> number(const Field& field, const Node& node) {
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

Result<Value> percent(const Field& field, const Node& node) {
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

/// Parsers of base/ repeat their input in the cause: only what was written may be repeated.
template <class T>
Result<Value> parsed(Result<T> result, T Value::*member, const Node& node, const char* what) {
  if (!result) return wrong(fmt::format("{} is not {}", shown(node), what), std::move(result).error().remedy);
  Value out;
  out.*member = *std::move(result);
  return out;
}

Result<Value> size(const Field& field, const Node& node) {
  std::string_view letters = node.text;
  if (field.type == Type::kRate && letters.ends_with("/s")) letters.remove_suffix(2);
  TRY_ASSIGN(Value out, parsed(parse_size(letters), &Value::size, node, "a size"));
  if (field.type == Type::kRate && out.size.get() == 0)
    return wrong("nothing would ever be sent", "write a rate such as 50MiB/s, or unlimited");
  return out;
}

Result<Value> texts(const Field& field, const Node& node) {
  if (node.kind != Node::Kind::kList)
    return wrong(fmt::format("is {}, and a list is wanted", name_of(node.kind)),
                 "write it as a list: [one, two]");
  if (node.items.size() > kItemsMax) return wrong("has more than 10,000 items", "use fewer");
  Value out;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (!node.items[i].is_scalar())
      return wrong(fmt::format("item {} is {}, and text is wanted", i + 1, name_of(node.items[i].kind)),
                   "write text");
    auto item = text(field, node.items[i]);
    if (!item) return fail(within(fmt::format("item {}", i + 1), std::move(item).error()));
    out.texts.push_back(item->text);
  }
  return out;
}

bool is_label_key(std::string_view key) {
  return !key.empty() && key.size() <= 63 && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '/';
  });
}

Result<Value> text_map(const Field& field, const Node& node) {
  if (node.kind != Node::Kind::kMap)
    return wrong(fmt::format("is {}, and names with texts are wanted", name_of(node.kind)),
                 "write {name: \"text\"}");
  if (node.members.size() > kLabelsMax) return wrong("has more than 64 names", "use fewer");
  Value out;
  for (const Member& member : node.members) {
    if (!is_label_key(member.key))
      return wrong("has a name that is none", "names have 1 to 63 letters, digits, and - _ . /");
    if (!member.value.is_scalar())
      return wrong(fmt::format("`{}` is {}, and text is wanted", member.key, name_of(member.value.kind)),
                   "write text");
    auto value = text(field, member.value);
    if (!value) return fail(within(fmt::format("`{}`", member.key), std::move(value).error()));
    out.text_map.emplace(member.key, value->text);
  }
  return out;
}

Result<Path> path_of(const Node& node, const Places& places) {
  if (node.text.starts_with('~') && node.text != "~" && !node.text.starts_with("~/"))
    return wrong(fmt::format("{}: homes of other users are not looked up", shown(node)),
                 "write the whole path");
  if (!node.text.starts_with('~')) return (places.folder / node.text).lexically_normal();
  if (places.home.empty())
    return wrong("`~` means nothing, since HOME is not set", "set HOME, or write the whole path");
  return (places.home / Path(node.text.substr(std::min<std::size_t>(2, node.text.size()))))
      .lexically_normal();
}

Result<Value> path(const Field& field, const Node& node, const Places& places) {
  TRY_ASSIGN(Value out, text(field, node));
  TRY_ASSIGN(out.path, path_of(node, places));
  // `x/` and `x` are one folder; two publications that use it must be seen to.
  if (!out.path.has_filename() && out.path.has_relative_path()) out.path = out.path.parent_path();
  return out;
}

Result<Value> secret(const Field& field, const Node& node, const Places& places) {
  const std::string name(field.name());
  const std::string remedy = fmt::format("write {0}: {{fromEnv: NAME}} or {0}: {{fromFile: path}}", name);
  if (node.is_scalar()) return wrong("a secret never stands in a manifest", remedy);
  if (node.kind != Node::Kind::kMap || node.members.size() != 1 || !node.members[0].value.is_scalar())
    return wrong("does not say where the secret is found", remedy);
  const Member& member = node.members[0];
  Value out;
  if (member.key == "fromEnv") {
    if (!is_variable_name(member.value.text))
      return wrong("fromEnv is not the name of a variable",
                   "write its name, such as {fromEnv: S3_SECRET_KEY}");
    out.secret = {SecretRef::Source::kEnvironment, member.value.text};
  } else if (member.key == "fromFile") {
    static const Field kFile{.address = "fromFile", .type = Type::kPath};
    TRY_ASSIGN(const Value file, path(kFile, member.value, places));
    out.secret = {SecretRef::Source::kFile, file.path.string()};
    out.text = member.value.text;
  } else {
    return wrong("does not say where the secret is found", remedy);
  }
  return out;
}

}  // namespace

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
      return text(field, node);
    case Type::kEnum:
      return word_of_enum(field, node);
    case Type::kBool:
      return boolean(node);
    case Type::kInteger:
      return integer(field, node);
    case Type::kNumber:
      return number(field, node);
    case Type::kPercent:
      return percent(field, node);
    case Type::kDuration:
      return parsed(parse_duration(node.text), &Value::duration, node, "a duration");
    case Type::kTime:
      return parsed(parse_time(node.text), &Value::time, node, "a time");
    case Type::kSize:
    case Type::kRate:
      return size(field, node);
    case Type::kTexts:
      return texts(field, node);
    case Type::kTextMap:
      return text_map(field, node);
    case Type::kPath:
      return path(field, node, places);
    case Type::kSecret:
      return secret(field, node, places);
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
