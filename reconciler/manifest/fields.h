#pragma once
// The one table of what a manifest may hold. The reader follows it, the schema and the reference are printed
// from it, and the defaults that it names are the ones that apply.

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "reconciler/model/desired.h"

namespace reconcile::manifest {

enum class Type {
  kObject,
  kObjects,  ///< a list of maps; its fields are at `address[]`
  kText,
  kEnum,
  kBool,
  kInteger,
  kNumber,
  kDuration,
  kSize,
  kRate,  ///< a size a second
  kTime,
  kPercent,
  kTexts,    ///< a list of texts
  kTextMap,  ///< names and texts
  kSecret,   ///< {fromEnv: NAME} or {fromFile: path}, never the secret
  kPath,     ///< relative to the manifest's folder; `~/` is the home folder
};

/// A value as the table's setters take it; which member counts depends on the type.
struct Value {
  bool word = false;  ///< the field's special word stood there: nothing else counts
  std::string text;
  std::int64_t integer = 0;  ///< kInteger, kPercent, kBool (0, 1), kEnum (place in `values`)
  double number = 0;
  Seconds duration{0};
  Bytes size;
  Instant time;
  std::vector<std::string> texts;
  std::map<std::string, std::string> text_map;
  SecretRef secret;
  Path path;
};

/// A text that must look a certain way: the same question for the reader and, as a pattern, for the schema.
struct Form {
  const char* pattern;  ///< regular expression, as ECMAScript and Python both read it
  bool (*matches)(std::string_view text);
  const char* remedy;
};

struct Field {
  const char* address;  ///< "spec.bucket.lifecycle.rules[].id"
  Type type = Type::kText;
  const char* doc = "";          ///< one sentence for editors and the reference
  const char* preset = nullptr;  ///< the default as one would write it; lists as JSON
  const char* values = nullptr;  ///< kEnum: the words, with | between, in the order of the C++ enum
  const char* word = nullptr;    ///< a word that may stand instead of a value: "auto"
  std::int64_t least = 0;        ///< kInteger, kPercent, kNumber
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
  bool required = false;
  bool may_be_empty = false;      ///< kText
  bool optional_section = false;  ///< kObject: absent means absent, not its defaults
  const Form* form = nullptr;
  /// Takes the value; for kObject and each item of kObjects, opens the section.
  void (*set)(Desired& desired, const Value& value) = nullptr;

  std::string_view name() const;    ///< the last part: "id"
  std::string_view parent() const;  ///< the part before: "spec.bucket.lifecycle.rules[]"
};

/// All of it, parents before children, in the order in which people read a manifest.
const std::vector<Field>& fields();
/// Those right below; "" for the document itself.
std::vector<const Field*> fields_of(std::string_view parent);

// The parts of the table.
std::vector<Field> envelope_fields();
std::vector<Field> bucket_fields();
std::vector<Field> publishing_fields();
std::vector<Field> commitment_fields();
std::vector<Field> safety_fields();

}  // namespace reconcile::manifest
