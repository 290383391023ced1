// The index comes from a public URL: anybody's bytes. What is accepted has one canonical form.

#include "fuzz.h"

#include "reconciler/model/index_parts.h"
#include "reconciler/model/index_signature.h"

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
  if (const auto seq = index_seq(kIndexPrefix, key)) {
    const auto digest = index_digest(kIndexPrefix, key);
    law((digest ? index_key(kIndexPrefix, *seq, *digest) : index_key(kIndexPrefix, *seq)) == key,
        "index_key inverts index_seq");
  }
  if (const auto split = split_signature(text))
    law(with_signature(split->unsigned_text, split->signature) == text,
        "a signature comes off to the letter");
  if (const auto root = parse_index_root(text))
    for (const IndexPart& part : root->parts) {
      law(part.key.get().starts_with(kIndexPartsPrefix), "a root names nothing but parts");
      law(!parse_index_part(text, part) || text.size() == part.size.get(), "a part is what the root says");
    }
  return 0;
}
