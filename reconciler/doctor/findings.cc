#include "reconciler/doctor/findings.h"

#include <algorithm>

#include "reconciler/base/invariant.h"

namespace reconcile::doctor {

const char* name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return "OK";
    case Verdict::kWarn:
      return "WARN";
    case Verdict::kFail:
      return "FAIL";
    case Verdict::kSkipped:
      break;
  }
  return "SKIPPED";
}

const std::vector<std::string_view>& catalogue() {
  static const std::vector<std::string_view> kIds{
      "manifest/schema",  "env/mode",          "env/git",        "tls/ca-bundle",      "bucket/dns",
      "bucket/tcp",       "bucket/tls",        "bucket/clock",   "bucket/credentials", "bucket/exists",
      "bucket/access",    "bucket/write",      "bucket/read",    "bucket/delete",      "bucket/conditions",
      "bucket/lifecycle", "bucket/retention",  "public/address", "public/dns",         "public/tcp",
      "public/tls",       "public/read",       "public/caching", "chain/dns",          "chain/tcp",
      "chain/tls",        "chain/clock",       "chain/node",     "chain/registration", "chain/budget",
      "chain/commitment", "commitment/length", "wallet/file",    "wallet/mode",        "wallet/address",
      "buffer/folder",    "buffer/write",      "buffer/space",   "buffer/files",       "buffer/times",
      "upload/cadence",   "journal/integrity"};
  return kIds;
}

void Findings::add(Check check) {
  const auto& ids = catalogue();
  INVARIANT(std::find(ids.begin(), ids.end(), check.id) != ids.end());
  if (!has(check.id)) checks_.push_back(std::move(check));
}

void Findings::ok(std::string_view id, std::string evidence) {
  add({std::string(id), Verdict::kOk, std::move(evidence), "", {}});
}
void Findings::warn(std::string_view id, std::string evidence, std::string remedy) {
  add({std::string(id), Verdict::kWarn, std::move(evidence), std::move(remedy), {}});
}
void Findings::fail(std::string_view id, std::string evidence, std::string remedy) {
  add({std::string(id), Verdict::kFail, std::move(evidence), std::move(remedy), {}});
}
void Findings::skip(std::string_view id, std::string why) {
  add({std::string(id), Verdict::kSkipped, std::move(why), "", {}});
}
void Findings::skip_on(std::string_view id, std::string_view on, std::string why) {
  add({std::string(id), Verdict::kSkipped, std::move(why), "", {std::string(on)}});
}

const Check* Findings::find(std::string_view id) const {
  const auto found =
      std::find_if(checks_.begin(), checks_.end(), [&](const Check& check) { return check.id == id; });
  return found == checks_.end() ? nullptr : &*found;
}

bool Findings::failed(std::string_view id) const {
  const Check* check = find(id);
  return check && check->verdict == Verdict::kFail;
}

bool Findings::hidden(std::string_view id, std::initializer_list<std::string_view> on) {
  for (const std::string_view each : on) {
    const Check* check = find(each);
    if (!check) continue;
    std::vector<std::string> because;
    if (check->verdict == Verdict::kFail) because = {check->id};
    if (check->verdict == Verdict::kSkipped) because = check->because;
    if (because.empty()) continue;
    const std::string why = "needs " + because.front();
    add({std::string(id), Verdict::kSkipped, why, "", std::move(because)});
    return true;
  }
  return false;
}

std::vector<Check> Findings::take() {
  std::vector<Check> out;
  for (const std::string_view id : catalogue()) {
    const Check* check = find(id);
    out.push_back(check ? *check : Check{std::string(id), Verdict::kSkipped, "does not apply here", "", {}});
  }
  checks_.clear();
  return out;
}

Verdict worst(const Report& report) {
  Verdict out = Verdict::kOk;
  for (const Check& check : report.checks) {
    if (check.verdict == Verdict::kFail) return Verdict::kFail;
    if (check.verdict == Verdict::kWarn) out = Verdict::kWarn;
  }
  return out;
}

Verdict worst(const std::vector<Report>& reports) {
  Verdict out = Verdict::kOk;
  for (const Report& report : reports) {
    const Verdict one = worst(report);
    if (one == Verdict::kFail) return one;
    if (one == Verdict::kWarn) out = one;
  }
  return out;
}

}  // namespace reconcile::doctor
