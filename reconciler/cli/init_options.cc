#include "reconciler/cli/init_options.h"

#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>

#include "reconciler/cli/option_table.h"

namespace reconcile::cli {
namespace {

/// What is typed and becomes a value once all of it is known.
struct Typed {
  std::string expire_after;
  std::string account_id;
};

std::string finish(Options& options, const Typed& typed) {
  ImportOptions& place = options.importing;
  InitOptions& init = options.init;
  if (options.output != Output::kText && options.output != Output::kJson) return "init prints text or json";
  if (init.providers) return "";
  if (!typed.expire_after.empty())
    if (std::string wrong = read_duration("--expire-after", typed.expire_after, init.expire_after);
        !wrong.empty())
      return wrong;
  if (!typed.account_id.empty()) {
    if (const std::string wrong = wrong_account_id(typed.account_id); !wrong.empty())
      return "--account-id: " + wrong;
    if (!place.endpoint.empty()) return "--account-id or --endpoint, not both";
    if (!place.provider.empty() && place.provider != "r2") return "--account-id is of R2 alone";
    place.endpoint = r2_endpoint(typed.account_id);
  }
  if (!init.manifest.empty() && (init.manifest.find('/') != std::string::npos ||
                                 !(init.manifest.ends_with(".yaml") || init.manifest.ends_with(".yml"))))
    return "--manifest: the name of a file that ends with .yaml, without a folder";
  return wrong_place(place);
}

}  // namespace

std::string r2_endpoint(const std::string& account_id) {
  return "https://" + account_id + ".r2.cloudflarestorage.com";
}

std::string wrong_account_id(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  });
  return plain ? "" : "small letters and digits, as the dashboard shows it";
}

CommandRow add_init_command(CLI::App& app, Options& options) {
  CLI::App* row = app.add_subcommand(
      "init",
      "writes a manifest, .env and .gitignore for a new publication, and examines them; asks where it can");
  ImportOptions& place = options.importing;
  InitOptions& out = options.init;
  row->add_flag("--providers", out.providers, "compare the providers, with the date of the prices, and end");
  add_bucket_place(*row, place);
  const auto typed = std::make_shared<Typed>();
  row->add_option("--account-id", typed->account_id, "R2: the account's id, instead of --endpoint")
      ->type_name("ID");
  row->add_flag("--create", out.create, "let the first pass create the bucket (default: it exists)");
  row->add_option("--expire-after", typed->expire_after,
                  "delete objects after so many days: 14d (default: never)")
      ->type_name("DURATION");
  add_commitment_place(*row, place);
  row->add_option("--name", place.name, "name of the publication (default: made from the bucket's)")
      ->type_name("NAME");
  row->add_option("--buffer", place.buffer, "folder of the finished files (default: ./buffer)")
      ->type_name("DIR");
  row->add_option("--manifest", out.manifest, "name of the manifest's file (default: manifest.yaml)")
      ->type_name("FILE");
  row->add_flag("--ops-repo", out.ops_repo,
                "make this folder an ops repo: workflows and a hook too, the manifest in manifests/");
  row->add_flag("--no-doctor", out.no_doctor, "do not examine what was written");
  add_output(*row, options);
  row->footer(
      "Examples:\n  reconcile init   # at a terminal: asks for everything\n"
      "  reconcile init --provider r2 --account-id 0123…cdef --bucket sn13-miner --public-url "
      "https://pub-….r2.dev \\\n      --netuid 13 --wallet miner --hotkey h1 </dev/null\n"
      "  reconcile init --providers   # what they cost\n"
      "It writes everything or nothing, and never over a file. Keys are no options: they are typed without "
      "echo, or\nwritten into .env, or come from the environment (S3_ACCESS_KEY, S3_SECRET_KEY).");
  return {Command::kInit, row, [&options, typed] { return finish(options, *typed); }};
}

}  // namespace reconcile::cli
