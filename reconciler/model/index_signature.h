#pragma once
// A signature as the last member of an index, and the message that is signed.

#include <optional>
#include <string>
#include <string_view>

#include "reconciler/model/index.h"

namespace reconcile {

/// What is signed: `<Bytes>`, the index's bytes as they would be without the signature, `</Bytes>`. This is
/// how polkadot-js wraps raw bytes (util, u8aWrapBytes), so that its wallets verify it as it is. The payload
/// of an extrinsic begins with a call and ends with hashes that the chain fixes, never so: a signature of an
/// index can never be one of an extrinsic.
std::string signed_message(std::string_view unsigned_text);

/// Puts the signature behind all other members. `unsigned_text` is as print_index or store_index made it.
std::string with_signature(std::string_view unsigned_text, const IndexSignature& signature);

struct SignedText {
  std::string unsigned_text;
  IndexSignature signature;
};

/// The inverse, to the letter: what is not understood in the text stays signed. Nothing when the text does
/// not end with a signature in canonical form.
std::optional<SignedText> split_signature(std::string_view text);

}  // namespace reconcile
