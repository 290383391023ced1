#pragma once
// tests/chain/data/*.json: vectors made with polkadot-js (and a key file made with PyNaCl's parameters), read
// once.

#include <algorithm>
#include <array>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/bytes.h"
#include "reconciler/chain/account.h"

namespace reconcile::chain::testing {

const nlohmann::json& vectors();
const nlohmann::json& nacl_vector();

ByteVector hex(const std::string& text);
ByteVector hex(const nlohmann::json& text);
template <std::size_t N>
std::array<std::uint8_t, N> fixed(const ByteVector& bytes) {
  std::array<std::uint8_t, N> out{};
  EXPECT_EQ(bytes.size(), N);
  std::copy_n(bytes.begin(), std::min(N, bytes.size()), out.begin());
  return out;
}

/// //Alice, the account of most vectors.
AccountId alice();
inline constexpr const char* kAliceAddress = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

}  // namespace reconcile::chain::testing
