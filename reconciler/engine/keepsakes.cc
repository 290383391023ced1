#include "reconciler/engine/keepsakes.h"

#include <algorithm>

namespace reconcile {
namespace {

void mark_the_buffer(const Desired& desired, const Observed& observed, WritePorts& ports) {
  const BufferScan* scan = if_complete(observed.buffer);
  if (!scan || !observed.journal.known) return;
  // A folder that cannot be marked (read-only, full) is only not told apart from another one.
  if (!scan->marked && !ports.buffer.mark()) return;
  const std::string path = desired.buffer.path.string();
  if (observed.journal.marked_buffers.contains(path)) return;
  if (const Result<void> kept = ports.journal.marked_buffer(observed.bucket_location, path); !kept)
    ports.events.emit({Event::Kind::kWarning, "journal", kept.error().cause, 0, 0});
}

void keep_protection(const Desired& desired, const Observed& observed, WritePorts& ports) {
  if (!observed.journal.known) return;  // what it would replace is unknown
  std::set<std::string> all = observed.journal.protect;
  all.insert(desired.protect.begin(), desired.protect.end());
  if (all == observed.journal.protect && observed.journal.given_up.empty()) return;
  if (const Result<void> kept = ports.journal.protect(observed.bucket_location, all); !kept)
    ports.events.emit({Event::Kind::kWarning, "journal", kept.error().cause, 0, 0});
}

}  // namespace

void doubt_an_empty_buffer(const Desired& desired, Observed& observed) {
  const BufferScan* scan = if_complete(observed.buffer);
  const std::string path = desired.buffer.path.string();
  if (!scan || scan->marked || !scan->files.empty() || !observed.journal.marked_buffers.contains(path))
    return;
  observed.buffer = Unreadable{
      {Fault::kNotFound, path + " is empty and does not bear the mark that an earlier pass left in it",
       "mount its disk; if the folder was made anew on purpose, it is taken up with its first file"}};
}

void give_up_protection(const Allowances& allowances, Observed& observed) {
  if (allowances.allows("unprotect")) std::swap(observed.journal.protect, observed.journal.given_up);
}

void keep_for_later(const Desired& desired, const Observed& observed, WritePorts& ports) {
  mark_the_buffer(desired, observed, ports);
  keep_protection(desired, observed, ports);
}

}  // namespace reconcile
