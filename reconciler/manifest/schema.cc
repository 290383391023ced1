#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/manifest/fields.h"
#include "reconciler/manifest/manifest.h"

namespace reconcile::manifest {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kVariablePattern = R"(\$\{[A-Za-z_][A-Za-z0-9_]*(:[-?][^}]*)?\})";

Json variable() { return {{"$ref", "#/definitions/variable"}}; }

Json pattern(const char* text) { return {{"type", "string"}, {"pattern", text}}; }

/// One of these, or a text with a variable in it.
Json or_variable(std::vector<Json> choices) {
  choices.push_back(variable());
  return {{"anyOf", std::move(choices)}};
}

Json words(const char* values) {
  Json out = Json::array();
  std::string_view rest(values);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('|'), rest.size());
    out.push_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

Json text(const Field& field) {
  Json out{{"type", "string"}};
  if (!field.may_be_empty) out["minLength"] = 1;
  if (!field.form) return out;
  return or_variable({pattern(field.form->pattern)});
}

Json range(const Field& field, const char* type) {
  return {{"type", type}, {"minimum", field.least}, {"maximum", field.most}};
}

Json scalar(const Field& field) {
  std::vector<Json> choices;
  if (field.word) choices.push_back({{"const", field.word}});
  switch (field.type) {
    case Type::kEnum:
      choices.push_back({{"enum", words(field.values)}});
      break;
    case Type::kBool:
      choices.push_back({{"type", "boolean"}});
      break;
    case Type::kInteger:
      choices.push_back(range(field, "integer"));
      break;
    case Type::kNumber:
      choices.push_back(range(field, "number"));
      break;
    case Type::kPercent:
      choices.push_back(pattern("^(0|[1-9][0-9]?|100)%$"));
      break;
    case Type::kDuration:
      choices.push_back(pattern("^(?=[0-9])([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?$"));
      break;
    case Type::kSize:
      choices.push_back(pattern("^[0-9]+(\\.[0-9])?([KMGT]i?)?B$"));
      break;
    case Type::kRate:
      choices.push_back(pattern("^[0-9]+(\\.[0-9])?([KMGT]i?)?B(/s)?$"));
      break;
    default:
      choices.push_back(
          pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?"
                  "(Z|[+-][0-9]{2}:[0-9]{2})$"));
  }
  return or_variable(std::move(choices));
}

Json object(std::string_view table);

Json form_of(const Field& field) {
  switch (field.type) {
    case Type::kObject:
      return object(field.address);
    case Type::kObjects:
      return {
          {"type", "array"}, {"maxItems", field.most}, {"items", object(std::string(field.address) + "[]")}};
    case Type::kText:
    case Type::kPath:
      return text(field);
    case Type::kTexts:
      return {{"type", "array"}, {"items", text(field)}};
    case Type::kTextMap:
      return {{"type", "object"},
              {"propertyNames", {{"pattern", "^[-A-Za-z0-9_./]{1,63}$"}}},
              {"maxProperties", 64},
              {"additionalProperties", text(field)}};
    case Type::kSecret:
      return {{"$ref", "#/definitions/secret"}};
    default:
      return scalar(field);
  }
}

Json preset(const Field& field) {
  if (field.word && std::string_view(field.preset) == field.word) return field.preset;
  if (field.type == Type::kText || field.type == Type::kPath || field.type == Type::kEnum)
    return field.preset;
  // Numbers, booleans and lists are written as JSON; 20m and the like are not, and are texts.
  Json out = Json::parse(field.preset, nullptr, false);
  return out.is_discarded() ? Json(field.preset) : out;
}

Json object(std::string_view table) {
  Json properties = Json::object(), required = Json::array();
  for (const Field* field : fields_of(table)) {
    Json form = form_of(*field);
    // Draft-07 ignores what stands beside $ref.
    if (form.contains("$ref")) form = {{"allOf", Json::array({std::move(form)})}};
    form["description"] = field->doc;
    if (field->preset) form["default"] = preset(*field);
    if (field->required) required.push_back(std::string(field->name()));
    properties[std::string(field->name())] = std::move(form);
  }
  Json out{{"type", "object"}, {"additionalProperties", false}};
  if (!required.empty()) out["required"] = std::move(required);
  out["properties"] = std::move(properties);
  return out;
}

const char* type_name(Type type) {
  switch (type) {
    case Type::kObject:
      return "map";
    case Type::kObjects:
      return "list of maps";
    case Type::kText:
      return "text";
    case Type::kEnum:
      return "word";
    case Type::kBool:
      return "boolean";
    case Type::kInteger:
      return "whole number";
    case Type::kNumber:
      return "number";
    case Type::kDuration:
      return "duration";
    case Type::kSize:
      return "size";
    case Type::kRate:
      return "size a second";
    case Type::kTime:
      return "time";
    case Type::kPercent:
      return "percent";
    case Type::kTexts:
      return "list of texts";
    case Type::kTextMap:
      return "names and texts";
    case Type::kSecret:
      return "secret reference";
    case Type::kPath:
      return "path";
  }
  return "";
}

}  // namespace

std::string schema() {
  Json out{{"$schema", "http://json-schema.org/draft-07/schema#"},
           {"title", "Publication"},
           {"description", "One publication of reconcile: one buffer, one bucket, one commitment."}};
  out.update(object(""));
  const Json name{{"type", "string"}, {"pattern", "^[A-Za-z_][A-Za-z0-9_]*$"}};
  const auto one = [](const char* key, const Json& value) {
    return Json{{"type", "object"},
                {"additionalProperties", false},
                {"required", {key}},
                {"properties", {{key, value}}}};
  };
  out["definitions"] = {
      {"variable", {{"type", "string"}, {"pattern", kVariablePattern}}},
      {"secret",
       {{"oneOf", {one("fromEnv", name), one("fromFile", {{"type", "string"}, {"minLength", 1}})}}}}};
  return out.dump(2) + "\n";
}

std::string reference() {
  std::string out = "| field | type | default | meaning |\n| --- | --- | --- | --- |\n";
  for (const Field& field : fields()) {
    std::string type = type_name(field.type);
    if (field.type == Type::kEnum) {
      type.clear();
      for (const Json& word : words(field.values))
        type += (type.empty() ? "" : ", ") + word.get<std::string>();
    }
    const std::string preset = field.required  ? "required"
                               : !field.preset ? ""
                               : *field.preset ? fmt::format("`{}`", field.preset)
                                               : "empty";
    out += fmt::format("| `{}` | {} | {} | {} |\n", field.address, type, preset, field.doc);
  }
  return out;
}

}  // namespace reconcile::manifest
