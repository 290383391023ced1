#include "reconciler/verify/result.h"

#include <algorithm>

namespace reconcile::verify {

const char* name_of(Finding::What what) {
  switch (what) {
    case Finding::What::kCommitment:
      return "commitment";
    case Finding::What::kIndex:
      return "index";
    case Finding::What::kPart:
      return "part";
    case Finding::What::kAge:
      return "age";
    case Finding::What::kObject:
      break;
  }
  return "object";
}

Verdict VerifyResult::verdict() const {
  Verdict out = chain ? chain->verdict : Verdict::kPass;
  for (const SlotResult& slot : slots) out = worse(out, slot.verdict);
  return out;
}

void settle(SlotResult& slot) {
  std::stable_sort(slot.findings.begin(), slot.findings.end(), [](const Finding& a, const Finding& b) {
    return a.judgement.verdict > b.judgement.verdict;
  });
  slot.verdict = slot.findings.empty() ? Verdict::kUnknown : slot.findings.front().judgement.verdict;
}

void settle(VerifyResult& result) {
  std::sort(result.slots.begin(), result.slots.end(), [](const SlotResult& a, const SlotResult& b) {
    return a.verdict != b.verdict ? a.verdict > b.verdict : a.hotkey < b.hotkey;
  });
}

}  // namespace reconcile::verify
