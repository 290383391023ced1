#pragma once
// Signatures in the simulated world: a hash with a name and a number in it. Randomised as real ones are (the
// same message twice gives two), and nobody else's. Not cryptography.

#include <array>
#include <cstdint>
#include <string>

#include "reconciler/base/sha256.h"
#include "reconciler/ports/signer.h"

namespace reconcile::sim {

/// 32 bytes of hash, then the number of the signature, one byte.
inline ByteVector sim_signature(const std::string& hotkey, std::string_view message, std::uint8_t number) {
  std::string text = "signed by " + hotkey + " as " + std::to_string(number) + ": ";
  text += message;
  const Sha256 digest = sha256_of(std::string_view(text));
  ByteVector out(digest.get().begin(), digest.get().end());
  out.push_back(number);
  return out;
}

class SimChecker final : public SignatureChecker {
 public:
  bool verify(const Account& account, std::string_view message, const IndexSignature& signature) override {
    return signature.type == "sim" && signature.value.size() == 33 &&
           signature.value == sim_signature(account.hotkey, message, signature.value.back());
  }
};

class SimSigner final : public Signer {
 public:
  explicit SimSigner(std::string hotkey) : hotkey_(std::move(hotkey)) {}
  Result<IndexSignature> sign(std::string_view message) override {
    if (!message.starts_with("<Bytes>") || !message.ends_with("</Bytes>"))
      return fail(Fault::kDenied, "only wrapped bytes are signed", "wrap them");
    return IndexSignature{"sim", sim_signature(hotkey_, message, ++number_)};
  }

 private:
  std::string hotkey_;
  std::uint8_t number_ = 0;
};

}  // namespace reconcile::sim
