#include "reconciler/engine/sight.h"

#include <set>

namespace reconcile {

Sight sight_of(const Desired& desired, const Observed& observed, const Plan& plan) {
  Sight out;
  if (const ChainView* chain = if_complete(observed.chain)) out.budget = chain->budget;
  const BufferScan* scan = if_any(observed.buffer);
  if (!scan) return out;
  out.buffer_known = if_complete(observed.buffer) != nullptr;
  std::set<std::string> to_upload;
  for (const Step& step : plan.steps)
    if (const auto* upload = std::get_if<UploadFile>(&step.action)) to_upload.insert(upload->name);
  for (const BufferFile& file : scan->files) {
    const bool ready = file.state == BufferFile::State::kReady;
    if (!ready && file.state != BufferFile::State::kWaiting) continue;
    // Kept files stay in the buffer when they are published: only a planned upload tells them apart.
    if (ready && desired.buffer.after_publish == AfterPublish::kKeep && !to_upload.contains(file.name))
      continue;
    ++out.unpublished_files;
    out.unpublished_bytes = out.unpublished_bytes + file.identity.size;
    const Instant modified = modified_at(file);
    if (!out.oldest_unpublished || modified < *out.oldest_unpublished) out.oldest_unpublished = modified;
  }
  return out;
}

}  // namespace reconcile
