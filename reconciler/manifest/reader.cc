#include "reconciler/manifest/reader.h"

#include <algorithm>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/sha256.h"
#include "reconciler/manifest/suggest.h"

namespace reconcile::manifest {
namespace {

class Reader {
 public:
  Reader(const Source& source, const Places& places) : source_(source), places_(places) {
    out_.desired.source = source.file;
  }

  Reading read(const Node& root) {
    section(&root, "", "", root.at);
    finish();
    return std::move(out_);
  }

 private:
  Desired& desired() { return out_.desired; }

  static std::string below(const std::string& parent, std::string_view name) {
    return parent.empty() ? std::string(name) : parent + "." + std::string(name);
  }

  /// More errors than anyone reads: the rest need no remedies.
  bool full() const { return out_.errors.size() > kErrorsMax; }

  void refuse(const Position& at, const std::string& address, std::string cause, std::string remedy,
              std::string excerpt) {
    if (full()) return;
    out_.errors.push_back({at, address, std::move(cause), std::move(remedy), std::move(excerpt)});
  }

  /// One map, or the defaults of one that is not there.
  void section(const Node* map, const std::string& table, const std::string& address, const Position& here) {
    const std::vector<const Field*> known = fields_of(table);
    if (map)
      for (const Member& member : map->members) meet(member, known, address);
    for (const Field* field : known) {
      const Node* node = map ? find(*map, std::string(field->name())) : nullptr;
      if (node)
        present(*field, *node, below(address, field->name()));
      else
        absent(*field, below(address, field->name()), here);
    }
  }

  void meet(const Member& member, const std::vector<const Field*>& known, const std::string& address) {
    const bool is_known = std::any_of(known.begin(), known.end(),
                                      [&](const Field* field) { return field->name() == member.key; });
    if (is_known) {
      desired().positions[below(address, member.key)] = member.key_at;
      return;
    }
    if (full()) return;
    const bool showable = member.key.size() <= 60;
    refuse(member.key_at, below(address, showable ? member.key : member.key.substr(0, 60) + "…"),
           "unknown key", remedy_for(member.key, known), source_.excerpt(member.key_at, true));
  }

  static std::string remedy_for(const std::string& key, const std::vector<const Field*>& known) {
    std::vector<std::string> names;
    for (const Field* field : known) names.emplace_back(field->name());
    if (const std::string near = nearest(key, names); !near.empty())
      return fmt::format("did you mean `{}`?", near);
    for (const Field& field : fields())
      if (field.name() == key) return fmt::format("it belongs under {}", field.parent());
    std::string all;
    for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
    return "known here: " + all;
  }

  void absent(const Field& field, const std::string& address, const Position& here) {
    if (field.required) {
      refuse(here, address, "is required", field.doc, source_.excerpt(here, true));
    } else if (field.type == Type::kObject && !field.optional_section) {
      section(nullptr, field.address, address, here);
    } else if (field.preset) {
      take(field, preset_of(field, places_), address);
    }
  }

  void present(const Field& field, const Node& node, const std::string& address) {
    if (node.kind == Node::Kind::kNull) {
      const Position at = desired().positions.at(address);  // its key: nothing stands anywhere itself
      refuse(at, address, "has no value", "give it one, or leave the line out", source_.excerpt(at, true));
    } else if (field.type == Type::kObject) {
      if (node.kind != Node::Kind::kMap) return wrong_kind(field, node, address, "a map");
      if (field.set) field.set(desired(), {});
      section(&node, field.address, address, node.at);
    } else if (field.type == Type::kObjects) {
      objects(field, node, address);
    } else {
      value(field, node, address);
    }
  }

  void objects(const Field& field, const Node& node, const std::string& address) {
    if (node.kind != Node::Kind::kList) return wrong_kind(field, node, address, "a list of maps");
    if (node.items.size() > static_cast<std::size_t>(field.most))
      return refuse(node.at, address,
                    fmt::format("has {} items, at most {} are possible", node.items.size(), field.most),
                    "use fewer", {});
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      const Node& item = node.items[i];
      const std::string item_address = fmt::format("{}[{}]", address, i);
      desired().positions[item_address] = item.at;
      field.set(desired(), {});
      if (item.kind != Node::Kind::kMap)
        wrong_kind(field, item, item_address, "a map");
      else
        section(&item, std::string(field.address) + "[]", item_address, item.at);
    }
  }

  void wrong_kind(const Field& field, const Node& node, const std::string& address, const char* wanted) {
    refuse(node.at, address, fmt::format("is {}, and {} is wanted", name_of(node.kind), wanted), field.doc,
           source_.excerpt(node.at, true));
  }

  void value(const Field& field, const Node& node, const std::string& address) {
    auto converted = convert(field, node, places_);
    if (converted) return take(field, *converted, address);
    refuse(node.at, address, converted.error().cause, converted.error().remedy,
           field.type == Type::kSecret ? std::string() : source_.excerpt(node.at));
  }

  void take(const Field& field, const Value& value, const std::string& address) {
    if (field.set) field.set(desired(), value);
    meaning_[address] = canonical(field, value);
  }

  /// A bare URL where the strategy keeps the digest elsewhere: the table can name one default only.
  void default_format_by_strategy() {
    constexpr const char* kFormat = "spec.commitment.format";
    if (!desired().commitment || desired().positions.contains(kFormat)) return;
    Value value;
    value.text = default_format(desired().commitment->strategy);
    for (const Field& field : fields())
      if (field.address == std::string_view(kFormat)) take(field, value, kFormat);
  }

  void finish() {
    Desired& d = desired();
    default_format_by_strategy();
    // Everything is followed to finality, whatever is asked for.
    if (d.commitment && d.commitment->finality == Finality::kInBlock)
      d.not_carried_out.emplace_back("spec.commitment.finality");
    for (std::size_t i = 0; i < d.bucket.lifecycle.rules.size(); ++i) {
      const auto at = d.positions.find(fmt::format("spec.bucket.lifecycle.rules[{}]", i));
      if (at != d.positions.end()) d.positions["rule:" + d.bucket.lifecycle.rules[i].id] = at->second;
    }
    if (d.bucket.provider == Provider::kDirectory && d.bucket.name.empty()) d.bucket.name = d.name;
    // `strategy: none` and no commitment at all mean the same.
    if (d.commitment && d.commitment->strategy == Strategy::kNone) {
      d.commitment.reset();
      std::erase_if(meaning_, [](const auto& entry) { return entry.first.starts_with("spec.commitment"); });
    }
    d.digest = sha256_of(nlohmann::json(meaning_).dump());
  }

  const Source& source_;
  const Places& places_;
  Reading out_;
  std::map<std::string, std::string> meaning_;  ///< address -> canonical value, defaults included
};

}  // namespace

Reading read_document(const Node& root, const Source& source, const Places& places) {
  return Reader(source, places).read(root);
}

}  // namespace reconcile::manifest
