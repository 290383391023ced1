// First line: an address as it is typed behind --source. The rest: what git ls-tree says.

#include "fuzz.h"

#include "reconciler/source/address.h"
#include "reconciler/source/tree_listing.h"

using namespace reconcile;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all = text_of_input(data, size);
  const std::size_t end = std::min(all.find('\n'), all.size());

  if (const auto address = source::parse_address(std::string(all.substr(0, end)))) {
    for (const std::string& part : {address->url, address->path, address->ref, address->host})
      law(!part.starts_with('-') && part.find_first_of(" '\"$`;&|<>()\\\n") == std::string::npos,
          "nothing in an address is an option or a command");
    law(address->url.find("/-") == std::string::npos && address->url.find("/../") == std::string::npos,
        "no part of an address is an option or a way up");
  }
  if (const auto tree = source::parse_tree(all.substr(std::min(end + 1, all.size()))))
    for (const source::TreeEntry& entry : *tree)
      law(entry.object.find_first_not_of("0123456789abcdef") == std::string::npos,
          "an object's name is no option");
  return 0;
}
