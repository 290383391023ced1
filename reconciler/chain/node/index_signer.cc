#include "reconciler/chain/node/index_signer.h"

#include <algorithm>
#include <optional>

#include "reconciler/chain/keys/ss58.h"

namespace reconcile::chain {
namespace {

constexpr std::string_view kBegin = "<Bytes>", kEnd = "</Bytes>";

bool is_wrapped(std::string_view message) {
  return message.size() >= kBegin.size() + kEnd.size() && message.starts_with(kBegin) &&
         message.ends_with(kEnd);
}

std::optional<CryptoType> type_named(const std::string& name) {
  if (name == "sr25519") return CryptoType::kSr25519;
  if (name == "ed25519") return CryptoType::kEd25519;
  return std::nullopt;
}

}  // namespace

bool AddressChecker::verify(const Account& account, std::string_view message,
                            const IndexSignature& signature) {
  const Result<AccountId> id = from_ss58(account.hotkey);
  const std::optional<CryptoType> type = type_named(signature.type);
  Signature read;
  if (!id || !type || signature.value.size() != read.bytes.size()) return false;
  read.type = *type;
  std::copy(signature.value.begin(), signature.value.end(), read.bytes.begin());
  return chain::verify(*id, view_of(message), read);
}

Result<IndexSignature> KeySigner::sign(std::string_view message) {
  if (!is_wrapped(message))
    return fail(Fault::kDenied, "a message that is not wrapped in <Bytes> is not signed",
                "this is a mistake in the program: report it");
  TRY_ASSIGN(const Keypair key, open_key_());
  const Signature signature = key.sign(view_of(message));
  return IndexSignature{key.type() == CryptoType::kSr25519 ? "sr25519" : "ed25519",
                        ByteVector(signature.bytes.begin(), signature.bytes.end())};
}

}  // namespace reconcile::chain
