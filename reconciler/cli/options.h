#pragma once
// The command line as a value.

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "reconciler/base/files.h"
#include "reconciler/cli/cost_options.h"
#include "reconciler/cli/import_options.h"
#include "reconciler/cli/init_options.h"
#include "reconciler/cli/verify_options.h"
#include "reconciler/plan/allowances.h"

namespace reconcile::cli {

// clang-format off
enum class Command {
  kReconcile,
  kValidate,
  kSchema,
  kExplain,
  kStatus,
  kDoctor,
  kCost,
  kVerify,
  kSimulate,
  kImport,
  kInit,
  kCompletion,
  kVersion,
};
// clang-format on
enum class Output { kText, kJson, kNdjson, kMarkdown };
enum class ColorChoice { kAuto, kAlways, kNever };

struct Options {
  Command command = Command::kReconcile;
  std::vector<std::string> files;  ///< manifests and folders of manifests
  bool plan = false;
  bool loop = false;
  Output output = Output::kText;
  ColorChoice color = ColorChoice::kAuto;
  bool show_all = false;
  bool detailed_exitcode = false;
  bool auto_approve = false;
  std::string approve;  ///< digest, or its first 8 digits at least
  Path plan_out;
  Path apply_plan;
  Allowances allowances;
  std::vector<std::string> targets;  ///< names of publications; empty: all
  std::string source;                ///< where manifests come from in git, instead of `files`
  Seconds source_interval{60};
  Path require_signature;  ///< whose signatures of commits count; empty: none is asked for
  Path env_file;
  Path state_dir;
  bool json_logs = false;
  Seconds lock_timeout{0};
  std::string listen;           ///< --loop: address and port to answer on; empty: none
  Seconds grace{25};            ///< --loop: from the signal to the end at the latest
  std::size_t parallelism = 0;  ///< 0: what the manifest says
  std::string address;          ///< explain
  int netuid = -1;              ///< status and verify of any hotkey
  std::string hotkey;
  std::string network;
  std::vector<std::string> endpoints;
  bool wait_ready = false;  ///< status --wait Ready
  bool probe = false;       ///< status --probe
  std::string loop_address = "http://127.0.0.1:9464";
  Seconds wait_timeout{300};  ///< 0: asks once
  std::uint64_t seed = 0;     ///< simulate
  std::uint64_t seeds = 1000;
  std::optional<int> steps;
  CostChoices cost;
  std::size_t jobs = 0;     ///< 0: one for each core
  ImportOptions importing;  ///< init, too: where bucket and commitment are
  InitOptions init;
  std::string shell;  ///< completion
  VerifyChoices verify;
};

/// Either the options, or what to print and the code to end with (--help, --version, a mistake).
struct Farewell {
  std::string text;
  bool is_error = false;
  int code = 0;
};
std::variant<Options, Farewell> parse_options(int argc, const char* const* argv);

/// The command as a person would type it, without approval flags: the plan's closing line repeats it.
std::string command_hint(const Options& options);

}  // namespace reconcile::cli
