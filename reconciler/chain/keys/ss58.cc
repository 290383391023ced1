#include "reconciler/chain/keys/ss58.h"

#include <algorithm>

#include "reconciler/chain/hashing.h"
#include "reconciler/chain/keys/base58.h"

namespace reconcile::chain {
namespace {

constexpr std::size_t kChecksumBytes = 2;  // for 32-byte accounts

// The first bytes of BLAKE2b-512("SS58PRE" || prefix || account).
std::array<std::uint8_t, kChecksumBytes> checksum(ByteView prefix_and_account) {
  const std::string_view kPreimage = "SS58PRE";
  ByteVector input(kPreimage.begin(), kPreimage.end());
  input.insert(input.end(), prefix_and_account.begin(), prefix_and_account.end());
  const auto digest = blake2_512(input);
  return {digest[0], digest[1]};
}

tl::unexpected<Error> refuse(std::string_view address, const std::string& what, std::string remedy) {
  // Addresses are public; the length is bounded so that a wrong file's contents do not end in a log.
  return fail(Fault::kInvalidInput, "address " + std::string(address.substr(0, 64)) + ": " + what,
              std::move(remedy));
}

struct Prefix {
  unsigned number = 0;
  std::size_t size = 1;
};

// 0 to 63 in one byte; up to 16,383 in two, their bits spread as the SS58 registry describes.
Prefix prefix_of(ByteView raw) {
  if (raw[0] < 64) return {raw[0], 1};
  const unsigned low = (raw[0] & 0x3fu) << 2 | raw[1] >> 6;
  const unsigned high = raw[1] & 0x3fu;
  return {low | high << 8, 2};
}

}  // namespace

std::string to_ss58(const AccountId& account) {
  ByteVector raw{static_cast<std::uint8_t>(kSs58Prefix)};
  raw.insert(raw.end(), account.get().begin(), account.get().end());
  const auto check = checksum(raw);
  raw.insert(raw.end(), check.begin(), check.end());
  return to_base58(raw);
}

Result<AccountId> from_ss58(std::string_view address) {
  const std::string kRetype = "copy it again: it begins with 5 and is 47 or 48 characters long";
  const auto raw = from_base58(address);
  const std::size_t size = raw ? raw->size() : 0;
  std::array<std::uint8_t, 32> account{};
  const Prefix prefix = size > 1 ? prefix_of(*raw) : Prefix{};
  if (size != prefix.size + account.size() + kChecksumBytes) {
    // Not repeated: whatever was pasted here in an address's place, it may be a secret.
    return fail(Fault::kInvalidInput,
                "a text of " + std::to_string(address.size()) + " characters is not an address", kRetype);
  }
  const ByteView body = ByteView(*raw).first(prefix.size + account.size());
  const auto check = checksum(body);
  if (!std::equal(check.begin(), check.end(), raw->end() - kChecksumBytes)) {
    return refuse(address, "its checksum does not match, so a character is wrong", kRetype);
  }
  if (prefix.number != kSs58Prefix) {
    return refuse(address, "it is of another network (SS58 prefix " + std::to_string(prefix.number) + ")",
                  "give the address with prefix 42, as Bittensor wallets show it");
  }
  std::copy(body.end() - 32, body.end(), account.begin());
  return AccountId(account);
}

}  // namespace reconcile::chain
