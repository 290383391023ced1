// The manifest itself, and what of it costs money or freshness.
#include <algorithm>

#include <fmt/core.h>

#include "reconciler/base/units.h"
#include "reconciler/doctor/checks.h"
#include "reconciler/net/url.h"

namespace reconcile::doctor {
namespace {

constexpr const char* kCadence = "spec.upload.cadence";
// Under 10 minutes: many small files and cost; over an hour: readers see stale data.
constexpr Seconds kCadenceShort{10 * 60};
constexpr Seconds kCadenceLong{60 * 60};

void look_at_cadence(const UploadSpec& upload, Findings& findings) {
  constexpr const char* kId = "upload/cadence";
  constexpr const char* kRemedy = "15m to 30m suits most: set spec.upload.cadence";
  const std::string cadence = print_duration(upload.cadence);
  const auto passes = Seconds(30 * 86'400).count() / std::max<Seconds::rep>(1, upload.cadence.count());
  if (upload.cadence < kCadenceShort)
    return findings.warn(kId,
                         fmt::format("{} makes {} passes a month, each with its requests and small objects: "
                                     "this is what makes the bill grow",
                                     cadence, print_count(static_cast<std::uint64_t>(passes))),
                         kRemedy);
  if (upload.cadence > kCadenceLong)
    return findings.warn(kId, fmt::format("{}: readers see data that is stale", cadence), kRemedy);
  findings.ok(kId,
              fmt::format("{}, {} passes a month", cadence, print_count(static_cast<std::uint64_t>(passes))));
}

bool is_encrypted(const std::string& url) { return url.starts_with("https://") || url.starts_with("wss://"); }

}  // namespace

void look_at_manifest(const Subject& subject, Findings& findings) {
  look_at_cadence(subject.desired.upload, findings);
  constexpr const char* kId = "manifest/schema";
  std::string evidence;
  std::string remedy;
  for (const manifest::Diagnostic& warning : subject.warnings) {
    if (warning.address == kCadence) continue;  // has a check of its own
    evidence += (evidence.empty() ? "" : "; ") + manifest::headline(warning);
    if (remedy.empty()) remedy = warning.remedy;
  }
  if (evidence.empty()) return findings.ok(kId, subject.desired.source + " is valid");
  findings.warn(kId, evidence, remedy);
}

void look_at_trust(const Subject& subject, Findings& findings) {
  constexpr const char* kId = "tls/ca-bundle";
  bool encrypted = is_encrypted(subject.desired.bucket.public_url);
  if (subject.bucket && subject.bucket->session)
    encrypted = encrypted || is_encrypted(subject.bucket->session->address().origin);
  encrypted = encrypted || is_encrypted(subject.desired.bucket.endpoint);
  for (const std::string& endpoint : subject.endpoints) encrypted = encrypted || is_encrypted(endpoint);
  if (!encrypted) return findings.skip(kId, "nothing is reached through TLS");
  const net::SystemTrust trust = net::system_trust();
  if (trust.file.empty()) return findings.skip(kId, "libcurl names no file of trusted certificates");
  constexpr const char* kRemedy = "install the package ca-certificates, or reinstall it";
  if (trust.error) return findings.fail(kId, trust.error->cause, kRemedy);
  if (trust.certificates == 0) return findings.fail(kId, trust.file + " holds no certificate", kRemedy);
  findings.ok(kId, fmt::format("{} holds {} certificates{}", trust.file, trust.certificates,
                               subject.desired.bucket.ca_file.empty()
                                   ? ""
                                   : ", and those of " + subject.desired.bucket.ca_file.string()));
}

}  // namespace reconcile::doctor
