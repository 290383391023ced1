#include "reconciler/ports/object_store.h"

#include "reconciler/base/sha256.h"

namespace reconcile {

Body body_of(std::string content) {
  const Bytes size(content.size());
  const Sha256 digest = sha256_of(std::string_view(content));
  return Body{std::move(content), size, digest};
}

}  // namespace reconcile
