#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/report/display.h"
#include "reconciler/verify/print.h"

namespace reconcile::verify {
namespace {

char symbol_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kFail:
      return 'x';
    case Verdict::kUnknown:
      return '?';
    case Verdict::kPass:
      break;
  }
  return ' ';
}

std::string verdict_and_blame(const Judgement& judgement) {
  if (judgement.blame == Blame::kNobody) return name_of(judgement.verdict);
  return fmt::format("{}, {}", name_of(judgement.verdict), name_of(judgement.blame));
}

Row row_of(const std::string& what, const std::string& subject, const Judgement& judgement) {
  Row out{.symbol = symbol_of(judgement.verdict),
          .subject = subject.empty() ? what : what + " " + subject,
          .detail = verdict_and_blame(judgement),
          .cause = judgement.cause};
  out.keep = judgement.verdict != Verdict::kPass;
  out.whole = out.keep;
  if (!judgement.remedy.empty()) out.below.push_back({' ', "what to do: " + judgement.remedy});
  return out;
}

Section section_of(const SlotResult& slot) {
  Section out;
  out.title = fmt::format("{} {}", visible_name(slot.hotkey), name_of(slot.verdict));
  for (const Finding& finding : slot.findings)
    out.rows.push_back(row_of(name_of(finding.what), finding.subject, finding.judgement));
  return out;
}

std::string looked_at(const VerifyResult& result) {
  std::uint64_t read = 0, named = 0;
  Bytes bytes;
  for (const SlotResult& slot : result.slots) {
    read += slot.coverage.objects;
    named += slot.index ? slot.index->objects : slot.coverage.objects;
    bytes = bytes + slot.coverage.bytes;
  }
  return fmt::format("Read {} of {} objects, {}: {}{}.", print_count(read), print_count(named),
                     print_size(bytes), result.slots.size() > 1 ? "for each hotkey " : "",
                     describe(result.sampling, result.seed));
}

std::string counts_of(const VerifyResult& result) {
  std::uint64_t by[3] = {};
  for (const SlotResult& slot : result.slots) ++by[static_cast<int>(slot.verdict)];
  return fmt::format("{}: {} pass, {} fail, {} not judged.", counted(result.slots.size(), "hotkey"),
                     by[static_cast<int>(Verdict::kPass)], by[static_cast<int>(Verdict::kFail)],
                     by[static_cast<int>(Verdict::kUnknown)]);
}

const char* closing(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPass:
      return "Verdict: pass.";
    case Verdict::kFail:
      return "Verdict: fail. What is marked x is the publisher's to mend.";
    case Verdict::kUnknown:
      break;
  }
  return "Verdict: not judged. What is marked ? was not seen; nothing follows for the publisher.";
}

}  // namespace

std::string print_text(const VerifyResult& result, const LayoutOptions& options) {
  std::string out =
      fmt::format("{} · netuid {} · block {} finalized\n", visible(result.network, options.ascii),
                  result.netuid, print_count(result.block));
  if (result.chain) out += render_section({"chain", {row_of("chain", "", *result.chain)}}, options);
  for (const SlotResult& slot : result.slots) out += "\n" + render_section(section_of(slot), options);
  for (const std::string& note : result.notes)
    out += render_wrapped("note: " + visible(note, options.ascii), 2, 4, options);
  out += "\n";
  if (!result.chain) out += render_wrapped(looked_at(result), 0, 2, options);
  if (result.slots.size() > 1) out += counts_of(result) + "\n";
  return out + closing(result.verdict()) + "\n";
}

}  // namespace reconcile::verify
