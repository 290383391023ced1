// init: a new publication's files, all of them or none, and never over a file that is there.

#include <filesystem>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/units.h"
#include "reconciler/cli/commands.h"
#include "reconciler/cli/doctor.h"
#include "reconciler/cli/gitignore.h"
#include "reconciler/cli/init_files.h"
#include "reconciler/cli/init_questions.h"
#include "reconciler/cli/password_prompt.h"
#include "reconciler/cli/provider_table.h"
#include "reconciler/cli/publications.h"
#include "reconciler/cli/system_clock.h"
#include "reconciler/doctor/render.h"
#include "reconciler/model/plan_json.h"
#include "reconciler/report/display.h"

namespace reconcile::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kGitignore = ".gitignore";
constexpr Bytes kGitignoreBytesMax{1 << 20};

struct Written {
  std::vector<NewFile> files;
  std::vector<Path> folders;  ///< that were made
  std::vector<std::string> remarks;
};

/// Options that name the new publication for other commands, as they are typed.
std::string typed_options(const NewPublication& made) {
  const std::string env_file =
      made.beside || made.env_file.empty() ? "" : " --env-file " + made.env_file.string();
  return "-f " + made.manifest.string() + env_file;
}

Result<void> refuse_what_is_there(const std::vector<Path>& paths) {
  std::string names;
  for (const Path& path : taken_of(paths)) names += (names.empty() ? "" : ", ") + path.string();
  if (names.empty()) return {};
  return fail(
      Fault::kConflict, "there already: " + names,
      "nothing was written, and nothing is ever written over: begin in another folder, or move it away");
}

/// Paths that do not depend on any answer.
std::vector<Path> known_beforehand(const InitOptions& init) {
  if (init.ops_repo) return {".env.example"};
  return {init.manifest.empty() ? Path("manifest.yaml") : Path(init.manifest)};
}

/// True: there is one, and it is left alone. kConflict: it would let git take the secrets.
Result<bool> look_at_gitignore(bool has_secrets) {
  if (taken_of({kGitignore}).empty()) return false;
  if (!has_secrets) return true;
  TRY_ASSIGN(const std::string text, read_file(kGitignore, kGitignoreBytesMax));
  if (ignores_env(text)) return true;
  return fail(Fault::kConflict, ".gitignore is there already, and has no line that keeps .env out of git",
              "nothing was written; add the line .env to it, at its end, and run this again");
}

/// Values for the variables that nobody set, typed without echo. An empty answer leaves it empty.
Result<std::map<std::string, Secret>> ask_for_secrets(const std::vector<std::string>& variables,
                                                      const manifest::Environment& environment,
                                                      const Console& console) {
  std::map<std::string, Secret> out;
  if (!console.can_ask() || !can_prompt()) return out;
  for (const std::string& name : variables) {
    const Secret* set = environment.find(name);
    if (set && !set->empty()) continue;
    Result<Secret> typed = prompt_password(name + " (not shown; empty: later, in .env): ");
    if (!typed) return fail(Fault::kCancelled, name + " was not typed", "nothing was written");
    TRY(env_line(name, *typed));
    out.emplace(name, *std::move(typed));
  }
  return out;
}

/// As the next command will read it; nothing is written that is not valid.
Result<void> check_manifest(const NewPublication& made, const NewFile& file,
                            const manifest::Environment& environment) {
  const std::string name = std::filesystem::absolute(made.manifest).lexically_normal().string();
  const manifest::Manifests read =
      manifest::read_text(std::string(file.content.expose()), name, manifest::Syntax::kYaml, environment);
  if (read.ok()) return {};
  Error error = manifest::error_of(read.errors);
  error.remedy += "; nothing was written";
  return fail(std::move(error));
}

Result<Written> write_all(const NewPublication& made, std::vector<NewFile> files) {
  Written out;
  NewFiles making;
  for (const NewFile& file : files) {
    TRY(making.folder(file.path.parent_path()));
    TRY(making.file(file));
  }
  // The first plan is refused without one. Only its last part is made: a disk that is not mounted shows.
  const Path buffer = std::filesystem::absolute(made.desired.buffer.path).lexically_normal();
  std::error_code unknown;
  if (!std::filesystem::is_directory(buffer.parent_path(), unknown))
    return fail(Fault::kNotFound, "there is no folder " + buffer.parent_path().string() + " for the buffer",
                "nothing was written; make it, mount its disk, or correct --buffer");
  TRY(making.folder(made.desired.buffer.path));
  out.folders = making.keep();
  out.files = std::move(files);
  return out;
}

std::vector<std::string> remarks_on(const NewPublication& made, const manifest::Environment& environment,
                                    const std::map<std::string, Secret>& typed) {
  std::vector<std::string> out;
  for (const std::string& name : made.variables) {
    const auto found = typed.find(name);
    if (found != typed.end() && !found->second.empty()) continue;
    const Secret* set = environment.find(name);
    out.push_back(set && !set->empty()
                      ? name + " comes from the environment now, and is empty in .env"
                      : name + " is empty in .env: write it there, or set it in the environment");
  }
  return out;
}

