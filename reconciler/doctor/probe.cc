#include "reconciler/doctor/probe.h"

#include <array>
#include <random>

#include "reconciler/base/bytes.h"
#include "reconciler/base/sha256.h"
#include "reconciler/model/lease.h"

namespace reconcile::doctor {
namespace {

std::string random_hex() {
  std::random_device entropy;
  std::array<std::uint8_t, 16> bytes{};
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(entropy());
  return to_hex(bytes);
}

}  // namespace

ObjectKey new_probe_key() { return ObjectKey(std::string(kOwnPrefix) + "doctor-" + random_hex()); }

Probe::Probe(ObjectStore& store)
    : store_(store),
      key_(new_probe_key()),
      content_("reconcile doctor was here and removes this object again: " + random_hex() + "\n") {}

Probe::~Probe() {
  if (may_exist_) (void)remove();
}

Result<void> Probe::write() {
  PutOptions options{.content_type = "text/plain", .only_if_absent = true};
  options.metadata = {{"sha256", to_hex(sha256_of(content_))},
                      {"size_bytes", std::to_string(content_.size())}};
  const auto receipt = store_.put(key_, body_of(content_), options);
  // Refused outright: certainly not there. Anything else may have happened.
  may_exist_ = receipt || (receipt.error().fault != Fault::kDenied && receipt.error().fault != Fault::kAuth);
  if (!receipt) return fail(receipt.error());
  return {};
}

Result<void> Probe::remove() {
  TRY(store_.remove(key_));
  may_exist_ = false;
  return {};
}

}  // namespace reconcile::doctor
