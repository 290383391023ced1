#include "reconciler/model/json_fields.h"

#include <charconv>
#include <cmath>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"

namespace reconcile {
namespace {

const nlohmann::json kNothing = nlohmann::json::object();
constexpr std::string_view kDigestPrefix = "sha256:";

template <class Number>
bool read_decimal(std::string_view text, Number& out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

JsonFields::JsonFields(const nlohmann::json& json, std::string where, std::optional<Error>& error)
    : json_(json.is_object() ? &json : &kNothing), where_(std::move(where)), error_(&error) {
  if (!json.is_object()) refuse("", "is not an object");
}

void JsonFields::refuse(const char* name, const std::string& what) const {
  if (failed()) return;
  std::string place = where_.empty() && *name == '\0' ? "the whole" : where_;
  if (!place.empty() && *name != '\0') place += ".";
  *error_ = Error{Fault::kCorrupt, fmt::format("plan: {}{} {}", place, name, what),
                  "make the plan anew with --plan --plan-out"};
}

const nlohmann::json* JsonFields::find(const char* name) const {
  const auto found = json_->find(name);
  if (found == json_->end()) {
    refuse(name, "is missing");
    return nullptr;
  }
  return &*found;
}

bool JsonFields::has(const char* name) const {
  const auto found = json_->find(name);
  return found != json_->end() && !found->is_null();
}

std::string JsonFields::text(const char* name) const {
  const nlohmann::json* value = find(name);
  if (value && value->is_string()) return value->get<std::string>();
  if (value) refuse(name, "is not a string");
  return {};
}

std::string JsonFields::bytes_text(const char* name) const {
  const nlohmann::json* value = find(name);
  if (!value || !value->is_object()) return text(name);
  const Result<ByteVector> bytes = from_base64(object(name).text("base64"));
  if (bytes) return std::string(text_of(*bytes));
  refuse(name, "is not base64");
  return {};
}

bool JsonFields::flag(const char* name) const {
  const nlohmann::json* value = find(name);
  if (value && value->is_boolean()) return value->get<bool>();
  if (value) refuse(name, "is not true or false");
  return false;
}

std::uint64_t JsonFields::count(const char* name) const {
  const nlohmann::json* value = find(name);
  if (value && value->is_number_unsigned()) return value->get<std::uint64_t>();
  if (value) refuse(name, "is not a whole number from 0 to 2^64-1");
  return 0;
}

std::uint64_t JsonFields::big_count(const char* name) const {
  std::uint64_t out = 0;
  if (!read_decimal(text(name), out)) refuse(name, "is not a decimal number from 0 to 2^64-1");
  return out;
}

std::int64_t JsonFields::big_signed(const char* name) const {
  std::int64_t out = 0;
  if (!read_decimal(text(name), out)) refuse(name, "is not a decimal number of 64 bits");
  return out;
}

Sha256 JsonFields::digest(const char* name) const {
  const std::string value = text(name);
  if (value.starts_with(kDigestPrefix))
    if (const Result<Sha256> out = sha256_from_hex(value.substr(kDigestPrefix.size()))) return *out;
  refuse(name, "is not sha256: and 64 hex digits");
  return {};
}

Instant JsonFields::time(const char* name) const {
  if (const Result<Instant> out = parse_time(text(name))) return *out;
  refuse(name, "is not an RFC 3339 time");
  return {};
}

double JsonFields::number(const char* name) const {
  const nlohmann::json* value = find(name);
  if (value && value->is_number() && std::isfinite(value->get<double>())) return value->get<double>();
  if (value) refuse(name, "is not a number");
  return 0;
}

JsonFields JsonFields::object(const char* name) const {
  const nlohmann::json* value = find(name);
  return {value ? *value : kNothing, where_.empty() ? name : where_ + "." + name, *error_};
}

std::size_t JsonFields::array_size(const char* name, std::size_t count_max) const {
  const nlohmann::json* value = find(name);
  if (value && value->is_array() && value->size() <= count_max) return value->size();
  if (value) refuse(name, fmt::format("is not a list of at most {}", count_max));
  return 0;
}

JsonFields JsonFields::element(const char* name, std::size_t at) const {
  const std::string where = fmt::format("{}{}{}[{}]", where_, where_.empty() ? "" : ".", name, at);
  return {(*json_)[name][at], where, *error_};
}

}  // namespace reconcile
