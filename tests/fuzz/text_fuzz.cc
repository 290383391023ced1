// The small readers that manifests, metadata and replies pass through: what they accept, they print back.

#include "fuzz.h"

#include "reconciler/base/bytes.h"
#include "reconciler/base/units.h"

using namespace reconcile;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of_input(data, size);

  if (const auto duration = parse_duration(text)) {
    law(duration->count() >= 0, "a duration is not negative");
    const auto again = parse_duration(print_duration(*duration));
    law(again && *again == *duration, "parse_duration inverts print_duration");
  }
  if (const auto bytes = parse_size(text)) law(!print_size(*bytes).empty(), "every size prints");
  if (const auto time = parse_time(text)) {
    const auto again = parse_time(print_time(*time));
    law(again && *again == *time, "parse_time inverts print_time");
  }
  if (const auto bytes = from_hex(text)) {
    const auto again = from_hex(to_hex(*bytes));
    law(again && *again == *bytes, "from_hex inverts to_hex");
  }
  if (const auto bytes = from_base64(text)) law(to_base64(*bytes) == text, "base64 has one spelling");
  if (const auto bytes = from_base64url(text))
    law(to_base64url(*bytes) == text, "base64url has one spelling");
  if (const auto digest = sha256_from_hex(text)) law(to_hex(*digest).size() == 64, "a digest has 64 digits");
  return 0;
}
