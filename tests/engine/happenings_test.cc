#include "reconciler/engine/happenings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::vector<std::string> told(const PassResult& result, bool settled = false) {
  std::vector<std::string> out;
  for (const StatusEvent& event : happenings(&result, judge(Desired{}, result), settled))
    out.push_back(event.reason + (event.warning ? "! " : " ") + event.address + ": " + event.message);
  return out;
}

ActionOutcome done(const std::string& address, const std::string& verb, const std::string& detail = "") {
  return {address, verb, ActionOutcome::Kind::kDone, {}, detail};
}

TEST(Happenings, WhatWasDoneIsSummedUp) {
  PassResult pass;
  pass.report.emplace();
  pass.report->outcomes = {done("objects/a", "create"),     done("objects/b", "create"),
                           done("index/i/1.json", "index"), done("chain/commitment", "commit", "block 12"),
                           done("objects/old", "delete"),   done("buffer/a", "release")};
  pass.report->uploaded_bytes = 2048;
  pass.report->deleted_bytes = 1024;
  pass.left.emplace();
  EXPECT_THAT(told(pass),
              ElementsAre("Uploaded objects: 2 objects, 2.0 KiB sent with indexes",
                          "Expired objects: 1 object, 1.0 KiB", "IndexWritten index: 1 index",
                          "Committed chain/commitment: 1 commitment: block 12", "Released buffer: 1 file"));
}

TEST(Happenings, AThousandFailuresOfOneKindAreOneEvent) {
  PassResult pass;
  pass.report.emplace();
  for (int i = 0; i < 1000; ++i)
    pass.report->outcomes.push_back({"objects/" + std::to_string(i), "create", ActionOutcome::Kind::kFailed,
                                     Error{Fault::kTransient, "put: HTTP 503", "again"}, ""});
  pass.report->outcomes.push_back({"objects/x", "create", ActionOutcome::Kind::kFailed,
                                   Error{Fault::kDenied, "put: HTTP 403", "ask"}, ""});
  pass.left.emplace();
  EXPECT_THAT(told(pass), UnorderedElementsAre("BucketUnavailable! objects: put: HTTP 503 (and 999 more)",
                                               "PermissionDenied! objects: put: HTTP 403"));
}

TEST(Happenings, GuardsFilesAndDriftAreTold) {
  PassResult pass;
  pass.plan.refusals = {
      {"objects", "maxDeletes", "--allow maxDeletes=4", {Fault::kDenied, "4 are over 3", ""}},
      {"buffer/bad.gz", "", "", {Fault::kInvalidInput, "truncated gzip", "repair it"}}};
  pass.plan.notes = {{Note::Kind::kWarning, "buffer/link", "is a symlink", "never read"},
                     {Note::Kind::kWaiting, "buffer/new", "still being written", "looked at again"},
                     {Note::Kind::kWarning, "objects/gone", "gone", "drift: deleted by others"}};
  EXPECT_THAT(
      told(pass),
      ElementsAre("DriftDetected! objects/gone: others changed it since it was last in agreement",
                  "FileRefused! buffer/link: is a symlink", "FileRefused! buffer/bad.gz: truncated gzip",
                  "GuardBlocked! objects: maxDeletes: 4 are over 3"));
}

TEST(Happenings, ManyFilesAreAFewAndANumber) {
  PassResult pass;
  for (int i = 0; i < 1000; ++i)
    pass.plan.notes.push_back(
        {Note::Kind::kWarning, "buffer/" + std::to_string(i), "is a FIFO", "never read"});
  const std::vector<std::string> all = told(pass);
  ASSERT_EQ(all.size(), kToldFilesMax + 1);
  EXPECT_EQ(all.back(), "FileRefused! buffer: 995 more files were not taken");
}

TEST(Happenings, AQuarantinedFileIsToldOnceItWasMoved) {
  PassResult pass;
  pass.plan.steps = {{QuarantineFile{"a.gz", {}, "truncated at byte 9"}, ""},
                     {QuarantineFile{"b.gz", {}, "bad"}, ""}};
  EXPECT_THAT(told(pass), IsEmpty());
  pass.report.emplace();
  pass.report->outcomes = {done("buffer/a.gz", "quarantine"),
                           {"buffer/b.gz", "quarantine", ActionOutcome::Kind::kNotReached, {}, ""}};
  pass.left.emplace();
  EXPECT_THAT(told(pass), ElementsAre("Quarantined! buffer/a.gz: truncated at byte 9"));
}

TEST(Happenings, ASettingThatDiffersIsDriftOnlyOnceItWasSet) {
  PassResult pass;
  pass.plan.steps = {{SetLifecycle{}, "manifest p.yaml:3"}, {CommitAction{}, "the index changes"}};
  EXPECT_THAT(drift_in(pass, false), IsEmpty());
  EXPECT_THAT(drift_in(pass, true), ElementsAre("bucket/lifecycle"));
}

TEST(Happenings, ALeaseThatChangesHandsIsTold) {
  PassResult pass;
  pass.report.emplace();
  pass.left.emplace();
  pass.lease = LeaseSeen{.held = true, .other_holder = true};
  EXPECT_THAT(told(pass), IsEmpty()) << "it was given back: nothing happened";
  pass.lease = LeaseSeen{.held = true, .lost = true, .other_holder = true, .taken_from = "process 7 on m"};
  EXPECT_THAT(told(pass),
              ElementsAre("LeaseTakenOver! bucket/lease: taken over from process 7 on m",
                          "LeaseLost! bucket/lease: lost while a pass was at work; nothing more was begun"));
  pass = {};
  pass.plan.steps = {{CommitAction{}, ""}};
  pass.lease.emplace();
  pass.refused = Error{Fault::kConflict, "process 7 on m holds the lease", "wait"};
  pass.refused_by = PassResult::RefusedBy::kLease;
  EXPECT_THAT(told(pass), ElementsAre("LeaseHeld! bucket/lease: process 7 on m holds the lease"));
}

TEST(Happenings, APassThatCouldNotTakePlaceSaysWhyUnlessItWasAskedToStop) {
  const auto reasons = [](const Verdict& verdict) {
    std::vector<std::string> out;
    for (const StatusEvent& event : happenings(nullptr, verdict, true)) out.push_back(event.reason);
    return out;
  };
  EXPECT_THAT(reasons(judge("local", Error{Fault::kAuth, "no key", ""})), ElementsAre("CredentialsRejected"));
  EXPECT_THAT(reasons(judge("local", Error{Fault::kCancelled, "asked to stop", ""})), IsEmpty());
}

}  // namespace
}  // namespace reconcile
