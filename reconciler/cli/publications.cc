#include "reconciler/cli/publications.h"

#include <algorithm>
#include <set>

namespace reconcile::cli {

manifest::Manifests load_manifests(const Options& options) {
  manifest::LoadOptions load{manifest::Environment::of_process(), std::nullopt};
  if (!options.env_file.empty()) load.env_file = options.env_file;
  return manifest::load(std::vector<Path>(options.files.begin(), options.files.end()), load);
}

Result<std::vector<Publication>> publications_of(const manifest::Manifests& manifests,
                                                 const Options& options) {
  std::vector<Publication> out;
  for (const Desired& desired : manifests.publications)
    out.push_back({desired, manifests.environments.at(desired.name)});
  const auto is_named = [](const std::string& target) {
    return [&target](const Publication& p) { return p.desired.name == target; };
  };
  for (const std::string& target : options.targets)
    if (std::none_of(out.begin(), out.end(), is_named(target)))
      return fail(Fault::kInvalidInput, "--target " + target + ": no publication has this name",
                  "see metadata.name in the manifests");
  if (!options.targets.empty())
    std::erase_if(out, [&](const Publication& p) {
      return std::find(options.targets.begin(), options.targets.end(), p.desired.name) ==
             options.targets.end();
    });
  if (out.empty()) return fail(Fault::kInvalidInput, "no publication to work on", "check -f and --target");
  return out;
}

std::vector<Path> files_to_watch(const manifest::Manifests& manifests, const Options& options) {
  std::set<Path> out(manifests.files.begin(), manifests.files.end());
  out.insert(options.files.begin(), options.files.end());
  if (!options.env_file.empty()) out.insert(options.env_file);
  std::set<Path> beside;
  for (const Path& file : out)
    if (file.filename() != ".env") beside.insert(file.parent_path() / ".env");
  for (const std::string& named : options.files) beside.insert(Path(named) / ".env");
  out.insert(beside.begin(), beside.end());
  return {out.begin(), out.end()};
}

}  // namespace reconcile::cli
