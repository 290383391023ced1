#include <algorithm>

#include "reconciler/manifest/fields.h"

namespace reconcile::manifest {
namespace {

bool is_genesis_hash(std::string_view text) {
  return text.size() == 66 && text.substr(0, 2) == "0x" &&
         std::all_of(text.begin() + 2, text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

constexpr Form kGenesisHash{"^0x[0-9a-f]{64}$", is_genesis_hash, "write 0x and 64 lower-case hex digits"};

}  // namespace

std::vector<Field> commitment_fields() {
  return {
      {.address = "spec.commitment",
       .type = Type::kObject,
       .doc = "What goes on chain. Without it nothing is committed.",
       .optional_section = true,
       .set = [](Desired& d, const Value&) { d.commitment.emplace(); }},
      {.address = "spec.commitment.network",
       .type = Type::kEnum,
       .doc = "Which chain. ledger: a local file. custom: give endpoints.",
       .preset = "finney",
       .values = "finney|test|local|ledger|custom",
       .set = [](Desired& d, const Value& v) { d.commitment->network = static_cast<Network>(v.integer); }},
      {.address = "spec.commitment.endpoints",
       .type = Type::kTexts,
       .doc = "Nodes to ask instead of the network's own: https://… or wss://…, tried in this order.",
       .set = [](Desired& d, const Value& v) { d.commitment->endpoints = v.texts; }},
      {.address = "spec.commitment.genesisHash",
       .doc =
           "Hash of the chain's first block: nothing is signed for another chain. Known for finney and test.",
       .form = &kGenesisHash,
       .set = [](Desired& d, const Value& v) { d.commitment->genesis_hash = v.text; }},
      {.address = "spec.commitment.ledger",
       .type = Type::kPath,
       .doc = "ledger only: the file that holds the commitments.",
       .set = [](Desired& d, const Value& v) { d.commitment->ledger = v.path; }},
      {.address = "spec.commitment.netuid",
       .type = Type::kInteger,
       .doc = "The subnet.",
       .most = 65535,
       .set = [](Desired& d,
                 const Value& v) { d.commitment->netuid = static_cast<std::uint16_t>(v.integer); }},
      {.address = "spec.commitment.wallet", .type = Type::kObject, .doc = "The hotkey that commits."},
      {.address = "spec.commitment.wallet.path",
       .type = Type::kPath,
       .doc = "Folder of the wallets.",
       .preset = "~/.bittensor/wallets",
       .set = [](Desired& d, const Value& v) { d.commitment->wallet.path = v.path; }},
      {.address = "spec.commitment.wallet.name",
       .doc = "Name of the wallet.",
       .preset = "default",
       .set = [](Desired& d, const Value& v) { d.commitment->wallet.name = v.text; }},
      {.address = "spec.commitment.wallet.hotkey",
       .doc = "Name of the hotkey in it; with a ledger, the name to commit under.",
       .preset = "default",
       .set = [](Desired& d, const Value& v) { d.commitment->wallet.hotkey = v.text; }},
      {.address = "spec.commitment.wallet.ss58Address",
       .doc = "The address that the hotkey must have; a wrong key file is refused.",
       .set = [](Desired& d, const Value& v) { d.commitment->wallet.ss58_address = v.text; }},
      {.address = "spec.commitment.wallet.password",
       .type = Type::kSecret,
       .doc = "Password of an encrypted key file.",
       .set = [](Desired& d, const Value& v) { d.commitment->wallet.password = v.secret; }},
      {.address = "spec.commitment.wallet.strict",
       .type = Type::kBool,
       .doc = "Refuse a key file that others may read.",
       .preset = "false",
       .set = [](Desired& d, const Value& v) { d.commitment->wallet.strict = v.integer != 0; }},
      {.address = "spec.commitment.strategy",
       .type = Type::kEnum,
       .doc = "What is committed: an index of all objects, or the newest file alone (last-file), or nothing.",
       .preset = "index",
       .values = "index|content-addressed|two-field|static-pointer|last-file|none",
       .set = [](Desired& d, const Value& v) { d.commitment->strategy = static_cast<Strategy>(v.integer); }},
      {.address = "spec.commitment.format",
       .doc =
           "The text that is committed, at most 128 bytes; knows sha256, url, key, seq and others in braces. "
           "Default {url} for content-addressed, two-field and static-pointer.",
       .preset = "rc1|{sha256:b64url}|{url}",
       .set = [](Desired& d, const Value& v) { d.commitment->format = v.text; }},
      {.address = "spec.commitment.finality",
       .type = Type::kEnum,
       .doc = "When a commitment counts: in a finalized block, or in any block.",
       .preset = "finalized",
       .values = "finalized|in-block",
       .set = [](Desired& d, const Value& v) { d.commitment->finality = static_cast<Finality>(v.integer); }},
      {.address = "spec.commitment.acceptOverwrite",
       .type = Type::kBool,
       .doc = "last-file only: accept that of several files in a pass readers see the last one.",
       .preset = "false",
       .set = [](Desired& d, const Value& v) { d.commitment->accept_overwrite = v.integer != 0; }},
  };
}

}  // namespace reconcile::manifest
