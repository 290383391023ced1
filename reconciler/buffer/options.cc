#include "reconciler/buffer/options.h"

namespace reconcile::buffer {

BufferOptions with_defaults(BufferOptions options) {
  if (options.staging.empty()) options.staging = options.path / ".reconcile" / "staging";
  if (options.quarantine.empty()) options.quarantine = options.path / ".quarantine";
  if (options.trash.empty()) options.trash = options.path / ".trash";
  return options;
}

}  // namespace reconcile::buffer
