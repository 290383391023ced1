// verify: a publisher as readers see it. Needs no key and no credentials, and writes nothing.

#include <csignal>

#include "reconciler/cli/commands.h"
#include "reconciler/cli/system_clock.h"
#include "reconciler/cli/verify_run.h"
#include "reconciler/verify/print.h"

namespace reconcile::cli {
namespace {

ExitCode code_of(verify::Verdict verdict) {
  if (const int signal = stop_signal(); signal != 0) return signal == SIGINT ? kInterrupted : kTerminated;
  switch (verdict) {
    case verify::Verdict::kPass:
      return kOk;
    case verify::Verdict::kUnknown:
      return kPartial;
    case verify::Verdict::kFail:
      break;
  }
  return kError;
}

void print(const verify::VerifyResult& result, ExitCode code, const Options& options, Console& console) {
  const LayoutOptions layout{.color = console.color_out(),
                             .width = static_cast<std::size_t>(console.width()),
                             .show_all = options.show_all};
  switch (options.output) {
    case Output::kJson:
      return console.out(verify::print_json(result, code));
    case Output::kNdjson:
      return console.out(verify::print_ndjson(result, code));
    default:
      return console.out(verify::print_text(result, layout));
  }
}

}  // namespace

ExitCode verify_command(const Options& options, const std::vector<Publication>& publications,
                        Console& console) {
  ExitCode code = kOk;
  const auto tell = [&](const Result<verify::VerifyResult>& result, ExitCode mistake) {
    const ExitCode own = result ? code_of(result->verdict()) : mistake;
    if (result)
      print(*result, own, options, console);
    else
      console.error(result.error());
    code = worse(code, own);
  };
  if (publications.empty()) tell(verify_anybody(options), kUsage);
  for (const Publication& publication : publications) tell(verify_publication(options, publication), kError);
  return code;
}

}  // namespace reconcile::cli
