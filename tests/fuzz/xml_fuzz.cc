// Every reader of an S3 answer, on any bytes: no crash, and what a lifecycle reader accepts it can write
// back.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "reconciler/s3/lifecycle_xml.h"
#include "reconciler/s3/xml.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reconcile;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto page = s3::read_list(text); page && page->truncated && page->next_token.empty())
    std::abort();
  (void)s3::read_error(text);
  (void)s3::read_upload_id(text);
  (void)s3::read_complete(text);
  (void)s3::read_copy(text);
  (void)s3::read_parts(text);
  (void)s3::read_uploads(text);
  (void)s3::read_delete(text);
  for (const bool twins : {false, true}) {
    const auto rules = s3::read_lifecycle(text, {.marker_twins = twins});
    if (!rules || rules->rules.size() > s3::kLifecycleRulesMax) continue;
    const auto written = s3::write_lifecycle(*rules);
    if (!written) std::abort();  // a rule that was read is never lost
    const auto again = s3::read_lifecycle(*written, {.marker_twins = twins});
    if (!again || *again != *rules) std::abort();
  }
  return 0;
}
