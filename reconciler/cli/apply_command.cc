// One pass: shows the plan, asks (or holds the approval against it), applies, says what became of it.

#include <fmt/core.h>

#include "reconciler/cli/commands.h"
#include "reconciler/cli/lock.h"
#include "reconciler/cli/outcome_code.h"
#include "reconciler/cli/system_clock.h"
#include "reconciler/cli/wiring.h"
#include "reconciler/engine/pass.h"
#include "reconciler/engine/saved_plan.h"
#include "reconciler/model/plan_json.h"
#include "reconciler/report/json.h"
#include "reconciler/report/markdown.h"
#include "reconciler/report/outcome.h"
#include "reconciler/report/summary.h"
#include "reconciler/report/text.h"

namespace reconcile::cli {
namespace {

class ApplyOne {
 public:
  ApplyOne(const Options& options, const Publication& publication, Console& console)
      : options_(options), publication_(publication), desired_(publication.desired), console_(console) {}

  ExitCode run() {
    const Result<std::unique_ptr<WriteSite>> site = open_for_writing(publication_, options_, console_);
    if (!site) {
      console_.error(within(desired_.name, site.error()));
      return kError;
    }
    for (const std::string& warning : (*site)->warnings) console_.say("warning", warning);
    const Result<SlotLock> lock =
        SlotLock::acquire(slot_name(desired_, (*site)->site), desired_.buffer.path, options_.lock_timeout);
    if (!lock) {
      console_.error(lock.error());
      return lock.error().fault == Fault::kConflict ? kLocked : kError;
    }
    PassOptions pass;
    pass.apply.allowances = options_.allowances;
    pass.apply.uploads.parallelism =
        options_.parallelism != 0 ? options_.parallelism : desired_.upload.parallelism.value_or(0);
    pass.approve = [this](Plan& plan) { return approve(plan); };
    WritePorts ports = (*site)->ports();
    const PassResult result = run_pass(desired_, (*site)->site, ports, pass);
    if (!shown_) show(result.plan);
    // One JSON document in every case: the outcome where something was applied, else the plan that was not.
    if (options_.output == Output::kJson && !result.report) console_.out(render_json(with_reason(result)));
    if (result.refused) {
      console_.error(*result.refused);
      return code_of_refusal(result);
    }
    if (result.report) show(*result.report);
    if (stop_signal() != 0) return static_cast<ExitCode>(128 + stop_signal());
    if (!result.report && !result.plan.steps.empty() && desired_.mode == Mode::kEnforce) return kBlocked;
    return code_of(result);
  }

 private:
  /// Who holds the lease, for programs.
  static Plan with_reason(const PassResult& result) {
    Plan out = result.plan;
    if (result.refused && result.refused_by != PassResult::RefusedBy::kApproval)
      out.refusals.push_back({kLeaseAddress, "", "", *result.refused});
    return out;
  }

  ExitCode code_of_refusal(const PassResult& result) const {
    switch (result.refused_by) {
      case PassResult::RefusedBy::kApproval:
        break;
      case PassResult::RefusedBy::kLease:
        return result.refused->fault == Fault::kConflict ? kLocked : kError;
      case PassResult::RefusedBy::kChange:
        return kStale;
    }
    return refused_;
  }

  void show(const Plan& plan) {
    shown_ = true;
    switch (options_.output) {
      case Output::kText:
        console_.out(render_text(plan, {.color = console_.color_out(),
                                        .width = console_.width(),
                                        .show_all = options_.show_all,
                                        .command_hint = unattended() ? "" : command_hint(options_)}));
        break;
      case Output::kMarkdown:
        console_.out(render_markdown(plan));
        break;
      case Output::kNdjson:
        console_.out(render_ndjson(plan));
        break;
      case Output::kJson:
        break;  // one document: the outcome
    }
  }

  void show(const ApplyReport& report) {
    const TextOptions text{
        .color = console_.color_out(), .width = console_.width(), .show_all = options_.show_all};
    switch (options_.output) {
      case Output::kText:
      case Output::kMarkdown:
        console_.out("\n" + render_outcome(report, text));
        break;
      case Output::kNdjson:
        console_.out(render_outcome_ndjson(report));
        break;
      case Output::kJson:
        console_.out(render_outcome_json(report));
        break;
    }
  }

  bool unattended() const {
    return options_.auto_approve || !options_.approve.empty() || !options_.apply_plan.empty();
  }

  Result<Approval> approve(Plan& plan) {
    if (!options_.apply_plan.empty()) {
      TRY_ASSIGN(const std::string text, read_file(options_.apply_plan, kPlanBytesMax));
      TRY_ASSIGN(const Plan saved, parse_plan(text));
      refused_ = kStale;
      TRY_ASSIGN(plan, only_what_was_saved(saved, plan));
      show(plan);
    } else if (!options_.approve.empty()) {
      show(plan);
      refused_ = kStale;
      TRY(check_approval(options_.approve, plan));
    } else {
      show(plan);
      refused_ = kBlocked;
      if (!options_.auto_approve && !console_.can_ask())
        return fail(Fault::kInvalidInput, "nobody approved this plan, and there is no terminal to ask on",
                    fmt::format("{} --approve {}   (or --auto-approve)", command_hint(options_),
                                short_digest(plan.digest)));
      if (!options_.auto_approve && !console_.ask(fmt::format("Apply these {} steps?", plan.steps.size()))) {
        console_.say("info", "Nothing was applied.");
        return Approval::kNo;
      }
    }
    console_.begin(plan);
    return Approval::kYes;
  }

  const Options& options_;
  const Publication& publication_;
  const Desired& desired_;
  Console& console_;
  bool shown_ = false;
  ExitCode refused_ = kError;
};

}  // namespace

ExitCode apply_command(const Options& options, const std::vector<Publication>& publications,
                       Console& console) {
  if (publications.size() > 1 && (!options.approve.empty() || !options.apply_plan.empty())) {
    console.error({Fault::kInvalidInput, "an approval is for one plan, and there are several publications",
                   "choose one with --target NAME"});
    return kUsage;
  }
  ExitCode code = kOk;
  for (const Publication& publication : publications) {
    if (stop_signal() != 0) return static_cast<ExitCode>(128 + stop_signal());
    code = worse(code, ApplyOne(options, publication, console).run());
  }
  return code;
}

}  // namespace reconcile::cli
