#include "reconciler/engine/lease.h"

#include "tests/engine/publication.h"

#include <gtest/gtest.h>

#include "reconciler/engine/verdict.h"

namespace reconcile {
namespace {

using testing_world::Publication;
using testing_world::TestClock;

const LeaseHolder kSelf{"miner-1", 11, "aaaaaaaaaaaaaaaa", "kernel-1"};
const LeaseHolder kOther{"miner-2", 22, "bbbbbbbbbbbbbbbb", "kernel-2"};

/// A lease in memory, with faults on demand.
class FakeLeases final : public LeaseStore {
 public:
  explicit FakeLeases(TestClock& clock) : clock_(clock) {}

  Result<LeaseView> read_lease(const ObjectKey&) override {
    const std::scoped_lock lock(mutex_);
    ++reads;
    if (broken) return fail(*broken);
    return LeaseView{stored, now()};
  }
  Result<std::string> write_lease(const ObjectKey&, const std::string& text,
                                  const std::optional<std::string>& expected) override {
    const std::scoped_lock lock(mutex_);
    ++writes;
    if (broken) return fail(*broken);
    if (expected.has_value() != stored.has_value() || (expected && *expected != stored->etag))
      return fail(Fault::kConflict, "not what was expected", "");
    stored = StoredLease{text, "etag " + std::to_string(writes), now()};
    if (lose_answers-- > 0) return fail(Fault::kUnknownOutcome, "the answer was lost", "");
    return stored->etag;
  }

  void give_to(const LeaseHolder& holder, Seconds until = kLeaseTtl) {
    const std::uint64_t token = stored ? document().token + 1 : 1;
    stored = StoredLease{print_lease({holder, token, now(), now() + until}), "theirs", now()};
  }
  LeaseDocument document() const { return parse_lease(stored->text).value(); }
  Instant now() const { return clock_.now() + ahead; }

  Seconds ahead{0};  ///< of the machine's clock
  std::optional<StoredLease> stored;
  std::optional<Error> broken;
  int lose_answers = 0;
  int reads = 0, writes = 0;

