#pragma once
// One line of the ledger file. Pure.

#include <string>
#include <string_view>

#include "reconciler/base/result.h"
#include "reconciler/model/commitment.h"

namespace reconcile::directory {

struct LedgerRecord {
  std::uint64_t block = 0;  ///< the number of its line, from 1
  Instant time;
  Account account;
  std::vector<StoredField> fields;
  friend bool operator==(const LedgerRecord&, const LedgerRecord&) = default;
};

/// Three fields of 128 bytes in hex and a hotkey of 256 bytes, each escaped, stay well below.
inline constexpr std::size_t kLineBytesMax = 8192;
inline constexpr std::size_t kHotkeyBytesMax = 256;

/// With its newline. kInvalidInput: a hotkey that is empty, too long or not UTF-8.
Result<std::string> print_line(const LedgerRecord& record);
/// Without the newline. kCorrupt says what is wrong.
Result<LedgerRecord> parse_line(std::string_view line);

}  // namespace reconcile::directory
