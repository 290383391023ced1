#include "reconciler/model/plan_json.h"

#include "generate.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reconciler/base/bytes.h"

namespace reconcile {
namespace {

using testing_plans::any_plan;

void expect_same(const Plan& a, const Plan& b) {
  RC_ASSERT(a.publication == b.publication);
  RC_ASSERT(a.manifest == b.manifest);
  RC_ASSERT(a.manifest_digest == b.manifest_digest);
  RC_ASSERT(a.revision == b.revision);
  RC_ASSERT(a.made == b.made);
  RC_ASSERT(a.domains == b.domains);
  RC_ASSERT(a.steps == b.steps);
  RC_ASSERT(a.notes == b.notes);
  RC_ASSERT(a.refusals == b.refusals);
  RC_ASSERT(a.counts == b.counts);
  RC_ASSERT(a.digest == b.digest);
}

RC_GTEST_PROP(PlanJson, ASavedPlanReadsBackWhole, ()) {
  const Plan plan = any_plan();
  const Result<Plan> read = parse_plan(print_plan(plan, "1.2.3", 2));
  if (!read) RC_FAIL(read.error().cause);
  expect_same(*read, plan);
}

RC_GTEST_PROP(PlanJson, ADamagedPlanIsNeverReadAsAnotherSetOfSteps, ()) {
  const Plan plan = any_plan();
  std::string text = print_plan(plan, "1.2.3");
  const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
  text[at] = *rc::gen::arbitrary<char>();
  if (*rc::gen::arbitrary<bool>()) text.resize(*rc::gen::inRange<std::size_t>(0, text.size()));
  const Result<Plan> read = parse_plan(text);
  // Words (causes, forecasts) are not under the digest; what is done is.
  if (read) RC_ASSERT(canonical_actions_json(*read) == canonical_actions_json(plan));
}

Plan upload_and_commit(Instant now) {
  Plan out;
  out.publication = "p";
  UploadFile upload;
  upload.name = "a.parquet";
  upload.key = ObjectKey("data/a.parquet");
  WriteIndex write;
  write.key = ObjectKey("i/00000001.json");
  write.index.seq = 1;
  write.index.time = now;
  write.index.objects = {{upload.key, Bytes(1), {}, now, {}}};
  CommitAction commit;
  commit.text = "rc1|" + std::to_string(now.time_since_epoch().count());
  out.steps = {
      {upload, "new since " + std::to_string(now.time_since_epoch().count())}, {write, ""}, {commit, ""}};
  out.made = now;
  return out;
}

TEST(PlanDigest, DoesNotChangeWithTheTimeOfPlanning) {
  const Plan now = upload_and_commit(Instant(Seconds(1000))),
             later = upload_and_commit(Instant(Seconds(9999)));
  EXPECT_EQ(canonical_actions_json(now), canonical_actions_json(later));
  EXPECT_EQ(digest_of(now), digest_of(later));
}

TEST(PlanDigest, IsThatOfTheSameManifestWhereverItComesFrom) {
  Plan plan = upload_and_commit(Instant(Seconds(1000)));
  const Sha256 before = digest_of(plan);
  plan.revision = Revision{std::string(40, 'a'), "ops"};
  EXPECT_EQ(digest_of(plan), before) << "the merge of a commit that was approved has another name";
}

TEST(PlanDigest, ChangesWithAPreconditionAPublicationAManifestAndAnEntry) {
  const Plan plan = upload_and_commit(Instant(Seconds(1000)));
  Plan touched = plan, renamed = plan, edited = plan, other_entry = plan;
  std::get<UploadFile>(touched.steps[0].action).identity.mtime_ns = 1;
  renamed.publication = "q";
  edited.manifest_digest = Sha256({1});
  std::get<WriteIndex>(other_entry.steps[1].action).index.objects[0].size = Bytes(2);
  for (const Plan& changed : {touched, renamed, edited, other_entry})
    EXPECT_NE(digest_of(changed), digest_of(plan));
}

TEST(PlanDigest, CoversTheCommitmentsTextWhereNoNewIndexMakesItUncertain) {
  Plan a = upload_and_commit(Instant(Seconds(1000)));
  std::get<WriteIndex>(a.steps[1].action).already_there = true;
  Plan b = a;
  std::get<CommitAction>(b.steps[2].action).text = "rc1|elsewhere";
  EXPECT_NE(digest_of(a), digest_of(b));
}

TEST(PlanDigest, IsTakenOverCanonicalJson) {
  Plan plan;
  plan.publication = "p";
  plan.steps = {{CreateBucket{"b"}, "asked for"}};
  EXPECT_EQ(
      canonical_actions_json(plan),
      R"({"actions":[{"after":{"bucket":"b"},"kind":"create-bucket","precondition":{"bucket":"absent"}}],)"
      R"("manifest":"0000000000000000000000000000000000000000000000000000000000000000",)"
      R"("publication":"p","schema":"reconcile.plan/v1"})");
}

std::string cause_of(const std::string& text) {
  const Result<Plan> read = parse_plan(text);
  return read ? "read" : read.error().cause;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(PlanJson, RefusesWithThePlace) {
  Plan plan = upload_and_commit(Instant(Seconds(1000)));
  plan.digest = digest_of(plan);
  const std::string good = print_plan(plan, "1.0.0");
  ASSERT_EQ(cause_of(good), "read");
  EXPECT_EQ(cause_of(replaced(good, "\"mtimeNs\": \"0\"", "\"mtimeNs\": 0")),
            "plan: actions[0].precondition.file.mtimeNs is not a string");
  EXPECT_EQ(cause_of(replaced(good, "\"upload-file\"", "\"upload\"")),
            "plan: actions[0].kind is none of the actions");
  EXPECT_EQ(cause_of(replaced(good, "\"replaces\": false", "\"replaces\": true")),
            "plan: the actions do not match the digest");
  EXPECT_EQ(cause_of("{}"), "plan: schemaVersion is missing");
  EXPECT_EQ(cause_of("[]"), "plan: the whole is not an object");
  EXPECT_EQ(cause_of(""), "plan: not JSON");
}

TEST(PlanJson, RefusesAnotherMajorVersionAndTakesALaterMinorOne) {
  Plan plan = upload_and_commit(Instant(Seconds(1000)));
  plan.digest = digest_of(plan);
  const std::string good = print_plan(plan, "1.0.0");
  const Result<Plan> two = parse_plan(replaced(good, "\"1.0\"", "\"2.0\""));
  ASSERT_FALSE(two);
  EXPECT_EQ(two.error().fault, Fault::kUnsupported);
  EXPECT_TRUE(parse_plan(replaced(good, "\"1.0\"", "\"1.7\", \"unheardOf\": [1]")));
}

TEST(PlanJson, RefusesADeepTextBeforeParsingIt) {
  EXPECT_EQ(cause_of(std::string(1'000'000, '[')), "plan: nested too deep");
  EXPECT_EQ(cause_of("\"" + std::string(100, '[') + "\""), "plan: the whole is not an object");
}

}  // namespace
}  // namespace reconcile
