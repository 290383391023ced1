// Key files and addresses: whatever is read as a key gives an account, and an address has one spelling.

#include "fuzz.h"

#include "reconciler/chain/keys/key_text.h"
#include "reconciler/chain/keys/nacl_file.h"
#include "reconciler/chain/keys/ss58.h"

using namespace reconcile;
using namespace reconcile::chain;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of_input(data, size);
  if (const auto key = read_key_text(text)) {
    law(from_ss58(to_ss58(key->account())) == key->account(), "a key's account has an address");
    const auto stated = read_key_address(text);
    law(!stated || *stated == key->account(), "a file that opens states its own address");
  }
  if (const auto account = from_ss58(text)) law(to_ss58(*account) == text, "an address has one spelling");
  (void)open_nacl_file(text, SecretBytes<32>());
  return 0;
}
