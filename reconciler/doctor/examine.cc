#include "reconciler/doctor/examine.h"

#include "reconciler/doctor/checks.h"

namespace reconcile::doctor {
namespace {

/// Mistakes that the manifest shows by itself, and that have a check of their own; empty: the manifest is
/// wrong as such.
std::string_view own_check_of(const manifest::Diagnostic& diagnostic) {
  const auto says = [&](const char* words) { return diagnostic.cause.find(words) != std::string::npos; };
  if (diagnostic.address == "spec.commitment.format" && says(" bytes, limit ")) return "commitment/length";
  if (diagnostic.address == "spec.bucket.publicUrl" && says("S3 endpoint")) return "public/address";
  return "";
}

/// What hides everything else: the first thing that is wrong with the manifest.
std::string_view note_errors(const std::vector<manifest::Diagnostic>& errors, Findings& findings) {
  constexpr std::size_t kShownMax = 5;
  std::string evidence;
  std::string remedy;
  std::size_t others = 0;
  std::string_view first;
  for (const manifest::Diagnostic& error : errors) {
    if (const std::string_view own = own_check_of(error); !own.empty()) {
      findings.fail(own, manifest::headline(error), error.remedy);
      if (first.empty()) first = own;
      continue;
    }
    if (++others > kShownMax) continue;
    evidence += (evidence.empty() ? "" : "; ") + manifest::headline(error);
    if (remedy.empty()) remedy = error.remedy;
  }
  if (others == 0) {
    findings.skip_on("manifest/schema", first, "nothing else is wrong in the manifest");
    return first;
  }
  if (others > kShownMax) evidence += "; and more (reconcile validate shows all)";
  findings.fail("manifest/schema", evidence, remedy);
  return "manifest/schema";
}

}  // namespace

Report examine(const Subject& subject) {
  Findings findings;
  look_at_manifest(subject, findings);
  look_at_env_file(subject.env_file, findings);
  look_at_trust(subject, findings);
  look_at_buffer(subject, findings);
  look_at_journal(subject, findings);
  look_at_wallet(subject, findings);
  look_at_bucket(subject, findings);
  look_at_chain(subject, findings);
  look_at_length(subject, findings);
  return {subject.desired.name, subject.desired.source, subject.clock.now(), findings.take()};
}

Report examine_invalid(const manifest::Manifests& manifests, const EnvFile& env_file, Instant now) {
  Findings findings;
  look_at_env_file(env_file, findings);
  const std::string_view cause = note_errors(manifests.errors, findings);
  for (const std::string_view id : catalogue()) findings.skip_on(id, cause, "needs a valid manifest");
  std::string file = manifests.files.empty() ? "" : manifests.files.front().string();
  for (const manifest::Diagnostic& error : manifests.errors)
    if (!error.position.file.empty()) {
      file = error.position.file;
      break;
    }
  return {file, file, now, findings.take()};
}

}  // namespace reconcile::doctor
