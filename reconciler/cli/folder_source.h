#pragma once
// A bucket that is a folder without a web server, read as a reader reads: file:// addresses below it.

#include <memory>

#include "reconciler/directory/public_reader.h"
#include "reconciler/verify/source.h"

namespace reconcile::cli {

/// Addresses other than file:// go to `others`.
class FolderSource final : public verify::Source {
 public:
  FolderSource(Path bucket, std::unique_ptr<verify::Source> others)
      : folder_(std::move(bucket)), others_(std::move(others)) {}
  verify::Judged<verify::BodyHead> fetch(const std::string& url, const verify::BodySink& sink) override;

 private:
  directory::FilePublicReader folder_;
  std::unique_ptr<verify::Source> others_;
};

}  // namespace reconcile::cli
