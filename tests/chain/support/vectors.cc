#include "tests/chain/support/vectors.h"

#include <fstream>

namespace reconcile::chain::testing {
namespace {

nlohmann::json load(const std::string& name) {
  std::ifstream in(std::string(SOURCE_DIR "/tests/chain/data/") + name);
  return nlohmann::json::parse(in);
}

}  // namespace

const nlohmann::json& vectors() {
  static const nlohmann::json loaded = load("vectors.json");
  return loaded;
}

const nlohmann::json& nacl_vector() {
  static const nlohmann::json loaded = load("nacl_keyfile_vector.json");
  return loaded;
}

ByteVector hex(const std::string& text) { return from_hex(text).value(); }
ByteVector hex(const nlohmann::json& text) { return hex(text.get<std::string>()); }

AccountId alice() {
  return AccountId(
      fixed<32>(hex(std::string("d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d"))));
}

}  // namespace reconcile::chain::testing
