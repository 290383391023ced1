// From the endpoint's name to a written, read and removed object.
#include <fmt/core.h>

#include "reconciler/doctor/checks.h"
#include "reconciler/doctor/lifecycle.h"
#include "reconciler/doctor/probe.h"
#include "reconciler/doctor/public.h"

namespace reconcile::doctor {
namespace {

constexpr Bytes kProbeBytesMax{4096};
constexpr const char* kKeys = "bucket/credentials";
constexpr const char* kExists = "bucket/exists";
constexpr const char* kAccess = "bucket/access";
constexpr const char* kWrite = "bucket/write";
constexpr const char* kRead = "bucket/read";
constexpr const char* kDelete = "bucket/delete";
constexpr const char* kConditions = "bucket/conditions";
constexpr const char* kLifecycle = "bucket/lifecycle";

/// A probe written, read back and removed. Lives as long as others want to look at it.
class WriteReadDelete {
 public:
  WriteReadDelete(const Subject& subject, const Bucket& bucket, Findings& findings)
      : subject_(subject), bucket_(bucket), findings_(findings), probe_(*bucket.writing) {}

  /// The probe while it stands in the bucket.
  const Probe* begin() {
    if (subject_.desired.mode != Mode::kEnforce) {
      for (const char* id : {kWrite, kRead, kDelete, kConditions})
        findings_.skip(id, "spec.mode is not enforce: nothing is ever written");
      return nullptr;
    }
    const Result<void> written = probe_.write();
    if (!written) return refused(written.error());
    stands_ = true;
    findings_.ok(kWrite, "a probe object was written: " + probe_.key().get());
    read_back();
    return &probe_;
  }

  void nothing() {
    for (const char* id : {kWrite, kRead, kDelete, kConditions})
      findings_.hidden(id, {kKeys, kExists, kAccess});
  }

  void end() {
    if (!stands_) return;
    const Result<void> removed = probe_.remove();
    if (removed)
      findings_.ok(kDelete, "the probe object was removed");
    else
      findings_.fail(kDelete, removed.error().cause + "; left behind: " + probe_.key().get(),
                     removed.error().remedy);
    conditions();
  }

 private:
  const Probe* refused(const Error& error) {
    if (error.fault == Fault::kDenied)
      findings_.fail(kWrite, "this key may read and not write: " + error.cause,
                     "use a token with object read and write for this bucket");
    else
      findings_.fail(kWrite, error);
    for (const char* id : {kRead, kDelete, kConditions}) findings_.hidden(id, {kWrite});
    return nullptr;
  }

  void read_back() {
    const auto got = bucket_.reading->get(probe_.key(), kProbeBytesMax);
    if (!got)
      findings_.fail(kRead, got.error());
    else if (*got != probe_.content())
      findings_.fail(kRead, "the probe object came back with other bytes",
                     "what stands between this machine and the bucket? A cache or a proxy must not");
    else
      findings_.ok(kRead, "the probe object came back byte by byte");
  }

  /// With the lease's own calls, on a key of its own.
  void conditions() {
    if (findings_.hidden(kConditions, {kRead, kDelete})) return;  // what was written is read back
    if (!bucket_.session) return findings_.skip(kConditions, "a folder: its lock does that");
    constexpr const char* kRemedy =
        "let one machine alone work on this slot: no lease in the bucket can keep a second one away";
    if (!bucket_.leases)
      return findings_.warn(kConditions, "this provider takes no conditional writes", kRemedy);
    Probe lease(*bucket_.writing);
    lease.may_exist();
    const auto created = bucket_.leases->write_lease(lease.key(), "{}", std::nullopt);
    if (created) {
      const auto second = bucket_.leases->write_lease(lease.key(), "{\"second\":true}", std::nullopt);
      if (second)
        findings_.warn(kConditions, "a write on a condition that does not hold was carried out", kRemedy);
      else if (second.error().fault == Fault::kConflict)
        findings_.ok(kConditions, "a write on a condition that does not hold is refused");
      else
        findings_.fail(kConditions, second.error());
    } else if (created.error().fault == Fault::kUnsupported) {
      findings_.warn(kConditions, "this server takes no conditional writes", kRemedy);
    } else {
      findings_.fail(kConditions, created.error());
    }
  }