 private:
  TestClock& clock_;
  std::mutex mutex_;
};

class LeaseTest : public testing::Test {
 protected:
  TestClock clock;
  FakeLeases store{clock};
  Lease lease{store, clock, {.slot = "slot", .self = kSelf, .certainly_gone = {}}};
};

TEST_F(LeaseTest, IsWrittenWhenTakenAndEndsWhenGivenBack) {
  ASSERT_TRUE(lease.take().value().held);
  EXPECT_EQ(store.document().holder, kSelf);
  EXPECT_GT(store.document().expires, store.now());
  EXPECT_EQ(lease.token(), store.document().token);
  ASSERT_TRUE(lease.give_back());
  EXPECT_LE(store.document().expires, store.now());
  EXPECT_FALSE(lease.token());
  EXPECT_EQ(store.writes, 2);
}

TEST_F(LeaseTest, CountsByTheStoresClockAlone) {
  for (const Seconds ahead : {Seconds(-86'400), Seconds(86'400)}) {
    store.ahead = ahead;
    store.stored.reset();
    const Lease::Taken taken = lease.take().value();
    ASSERT_TRUE(taken.held);
    EXPECT_EQ(taken.store_ahead, ahead);
    EXPECT_EQ(store.document().expires - store.stored->modified, kLeaseTtl);
    clock.ahead += kLeaseTtl / 2;
    ASSERT_TRUE(lease.keep());
    EXPECT_EQ(store.document().expires - store.stored->modified, kLeaseTtl);
  }
}

TEST_F(LeaseTest, IsRenewedOnceAThirdOfItsTimeHasPassed) {
  ASSERT_TRUE(lease.take());
  const LeaseDocument first = store.document();
  clock.ahead += kLeaseTtl / 3 - Seconds(5);
  ASSERT_TRUE(lease.keep());
  EXPECT_EQ(store.writes, 1);
  clock.ahead += Seconds(5);
  ASSERT_TRUE(lease.keep());
  EXPECT_EQ(store.writes, 2);
  EXPECT_EQ(store.document().token, first.token);
  EXPECT_GE(store.document().expires, first.expires + kLeaseTtl / 3);
  clock.ahead -= Seconds(86'400);  // set back: nobody knows how long it has been
  ASSERT_TRUE(lease.keep());
  EXPECT_EQ(store.writes, 3);
}

TEST_F(LeaseTest, ThatAnotherTookOverIsLostForGood) {
  ASSERT_TRUE(lease.take());
  store.give_to(kOther);
  clock.ahead += kLeaseTtl / 3;
  for (int i = 0; i < 2; ++i) {
    const Result<void> kept = lease.keep();
    ASSERT_FALSE(kept);
    EXPECT_EQ(kept.error().fault, Fault::kConflict);
    EXPECT_NE(kept.error().cause.find("process 22 on miner-2"), std::string::npos) << kept.error().cause;
  }
  EXPECT_TRUE(lease.lost());
  ASSERT_TRUE(lease.give_back());
  EXPECT_EQ(store.document().holder, kOther) << "it was not ours to give";
}

TEST_F(LeaseTest, RunningOutWithNobodyThereToTakeItIsNoLoss) {
  ASSERT_TRUE(lease.take());
  clock.ahead += 2 * kLeaseTtl;
  EXPECT_TRUE(lease.keep());
  EXPECT_GT(store.document().expires, store.now());
}

TEST_F(LeaseTest, ABucketThatCannotBeReachedStopsUsBeforeItRunsOut) {
  ASSERT_TRUE(lease.take());
  store.broken = Error{Fault::kTransient, "timeout", "later", {}};
  clock.ahead += kLeaseTtl / 2;
  EXPECT_TRUE(lease.keep()) << "there is time to try again";
  clock.ahead += kLeaseTtl / 6;
  const Result<void> kept = lease.keep();
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().fault, Fault::kTransient);
  store.broken.reset();
  EXPECT_FALSE(lease.keep()) << "what was told stays told";
}

TEST_F(LeaseTest, ALostAnswerIsSettledByReading) {
  store.lose_answers = 1;
  ASSERT_TRUE(lease.take().value().held);
  clock.ahead += kLeaseTtl / 3;
  store.lose_answers = 1;
  ASSERT_TRUE(lease.keep());
  EXPECT_FALSE(lease.lost());
  ASSERT_TRUE(lease.give_back());
  EXPECT_LE(store.document().expires, store.now());
}

TEST_F(LeaseTest, IsDoneWithoutWhereTheStoreCannotHoldOne) {
  store.stored.reset();
  Lease::Taken taken = lease.take().value();
  ASSERT_TRUE(taken.held);
  ASSERT_TRUE(lease.give_back());
  class None final : public LeaseStore {
   public:
    Result<LeaseView> read_lease(const ObjectKey&) override { return LeaseView{}; }
    Result<std::string> write_lease(const ObjectKey&, const std::string&,
                                    const std::optional<std::string>&) override {
      ++asked;
      return fail(Fault::kUnsupported, "no conditional writes", "");
    }
    int asked = 0;
  } none;
  Lease without(none, clock, {.slot = "slot", .self = kSelf, .certainly_gone = {}});
  taken = without.take().value();
  EXPECT_FALSE(taken.held);
  EXPECT_TRUE(taken.found_out);
  EXPECT_TRUE(without.taken());
  clock.ahead += kLeaseTtl;
  EXPECT_TRUE(without.keep());
  EXPECT_FALSE(without.token());
  EXPECT_TRUE(without.give_back());
  EXPECT_FALSE(without.take().value().found_out);
  EXPECT_EQ(none.asked, 1);
}

// ---- in a pass

class LeasedPass : public testing::Test, public Events {
 protected:
  void emit(const Event& event) override {
    if (on_event) on_event(event);
  }
  PassResult pass() {
    WritePorts own = p.ports();
    WritePorts ports{own.store,   own.chain, own.buffer,  own.journal, own.clock,
                     own.readers, *this,     own.checker, own.signer,  &lease};
    PassOptions options;
    options.apply.uploads.parallelism = 1;
    options.approve = approve;
    return run_pass(p.desired, p.site, ports, options);
  }
  static std::string errors(const PassResult& result) {
    std::string out = result.refused ? result.refused->cause + "\n" : "";
    if (result.report)
      for (const ActionOutcome& outcome : result.report->outcomes)
        if (outcome.error) out += outcome.address + ": " + outcome.error->cause + "\n";
    return out;
  }

