// import: a manifest for what is there already. Reads only, and proves what it promises: the manifest that it
// prints was planned, and its plan was empty.

#include <filesystem>

#include "reconciler/cli/commands.h"
#include "reconciler/cli/import_story.h"
#include "reconciler/cli/import_wish.h"
#include "reconciler/cli/system_clock.h"

namespace reconcile::cli {
namespace {

/// As if it stood in this folder: what `> manifest.yaml` will make of it.
constexpr const char* kFileName = "manifest.yaml";

Result<manifest::Environment> environment_of(const Options& options) {
  const manifest::Environment process = manifest::Environment::of_process();
  const Path file = options.env_file.empty() ? Path(".env") : options.env_file;
  Result<manifest::Environment> read = manifest::read_env_file(file);
  if (read) return process.with(*read);
  if (options.env_file.empty() && read.error().fault == Fault::kNotFound) return process;
  return fail(read.error());
}

Result<Publication> publication_of(const std::string& text, const manifest::Environment& environment) {
  const std::string file = (std::filesystem::current_path() / kFileName).string();
  const manifest::Manifests read = manifest::read_text(text, file, manifest::Syntax::kYaml, environment);
  if (!read.ok()) return fail(manifest::error_of(read.errors));
  const Desired& desired = read.publications.at(0);
  return Publication{desired, read.environments.at(desired.name)};
}

/// What `wish` says, with the key's place spelled out: enough to look around with.
Publication looking(const Desired& wish, const manifest::Environment& environment) {
  Publication out{wish, std::make_shared<const manifest::Environment>(environment)};
  if (out.desired.commitment && out.desired.commitment->wallet.path.empty())
    if (const Secret* home = environment.find("HOME"))
      out.desired.commitment->wallet.path = Path(std::string(home->expose())) / ".bittensor" / "wallets";
  return out;
}

/// The first draft whose plan is empty.
Result<Import> choose(const Desired& wish, const Survey& found, const manifest::Environment& environment,
                      const Options& options) {
  const Instant now = SystemClock().now();
  std::optional<Error> missed;
  for (const Draft& draft : drafts_of(wish, found)) {
    const std::string bare = manifest::write_yaml(draft.desired, {});
    const Result<Publication> publication = publication_of(bare, environment);
    const Result<PlanResult> planned = publication ? first_plan(*publication, found, options)
                                                   : Result<PlanResult>(fail(publication.error()));
    const std::optional<Error> why = planned ? first_wish_of(planned->plan) : std::optional(planned.error());
    if (why) {
      // A commitment that reads like this way's is why: those of the other ways say only that it is not
      // theirs.
      const bool telling = planned && std::holds_alternative<OwnCommitment>(planned->observed.commitment);
      if (!missed || (telling && draft.as_wished)) missed = why;
      continue;
    }
    Import out{draft, "", planned->observed, std::nullopt, false};
    if (!draft.as_wished) out.missed = missed;
    std::error_code unknown;
    out.buffer_is_there = std::filesystem::is_directory(publication->desired.buffer.path, unknown);
    out.manifest =
        manifest::write_yaml(draft.desired, comments_on(draft, found, out.observed, out.missed, now));
    return out;
  }
  return fail(within("no manifest was found whose first plan is empty", *missed));
}

Result<std::string> run(const Options& options, Console& console) {
  TRY_ASSIGN(const manifest::Environment environment, environment_of(options));
  TRY_ASSIGN(const Desired wish, wish_of(options.importing, environment));
  TRY_ASSIGN(const Survey found, survey(looking(wish, environment), options.importing.prefix));
  TRY_ASSIGN(const Import chosen, choose(wish, found, environment, options));
  for (const std::string& remark : remarks_on(chosen, found)) console.say("info", remark);
  return options.output == Output::kJson ? import_json(chosen, found) : chosen.manifest;
}

}  // namespace

ExitCode import_command(const Options& options, Console& console) {
  const Result<std::string> text = run(options, console);
  if (!text) {
    console.error(text.error());
    return kError;
  }
  console.out(*text);
  return kOk;
}

}  // namespace reconcile::cli
