#include "reconciler/chain/node/refusal.h"

#include <array>
#include <cctype>

namespace reconcile::chain {
namespace {

/// The words, not as the beginning of a longer number: "error: 6" is not in "error: 60".
bool says(const std::string& text, std::string_view words) {
  std::string lower;
  for (const char c : text) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const std::size_t found = lower.find(words);
  if (found == std::string::npos) return false;
  const std::size_t next = found + words.size();
  return next == lower.size() || !std::isdigit(static_cast<unsigned char>(lower[next]));
}

struct Meaning {
  std::int64_t code;       // 0: any
  std::string_view words;  // in message or data, lower case; empty: any
  Refused kind;
  Fault fault;
  const char* remedy;
};

constexpr const char* kNextPass = "the next pass observes again";
constexpr const char* kOtherWriter =
    "another extrinsic of this hotkey came first: make sure that only one program uses it; the next pass "
    "observes again";

// The first line that fits. Custom errors: subtensor common/src/transaction_error.rs.
constexpr std::array kMeanings = {
    Meaning{1013, "", Refused::kPooled, Fault::kTransient, kNextPass},
    Meaning{1014, "", Refused::kFinal, Fault::kConflict, kOtherWriter},
    Meaning{0, "priority is too low", Refused::kFinal, Fault::kConflict, kOtherWriter},
    Meaning{1010, "outdated", Refused::kFinal, Fault::kConflict, kOtherWriter},
    Meaning{1010, "bad signature", Refused::kRuntime, Fault::kUnsupported,
            "the runtime takes another form of signature, or the endpoint is behind: try another endpoint"},
    Meaning{1010, "ancient birth block", Refused::kFinal, Fault::kTransient,
            "the endpoint is behind, or took too long: the next pass signs anew"},
    Meaning{1010, "custom error: 10", Refused::kFinal, Fault::kDenied,
            "register the hotkey on this netuid (btcli subnet register)"},
    Meaning{1010, "custom error: 6", Refused::kFinal, Fault::kQuota,
            "the chain limits the rate; later again"},
    Meaning{1010, "inability to pay", Refused::kFinal, Fault::kDenied,
            "set_commitment is free on Subtensor: this chain asks for a fee"},
    Meaning{1010, "exhaust the block limits", Refused::kFinal, Fault::kTransient,
            "the block is full; later again"},
    Meaning{1001, "", Refused::kRuntime, Fault::kUnsupported, "update this program"},
    Meaning{1002, "", Refused::kRuntime, Fault::kUnsupported, "update this program"},
    Meaning{1011, "", Refused::kRuntime, Fault::kUnsupported, "update this program, or try another endpoint"},
    Meaning{0, "unreachable", Refused::kRuntime, Fault::kUnsupported, "update this program"},
    Meaning{1012, "", Refused::kFinal, Fault::kTransient,
            "the node banned it for a while; the next pass signs anew"},
    Meaning{1016, "", Refused::kFinal, Fault::kTransient, "the node's pool is full; later again"},
    Meaning{1010, "", Refused::kFinal, Fault::kDenied, "see the node's own words"},
};

bool fits(const Meaning& meaning, const RpcError& error) {
  if (meaning.code != 0 && error.code != 0 && meaning.code != error.code) return false;
  if (meaning.code != 0 && error.code == 0 && meaning.words.empty()) return false;
  return meaning.words.empty() || says(error.message, meaning.words) || says(error.data, meaning.words);
}

}  // namespace

Refusal explain_refusal(const RpcError& error) {
  for (const Meaning& meaning : kMeanings) {
    if (fits(meaning, error))
      return {meaning.kind,
              {meaning.fault, "the node refused the extrinsic: " + describe(error), meaning.remedy}};
  }
  return {Refused::kFinal,
          {Fault::kTransient, "the node refused the extrinsic: " + describe(error), kNextPass}};
}

}  // namespace reconcile::chain
