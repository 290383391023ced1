#pragma once
// What a look at one publication found: a verdict for each check, with what was seen and what to do about it.

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reconciler/base/result.h"
#include "reconciler/base/strong.h"

namespace reconcile::doctor {

enum class Verdict { kOk, kWarn, kFail, kSkipped };

/// "OK", "WARN", "FAIL", "SKIPPED".
const char* name_of(Verdict verdict);

struct Check {
  std::string id;  ///< "bucket/clock": stable, for programs
  Verdict verdict = Verdict::kOk;
  std::string evidence;              ///< what was seen; never a secret
  std::string remedy;                ///< what to do; empty where nothing is to be done
  std::vector<std::string> because;  ///< of kSkipped: the checks whose failure hides this one; empty: it does
                                     ///< not apply here
  friend bool operator==(const Check&, const Check&) = default;
};

struct Report {
  std::string publication;  ///< its name, or the file where nothing could be read from it
  std::string source;       ///< the manifest
  Instant time;
  std::vector<Check> checks;  ///< in the order of the catalogue, each once
};

/// FAIL beats WARN beats OK; skipped checks count as OK.
Verdict worst(const Report& report);
Verdict worst(const std::vector<Report>& reports);

/// Every id there is, in the order in which they are shown.
const std::vector<std::string_view>& catalogue();

/// Collects the checks of one publication. Each id is said once: what comes later is dropped.
class Findings {
 public:
  void ok(std::string_view id, std::string evidence);
  void warn(std::string_view id, std::string evidence, std::string remedy);
  void fail(std::string_view id, std::string evidence, std::string remedy);
  void fail(std::string_view id, const Error& error) { fail(id, error.cause, error.remedy); }
  /// It has no meaning here.
  void skip(std::string_view id, std::string why);
  /// It cannot be known while `on` fails.
  void skip_on(std::string_view id, std::string_view on, std::string why);

  /// Whether one of `on` failed, or was itself skipped because of a failure; then `id` is skipped too.
  bool hidden(std::string_view id, std::initializer_list<std::string_view> on);
  bool failed(std::string_view id) const;
  bool has(std::string_view id) const { return find(id) != nullptr; }

  /// By the catalogue; what nobody looked at is skipped.
  std::vector<Check> take();

 private:
  void add(Check check);
  const Check* find(std::string_view id) const;
  std::vector<Check> checks_;
};

}  // namespace reconcile::doctor
