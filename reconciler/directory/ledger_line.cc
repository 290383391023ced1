#include "reconciler/directory/ledger_line.h"

#include <nlohmann/json.hpp>

#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"

namespace reconcile::directory {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kFieldsMax = 16;  // more than any writer makes; an edited file is still bounded

tl::unexpected<Error> corrupt(const std::string& why) {
  return fail(Fault::kCorrupt, why, "restore the ledger from a backup; it is append-only, never edited");
}

Result<StoredField> field_from(const Json& json) {
  StoredField field;
  field.variant = json.at("kind").get<std::string>();
  TRY_ASSIGN(field.bytes, from_hex(json.at("hex").get<std::string>()));
  return field;
}

}  // namespace

Result<std::string> print_line(const LedgerRecord& record) try {
  if (record.account.hotkey.empty() || record.account.hotkey.size() > kHotkeyBytesMax)
    return fail(Fault::kInvalidInput,
                "a hotkey of " + std::to_string(record.account.hotkey.size()) + " bytes",
                "use 1 to 256 bytes");
  Json fields = Json::array();
  for (const StoredField& field : record.fields)
    fields.push_back({{"kind", field.variant}, {"hex", to_hex(ByteView(field.bytes))}});
  const Json json = {{"block", record.block},
                     {"time", print_time(record.time)},
                     {"netuid", record.account.netuid},
                     {"hotkey", record.account.hotkey},
                     {"fields", std::move(fields)}};
  return json.dump() + "\n";
} catch (const Json::exception&) {  // dump refuses what is not UTF-8
  return fail(Fault::kInvalidInput, "a hotkey that is not UTF-8", "use text");
}

Result<LedgerRecord> parse_line(std::string_view line) try {
  const Json json = Json::parse(line);
  LedgerRecord record;
  const Json& block = json.at("block");
  const Json& netuid = json.at("netuid");
  if (!block.is_number_unsigned() || !netuid.is_number_unsigned() || netuid.get<std::uint64_t>() > 0xffff)
    return corrupt("block or netuid is not a number in range");
  record.block = block.get<std::uint64_t>();
  record.account.netuid = netuid.get<std::uint16_t>();
  record.account.hotkey = json.at("hotkey").get<std::string>();
  const Result<Instant> time = parse_time(json.at("time").get<std::string>());
  if (!time) return corrupt(time.error().cause);
  record.time = *time;
  const Json& fields = json.at("fields");
  if (!fields.is_array() || fields.size() > kFieldsMax) return corrupt("`fields` is not a short list");
  for (const Json& member : fields) {
    Result<StoredField> field = field_from(member);
    if (!field) return corrupt(field.error().cause);
    record.fields.push_back(*std::move(field));
  }
  return record;
} catch (const Json::exception& error) {
  return corrupt(error.what());
}

}  // namespace reconcile::directory
