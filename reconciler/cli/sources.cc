#include "reconciler/cli/sources.h"

#include <array>

#include "reconciler/cli/system_clock.h"
#include "reconciler/source/git_source.h"

namespace reconcile::cli {
namespace {

/// What git needs to find its programs, a proxy and ssh's agent. Everything else stays here, above all what
/// begins with GIT_.
constexpr std::array kHandedOn{"PATH",     "TMPDIR",        "https_proxy", "HTTPS_PROXY", "no_proxy",
                               "NO_PROXY", "SSH_AUTH_SOCK", "all_proxy",   "ALL_PROXY"};

Result<std::optional<Secret>> token_of(const manifest::Environment& environment) {
  SecretRef reference;
  if (environment.find("RECONCILE_SOURCE_TOKEN") != nullptr) {
    reference = {SecretRef::Source::kEnvironment, "RECONCILE_SOURCE_TOKEN"};
  } else if (const Secret* file = environment.find("RECONCILE_SOURCE_TOKEN_FILE")) {
    reference = {SecretRef::Source::kFile, std::string(file->expose())};
  } else {
    return std::optional<Secret>();
  }
  TRY_ASSIGN(Secret token, manifest::resolve(reference, environment));
  // It becomes part of a header.
  for (const char c : token.expose())
    if (c < 0x21 || c > 0x7e)
      return fail(Fault::kInvalidInput, "the source's token holds more than printable ASCII",
                  "a token is one word on one line");
  return std::optional<Secret>(std::move(token));
}

Result<source::Access> access_of(const Options& options) {
  const manifest::Environment environment = manifest::Environment::of_process();
  source::Access out;
  for (const char* name : kHandedOn)
    if (const Secret* value = environment.find(name))
      out.environment.push_back(std::string(name) + "=" + std::string(value->expose()));
  TRY_ASSIGN(out.token, token_of(environment));
  if (const Secret* user = environment.find("RECONCILE_SOURCE_USER")) out.user = user->expose();
  if (const Secret* file = environment.find("RECONCILE_SOURCE_CA_FILE")) out.ca_file = file->expose();
  out.signers = options.require_signature;
  out.cancelled = [] { return stop_signal() != 0; };
  return out;
}

/// Reads and loads; an invalid manifest is no error here.
Result<Sourced> load_at(ManifestSource& source, const Revision& revision, const Options& options) {
  Sourced out{revision, {}, {}, {}};
  TRY_ASSIGN(out.texts, source.read(revision));
  out.manifests = load_sourced(out.texts, revision, options);
  return out;
}

Result<Sourced> newest(ManifestSource& source, const Options& options) {
  TRY_ASSIGN(const Revision revision, source.newest());
  return load_at(source, revision, options);
}

/// The source said nothing of its newest commit.
bool is_away(Fault fault) {
  return fault == Fault::kTransient || fault == Fault::kAuth || fault == Fault::kNotFound;
}

}  // namespace

Result<std::unique_ptr<ManifestSource>> open_source(const Options& options) {
  source::GitSourceOptions out;
  TRY_ASSIGN(out.address, source::parse_address(options.source));
  TRY_ASSIGN(out.access, access_of(options));
  out.state = std::filesystem::absolute(options.state_dir);
  out.allow_rollback = options.allowances.allows("rollback");
  out.looks_only = options.plan;
  return source::open_git_source(out);
}

manifest::Manifests load_sourced(const Texts& texts, const Revision& revision, const Options& options) {
  manifest::LoadOptions load{manifest::Environment::of_process(), std::nullopt};
  if (!options.env_file.empty()) load.env_file = options.env_file;
  manifest::Manifests out = manifest::load_texts(texts, load);
  for (Desired& desired : out.publications) desired.revision = revision;
  return out;
}

Result<Sourced> begin_with(ManifestSource& source, const Options& options, bool keep_going) {
  Result<Sourced> first = newest(source, options);
  if (first && (first->manifests.ok() || !keep_going)) return first;
  const Error error = first ? within("commit " + first->revision.commit.substr(0, 12),
                                     manifest::error_of(first->manifests.errors))
                            : first.error();
  if (!keep_going && (options.plan || !is_away(error.fault))) return first;
  const Result<Revision> kept = source.taken_up();
  Result<Sourced> out = kept ? load_at(source, *kept, options) : Result<Sourced>(fail(kept.error()));
  if (!out || !out->manifests.ok()) return first;
  out->newer = error;
  return out;
}

}  // namespace reconcile::cli
