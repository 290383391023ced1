#include "reconciler/manifest/check.h"

#include <algorithm>

namespace reconcile::manifest {

Findings check(const Desired& desired, const Source& source) {
  Notes notes(desired, &source);
  check_bucket(desired, notes);
  check_lifecycle(desired, notes);
  check_publishing(desired, notes);
  check_commitment(desired, notes);
  return std::move(notes.findings);
}

void Notes::error(const std::string& address, std::string cause, std::string remedy) {
  findings.errors.push_back(at(address, std::move(cause), std::move(remedy)));
}

void Notes::warning(const std::string& address, std::string cause, std::string remedy) {
  findings.warnings.push_back(at(address, std::move(cause), std::move(remedy)));
}

Diagnostic Notes::at(const std::string& address, std::string cause, std::string remedy) const {
  Diagnostic out{{desired_.source, 0, 0}, address, std::move(cause), std::move(remedy), {}};
  for (std::string near = address; !near.empty();) {
    if (const auto found = desired_.positions.find(near); found != desired_.positions.end()) {
      out.position = found->second;
      break;
    }
    const std::size_t cut = near.find_last_of(".[");
    near.resize(cut == std::string::npos ? 0 : cut);
  }
  if (source_ && out.position.line > 0) out.excerpt = source_->excerpt(out.position);
  return out;
}

}  // namespace reconcile::manifest
