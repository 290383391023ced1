#include "reconciler/base/secret.h"

#include <sodium.h>

namespace reconcile {

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) {
    wipe();
    value_ = other.value_;
  }
  return *this;
}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    value_ = other.value_;
    other.wipe();
  }
  return *this;
}

void Secret::wipe() {
  // The whole capacity: a shorter value may have replaced a longer one. Small strings live inside the object.
  sodium_memzero(value_.data(), value_.capacity());
  value_.clear();
}

}  // namespace reconcile