  Publication p;
  FakeLeases store{p.clock};
  Lease lease{store, p.clock, {.slot = "slot", .self = kSelf, .certainly_gone = {}}};
  std::function<void(const Event&)> on_event;
  std::function<Result<Approval>(Plan&)> approve;
};

TEST_F(LeasedPass, HoldsItWhileItAppliesAndNotOtherwise) {
  p.write("a.bin", "one");
  std::uint64_t token = 0;
  on_event = [&](const Event& event) {
    if (event.address.starts_with("objects/")) token = lease.token().value_or(0);
  };
  const PassResult first = pass();
  ASSERT_TRUE(first.report->converged);
  ASSERT_TRUE(first.lease) << "nobody was there before";
  EXPECT_TRUE(first.lease->held && !first.lease->lost && first.lease->taken_from.empty());
  EXPECT_EQ(token, store.document().token);
  EXPECT_LE(store.document().expires, store.now());
  EXPECT_EQ(store.writes, 2);
  const auto head = p.store->head(ObjectKey("i/00000001.json")).value();
  ASSERT_TRUE(head);
  EXPECT_EQ(head->metadata.at(kLeaseTokenMetadata), std::to_string(token));
  const int reads = store.reads;
  EXPECT_TRUE(pass().plan.empty());
  EXPECT_EQ(store.writes, 2) << "S9";
  EXPECT_EQ(store.reads, reads);
}

TEST_F(LeasedPass, IsNotEvenAskedForWithoutApproval) {
  p.write("a.bin", "one");
  approve = [](Plan&) { return Result<Approval>(Approval::kNo); };
  pass();
  EXPECT_EQ(store.writes + store.reads, 0);
}

TEST_F(LeasedPass, OfAnotherLetsNothingBegin) {
  ASSERT_TRUE(pass().report);  // the bucket
  p.write("a.bin", "one");
  store.give_to(kOther);
  const PassResult result = pass();
  EXPECT_FALSE(result.report);
  ASSERT_TRUE(result.refused);
  EXPECT_EQ(result.refused_by, PassResult::RefusedBy::kLease);
  EXPECT_NE(result.refused->cause.find("process 22 on miner-2"), std::string::npos) << result.refused->cause;
  EXPECT_TRUE(p.in_buffer("a.bin"));
  EXPECT_EQ(p.commits(), 0u);
  EXPECT_EQ(store.document().holder, kOther);
  ASSERT_TRUE(result.lease);
  EXPECT_FALSE(result.lease->held);
  const Verdict verdict = judge(p.desired, result);
  EXPECT_EQ(verdict.problem->reason, "Conflict");
  EXPECT_EQ(verdict.retry, Fault::kConflict);
  p.clock.ahead += kLeaseTtl;
  const PassResult later = pass();
  EXPECT_TRUE(later.report->converged) << "nobody has to unlock anything";
  ASSERT_TRUE(later.lease);
  EXPECT_TRUE(later.lease->held && later.lease->other_holder);
  EXPECT_EQ(later.lease->taken_from, "process 22 on miner-2");
  p.write("b.bin", "two");
  EXPECT_EQ(pass().lease->taken_from, "") << "it was ours, and given back";
}

TEST_F(LeasedPass, OfAnotherIsFoundOnceTheBucketIsMade) {
  p.write("a.bin", "one");
  store.give_to(kOther);
  const PassResult result = pass();
  ASSERT_TRUE(result.report);
  EXPECT_NE(errors(result).find("process 22 on miner-2"), std::string::npos) << errors(result);
  EXPECT_EQ(count_of(*result.report, ActionOutcome::Kind::kDone), 0u);
  EXPECT_EQ(count_of(*result.report, ActionOutcome::Kind::kFailed), 1u) << errors(result);
  EXPECT_EQ(p.commits(), 0u);
}

TEST_F(LeasedPass, TakenOverBeforeTheCommitmentStopsIt) {
  p.write("a.bin", "one");
  on_event = [&](const Event& event) {
    if (event.kind != Event::Kind::kDone || !event.address.starts_with("index/")) return;
    p.clock.ahead += kLeaseTtl;  // we stood still
    store.give_to(kOther);
  };
  const PassResult result = pass();
  EXPECT_EQ(p.commits(), 0u);
  EXPECT_TRUE(p.in_buffer("a.bin"));
  EXPECT_NE(errors(result).find("taken over by process 22 on miner-2"), std::string::npos) << errors(result);
  EXPECT_EQ(count_of(*result.report, ActionOutcome::Kind::kFailed), 1u) << "told once: " << errors(result);
  EXPECT_TRUE(result.lease && result.lease->held && result.lease->lost);
  EXPECT_EQ(store.document().holder, kOther);
}

TEST_F(LeasedPass, TakenOverBetweenUploadsBeginsNoFurtherOne) {
  for (const char* name : {"a.bin", "b.bin", "c.bin"}) p.write(name, name);
  int uploads = 0;
  on_event = [&](const Event& event) {
    if (event.kind != Event::Kind::kDone || !event.address.starts_with("objects/")) return;
    ++uploads;
    p.clock.ahead += kLeaseTtl;
    store.give_to(kOther);
  };
  const PassResult result = pass();
  EXPECT_EQ(uploads, 1);
  EXPECT_EQ(count_of(*result.report, ActionOutcome::Kind::kFailed), 1u) << errors(result);
  EXPECT_EQ(p.commits(), 0u);
  EXPECT_FALSE(p.store->head(ObjectKey("i/00000001.json")).value());
}

TEST_F(LeasedPass, AWriterWhileThePlanWasMadeIsLookedAtAgain) {
  p.write("a.bin", "one");
  ASSERT_TRUE(pass().report->converged);
  p.write("b.bin", "two");
  approve = [&](Plan&) {  // after the observation: another came, wrote nothing that matters here, and went
    store.give_to(kOther, Seconds(0));
    return Result<Approval>(Approval::kYes);
  };
  EXPECT_TRUE(pass().report->converged);
  EXPECT_EQ(p.commits(), 2u);
  p.write("c.bin", "three");
  approve = [&](Plan&) {  // this time the plan would be another
    store.give_to(kOther, Seconds(0));
    EXPECT_TRUE(p.chain->commit(p.site.account, Commitment{{{Field::Kind::kRaw, {'x'}}}}));
    return Result<Approval>(Approval::kYes);
  };
  const PassResult result = pass();
  ASSERT_TRUE(result.refused);
  EXPECT_EQ(result.refused_by, PassResult::RefusedBy::kChange);
  EXPECT_EQ(p.commits(), 3u) << "theirs";
  EXPECT_TRUE(p.in_buffer("c.bin"));
  EXPECT_LE(store.document().expires, store.now()) << "given back";
}

TEST_F(LeasedPass, WorksOnTheEmbeddedBucketFromItsCreation) {
  Lease embedded(*p.store, p.clock, {.slot = "slot", .self = kSelf, .certainly_gone = {}});
  p.write("a.bin", "one");
  WritePorts ports = p.ports();
  ports.lease = &embedded;
  const PassResult result = run_pass(p.desired, p.site, ports, {});
  ASSERT_TRUE(result.report && result.report->converged) << errors(result);
  const LeaseView view = p.store->read_lease(lease_key("slot")).value();
  ASSERT_TRUE(view.lease);
  EXPECT_LE(parse_lease(view.lease->text).value().expires, view.now);
}

}  // namespace
}  // namespace reconcile
