#pragma once
// A small runtime with what this program needs of Subtensor's: System, SubtensorModule, Commitments, the
// signed extensions. Pallet and variant numbers as in the genuine ones.

#include "tests/chain/support/metadata_builder.h"
#include <string>
#include <vector>

#include "reconciler/chain/metadata/metadata.h"

namespace reconcile::chain::testing {

/// The types that tests put new things together from.
struct RuntimeTypes {
  TypeId u8 = 0, u16 = 0, u32 = 0, u64 = 0, unit = 0, bytes = 0, account = 0, hash = 0;
  TypeId data = 0, info = 0, registration = 0, netuid = 0;
};

struct RuntimeOptions {
  bool wrapped_netuid = false;          // NetUid(u16) instead of u16
  bool timelock_reveal_failed = false;  // Data variant 137 of later runtimes
  std::uint8_t data_shift = 0;          // added to the index of every Data variant from BlakeTwo256 on
  std::uint8_t commitments_index = 18;
  std::uint32_t fields_max = 3;
};

struct Runtime {
  MetadataBuilder builder;
  RuntimeTypes types;
  Metadata metadata() const { return Metadata::decode(builder.build()).value(); }
};

/// `extensions`: the names of a genuine runtime's, in its order; those not known are made zero-sized.
Runtime make_runtime_with(const std::vector<std::string>& extensions, const RuntimeOptions& options = {});

/// The extensions of spec 293, as the vectors list them.
std::vector<std::string> extensions_293();
inline Runtime make_runtime(const RuntimeOptions& options = {}) {
  return make_runtime_with(extensions_293(), options);
}

}  // namespace reconcile::chain::testing
