// status: what stands on chain for a hotkey, or for every hotkey of a subnet. Reads only; needs no key.

#include "reconciler/cli/commands.h"
#include "reconciler/cli/committed.h"
#include "reconciler/report/commitments.h"

namespace reconcile::cli {
namespace {

Result<ChainQuestion> from_manifest(const Publication& publication) {
  const auto& commitment = publication.desired.commitment;
  if (commitment && commitment->network == Network::kLedger)
    return fail(Fault::kUnsupported, publication.desired.name + " commits to a ledger, which is a text file",
                "read " + commitment->ledger.string());
  return question_of(publication);
}

}  // namespace

ExitCode status_command(const Options& options, const std::vector<Publication>& publications,
                        Console& console) {
  std::vector<Result<ChainQuestion>> questions;
  if (publications.empty()) questions.push_back(question_of(options, "status"));
  for (const Publication& publication : publications) questions.push_back(from_manifest(publication));
  ExitCode code = kOk;
  for (const Result<ChainQuestion>& question : questions) {
    const Result<CommitmentsReport> report =
        question ? read_commitments(*question) : Result<CommitmentsReport>(fail(question.error()));
    if (!report) {
      console.error(report.error());
      code = kError;
      continue;
    }
    const LayoutOptions layout{
        .color = console.color_out(), .width = static_cast<std::size_t>(console.width()), .show_all = true};
    console.out(options.output == Output::kJson ? print_commitments_json(*report)
                                                : print_commitments(*report, layout));
  }
  return code;
}

}  // namespace reconcile::cli