std::vector<std::string> next_steps(const NewPublication& made, bool is_well, bool ops_repo) {
  std::vector<std::string> out;
  if (ops_repo) out.emplace_back("git config core.hooksPath hooks");
  if (!is_well) out.push_back("reconcile doctor " + typed_options(made));
  out.push_back("reconcile --plan " + typed_options(made));
  out.push_back("reconcile " + typed_options(made));
  return out;
}

std::string text_of(const Written& written, const std::string& examined,
                    const std::vector<std::string>& next) {
  std::string out;
  for (const NewFile& file : written.files) {
    const char* note = file.path.filename() == ".env" ? "  (mode 0600, kept out of git)" : "";
    out += fmt::format("wrote {}{}\n", visible(file.path.string()), note);
  }
  for (const Path& folder : written.folders) out += fmt::format("made  {}/\n", visible(folder.string()));
  for (const std::string& remark : written.remarks) out += remark + "\n";
  if (!examined.empty()) out += "\n" + examined;
  out += "\nNext:\n";
  for (const std::string& step : next) out += "  " + visible(step) + "\n";
  return out;
}

std::string json_of(const NewPublication& made, const Written& written, const Json& examined,
                    const std::vector<std::string>& next) {
  Json files = Json::array(), folders = Json::array();
  for (const NewFile& file : written.files)
    files.push_back({{"path", file.path.string()}, {"mode", fmt::format("{:04o}", file.mode)}});
  for (const Path& folder : written.folders) folders.push_back(folder.string());
  const Json out{
      {"schemaVersion", kPlanSchemaVersion}, {"kind", "Init"},     {"publication", made.desired.name},
      {"manifest", made.manifest.string()},  {"files", files},     {"folders", folders},
      {"remarks", written.remarks},          {"doctor", examined}, {"next", next}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// What `doctor` says of the files as they lie there now.
Result<std::vector<doctor::Report>> examine_new(const NewPublication& made, const Options& told) {
  Options options = told;
  options.files = {made.manifest.string()};
  if (!made.beside) options.env_file = made.env_file;
  const manifest::Manifests manifests = load_manifests(options);
  if (!manifests.ok()) return fail(manifest::error_of(manifests.errors));
  TRY_ASSIGN(const std::vector<Publication> publications, publications_of(manifests, options));
  return std::vector<doctor::Report>{examine(publications.front(), manifests, options)};
}

ExitCode tell(const NewPublication& made, const Written& written, const Options& options, Console& console) {
  std::vector<doctor::Report> reports;
  if (!options.init.no_doctor) {
    Result<std::vector<doctor::Report>> examined = examine_new(made, options);
    if (!examined) {
      console.error(examined.error());
      return kError;
    }
    reports = *std::move(examined);
  }
  const bool is_well = doctor::worst(reports) != doctor::Verdict::kFail;
  const std::vector<std::string> next = next_steps(made, is_well, options.init.ops_repo);
  if (options.output == Output::kJson)
    console.out(
        json_of(made, written, reports.empty() ? Json() : Json::parse(doctor::render_json(reports)), next));
  else
    console.out(text_of(
        written,
        reports.empty() ? ""
                        : doctor::render_text(reports, {.color = console.color_out(),
                                                        .width = static_cast<std::size_t>(console.width())}),
        next));
  return is_well ? kOk : kError;
}

Result<ExitCode> run(Options options, Console& console) {
  const manifest::Environment environment = manifest::Environment::of_process();
  TRY(refuse_what_is_there(known_beforehand(options.init)));  // before anybody answers questions for nothing
  if (const std::vector<std::string> missing = missing_of(options, environment); !missing.empty()) {
    if (!console.can_ask()) {
      std::string names;
      for (const std::string& name : missing) names += (names.empty() ? "" : " ") + name;
      console.error({Fault::kInvalidInput, "not told, and there is no terminal to ask on: " + names,
                     "add it; reconcile init --help shows an example"});
      return kUsage;
    }
    TRY(ask_for_missing(options, environment, console));
  }
  TRY_ASSIGN(const NewPublication made, publication_from(options, environment));
  TRY_ASSIGN(const bool has_gitignore, look_at_gitignore(!made.env_file.empty()));
  const Instant now = SystemClock().now();
  std::vector<Path> paths;
  for (const NewFile& file : files_of(made, options, {}, has_gitignore, now)) paths.push_back(file.path);
  TRY(refuse_what_is_there(paths));
  TRY_ASSIGN(const auto secrets, ask_for_secrets(made.variables, environment, console));
  std::vector<NewFile> files = files_of(made, options, secrets, has_gitignore, now);
  if (Result<void> valid = check_manifest(made, files.back(), environment); !valid) {
    console.error(valid.error());
    return kInvalidManifest;
  }
  TRY_ASSIGN(Written written, write_all(made, std::move(files)));
  written.remarks = remarks_on(made, environment, secrets);
  return tell(made, written, options, console);
}

}  // namespace

ExitCode init_command(const Options& options, Console& console) {
  if (options.init.providers) {
    console.out(options.output == Output::kJson ? providers_json() : providers_text());
    return kOk;
  }
  const Result<ExitCode> code = run(options, console);
  if (code) return *code;
  console.error(code.error());
  return stop_signal() != 0 ? static_cast<ExitCode>(128 + stop_signal()) : kError;
}

}  // namespace reconcile::cli
