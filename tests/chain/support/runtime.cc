#include "tests/chain/support/runtime.h"

#include "tests/chain/support/vectors.h"

namespace reconcile::chain::testing {
namespace {

using Cases = std::vector<CaseSpec>;

// pallet_commitments::types::Data: None, Raw0..Raw128, four digests, timelock, flag, BigRaw.
TypeId data_type(MetadataBuilder& b, const RuntimeTypes& t, const RuntimeOptions& options) {
  Cases cases{{"None", 0, {}, {}}};
  for (std::uint32_t size = 0; size <= 128; ++size) {
    cases.push_back(
        {"Raw" + std::to_string(size), static_cast<std::uint8_t>(size + 1), {{"", b.array(size, t.u8)}}, {}});
  }
  const TypeId digest = b.array(32, t.u8);
  const TypeId bounded = b.composite("bounded_collections::bounded_vec::BoundedVec", {{"", t.bytes}});
  const auto at = [&](int index) { return static_cast<std::uint8_t>(index + options.data_shift); };
  cases.push_back({"BlakeTwo256", at(130), {{"", digest}}, {}});
  cases.push_back({"Sha256", at(131), {{"", digest}}, {}});
  cases.push_back({"Keccak256", at(132), {{"", digest}}, {}});
  cases.push_back({"ShaThree256", at(133), {{"", digest}}, {}});
  cases.push_back({"TimelockEncrypted", at(134), {{"encrypted", bounded}, {"reveal_round", t.u64}}, {}});
  cases.push_back({"ResetBondsFlag", at(135), {}, {}});
  cases.push_back({"BigRaw", at(136), {{"", bounded}}, {}});
  if (options.timelock_reveal_failed) {
    cases.push_back({"TimelockRevealFailed", at(137), {{"encrypted", bounded}, {"reveal_round", t.u64}}, {}});
  }
  return b.variant("pallet_commitments::types::Data", cases);
}

TypeId dispatch_error(MetadataBuilder& b, const RuntimeTypes& t) {
  const TypeId module =
      b.composite("sp_runtime::ModuleError", {{"index", t.u8}, {"error", b.array(4, t.u8)}});
  const TypeId token =
      b.variant("sp_runtime::TokenError", {{"FundsUnavailable", 0, {}, {}}, {"Frozen", 6, {}, {}}});
  return b.variant("sp_runtime::DispatchError", {{"Other", 0, {}, {}},
                                                 {"CannotLookup", 1, {}, {}},
                                                 {"BadOrigin", 2, {}, {}},
                                                 {"Module", 3, {{"", module}}, {}},
                                                 {"Token", 7, {{"", token}}, {}}});
}

PalletSpec commitments(MetadataBuilder& b, const RuntimeTypes& t, const RuntimeOptions& options) {
  const TypeId key = b.tuple({t.u16, t.account});
  const TypeId usage =
      b.composite("pallet_commitments::types::UsageTracker", {{"last_epoch", t.u64}, {"used_space", t.u64}});
  const auto map = [&](const std::string& name, TypeId value) {
    return EntrySpec{name, false, {Hasher::kIdentity, Hasher::kTwox64Concat}, key, value, {0}};
  };
  PalletSpec out{.name = "Commitments", .index = options.commitments_index};
  out.storage = {map("CommitmentOf", t.registration), map("LastCommitment", t.u32), map("UsedSpaceOf", usage),
                 EntrySpec{"MaxSpace", true, {}, 0, t.u32, {0x1c, 0x0c, 0, 0}}};
  out.calls = b.variant("pallet_commitments::pallet::Call",
                        {{"set_commitment", 0, {{"netuid", t.netuid}, {"info", t.info}}, {}},
                         {"set_max_space", 2, {{"new_limit", t.u32}}, {}}});
  out.events = b.variant(
      "pallet_commitments::pallet::Event",
      {{"Commitment", 0, {{"netuid", t.u16}, {"who", t.account}}, {}},
       {"TimelockCommitment", 1, {{"netuid", t.u16}, {"who", t.account}, {"reveal_round", t.u64}}, {}},
       {"CommitmentRevealed", 2, {{"netuid", t.u16}, {"who", t.account}}, {}}});
  out.errors =
      b.variant("pallet_commitments::pallet::Error",
                {{"TooManyFieldsInCommitmentInfo", 0, {}, {}},
                 {"AccountNotAllowedCommit", 1, {}, {}},
                 {"SpaceLimitExceeded", 2, {}, {" Space Limit Exceeded", " for the current interval"}},
                 {"UnexpectedUnreserveLeftover", 3, {}, {}}});
  out.constants = {{"MaxFields", t.u32, Writer().u32(options.fields_max).take()},
                   {"InitialDeposit", t.u64, Writer().u64(0).take()},
                   {"FieldDeposit", t.u64, Writer().u64(0).take()}};
  return out;
}

// System needs the events of all pallets: it comes last and is put in front.
PalletSpec system(MetadataBuilder& b, const RuntimeTypes& t, const PalletSpec& commitments_pallet) {
  const TypeId info = b.composite("frame_support::dispatch::DispatchInfo", {{"weight", t.u64}});
  const TypeId events = b.variant(
      "frame_system::pallet::Event",
      {{"ExtrinsicSuccess", 0, {{"dispatch_info", info}}, {}},
       {"ExtrinsicFailed", 1, {{"dispatch_error", dispatch_error(b, t)}, {"dispatch_info", info}}, {}}});
  const TypeId outer =
      b.variant("node_subtensor_runtime::RuntimeEvent",
                {{"System", 0, {{"", events}}, {}},
                 {"Commitments", commitments_pallet.index, {{"", *commitments_pallet.events}}, {}}});
  const TypeId phase = b.variant(
      "frame_system::Phase",
      {{"ApplyExtrinsic", 0, {{"", t.u32}}, {}}, {"Finalization", 1, {}, {}}, {"Initialization", 2, {}, {}}});
  const TypeId record = b.composite("frame_system::EventRecord",
                                    {{"phase", phase}, {"event", outer}, {"topics", b.sequence(t.hash)}});
  const TypeId account_info = b.composite("frame_system::AccountInfo",
                                          {{"nonce", t.u32}, {"consumers", t.u32}, {"providers", t.u32}});
  PalletSpec out{.name = "System", .index = 0};
  out.events = events;
  out.storage = {
      EntrySpec{"Account", true, {Hasher::kBlake2_128Concat}, t.account, account_info, ByteVector(12, 0)},
      EntrySpec{"BlockHash", true, {Hasher::kTwox64Concat}, t.u32, t.hash, ByteVector(32, 0)},
      EntrySpec{"Events", true, {}, 0, b.sequence(record), {0}},
      EntrySpec{"LastRuntimeUpgrade", false, {}, 0, t.u32, {0}},
  };
  return out;
}

PalletSpec subtensor_module(MetadataBuilder& b, const RuntimeTypes& t) {
  PalletSpec out{.name = "SubtensorModule", .index = 7};
  out.storage = {EntrySpec{"Uids",
                           false,
                           {Hasher::kIdentity, Hasher::kBlake2_128Concat},
                           b.tuple({t.u16, t.account}),
                           t.u16,
                           {0}},
                 EntrySpec{"Keys",
                           true,
                           {Hasher::kIdentity, Hasher::kIdentity},
                           b.tuple({t.u16, t.u16}),
                           t.account,
                           ByteVector(32, 0)}};
  return out;
}

TypeId extrinsic_type(MetadataBuilder& b, const RuntimeTypes& t) {
  const TypeId address = b.variant("sp_runtime::multiaddress::MultiAddress",
                                   {{"Id", 0, {{"", t.account}}, {}}, {"Raw", 2, {{"", t.bytes}}, {}}});
  const TypeId signature_bytes = b.array(64, t.u8);
  const TypeId signature =
      b.variant("sp_runtime::MultiSignature",
                {{"Ed25519", 0, {{"", signature_bytes}}, {}}, {"Sr25519", 1, {{"", signature_bytes}}, {}}});
  return b.composite("fp_self_contained::unchecked_extrinsic::UncheckedExtrinsic", {{"", t.bytes}},
                     {{"Address", address}, {"Call", std::nullopt}, {"Signature", signature}});
}

void add_extensions(MetadataBuilder& b, const RuntimeTypes& t, const std::vector<std::string>& names) {
  Cases eras{{"Immortal", 0, {}, {}}};
  for (int i = 1; i < 256; ++i) {
    eras.push_back({"Mortal" + std::to_string(i), static_cast<std::uint8_t>(i), {{"", t.u8}}, {}});
  }
  const TypeId era = b.composite("CheckMortality", {{"", b.variant("sp_runtime::generic::era::Era", eras)}});
  const TypeId mode =
      b.variant("frame_metadata_hash_extension::Mode", {{"Disabled", 0, {}, {}}, {"Enabled", 1, {}, {}}});
  const TypeId metadata_hash = b.composite("CheckMetadataHash", {{"mode", mode}});
  const TypeId option =
      b.variant("Option", {{"None", 0, {}, {}}, {"Some", 1, {{"", b.array(32, t.u8)}}, {}}});
  const TypeId nonce = b.composite("CheckNonce", {{"", b.compact(t.u32)}});
  const TypeId tip = b.composite("ChargeTransactionPayment", {{"", b.compact(t.u64)}});
  for (const std::string& name : names) {
    ExtensionSpec spec{name, b.composite(name, {}), t.unit};
    if (name == "CheckSpecVersion" || name == "CheckTxVersion") spec.implicit_type = t.u32;
    if (name == "CheckGenesis") spec.implicit_type = t.hash;
    if (name == "CheckMortality") spec = {name, era, t.hash};
    if (name == "CheckNonce") spec.explicit_type = nonce;
    if (name == "ChargeTransactionPayment") spec.explicit_type = tip;
    if (name == "CheckMetadataHash") spec = {name, metadata_hash, option};
    b.extensions.push_back(spec);
  }
}

}  // namespace

Runtime make_runtime_with(const std::vector<std::string>& extensions, const RuntimeOptions& options) {
  Runtime out;
  MetadataBuilder& b = out.builder;
  RuntimeTypes& t = out.types;
  t.u8 = b.primitive(Primitive::kU8);
  t.u16 = b.primitive(Primitive::kU16);
  t.u32 = b.primitive(Primitive::kU32);
  t.u64 = b.primitive(Primitive::kU64);
  t.unit = b.tuple({});
  t.bytes = b.sequence(t.u8);
  const TypeId bytes32 = b.array(32, t.u8);
  t.account = b.composite("sp_core::crypto::AccountId32", {{"", bytes32}});
  t.hash = b.composite("primitive_types::H256", {{"", bytes32}});
  t.netuid = options.wrapped_netuid ? b.composite("subtensor_runtime_common::NetUid", {{"", t.u16}}) : t.u16;
  t.data = data_type(b, t, options);
  const TypeId bounded =
      b.composite("bounded_collections::bounded_vec::BoundedVec", {{"", b.sequence(t.data)}});
  t.info = b.composite("pallet_commitments::types::CommitmentInfo", {{"fields", bounded}});
  t.registration = b.composite("pallet_commitments::types::Registration",
                               {{"deposit", t.u64}, {"block", t.u32}, {"info", t.info}});
  const PalletSpec commitments_pallet = commitments(b, t, options);
  b.pallets = {system(b, t, commitments_pallet), subtensor_module(b, t), commitments_pallet};
  b.extrinsic_type = extrinsic_type(b, t);
  add_extensions(b, t, extensions);
  return out;
}

std::vector<std::string> extensions_293() {
  return vectors()["runtimes"]["lab293_v14"]["signed_extensions"].get<std::vector<std::string>>();
}

}  // namespace reconcile::chain::testing
