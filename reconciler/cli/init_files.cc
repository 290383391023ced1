#include "reconciler/cli/init_files.h"

#include <algorithm>
#include <filesystem>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/cli/import_wish.h"
#include "reconciler/cli/ops_repo_files.h"
#include "reconciler/manifest/write.h"
#include "reconciler/report/display.h"
#include "reconciler/s3/providers.h"

namespace reconcile::cli {
namespace {

constexpr std::size_t kWidth = 100;
constexpr const char* kDataPrefix = "data/";  // what the default key begins with

void say(std::vector<std::string>& out, const std::string& text) {
  for (std::string& line : wrap(visible(text), kWidth)) out.push_back(std::move(line));
}

std::vector<LifecycleRule> rules_of(const Desired& desired, Seconds expire_after) {
  std::vector<LifecycleRule> out;
  if (expire_after > Seconds(0)) out.push_back({"ExpireOldData", kDataPrefix, expire_after, std::nullopt});
  const Provider provider = desired.bucket.provider;
  if (provider != Provider::kDirectory && s3::profile_of(provider).abort_uploads_rule)
    out.push_back({"AbortStaleUploads", "", std::nullopt, std::chrono::days(2)});
  return out;
}

manifest::Comments comments_on(const NewPublication& publication, bool ops_repo, Instant now) {
  const BucketSpec& bucket = publication.desired.bucket;
  manifest::Comments out;
  say(out[""], fmt::format("Written by reconcile init at {}. reconcile schema describes every field.",
                           print_time(now)));
  for (const std::string_view note : s3::profile_of(bucket.provider).notes)
    say(out["spec.bucket"], std::string(note) + ".");
  if (!publication.variables.empty())
    say(out["spec.bucket.credentials"],
        ops_repo ? "The names that the workflows hand over; on this machine --env-file .env has them."
                 : "From the environment, else from .env beside this file.");
  if (std::none_of(bucket.lifecycle.rules.begin(), bucket.lifecycle.rules.end(),
                   [](const LifecycleRule& rule) { return rule.expire_after.has_value(); }))
    say(out["spec.bucket.lifecycle"],
        fmt::format("Objects stay for ever. A rule that ends that: - {{id: ExpireOldData, prefix: {}, "
                    "expireAfter: 14d}}",
                    kDataPrefix));
  say(out["spec.buffer"],
      "A file is deleted here once its bytes are verified in the bucket and a final commitment, if there is "
      "one, "
      "covers it. afterPublish: trash or keep does otherwise.");
  return out;
}

/// A pattern for a folder inside this one; empty: it lies elsewhere, or its name would need quoting.
std::string ignored(const Path& folder) {
  const Path inside = folder.is_absolute() ? folder.lexically_relative(std::filesystem::current_path())
                                           : folder.lexically_normal();
  std::string name = inside.generic_string();
  while (name.ends_with('/')) name.pop_back();
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-/").find(c) != std::string_view::npos;
  });
  return plain && !name.empty() && name.front() != '.' ? "/" + name + "/\n" : "";
}

std::string gitignore_of(const NewPublication& publication, bool ops_repo) {
  return std::string(".env\n.env.*\n!.env.example\n") + (ops_repo ? "/plan/\n" : "") + ".reconcile/\n" +
         ignored(publication.desired.buffer.path) + ignored(publication.desired.bucket.path);
}

Secret env_of(const NewPublication& publication, const std::map<std::string, Secret>& secrets) {
  std::string out =
      "# Secrets: this file never goes into git. Variables of the environment count before those here.\n";
  for (const std::string& name : publication.variables) {
    const auto found = secrets.find(name);
    const Result<Secret> line = env_line(name, found == secrets.end() ? Secret() : found->second);
    out += line ? std::string(line->expose()) : name + "=\n";
  }
  return Secret(std::move(out));
}

}  // namespace

Result<NewPublication> publication_from(const Options& options, const manifest::Environment& environment) {
  const InitOptions& init = options.init;
  NewPublication out;
  TRY_ASSIGN(out.desired, wish_of(options.importing, environment));
  Desired& desired = out.desired;
  if (desired.name.empty())
    desired.name = label_from(desired.bucket.name.empty() ? desired.bucket.path.filename().string()
                                                          : desired.bucket.name);
  desired.bucket.create = init.create || desired.bucket.provider == Provider::kDirectory;
  desired.bucket.lifecycle.rules = rules_of(desired, init.expire_after);
  Path& buffer = desired.buffer.path;
  if (!buffer.has_filename() && buffer.has_parent_path()) buffer = buffer.parent_path();  // "buffer/"
  if (init.ops_repo)
    buffer = std::filesystem::absolute(buffer).lexically_normal();  // whoever plans, wherever
  const Path name =
      init.manifest.empty() ? init.ops_repo ? desired.name + ".yaml" : "manifest.yaml" : init.manifest;
  out.manifest = init.ops_repo ? Path("manifests") / name : name;
  out.beside = !init.ops_repo;
  for (SecretRef* reference : {&desired.bucket.access_key_id, &desired.bucket.secret_access_key}) {
    if (reference->source != SecretRef::Source::kEnvironment) continue;
    if (init.ops_repo)
      reference->name = reference == &desired.bucket.access_key_id ? kOpsAccessKey : kOpsSecretKey;
    out.variables.push_back(reference->name);
  }
  if (!out.variables.empty()) out.env_file = ".env";
  return out;
}

std::vector<NewFile> files_of(const NewPublication& publication, const Options& options,
                              const std::map<std::string, Secret>& secrets, bool has_gitignore, Instant now) {
  const bool ops_repo = options.init.ops_repo;
  std::vector<NewFile> out;
  if (!has_gitignore) out.push_back({".gitignore", Secret(gitignore_of(publication, ops_repo))});
  if (!publication.env_file.empty())
    out.push_back({publication.env_file, env_of(publication, secrets), 0600});
  if (ops_repo)
    for (const EmbeddedFile& file : ops_repo_files())
      out.push_back({file.path, Secret(file.content), file.is_executable ? 0755u : 0644u});
  out.push_back({publication.manifest,
                 Secret(manifest::write_yaml(publication.desired, comments_on(publication, ops_repo, now)))});
  return out;
}

Result<Secret> env_line(const std::string& name, const Secret& value) {
  const std::string_view text = value.expose();
  if (std::any_of(text.begin(), text.end(),
                  [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
    return fail(Fault::kInvalidInput, name + ": has control characters", "type it again");
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("+/=_-.").find(c) != std::string_view::npos;
  });
  std::string out = name + "=";
  if (plain) {
    out += text;
  } else if (text.find('\'') == std::string_view::npos) {
    out += "'" + std::string(text) + "'";
  } else {
    out += '"';
    for (const char c : text) out += (c == '"' || c == '\\' || c == '$' ? "\\" : "") + std::string(1, c);
    out += '"';
  }
  return Secret(out + "\n");
}

}  // namespace reconcile::cli
