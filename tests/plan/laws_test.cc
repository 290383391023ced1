// What holds for every plan, whatever the world: the laws of the planner.

#include "tests/plan/generate.h"
#include <algorithm>
#include <set>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "reconciler/base/units.h"
#include "reconciler/plan/plan.h"

namespace reconcile::laws {
namespace {

Plan planned(const World& world) { return plan(world.desired, observe(world), world.allowances); }

/// What goes for good on the strength of what was seen, each under its own name: not the files whose upload
/// and commit the same plan carries out and verifies first.
std::set<std::string> losses(const World& world, const Plan& plan) {
  std::set<std::string> out, published;
  bool commits = strategy_of(world.desired) == Strategy::kNone;
  for (const Step& step : plan.steps) {
    if (const auto* upload = std::get_if<UploadFile>(&step.action)) published.insert(upload->name);
    commits = commits || std::holds_alternative<WriteIndex>(step.action) ||
              std::holds_alternative<CommitAction>(step.action);
  }
  if (!commits) published.clear();
  for (const Step& step : plan.steps) {
    const std::string address = address_of(step.action);
    const auto* release = std::get_if<ReleaseFile>(&step.action);
    if (release && !published.contains(release->name)) out.insert("release " + address);
    if (std::holds_alternative<ExpireObject>(step.action)) out.insert("expire " + address);
    if (std::holds_alternative<SetLifecycle>(step.action))
      out.insert("rules");  // the provider deletes by them
  }
  return out;
}

std::set<std::string> named(const Plan& plan) {
  std::set<std::string> out;
  for (const Step& step : plan.steps)
    out.insert(std::string(verb_of(step.action)) + " " + address_of(step.action));
  return out;
}

/// Refusals that stop everything behind them: lifting one may uncover others.
std::set<std::string> gates(const Plan& plan) {
  std::set<std::string> out;
  for (const Refusal& refusal : plan.refusals)
    if (refusal.guard == "foreign-commitment" || refusal.guard == "lost-index" || refusal.guard == "vanished")
      out.insert(refusal.guard);
  return out;
}

std::set<std::string> refused(const Plan& plan) {
  std::set<std::string> out;
  for (const Refusal& refusal : plan.refusals)
    out.insert(refusal.address + " " + (refusal.guard.empty() ? refusal.error.cause : refusal.guard));
  return out;
}

template <class T>
bool within(const std::set<T>& small, const std::set<T>& large) {
  return std::includes(large.begin(), large.end(), small.begin(), small.end());
}

/// Every file in its turn for last-file; then one to publish, one for rules that had to wait, one for the
/// single age that falls due while it settles, and the last, which must find nothing to do.
std::size_t passes_max(const World& world) { return world.files.size() + 4; }

/// Only looks: bytes that are there already are verified again in every pass that may not publish them.
bool writes_nothing(const Plan& plan) {
  return std::all_of(plan.steps.begin(), plan.steps.end(), [](const Step& step) {
    const auto* upload = std::get_if<UploadFile>(&step.action);
    return upload && upload->already_there;
  });
}

World settle(World world) {
  for (std::size_t left = passes_max(world); left > 0; --left) {
    const Plan next = planned(world);
    RC_LOG() << lines_of(world) << lines_of(world) << "pass:\n" << lines_of(next);
    if (writes_nothing(next)) return world;
    world = apply(std::move(world), next);
    for (auto& [name, file] : world.files) file.staged = true;  // an applying pass compresses, then plans
    world.journal.deleted_objects = 0;                          // far enough apart for the guards' window
    world.journal.deleted_bytes = Bytes(0);
    world.now += Seconds(1200);
  }
  RC_LOG() << "and still:\n" << lines_of(planned(world));
  RC_FAIL("it does not settle");
}

RC_GTEST_PROP(PlanLaws, WantNothingOfAWorldThatAgrees, ()) {
  const World world = converged_world();
  const Plan p = planned(world);
  RC_LOG() << lines_of(world) << lines_of(p);
  RC_ASSERT(p.empty());
}

RC_GTEST_PROP(PlanLaws, TheSameWorldGivesTheSamePlan, ()) {
  const World world = any_world();
  const Plan one = planned(world), two = planned(world);
  RC_ASSERT(one.steps == two.steps);
  RC_ASSERT(one.refusals == two.refusals);
  RC_ASSERT(one.digest == two.digest);
}

RC_GTEST_PROP(PlanLaws, TimeAloneChangesNothingBeforeSomethingFallsDue, ()) {
  World world = any_world();
  const Plan now = planned(world);
  world.now += Seconds(*rc::gen::inRange<std::int64_t>(0, quiet_time(world).count() + 1));
  const Plan later = planned(world);
  RC_LOG() << lines_of(world) << lines_of(now) << "later:\n" << lines_of(later);
  RC_ASSERT(now.digest == later.digest);
  RC_ASSERT(refused(now) == refused(later));
}

// L1, and on the way S1 to S6: apply() fails at the first step that breaks a promise.
RC_GTEST_PROP(PlanLaws, ApplyingPlansSettlesAndKeepsEveryPromise, ()) { settle(any_world()); }

// L1 as the world has it: a planner that does nothing settles too.
RC_GTEST_PROP(PlanLaws, WhereNothingIsInTheWayEverythingIsPublished, ()) {
  World world = calm_world();
  for (auto& [name, file] : world.files) file.staged = true;
  const std::map<std::string, File> files = world.files;
  world = settle(std::move(world));
  const Plan last = planned(world);
  RC_LOG() << lines_of(last);
  const auto on_chain = named_on_chain(world);
  for (const auto& [name, file] : files) {
    const bool kept = world.desired.buffer.after_publish == AfterPublish::kKeep;
    if (file.state != BufferFile::State::kReady || kept) continue;
    RC_ASSERT(!world.files.contains(name));
    const IndexEntry bytes = entry_of(ObjectKey(), {uploaded_content(file), world.now, ""});
    const auto same = [&](const IndexEntry& e) { return e.sha256 == bytes.sha256 && e.size == bytes.size; };
    RC_ASSERT(std::any_of(world.objects.begin(), world.objects.end(),
                          [&](const auto& object) { return same(entry_of(object.first, object.second)); }));
    if (!has_index(world.desired)) continue;
    RC_ASSERT(on_chain.has_value());
    RC_ASSERT(std::any_of(on_chain->begin(), on_chain->end(),
                          [&](const auto& entry) { return same(entry.second); }));
  }
  RC_ASSERT(last.empty());
}

RC_GTEST_PROP(PlanLaws, OrderThatMeansNothingChangesNothing, ()) {
  const World world = any_world();
  const Plan one = planned(world);
  const Plan two = plan(shuffled(world.desired), shuffled(observe(world)), world.allowances);
  RC_LOG() << lines_of(world) << lines_of(one) << "shuffled:\n" << lines_of(two);
  RC_ASSERT(named(one) == named(two));
  for (std::size_t i = 0; i < one.steps.size(); ++i) {
    Action a = one.steps[i].action, b = two.steps[i].action;
    if (auto* set = std::get_if<SetLifecycle>(&a)) set->before = {};  // as it was read, to be compared
    if (auto* set = std::get_if<SetLifecycle>(&b)) set->before = {};
    for (Action* action : {&a, &b}) {  // which of two rules is named as the cause is a matter of words
      if (auto* set = std::get_if<SetLifecycle>(action))
        for (SetLifecycle::Change& change : set->changes) change.cause.clear();
      if (auto* expire = std::get_if<ExpireObject>(action)) expire->rule.clear();
    }
    RC_ASSERT(a == b);
  }
  RC_ASSERT(refused(one) == refused(two));
}

RC_GTEST_PROP(PlanLaws, LooserGuardsTakeNothingAway, ()) {
  World world = any_world();
  const Plan tight = planned(world);
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      world.desired.guards.max_deletes += *rc::gen::inRange(1u, 10u);
      break;
    case 1:
      world.desired.guards.max_delete_percent = 100;
      break;
    case 2:
      world.desired.guards.max_delete_bytes = Bytes(1 << 30);
      break;
    default:
      world.allowances.add(*rc::gen::element<std::string>("maxDeletes", "maxDeletePercent", "maxDeleteBytes",
                                                          "vanished", "foreign-commitment", "lost-index"));
  }
  const Plan loose = planned(world);
  RC_LOG() << lines_of(world) << lines_of(tight) << "looser:\n" << lines_of(loose);
  RC_ASSERT(within(named(tight), named(loose)));
  if (gates(tight) == gates(loose)) RC_ASSERT(within(refused(loose), refused(tight)));
}

// S4: what is not known never leads to a loss.
RC_GTEST_PROP(PlanLaws, KnowingLessLosesNothing, ()) {
  World world = any_world();
  // Guards count what is seen: less of it is within them sooner.
  world.allowances.add("vanished");
  world.desired.guards = {1000, 100, Bytes(1 << 30), Seconds(86400)};
  const Observed whole = observe(world);
  const Plan knowing = plan(world.desired, whole, world.allowances);
  for (int which = 0; which < kObservations; ++which) {
    const Plan guessing = plan(world.desired, less_known(whole, which), world.allowances);
    if (within(losses(world, guessing), losses(world, knowing))) continue;
    RC_LOG() << lines_of(world) << lines_of(knowing) << "knowing less:\n" << lines_of(guessing);
    RC_FAIL("knowing less loses more");
  }
}

// S3, across the whole plan: also what the coming index names stays.
RC_GTEST_PROP(PlanLaws, NothingIsBothNamedAndExpired, ()) {
  const World world = any_world();
  const Plan p = planned(world);
  RC_LOG() << lines_of(world) << lines_of(p);
  std::set<ObjectKey> kept;
  if (const auto on_chain = named_on_chain(world))
    for (const auto& [key, entry] : *on_chain) kept.insert(key);
  for (const Step& step : p.steps) {
    if (const auto* index = std::get_if<WriteIndex>(&step.action))
      for (const IndexEntry& entry : index->index.objects) kept.insert(entry.key);
    if (const auto* upload = std::get_if<UploadFile>(&step.action)) kept.insert(upload->key);
    if (const auto* expire = std::get_if<ExpireObject>(&step.action)) RC_ASSERT(!kept.contains(expire->key));
  }
}

}  // namespace
}  // namespace reconcile::laws
