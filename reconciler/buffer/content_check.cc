#include "reconciler/buffer/content_check.h"

#include "reconciler/buffer/gzip_check.h"
#include "reconciler/buffer/json_check.h"
#include "reconciler/buffer/names.h"

namespace reconcile::buffer {

std::unique_ptr<ContentCheck> content_check_for(std::string_view name) {
  switch (container_of(name)) {
    case Container::kGzip:
      return std::make_unique<GzipCheck>(holds_json_lines(name) ? std::make_unique<JsonLinesCheck>()
                                                                : nullptr);
    case Container::kJson:
      return std::make_unique<JsonCheck>();
    case Container::kJsonLines:
      return std::make_unique<JsonLinesCheck>();
    case Container::kParquet:
    case Container::kOther:
      break;
  }
  return nullptr;
}

tl::unexpected<Error> damaged(std::string cause) {
  return fail(Fault::kCorrupt, std::move(cause), "write the file again; the writer was probably interrupted");
}

}  // namespace reconcile::buffer
