#include "reconciler/cli/site_paths.h"

#include <filesystem>

namespace reconcile::cli {
namespace {

Path state_folder(const Desired& desired, const Options& options) {
  if (!options.state_dir.empty()) return std::filesystem::absolute(options.state_dir);
  return std::filesystem::absolute(desired.source).parent_path() / ".reconcile";
}

}  // namespace

buffer::BufferOptions buffer_options(const Desired& desired, const Options& options) {
  return {.path = desired.buffer.path,
          .include = desired.buffer.include,
          .compress = desired.buffer.compress,
          .settle = desired.buffer.settle,
          .staging = state_folder(desired, options) / "staging" / desired.name};
}

Path journal_path(const Desired& desired, const Options& options) {
  return state_folder(desired, options) / (desired.name + ".db");
}

Path genesis_path(const Desired& desired, const Options& options) {
  return state_folder(desired, options) / (desired.name + ".genesis");
}

}  // namespace reconcile::cli
