#include "reconciler/manifest/fields.h"

#include <algorithm>

namespace reconcile::manifest {
namespace {

bool lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), [](char c) { return lower_or_digit(c) || c == '-'; });
}

// RFC 1123 section 2.1, as Kubernetes has it: the name becomes part of file names and metric labels.
constexpr Form kLabel{
    "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", is_label,
    "use 1 to 63 lower-case letters, digits and -, beginning and ending with a letter or digit"};

}  // namespace

std::string_view Field::name() const {
  const std::string_view all(address);
  return all.substr(all.rfind('.') + 1);
}

std::string_view Field::parent() const {
  const std::string_view all(address);
  const std::size_t dot = all.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : all.substr(0, dot);
}

std::vector<Field> envelope_fields() {
  return {
      {.address = "apiVersion",
       .type = Type::kEnum,
       .doc = "Version of this format.",
       .values = "reconcile/v1alpha1",
       .required = true},
      {.address = "kind",
       .type = Type::kEnum,
       .doc = "What the document describes.",
       .values = "Publication",
       .required = true},
      {.address = "metadata",
       .type = Type::kObject,
       .doc = "What the publication is called.",
       .required = true},
      {.address = "metadata.name",
       .doc =
           "Name of the publication: in output, metrics and the journal. Unique among all that are loaded.",
       .required = true,
       .form = &kLabel,
       .set = [](Desired& d, const Value& v) { d.name = v.text; }},
      {.address = "metadata.labels",
       .type = Type::kTextMap,
       .doc = "Free names and texts for your own sorting.",
       .set = [](Desired& d, const Value& v) { d.labels = v.text_map; }},
      {.address = "spec", .type = Type::kObject, .doc = "What is wanted.", .required = true},
      {.address = "spec.mode",
       .type = Type::kEnum,
       .doc = "observe: only look. plan: also say what would be done. enforce: do it.",
       .preset = "enforce",
       .values = "observe|plan|enforce",
       .set = [](Desired& d, const Value& v) { d.mode = static_cast<Mode>(v.integer); }},
      {.address = "spec.suspend",
       .type = Type::kObject,
       .doc = "Do nothing until a given time.",
       .optional_section = true,
       .set = [](Desired& d, const Value&) { d.suspend.emplace(); }},
      {.address = "spec.suspend.until",
       .type = Type::kTime,
       .doc = "When work goes on by itself, RFC 3339.",
       .required = true,
       .set = [](Desired& d, const Value& v) { d.suspend->until = v.time; }},
      {.address = "spec.suspend.reason",
       .doc = "Why; shown wherever the suspension is.",
       .required = true,
       .set = [](Desired& d, const Value& v) { d.suspend->reason = v.text; }},
  };
}

const std::vector<Field>& fields() {
  static const std::vector<Field> all = [] {
    std::vector<Field> out;
    for (const auto part :
         {envelope_fields, bucket_fields, publishing_fields, commitment_fields, safety_fields}) {
      const std::vector<Field> some = part();
      out.insert(out.end(), some.begin(), some.end());
    }
    return out;
  }();
  return all;
}

std::vector<const Field*> fields_of(std::string_view parent) {
  std::vector<const Field*> out;
  for (const Field& field : fields())
    if (field.parent() == parent) out.push_back(&field);
  return out;
}

}  // namespace reconcile::manifest
