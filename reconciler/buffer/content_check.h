#pragma once
// Looks at a file's bytes as they pass by, so that one read serves both the hash and the check.

#include <cstdint>
#include <memory>
#include <string_view>

#include "reconciler/base/bytes.h"
#include "reconciler/base/result.h"
#include "reconciler/model/observed.h"

namespace reconcile::buffer {

/// Memory is bounded whatever the size. Errors are kCorrupt, with a cause such as "truncated gzip at byte
/// 1,048,576".
class ContentCheck {
 public:
  virtual ~ContentCheck() = default;
  /// The next bytes, in order. After an error no more calls.
  virtual Result<void> update(ByteView bytes) = 0;
  /// The end of the file.
  virtual Result<void> finish() = 0;
};

/// The check that the name asks for; nullptr where bytes in passing tell nothing (Parquet is checked by its
/// footer, other names are accepted as they are).
std::unique_ptr<ContentCheck> content_check_for(std::string_view name);

/// A damaged file: `cause` says what and where.
tl::unexpected<Error> damaged(std::string cause);

}  // namespace reconcile::buffer
