#include "reconciler/model/desired.h"

#include <algorithm>

namespace reconcile {

std::string place_of(const Desired& desired, const std::string& address) {
  for (std::string at = address; !at.empty();) {
    if (const auto found = desired.positions.find(at); found != desired.positions.end())
      return Path(found->second.file).filename().string() + ":" + std::to_string(found->second.line);
    const std::size_t cut = at.find_last_of(".[");
    if (cut == std::string::npos) break;
    at.resize(cut);
  }
  return Path(desired.source).filename().string();
}

Strategy strategy_of(const Desired& desired) {
  return desired.commitment ? desired.commitment->strategy : Strategy::kNone;
}

bool has_index(const Desired& desired) {
  const Strategy strategy = strategy_of(desired);
  return strategy != Strategy::kNone && strategy != Strategy::kLastFile;
}

const char* default_format(Strategy strategy) {
  const bool bare = strategy == Strategy::kContentAddressed || strategy == Strategy::kTwoField ||
                    strategy == Strategy::kStaticPointer;
  return bare ? "{url}" : "rc1|{sha256:b64url}|{url}";
}

Seconds expiry_margin_of(const Desired& desired) {
  if (desired.bucket.lifecycle.expiry_margin) return *desired.bucket.lifecycle.expiry_margin;
  return std::max<Seconds>(std::chrono::days(1), 3 * desired.upload.cadence);
}

}  // namespace reconcile
