#pragma once
// Thrift's compact protocol, reading half: only what Parquet footers need, bounded in depth, count and bytes.

#include <cstdint>
#include <string>
#include <string_view>

#include "reconciler/base/bytes.h"
#include "reconciler/base/result.h"

namespace reconcile::buffer {

/// Field and element types (thrift-compact-protocol.md). In lists a boolean is one byte; in structs it is the
/// type.
enum class ThriftType : std::uint8_t {
  kStop = 0,
  kTrue = 1,
  kFalse = 2,
  kByte = 3,
  kI16 = 4,
  kI32 = 5,
  kI64 = 6,
  kDouble = 7,
  kBinary = 8,
  kList = 9,
  kSet = 10,
  kMap = 11,
  kStruct = 12,
  kUuid = 13,
};

struct ThriftField {
  ThriftType type = ThriftType::kStop;
  std::int16_t id = 0;
};

struct ThriftList {
  ThriftType element = ThriftType::kStop;
  std::uint32_t count = 0;
};

/// A view that moves forward. Work and memory are linear in the bytes: an element takes at least one, so a
/// count above what is left is refused before anything is done about it. Errors are kCorrupt and name the
/// offset.
class ThriftReader {
 public:
  /// Parquet's own structures nest about 8 deep; unknown ones may add some.
  static constexpr int kDepthMax = 32;

  explicit ThriftReader(ByteView bytes) : bytes_(bytes) {}

  /// The next field of a struct whose last field was `last_id` (0 at first); kStop ends the struct.
  Result<ThriftField> field(std::int16_t last_id);
  Result<std::int64_t> integer(ThriftType type);
  Result<std::string_view> binary();
  Result<ThriftList> list();
  /// Passes over a value that nobody asked for.
  Result<void> skip(ThriftType type, bool in_container = false);
  /// One level down: kCorrupt when too deep. Each success needs an `ascend`.
  Result<void> descend();
  void ascend() { --depth_; }

  std::size_t position() const { return at_; }
  std::size_t left() const { return bytes_.size() - at_; }
  tl::unexpected<Error> wrong(const std::string& what) const;

 private:
  Result<std::uint64_t> varint();
  Result<std::uint8_t> byte();
  Result<void> pass(std::size_t count);
  Result<void> skip_map();

  ByteView bytes_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

/// Reads a struct: `visit(field)` returns true when it took the value, false to have it skipped, or an error.
template <class Visit>
Result<void> read_struct(ThriftReader& in, const Visit& visit) {
  TRY(in.descend());
  std::int16_t last = 0;
  for (;;) {
    TRY_ASSIGN(const ThriftField field, in.field(last));
    if (field.type == ThriftType::kStop) break;
    last = field.id;
    TRY_ASSIGN(const bool taken, visit(field));
    if (!taken) TRY(in.skip(field.type));
  }
  in.ascend();
  return {};
}

}  // namespace reconcile::buffer