  const Subject& subject_;
  const Bucket& bucket_;
  Findings& findings_;
  Probe probe_;
  bool stands_ = false;
};

/// The endpoint without credentials: name, connection, certificate, clock. True: it can be asked.
bool look_at_endpoint(const Subject& subject, const std::string& origin, Findings& findings) {
  const BucketSpec& bucket = subject.desired.bucket;
  const net::Contact seen = net::contact(origin, {.ca_file = bucket.ca_file});
  if (!judge_contact("bucket", seen, subject.clock.now(), findings)) {
    for (const char* id :
         {"bucket/clock", kKeys, kExists, kAccess, kWrite, kRead, kDelete, kConditions, kLifecycle})
      findings.hidden(id, {"bucket/dns", "bucket/tcp", "bucket/tls"});
    return false;
  }
  const auto client = net::Client::make({.ca_file = bucket.ca_file});
  std::optional<Seconds> ahead;
  if (client)
    ahead =
        clock_ahead(**client, {.method = "HEAD", .url = origin + "/", .deadline = net::Milliseconds(20'000)},
                    subject.clock);
  judge_clock("bucket", ahead, findings);
  return true;
}

Access ask_with_keys(const Subject& subject, const Bucket& bucket, Findings& findings) {
  const s3::Call call{.verb = "list", .query = {{"list-type", "2"}, {"max-keys", "1"}}};
  const auto answer = bucket.session->exchange(call);
  if (!answer) {
    findings.fail(kAccess, answer.error());
    findings.skip_on(kKeys, kAccess, "the keys were not weighed");
    findings.skip_on(kExists, kAccess, "the bucket was not looked at");
    return Access::kRefused;
  }
  const Error refusal = answer->ok() ? Error{} : bucket.session->refusal(call, *answer);
  return judge_access(*answer, refusal, subject.desired.bucket.create, findings);
}

Access look_at_folder(const Subject& subject, const Bucket& bucket, Findings& findings) {
  for (const char* id : {"bucket/dns", "bucket/tcp", "bucket/tls", "bucket/clock", kKeys})
    findings.skip(id, "the bucket is a folder on this machine");
  const std::string path = subject.desired.bucket.path.string();
  const auto exists = bucket.reading->bucket_exists();
  const bool absent = exists && !*exists;
  if (!exists)
    findings.fail(kExists, exists.error());
  else if (*exists)
    findings.ok(kExists, path + " is a bucket");
  else if (subject.desired.bucket.create)
    findings.ok(kExists, "there is no folder yet: the next pass makes it (create: true)");
  else
    findings.fail(kExists, path + " is no bucket",
                  "check bucket.path, or let the first pass make it: bucket.create: true");
  if (!findings.hidden(kAccess, {kExists})) findings.skip(kAccess, "the bucket is a folder on this machine");
  if (findings.failed(kExists)) return Access::kRefused;
  return absent ? Access::kAbsent : Access::kReadable;
}

/// Credentials that are not there, or an address that is none: what needs neither is looked at all the same.
void without_keys(const Subject& subject, Findings& findings) {
  const BucketSpec& spec = subject.desired.bucket;
  const auto address = s3::resolve(s3::profile_of(spec.provider), {.bucket = spec.name,
                                                                   .endpoint = spec.endpoint,
                                                                   .region = spec.region,
                                                                   .addressing = spec.addressing,
                                                                   .allow_http = spec.allow_http});
  if (address) look_at_endpoint(subject, address->origin, findings);
  findings.fail(kKeys, subject.bucket.error());
  for (const char* id : {kExists, kAccess, kWrite, kRead, kDelete, kConditions, kLifecycle})
    findings.hidden(id, {kKeys});
  look_at_retention(subject, nullptr, findings);
  look_at_public(subject, nullptr, nullptr, findings);
}

}  // namespace

void look_at_bucket(const Subject& subject, Findings& findings) {
  if (!subject.bucket) return without_keys(subject, findings);
  const Bucket& bucket = *subject.bucket;
  Access access = Access::kRefused;
  if (!bucket.session)
    access = look_at_folder(subject, bucket, findings);
  else if (look_at_endpoint(subject, bucket.session->address().origin, findings))
    access = ask_with_keys(subject, bucket, findings);
  if (access == Access::kAbsent)
    for (const char* id : {kWrite, kRead, kDelete, kConditions, kLifecycle})
      findings.skip(id, "there is no bucket yet");
  look_at_lifecycle(subject, bucket, findings);
  WriteReadDelete trial(subject, bucket, findings);
  const Probe* probe = access == Access::kReadable ? trial.begin() : nullptr;
  if (access == Access::kRefused) trial.nothing();
  look_at_public(subject, &bucket, probe, findings);
  trial.end();
}

}  // namespace reconcile::doctor
