#pragma once
// Is what passes by a whole file of its kind? Bounded memory, however long it is.

#include <memory>
#include <optional>
#include <string>

#include "reconciler/base/bytes.h"
#include "reconciler/buffer/content_check.h"
#include "reconciler/model/observed.h"

namespace reconcile::verify {

/// So much of a Parquet file's end is kept: 2,000,000 rows of 33 columns need a footer of about 1 MiB.
inline constexpr std::size_t kTailBytes = 4u << 20;

class ContainerStream {
 public:
  /// The name's ending says what it must be.
  explicit ContainerStream(std::string_view name);
  void update(std::string_view piece);
  /// kCorrupt: damaged. kUnsupported: a Parquet footer longer than kTailBytes, which was not looked at.
  Result<ContainerInfo> finish();

 private:
  Result<ContainerInfo> finish_parquet() const;

  Container kind_;
  std::unique_ptr<buffer::ContentCheck> check_;
  std::optional<Error> damage_;
  std::string head_, tail_;
  std::uint64_t size_ = 0;
};

}  // namespace reconcile::verify
