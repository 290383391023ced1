// doctor: what is wrong, told apart, with what to do about it.
#include <algorithm>
#include <cstdlib>

#include "reconciler/buffer/folder_reader.h"
#include "reconciler/chain/node/index_signer.h"
#include "reconciler/cli/chains.h"
#include "reconciler/cli/commands.h"
#include "reconciler/cli/doctor.h"
#include "reconciler/cli/site_paths.h"
#include "reconciler/cli/stores.h"
#include "reconciler/cli/system_clock.h"
#include "reconciler/directory/directory_store.h"
#include "reconciler/doctor/examine.h"
#include "reconciler/doctor/render.h"
#include "reconciler/journal/sqlite_journal.h"

namespace reconcile::cli {
namespace {

/// Where the journal cannot be read every file is hashed.
class NoCache final : public HashCache {
  std::optional<Sha256> find_hash(const std::string&, const FileIdentity&) override { return std::nullopt; }
  void remember_hash(const std::string&, const FileIdentity&, const Sha256&) override {}
};

/// The `.env` that belongs to a manifest.
doctor::EnvFile env_file_for(const std::string& source, const Options& options) {
  doctor::EnvFile out;
  for (const char* name : {"PATH", "HOME"})
    if (const char* value = std::getenv(name)) out.git_environment.push_back(std::string(name) + "=" + value);
  const Path beside = Path(source).parent_path() / ".env";
  std::error_code ignored;
  if (!options.env_file.empty())
    out.path = options.env_file;
  else if (std::filesystem::exists(beside, ignored))
    out.path = beside;
  return out;
}

/// One store of whichever kind, as what is looked at wants it.
struct OpenBucket {
  std::unique_ptr<s3::S3Store> s3;
  std::unique_ptr<directory::DirectoryStore> folder;

  doctor::Bucket parts() {
    if (folder) return {folder.get(), folder.get(), folder.get(), nullptr};
    const bool replaces = s3->profile().conditional_replace != s3::Support::kNo;
    return {s3.get(), s3.get(), replaces ? s3.get() : nullptr, &s3->session()};
  }
};

Result<OpenBucket> open_bucket(const Publication& publication) {
  OpenBucket out;
  if (publication.desired.bucket.provider == Provider::kDirectory) {
    out.folder = open_directory_store(publication.desired.bucket);
    return out;
  }
  // Who waits at a terminal wants to hear of a fault soon; a second attempt tells a hiccup from one.
  TRY_ASSIGN(out.s3, open_s3_store(publication, nullptr, {.attempts = 2}));
  return out;
}

template <class T>
Result<T*> borrowed(const Result<std::unique_ptr<T>>& owned) {
  if (!owned) return fail(owned.error());
  return owned->get();
}

Result<std::unique_ptr<ChainReader>> open_chain_of(const Publication& publication, const Options& options) {
  if (strategy_of(publication.desired) == Strategy::kNone) return std::unique_ptr<ChainReader>();
  return open_chain_reader(*publication.desired.commitment, genesis_path(publication.desired, options));
}

}  // namespace

doctor::Report examine(const Publication& publication, const manifest::Manifests& manifests,
                       const Options& options) {
  const Desired& desired = publication.desired;
  SystemClock clock;
  NoCache no_cache;
  chain::AddressChecker checker;
  Result<OpenBucket> bucket = open_bucket(publication);
  const Result<std::unique_ptr<PublicReader>> readers = open_public_reader(desired.bucket);
  const Result<std::unique_ptr<ChainReader>> chain = open_chain_of(publication, options);
  const Path journal_file = journal_path(desired, options);
  const Result<std::unique_ptr<JournalReader>> journal = journal::open_journal_read_only(journal_file);
  HashCache& cache = journal ? static_cast<HashCache&>(**journal) : no_cache;
  buffer::FolderReader buffer(buffer_options(desired, options), cache);
  const bool commits = strategy_of(desired) != Strategy::kNone;
  const bool has_keys = commits && desired.commitment->network != Network::kLedger;

  doctor::Subject subject{.desired = desired,
                          .env_file = env_file_for(desired.source, options),
                          .journal_file = journal_file,
                          .location = location_of(desired.bucket),
                          .bucket = bucket ? Result<doctor::Bucket>(bucket->parts())
                                           : Result<doctor::Bucket>(fail(bucket.error())),
                          .readers = borrowed(readers),
                          .account = commits ? account_of(*desired.commitment) : Result<Account>(Account{}),
                          .chain = borrowed(chain),
                          .checker = has_keys ? &checker : nullptr,
                          .buffer = buffer,
                          .journal = borrowed(journal),
                          .clock = clock};
  std::copy_if(manifests.warnings.begin(), manifests.warnings.end(), std::back_inserter(subject.warnings),
               [&](const manifest::Diagnostic& warning) { return warning.position.file == desired.source; });
  if (has_keys) {
    subject.endpoints = endpoints_of(*desired.commitment);
    subject.key_file = key_file_of(desired.commitment->wallet);
  }
  return doctor::examine(subject);
}

ExitCode doctor_command(const Options& options, const manifest::Manifests& manifests,
                        const std::vector<Publication>& publications, Console& console) {
  std::vector<doctor::Report> reports;
  for (const Publication& publication : publications) {
    if (stop_signal() != 0) return static_cast<ExitCode>(128 + stop_signal());
    reports.push_back(examine(publication, manifests, options));
  }
  if (!manifests.ok()) {
    const std::string& source = options.files.front();
    const bool is_folder = std::filesystem::is_directory(source);
    reports.push_back(doctor::examine_invalid(
        manifests, env_file_for(is_folder ? source + "/manifest" : source, options), SystemClock().now()));
  }
  if (options.output == Output::kJson)
    console.out(doctor::render_json(reports));
  else
    console.out(doctor::render_text(reports, {.color = console.color_out(),
                                              .width = static_cast<std::size_t>(console.width()),
                                              .show_all = options.show_all}));
  return doctor::worst(reports) == doctor::Verdict::kFail ? kError : kOk;
}

}  // namespace reconcile::cli
