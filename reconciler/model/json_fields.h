#pragma once
// Reads the members of a JSON object, strictly typed. The first error sticks, with its place; what is read
// after it are defaults, so that a reader is a list of lines and checks once at its end.

#include <cstdint>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "reconciler/base/result.h"
#include "reconciler/base/strong.h"

namespace reconcile {

class JsonFields {
 public:
  /// `json` and `error` must outlive this. `where` is how errors name the object: "actions[3].after".
  JsonFields(const nlohmann::json& json, std::string where, std::optional<Error>& error);

  std::string text(const char* name) const;
  /// As text_json wrote it: a string, or {"base64": …}.
  std::string bytes_text(const char* name) const;
  bool flag(const char* name) const;
  std::uint64_t count(const char* name) const;
  /// An integer written as a decimal string.
  std::uint64_t big_count(const char* name) const;
  std::int64_t big_signed(const char* name) const;
  /// "sha256:" and 64 hex digits.
  Sha256 digest(const char* name) const;
  Instant time(const char* name) const;
  /// Any finite number.
  double number(const char* name) const;
  JsonFields object(const char* name) const;
  /// Each element of an array of at most `count_max` objects.
  template <class Take>
  void each(const char* name, std::size_t count_max, Take take) const {
    const std::size_t size = array_size(name, count_max);
    for (std::size_t at = 0; at < size; ++at) take(element(name, at));
  }
  /// Absent and null are both "no".
  bool has(const char* name) const;

  /// Remembers an error of this object, unless there is one already.
  void refuse(const char* name, const std::string& what) const;
  bool failed() const { return error_->has_value(); }

 private:
  const nlohmann::json* find(const char* name) const;
  std::size_t array_size(const char* name, std::size_t count_max) const;
  JsonFields element(const char* name, std::size_t at) const;

  const nlohmann::json* json_;
  std::string where_;
  std::optional<Error>* error_;
};

}  // namespace reconcile
