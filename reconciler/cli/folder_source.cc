#include "reconciler/cli/folder_source.h"

#include <cerrno>
#include <sys/stat.h>

#include "reconciler/directory/folder.h"

namespace reconcile::cli {
namespace {

using verify::BodyHead;
using verify::Judged;
using verify::Judgement;

/// A folder has no way that could fail between it and the reader, but it may not be mounted or not readable.
Judgement of_folder_error(const std::string& url, const Error& error) {
  if (error.fault == Fault::kNotFound)
    return verify::publishers_fault(url + ": not there", "publish it again");
  if (error.fault == Fault::kInvalidInput) return verify::publishers_fault(error.cause, error.remedy);
  return verify::not_judged(verify::Blame::kReader, error.cause, error.remedy);
}

BodyHead head_of(int file) {
  BodyHead out;
  struct stat status {};
  if (::fstat(file, &status) != 0) return out;
  out.length = Bytes(static_cast<std::uint64_t>(status.st_size));
  out.modified = Instant(Seconds(status.st_mtim.tv_sec));
  return out;
}

}  // namespace

Judged<BodyHead> FolderSource::fetch(const std::string& url, const verify::BodySink& sink) {
  if (!url.starts_with("file://")) return others_->fetch(url, sink);
  const Result<Descriptor> file = folder_.open(url);
  if (!file) return verify::refuse(of_folder_error(url, file.error()));
  const BodyHead head = head_of(file->get());
  std::optional<Judgement> stopped;
  const Result<void> read = directory::read_chunks(file->get(), url, [&](std::string_view piece) {
    stopped = sink(head, piece);
    return !stopped;
  });
  if (stopped) {
    stopped->cause = url + ": " + stopped->cause;
    return verify::refuse(*std::move(stopped));
  }
  if (!read) return verify::refuse(of_folder_error(url, read.error()));
  return head;
}

}  // namespace reconcile::cli
