#include <algorithm>

#include <fmt/core.h>

#include "reconciler/manifest/convert_parts.h"

namespace reconcile::manifest {
namespace {

constexpr std::size_t kTextBytesMax = 4096;
constexpr std::size_t kItemsMax = 10'000;
constexpr std::size_t kLabelsMax = 64;

bool is_label_key(std::string_view key) {
  return !key.empty() && key.size() <= 63 && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '/';
  });
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

}  // namespace

Result<Value> text_value(const Field& field, const Node& node) {
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

Result<Value> texts_value(const Field& field, const Node& node) {
  if (node.kind != Node::Kind::kList)
    return wrong(fmt::format("is {}, and a list is wanted", name_of(node.kind)),
                 "write it as a list: [one, two]");
  if (node.items.size() > kItemsMax) return wrong("has more than 10,000 items", "use fewer");
  Value out;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (!node.items[i].is_scalar())
      return wrong(fmt::format("item {} is {}, and text is wanted", i + 1, name_of(node.items[i].kind)),
                   "write text");
    auto item = text_value(field, node.items[i]);
    if (!item) return fail(within(fmt::format("item {}", i + 1), std::move(item).error()));
    out.texts.push_back(item->text);
  }
  return out;
}

Result<Value> text_map_value(const Field& field, const Node& node) {
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
    auto value = text_value(field, member.value);
    if (!value) return fail(within(fmt::format("`{}`", member.key), std::move(value).error()));
    out.text_map.emplace(member.key, value->text);
  }
  return out;
}

Result<Value> path_value(const Field& field, const Node& node, const Places& places) {
  TRY_ASSIGN(Value out, text_value(field, node));
  TRY_ASSIGN(out.path, path_of(node, places));
  // `x/` and `x` are one folder; two publications that use it must be seen to.
  if (!out.path.has_filename() && out.path.has_relative_path()) out.path = out.path.parent_path();
  return out;
}

Result<Value> secret_value(const Field& field, const Node& node, const Places& places) {
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
    TRY_ASSIGN(const Value file, path_value(kFile, member.value, places));
    out.secret = {SecretRef::Source::kFile, file.path.string()};
    out.text = member.value.text;
  } else {
    return wrong("does not say where the secret is found", remedy);
  }
  return out;
}

}  // namespace reconcile::manifest
