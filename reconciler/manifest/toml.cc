#include <algorithm>
#include <sstream>

#include <fmt/core.h>
#include <toml++/toml.h>

#include "reconciler/manifest/syntax.h"

namespace reconcile::manifest {
namespace {

Position place(const Source& source, const toml::source_position& at) {
  return {source.file, static_cast<int>(at.line), static_cast<int>(at.column)};
}

/// Numbers, booleans and times in one spelling each, whatever the file's (0x10, 1_000): TOML has read them.
std::string spelled(const toml::node& node) {
  if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
  if (const auto* boolean = node.as_boolean()) return boolean->get() ? "true" : "false";
  std::ostringstream out;
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* time = node.as_date_time()) out << time->get();
  if (const auto* date = node.as_date()) out << date->get();
  if (const auto* clock = node.as_time()) out << clock->get();
  return out.str();
}

Node tree_of(const Source& source, const toml::node& node) {
  Node out;
  out.at = place(source, node.source().begin);
  if (const auto* table = node.as_table()) {
    out.kind = Node::Kind::kMap;
    for (const auto& [key, value] : *table)
      out.members.push_back(
          {std::string(key.str()), place(source, key.source().begin), tree_of(source, value)});
    // A table that is only implied, such as `spec` of [spec.bucket], has the place of its first member.
    if (out.at.line == 0 && !out.members.empty()) out.at = out.members.front().key_at;
    std::stable_sort(out.members.begin(), out.members.end(), [](const Member& a, const Member& b) {
      return std::pair(a.key_at.line, a.key_at.column) < std::pair(b.key_at.line, b.key_at.column);
    });
  } else if (const auto* list = node.as_array()) {
    out.kind = Node::Kind::kList;
    for (const toml::node& item : *list) out.items.push_back(tree_of(source, item));
  } else {
    out.kind = node.is_string() ? Node::Kind::kString : Node::Kind::kPlain;
    out.text = node.is_string() ? node.as_string()->get() : spelled(node);
    out.written = out.text;
  }
  return out;
}

/// Stops counting above the bound.
int count_values(const toml::node& node, int so_far) {
  if (++so_far > kValuesMax) return so_far;
  if (const auto* table = node.as_table())
    for (const auto& [key, value] : *table) so_far = count_values(value, so_far);
  if (const auto* list = node.as_array())
    for (const toml::node& item : *list) so_far = count_values(item, so_far);
  return so_far;
}

Documents split(const Source& source, Node root) {
  Documents out;
  const Node* many = find(root, "publication");
  if (!many) {
    if (!root.members.empty()) out.documents.push_back(std::move(root));
    return out;
  }
  const auto wrong = [&](const Position& at, const char* cause) {
    out.errors.push_back({at, "publication", cause,
                          "begin each publication with [[publication]] and write its "
                          "tables as [publication.metadata], [publication.spec.bucket], …",
                          source.excerpt(at, true)});
  };
  for (const Member& member : root.members)
    if (member.key != "publication") wrong(member.key_at, "stands beside [[publication]]");
  if (many->kind != Node::Kind::kList) wrong(many->at, "is no array of tables");
  for (const Node& item : many->items) {
    if (item.kind == Node::Kind::kMap)
      out.documents.push_back(item);
    else
      wrong(item.at, "is no table");
  }
  return out;
}

}  // namespace

Documents read_toml(const Source& source) {
  try {
    const toml::table table = toml::parse(source.text, source.file);
    if (count_values(table, 0) > kValuesMax)
      return {{}, {{{source.file, 0, 0}, {}, "more than 100,000 values", "split the file", {}}}};
    return split(source, tree_of(source, table));
  } catch (const toml::parse_error& error) {
    const Position at = place(source, error.source().begin);
    return {{},
            {{at,
              {},
              fmt::format("TOML: {}", error.description()),
              "check quotes, brackets and `=` here",
              source.excerpt(at)}}};
  }
}

Result<Syntax> syntax_of(const Path& file) {
  const std::string extension = file.extension().string();
  if (extension == ".yaml" || extension == ".yml") return Syntax::kYaml;
  if (extension == ".toml") return Syntax::kToml;
  return fail(Fault::kInvalidInput, file.string() + ": neither .yaml, .yml nor .toml",
              "name the manifest by what it is written in");
}

Documents read_documents(const Source& source, Syntax syntax) {
  if (std::vector<Diagnostic> errors = check_bounds(source, syntax); !errors.empty())
    return {{}, std::move(errors)};
  Documents out = syntax == Syntax::kYaml ? read_yaml(source) : read_toml(source);
  if (out.documents.empty() && out.errors.empty())
    out.errors.push_back({{source.file, 0, 0},
                          {},
                          "holds no publication",
                          "begin with apiVersion: reconcile/v1alpha1, or copy one of manifests/",
                          {}});
  return out;
}

}  // namespace reconcile::manifest
