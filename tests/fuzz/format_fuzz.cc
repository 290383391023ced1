// First line: a commitment format, a key template, a pattern. The rest: what stands on chain, or a file's
// name.

#include "fuzz.h"

#include "reconciler/base/sha256.h"
#include "reconciler/model/format.h"
#include "reconciler/model/glob.h"
#include "reconciler/model/key_template.h"

using namespace reconcile;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all = text_of_input(data, size);
  const std::size_t end = std::min(all.find('\n'), all.size());
  const std::string_view first = all.substr(0, end), rest = all.substr(std::min(end + 1, all.size()));

  const Sha256 digest = sha256_of(rest);
  if (const auto format = Format::compile(first)) {
    (void)format->parse(rest);
    const FormatValues values{.sha256 = digest,
                              .url = "https://d.example.org/" + std::string(rest),
                              .key = std::string(rest),
                              .size = Bytes(size),
                              .seq = size,
                              .hotkey = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty",
                              .netuid = 13,
                              .bucket = "bucket"};
    if (const auto text = format->render(values, 1024)) {
      const auto back = format->parse(*text);
      law(back.has_value(), "what is printed reads back");
      law(!back->url || *back->url == values.url, "the same url");
      law(!back->key || *back->key == values.key, "the same key");
      law(!back->digest || back->digest->matches(digest), "the same hash");
      const FormatBounds bounds{
          .url = values.url.size(), .key = values.key.size(), .basename = values.key.size()};
      law(first.find("json") != std::string_view::npos || text->size() <= format->worst_case_length(bounds),
          "no text is longer than was proved");
    }
  }
  if (const auto key = KeyTemplate::compile(first)) {
    const auto made = key->render({std::string(rest), {}, digest});
    law(!made || (check_key(made->get()) && made->get().starts_with(key->static_prefix())), "keys are keys");
    if (made) (void)renamed(*made, digest);
  }
  if (size < 4096)
    law(!glob_match(first, rest) || check_glob(first).has_value(), "a bad pattern matches nothing");
  return 0;
}
