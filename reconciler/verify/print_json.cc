#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "reconciler/base/units.h"
#include "reconciler/model/plan_json.h"
#include "reconciler/report/json.h"
#include "reconciler/verify/print.h"

namespace reconcile::verify {
namespace {

using Json = nlohmann::ordered_json;

void put(Json& out, const Judgement& judgement) {
  out["verdict"] = name_of(judgement.verdict);
  out["blame"] = name_of(judgement.blame);
  out["cause"] = judgement.cause;
  out["remedy"] = judgement.remedy;
}

Json json_of(const Finding& finding) {
  Json out{{"what", name_of(finding.what)}, {"subject", finding.subject}};
  put(out, finding.judgement);
  if (finding.size) out["bytes"] = finding.size->get();
  return out;
}

Json json_of(const IndexFacts& index) {
  return {{"sha256", "sha256:" + to_hex(index.sha256)},
          {"seq", index.seq},
          {"time", print_time(index.time)},
          {"objects", index.objects},
          {"bytes", index.bytes.get()},
          {"parts", index.parts}};
}

Json json_of(const SlotResult& slot) {
  Json out{{"hotkey", slot.hotkey}, {"verdict", name_of(slot.verdict)}};
  if (!slot.commitment.empty()) out["commitment"] = {{"text", slot.commitment}, {"block", slot.block}};
  if (!slot.url.empty()) out["pointer"] = {{"url", slot.url}, {"form", slot.form}};
  if (slot.index) out["index"] = json_of(*slot.index);
  out["read"] = {{"objects", slot.coverage.objects}, {"bytes", slot.coverage.bytes.get()}};
  out["findings"] = Json::array();
  for (const Finding& finding : slot.findings) out["findings"].push_back(json_of(finding));
  return out;
}

Json json_of(const Sampling& sampling, const BlockSeed& seed) {
  switch (sampling.kind) {
    case Sampling::Kind::kSample:
      return {{"kind", "sample"}, {"count", sampling.count}, {"seedBlock", print_seed(seed)}};
    case Sampling::Kind::kSubset:
      return {{"kind", "subset"}, {"part", sampling.part}, {"parts", sampling.parts}};
    case Sampling::Kind::kAll:
      break;
  }
  return {{"kind", "all"}};
}

Json frame_of(const VerifyResult& result, int exit_code) {
  Json out{{"schemaVersion", kPlanSchemaVersion},
           {"kind", "Verification"},
           {"tool", {{"name", "reconcile"}, {"version", tool_version()}}},
           {"now", print_time(result.now)},
           {"network", result.network},
           {"netuid", result.netuid}};
  if (!result.hotkey.empty()) out["hotkey"] = result.hotkey;
  out["finalizedBlock"] = result.block;
  out["sampling"] = json_of(result.sampling, result.seed);
  out["verdict"] = name_of(result.verdict());
  if (result.chain) put(out["chain"], *result.chain);
  out["notes"] = result.notes;
  out["exit"] = exit_code;
  return out;
}

// ASCII only: some readers take U+2028 or U+0085 for the end of a line.
std::string text_of(const Json& json, int indent) {
  return json.dump(indent, ' ', true, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string print_json(const VerifyResult& result, int exit_code) {
  Json out = frame_of(result, exit_code);
  out["slots"] = Json::array();
  for (const SlotResult& slot : result.slots) out["slots"].push_back(json_of(slot));
  return text_of(out, 2);
}

std::string print_ndjson(const VerifyResult& result, int exit_code) {
  std::string out;
  for (const SlotResult& slot : result.slots)
    for (const Finding& finding : slot.findings) {
      Json line{{"type", "finding"},
                {"message", fmt::format("{} {}: {}: {}", name_of(finding.what), finding.subject,
                                        name_of(finding.judgement.verdict), finding.judgement.cause)},
                {"hotkey", slot.hotkey}};
      line.update(json_of(finding));
      out += text_of(line, -1);
    }
  Json summary{{"type", "summary"}, {"message", fmt::format("verdict: {}", name_of(result.verdict()))}};
  summary.update(frame_of(result, exit_code));
  return out + text_of(summary, -1);
}

}  // namespace reconcile::verify
