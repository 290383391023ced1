#include <algorithm>
#include <filesystem>
#include <tuple>

#include <fmt/core.h>

#include "reconciler/manifest/check.h"
#include "reconciler/manifest/interpolate.h"
#include "reconciler/manifest/manifest.h"
#include "reconciler/manifest/reader.h"

namespace reconcile::manifest {
namespace {

constexpr std::size_t kFilesMax = 10'000;
constexpr std::size_t kPublicationsMax = 10'000;

/// An error about a file as a whole.
Diagnostic about(const std::string& file, const Error& error) {
  return {{file, 0, 0}, {}, error.cause, error.remedy, {}};
}

class Loader {
 public:
  explicit Loader(const LoadOptions& options) : options_(options) {}

  Manifests load(const std::vector<Path>& paths) {
    const std::shared_ptr<const Environment> given = given_environment();
    if (paths.empty())
      out_.errors.push_back(about("", {Fault::kInvalidInput, "no manifest was named", "name one with -f"}));
    for (const Path& path : paths)
      for (const Path& file : expanded(path)) read_file_at(file, given);
    return finish();
  }

  Manifests load(const std::map<std::string, std::string>& texts) {
    std::shared_ptr<const Environment> given = given_environment();
    if (!given) given = std::make_shared<const Environment>(options_.environment);
    for (const auto& [name, text] : texts) {
      const auto syntax = syntax_of(name);
      if (syntax)
        documents(Source(name, text), *syntax, given);
      else
        out_.errors.push_back(about(name, syntax.error()));
    }
    return finish();
  }

  Manifests read(const std::string& text, const std::string& file, Syntax syntax) {
    documents(Source(file, text), syntax, std::make_shared<const Environment>(options_.environment));
    return finish();
  }

 private:
  /// With --env-file: what every manifest is read with. Else nothing.
  std::shared_ptr<const Environment> given_environment() {
    return options_.env_file ? with_env_file(*options_.env_file) : nullptr;
  }

  /// The files of a folder by name, or the file itself.
  std::vector<Path> expanded(const Path& path) {
    std::error_code error;
    if (!std::filesystem::is_directory(path, error)) return {path};
    std::vector<Path> out;
    std::filesystem::directory_iterator entries(path, error);
    for (; !error && entries != std::filesystem::directory_iterator(); entries.increment(error)) {
      const Path& file = entries->path();
      const bool hidden = file.filename().string().starts_with('.');
      if (!hidden && syntax_of(file) && !std::filesystem::is_directory(file)) out.push_back(file);
    }
    if (error)
      out_.errors.push_back(about(path.string(), error_from_errno("cannot list the folder", error.value())));
    else if (out.empty())
      out_.errors.push_back(about(path.string(), {Fault::kInvalidInput, "holds no *.yaml, *.yml or *.toml",
                                                  "folders below it are not looked into; name them too"}));
    std::sort(out.begin(), out.end());
    if (out.size() > kFilesMax) {
      out_.errors.push_back(
          about(path.string(), {Fault::kInvalidInput, "holds more than 10,000 manifests", "split it"}));
      out.clear();
    }
    return out;
  }

  std::shared_ptr<const Environment> with_env_file(const Path& file) {
    out_.files.push_back(file);
    auto variables = read_env_file(file);
    if (!variables) {
      out_.errors.push_back(about(file.string(), variables.error()));
      return std::make_shared<const Environment>(options_.environment);
    }
    return std::make_shared<const Environment>(options_.environment.with(*variables));
  }

  /// The process's variables, and those of the `.env` in this folder; one copy a folder.
  std::shared_ptr<const Environment> environment_in(const Path& folder) {
    std::shared_ptr<const Environment>& known = by_folder_[folder];
    std::error_code error;
    if (known) return known;
    if (std::filesystem::exists(folder / ".env", error))
      known = with_env_file(folder / ".env");
    else
      known = std::make_shared<const Environment>(options_.environment);
    return known;
  }

  void read_file_at(const Path& file, const std::shared_ptr<const Environment>& given) {
    out_.files.push_back(file);
    const auto syntax = syntax_of(file);
    if (!syntax) return out_.errors.push_back(about(file.string(), syntax.error()));
    auto text = read_file(file, Bytes(kManifestBytesMax));
    if (!text) return out_.errors.push_back(about(file.string(), text.error()));
    documents(Source(file.string(), *std::move(text)), *syntax,
              given ? given : environment_in(folder_of(file)));
  }

  static Path folder_of(const Path& file) {
    std::error_code error;
    const Path absolute = std::filesystem::absolute(file, error);
    return (error ? file : absolute).lexically_normal().parent_path();
  }

  void documents(const Source& source, Syntax syntax, const std::shared_ptr<const Environment>& environment) {
    Documents read = read_documents(source, syntax);
    out_.errors.insert(out_.errors.end(), read.errors.begin(), read.errors.end());
    const Secret* home = environment->find("HOME");
    const Places places{folder_of(source.file), home ? Path(std::string(home->expose())) : Path()};
    for (Node& document : read.documents) {
      if (out_.errors.size() > kErrorsMax) return;
      std::vector<Diagnostic> errors;
      interpolate(document, source, *environment, out_.variables, errors);
      const bool complete = errors.empty();
      Reading reading = read_document(document, source, places);
      // Where a variable is missing the value is wrong too: said once.
      for (Diagnostic& error : reading.errors)
        if (std::none_of(errors.begin(), errors.end(),
                         [&](const Diagnostic& e) { return e.position == error.position; }))
          errors.push_back(std::move(error));
      if (complete && errors.empty()) {
        Findings findings = check(reading.desired, source);
        errors = std::move(findings.errors);
        out_.warnings.insert(out_.warnings.end(), findings.warnings.begin(), findings.warnings.end());
      }
      out_.errors.insert(out_.errors.end(), errors.begin(), errors.end());
      if (!errors.empty()) continue;
      out_.environments.emplace(reading.desired.name, environment);
      out_.publications.push_back(std::move(reading.desired));
    }
  }

  Manifests finish() {
    if (out_.publications.size() > kPublicationsMax)
      out_.errors.push_back(
          about("", {Fault::kInvalidInput, "more than 10,000 publications", "use several processes"}));
    else
      for (Diagnostic& error : check_together(out_.publications)) out_.errors.push_back(std::move(error));
    const auto by_place = [](const Diagnostic& a, const Diagnostic& b) {
      return std::tie(a.position.file, a.position.line, a.position.column) <
             std::tie(b.position.file, b.position.line, b.position.column);
    };
    std::stable_sort(out_.errors.begin(), out_.errors.end(), by_place);
    std::stable_sort(out_.warnings.begin(), out_.warnings.end(), by_place);
    if (out_.errors.size() > kErrorsMax) {
      out_.errors.resize(kErrorsMax);
      out_.errors.push_back(about("", {Fault::kInvalidInput, "more errors follow", "mend these first"}));
    }
    if (!out_.errors.empty()) out_.publications.clear();
    return std::move(out_);
  }

  const LoadOptions& options_;
  Manifests out_;
  std::map<Path, std::shared_ptr<const Environment>> by_folder_;
};

}  // namespace

Manifests load(const std::vector<Path>& paths, const LoadOptions& options) {
  return Loader(options).load(paths);
}

Manifests load_texts(const std::map<std::string, std::string>& texts, const LoadOptions& options) {
  return Loader(options).load(texts);
}

Manifests read_text(std::string text, const std::string& file, Syntax syntax,
                    const Environment& environment) {
  const LoadOptions options{environment, std::nullopt};
  return Loader(options).read(text, file, syntax);
}

}  // namespace reconcile::manifest
