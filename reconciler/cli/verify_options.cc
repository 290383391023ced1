#include <charconv>

#include <CLI/CLI.hpp>

#include "reconciler/base/units.h"
#include "reconciler/cli/option_table.h"
#include "reconciler/model/format.h"
#include "reconciler/model/index.h"

namespace reconcile::cli {
namespace {

constexpr std::size_t kSampleMax = 1'000'000;

struct Typed {
  std::string sample, subset, seed_block, max_age, timeout, max_index, max_object;
  bool all = false;
};

/// Leaves `out` alone where nothing was written.
template <class T, class Parse>
std::string take(const char* option, const std::string& text, const Parse& parse, T& out) {
  if (text.empty()) return "";
  const auto parsed = parse(text);
  if (!parsed) return std::string(option) + ": " + parsed.error().cause + "; " + parsed.error().remedy;
  out = *parsed;
  return "";
}

Result<verify::Sampling> parse_sample(const std::string& text) {
  verify::Sampling out;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, out.count);
  if (error != std::errc() || stop != end || out.count == 0 || out.count > kSampleMax)
    return fail(Fault::kInvalidInput, "not a number from 1 to 1,000,000: " + text,
                "--all looks at every object");
  return out;
}

std::string finish(const Typed& typed, Options& options) {
  VerifyChoices& out = options.verify;
  if (typed.all) out.sampling.kind = verify::Sampling::Kind::kAll;
  const auto format = [](const std::string& text) { return Format::compile(text); };
  std::optional<Format> compiled;
  for (const std::string& wrong : {take("--sample", typed.sample, parse_sample, out.sampling),
                                   take("--subset", typed.subset, verify::parse_subset, out.sampling),
                                   take("--seed-block", typed.seed_block, verify::parse_seed, out.seed_block),
                                   take("--max-age", typed.max_age, parse_duration, out.max_age),
                                   take("--timeout", typed.timeout, parse_duration, out.timeout),
                                   take("--max-index", typed.max_index, parse_size, out.max_index),
                                   take("--max-object", typed.max_object, parse_size, out.max_object),
                                   take("--format", out.format, format, compiled)})
    if (!wrong.empty()) return wrong;
  if (out.timeout < Seconds(1) || out.timeout > Seconds(3600)) return "--timeout: from 1s to 1h";
  if (out.max_index > kIndexBytesMax)
    return "--max-index: no index is longer than " + print_size(kIndexBytesMax);
  if (options.output == Output::kMarkdown) return "verify prints text, json or ndjson";
  if (!options.files.empty() && !out.format.empty()) return "--format goes without -f: the manifest has one";
  return "";
}

}  // namespace

CommandRow add_verify_command(CLI::App& app, Options& options) {
  const auto typed = std::make_shared<Typed>();
  VerifyChoices& choices = options.verify;
  CLI::App* verify = app.add_subcommand(
      "verify", "a publisher as readers see it: follows the commitment to index and objects, anonymously");
  add_files(*verify, options);
  add_chain(*verify, options);
  add_output(*verify, options);
  verify->add_option("--target", options.targets, "only the publications of these names (repeatable)")
      ->type_name("NAME");
  CLI::Option* sample =
      verify->add_option("--sample", typed->sample, "look at N objects (default 10)")->type_name("N");
  CLI::Option* all = verify->add_flag("--all", typed->all, "look at every object");
  CLI::Option* subset =
      verify->add_option("--subset", typed->subset, "look at one of several equal parts, such as 1/30")
          ->type_name("K/N");
  sample->excludes(all)->excludes(subset);
  all->excludes(subset);
  verify
      ->add_option("--seed-block", typed->seed_block,
                   "choose the sample by this block's hash (default: the finalized block that is read)")
      ->type_name("HASH");
  verify
      ->add_option("--max-age", typed->max_age,
                   "older is stale, and the publisher's fault (default: three cadences of the manifest)")
      ->type_name("DURATION");
  verify
      ->add_option("--format", choices.format,
                   "how others commit, such as '{url}|{sha256:trunc:16}' (default: the forms known here)")
      ->type_name("TEMPLATE");
  verify->add_flag("--allow-loopback", choices.allow_loopback,
                   "read from this machine too, also without TLS (for tests and local setups)");
  verify->add_option("--timeout", typed->timeout, "to connect, or without a byte (default 30s)")
      ->type_name("DURATION");
  verify->add_option("--max-index", typed->max_index, "open no longer index (default 32MiB)")
      ->type_name("SIZE");
  verify
      ->add_option("--max-object", typed->max_object,
                   "read no longer object where nothing states its size (default 5GiB)")
      ->type_name("SIZE");
  verify->add_option("--parallelism", options.parallelism, "transfers at once (default 4)")
      ->check(CLI::Range(1, 64))
      ->type_name("N");
  verify->add_flag("--show-all", options.show_all, "fold nothing");
  verify->footer(
      "Exit codes: 0 pass, 1 fail (the publisher's fault), 3 not judged (the way, a server or the chain did "
      "not answer).\n"
      "Examples:\n  reconcile verify --netuid 13 --hotkey 5GrwvaEF…     # ten objects, by the finalized "
      "block\n"
      "  reconcile verify --netuid 13 -o json                # every hotkey of the subnet\n"
      "  reconcile verify -f manifests/sn13-r2.yaml --all    # my own, all of it\n"
      "  reconcile verify -f m.yaml --subset 1/30            # a thirtieth; all of it within thirty runs");
  return {Command::kVerify, verify, [typed, &options] { return finish(*typed, options); }};
}

}  // namespace reconcile::cli
