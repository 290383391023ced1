// The index comes from a public URL: anybody's bytes. What is accepted has one canonical form.

#include "fuzz.h"

#include "reconciler/model/index.h"

using namespace reconcile;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of_input(data, size);
  if (const auto index = parse_index(text)) {
    const std::string printed = print_index(*index);
    const auto again = parse_index(printed);
    law(again && *again == *index, "parse_index inverts print_index");
    law(print_index(*again) == printed, "the canonical form is a fixed point");
  }
  const ObjectKey key{std::string(text)};
  if (const auto seq = index_seq(kIndexPrefix, key))
    law(index_key(kIndexPrefix, *seq) == key, "index_key inverts index_seq");
  return 0;
}
