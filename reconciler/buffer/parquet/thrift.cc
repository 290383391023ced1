#include "reconciler/buffer/parquet/thrift.h"

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/buffer/content_check.h"

namespace reconcile::buffer {
namespace {

std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

bool known(std::uint8_t type) { return type >= 1 && type <= 13; }

}  // namespace

tl::unexpected<Error> ThriftReader::wrong(const std::string& what) const {
  return damaged(fmt::format("{} at byte {} of the footer", what, print_count(at_)));
}

Result<void> ThriftReader::descend() {
  if (depth_ == kDepthMax) return wrong("nested too deep");
  ++depth_;
  return {};
}

Result<std::uint8_t> ThriftReader::byte() {
  if (left() == 0) return wrong("cut short");
  return bytes_[at_++];
}

Result<void> ThriftReader::pass(std::size_t count) {
  if (count > left()) return wrong("cut short");
  at_ += count;
  return {};
}

Result<std::uint64_t> ThriftReader::varint() {
  std::uint64_t out = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    TRY_ASSIGN(const std::uint8_t next, byte());
    if (shift == 63 && next > 1) return wrong("number too large");
    out |= static_cast<std::uint64_t>(next & 0x7f) << shift;
    if (next < 0x80) return out;
  }
  return wrong("number too large");
}

Result<ThriftField> ThriftReader::field(std::int16_t last_id) {
  TRY_ASSIGN(const std::uint8_t header, byte());
  if (header == 0) return ThriftField{};
  const auto type = static_cast<std::uint8_t>(header & 0x0f);
  if (!known(type)) return wrong("unknown field type");
  std::int64_t id = last_id + (header >> 4);
  if (header >> 4 == 0) {
    TRY_ASSIGN(const std::uint64_t raw, varint());
    id = unzigzag(raw);
  }
  if (id < INT16_MIN || id > INT16_MAX) return wrong("field number out of range");
  return ThriftField{static_cast<ThriftType>(type), static_cast<std::int16_t>(id)};
}

Result<std::int64_t> ThriftReader::integer(ThriftType type) {
  if (type == ThriftType::kByte) {
    TRY_ASSIGN(const std::uint8_t value, byte());
    return static_cast<std::int8_t>(value);
  }
  if (type != ThriftType::kI16 && type != ThriftType::kI32 && type != ThriftType::kI64)
    return wrong("a number was expected");
  TRY_ASSIGN(const std::uint64_t raw, varint());
  return unzigzag(raw);
}

Result<std::string_view> ThriftReader::binary() {
  TRY_ASSIGN(const std::uint64_t size, varint());
  if (size > left()) return wrong("cut short");
  const std::string_view out = text_of(bytes_.subspan(at_, static_cast<std::size_t>(size)));
  at_ += static_cast<std::size_t>(size);
  return out;
}

Result<ThriftList> ThriftReader::list() {
  TRY_ASSIGN(const std::uint8_t header, byte());
  std::uint64_t count = header >> 4;
  if (count == 15) {
    TRY_ASSIGN(count, varint());
  }
  const auto element = static_cast<std::uint8_t>(header & 0x0f);
  if (count > 0 && !known(element)) return wrong("unknown element type");
  if (count > left() || count > UINT32_MAX) return wrong("list longer than the footer");
  return ThriftList{static_cast<ThriftType>(element), static_cast<std::uint32_t>(count)};
}

Result<void> ThriftReader::skip_map() {
  TRY_ASSIGN(const std::uint64_t count, varint());
  if (count == 0) return {};
  if (count > left()) return wrong("map longer than the footer");
  TRY_ASSIGN(const std::uint8_t types, byte());
  if (!known(types >> 4) || !known(types & 0x0f)) return wrong("unknown element type");
  for (std::uint64_t i = 0; i < count; ++i) {
    TRY(skip(static_cast<ThriftType>(types >> 4), true));
    TRY(skip(static_cast<ThriftType>(types & 0x0f), true));
  }
  return {};
}

Result<void> ThriftReader::skip(ThriftType type, bool in_container) {
  switch (type) {
    case ThriftType::kTrue:
    case ThriftType::kFalse:
      return in_container ? pass(1) : Result<void>{};
    case ThriftType::kByte:
      return pass(1);
    case ThriftType::kI16:
    case ThriftType::kI32:
    case ThriftType::kI64: {
      TRY(varint());
      return {};
    }
    case ThriftType::kDouble:
      return pass(8);
    case ThriftType::kUuid:
      return pass(16);
    case ThriftType::kBinary: {
      TRY(binary());
      return {};
    }
    case ThriftType::kStruct:
      return read_struct(*this, [](const ThriftField&) -> Result<bool> { return false; });
    case ThriftType::kList:
    case ThriftType::kSet:
    case ThriftType::kMap:
      break;
    case ThriftType::kStop:
      return wrong("unknown element type");
  }
  TRY(descend());
  if (type == ThriftType::kMap) {
    TRY(skip_map());
  } else {
    TRY_ASSIGN(const ThriftList elements, list());
    for (std::uint32_t i = 0; i < elements.count; ++i) TRY(skip(elements.element, true));
  }
  ascend();
  return {};
}

}  // namespace reconcile::buffer
