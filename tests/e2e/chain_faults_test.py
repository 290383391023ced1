#!/usr/bin/env python3
"""Everything that can happen on the way to a node, in it and on its chain: one commit for a change all the same, or
words that say what stands in the way.
"""
import resource
import unittest

import chain_world
import world
from chain_world import SUBMIT

QUESTION = "state_queryStorageAt"
MEMORY_KIB_MAX = 400 << 10  # an endless answer must not fill the machine
# What is said of a bad answer, after the endpoint's address; empty where nothing is wrong with the reply as such.
ANSWERS = {
    "nested": ": the reply is no JSON-RPC answer: nested deeper",
    "no-result": ": the reply is no JSON-RPC answer: it has neither",
    "no-code": ": something failed",
    "garbage": ": the reply is no JSON-RPC answer: it is not JSON",
    "empty": ": the reply is no JSON-RPC answer: it is empty",
    "endless": ": the answer is longer than 16777216 bytes",
    "wrong-type": "",
}


class OnChain:
    """The chain itself moves."""

    def after_inclusion(self, act):
        """One pass, during which `act(block)` happens once the commit is in a block that is not final."""
        self.node.control("finality", paused=True)
        process = self.begin()
        try:
            (commit,) = world.eventually(self.commits, 30, "the commit in a block")
            act(commit["block"])
        finally:
            self.node.control("finality", lag=2)
            outcome = self.finish(process)
        return outcome

    def fork_away(self, transactions):
        def act(block):
            self.node.control("timer", ms=0)
            best = self.node.control("status")["best"]["number"]
            self.node.control("fork", blocks=best - block + 1, transactions=transactions)
            self.node.control("timer", ms=chain_world.BLOCK_MS)
        return act

    def retracted(self):
        return [entry for entry in self.record()["commits"]
                if entry["who"] == self.key.public and entry["retracted"]]

    def test_a_fork_that_returns_the_extrinsic_to_the_pool(self):
        files = self.write_buffer("a")
        self.expect(0, self.after_inclusion(self.fork_away("return")))
        self.assertEqual(1, len(self.retracted()))
        self.assert_committed(1, files)
        self.assert_signed(1)
        self.assert_settled()

    def test_a_fork_that_loses_the_extrinsic(self):
        files = self.write_buffer("a")
        self.expect(0, self.after_inclusion(self.fork_away("drop")))
        self.assertEqual(1, len(self.retracted()))
        self.assert_committed(1, files)
        self.assert_signed(1)
        self.assert_settled()

    def test_an_extrinsic_that_the_node_forgets_is_handed_in_again(self):
        files = self.write_buffer("a")
        self.node.control("submission", kind="drop")
        self.converge()
        self.assert_committed(1, files)
        self.assert_signed(1)
        self.assert_settled()

    def test_an_extrinsic_that_the_node_forgets_until_its_era_ends_is_signed_anew(self):
        files = self.write_buffer("a")
        self.node.control("submission", kind="drop", count=20)
        outcome = self.expect(3, self.apply())
        self.assert_says("was not included before its era ended with block", outcome)
        self.assert_says("and never can be", outcome)
        self.assert_waiting(files)
        self.node.control("clear")
        self.expect(0, self.apply())
        self.assert_committed(1, files)
        self.assert_signed(2)

    def test_an_extrinsic_that_waits_in_the_pool(self):
        files = self.write_buffer("a")
        self.node.control("submission", kind="delay", blocks=30)
        self.expect(0, self.apply())
        self.assert_committed(1, files)
        self.assert_signed(1)
        self.assert_settled()

    def test_an_extrinsic_that_arrives_twice(self):
        files = self.write_buffer("a")
        self.node.control("submission", kind="duplicate")
        self.expect(0, self.apply())
        self.assert_committed(1, files)
        self.assert_settled()


class Moving:
    """Runtimes and heads change while a pass is under way."""

    def pass_with_late_answer(self, method, skip, act):
        """One pass in which an answer, made in time, arrives late; `act` happens meanwhile."""
        self.node.control("fault", kind="slow", ms=1500, method=method, skip=skip)
        process = self.begin()
        try:
            world.eventually(lambda: self.met(method), 30, f"{method} asked")
            act()
        finally:
            outcome = self.finish(process)
        return outcome

    def test_an_upgrade_between_observation_and_signing(self):
        files = self.write_buffer("a")
        outcome = self.pass_with_late_answer("state_queryStorageAt", 0, lambda: self.node.control("upgrade"))
        self.expect(0, outcome)
        self.assertEqual(["accepted"], [entry["outcome"] for entry in self.submissions()])
        self.assert_committed(1, files)
        self.assert_settled()

    def test_an_upgrade_between_signing_and_submission_is_signed_anew_in_the_same_pass(self):
        """The last nonce that is asked for before signing comes late: the runtime was read before it."""
        files = self.write_buffer("a")
        outcome = self.pass_with_late_answer("system_accountNextIndex", 4, lambda: self.node.control("upgrade"))
        self.expect(0, outcome)
        self.assertEqual([("rejected", 1010), ("accepted", None)],
                         [(entry["outcome"], entry.get("code")) for entry in self.submissions()])
        self.assert_committed(1, files)
        self.assert_settled()

    def test_an_upgrade_that_is_not_final_yet(self):
        """The pool takes the new version, and the finalized block still says the old one."""
        files = self.write_buffer("a")
        self.node.control("finality", paused=True)
        self.node.control("upgrade")
        outcome = self.expect(3, self.apply())
        self.assert_says("Transaction has a bad signature", outcome)
        self.assert_committed(0)
        self.assert_waiting(files)
        self.node.control("finality", lag=2)
        self.node.blocks_pass(1)
        self.expect(0, self.apply())
        self.assert_committed(1, files)

    def test_an_upgrade_between_submission_and_inclusion(self):
        """What was signed for the old runtime dies in the pool, and only its era's end tells."""
        files = self.write_buffer("a")
        self.node.control("submission", kind="delay", blocks=5)
        process = self.begin()
        try:
            world.eventually(self.submissions, 30, "the submission")
            self.node.control("upgrade")
        finally:
            outcome = self.finish(process)
        self.expect(3, outcome)
        self.assert_says("was not included before its era ended with block", outcome)
        self.expect(0, self.apply())
        self.assert_committed(1, files)
        self.assert_settled()

    def test_heads_that_lag_behind(self):
        self.node.blocks_pass(12)
        for times, scope in enumerate(("heads", "node"), start=1):
            with self.subTest(scope):
                self.write_buffer(scope)
                self.node.control("stale", by=10, scope=scope)
                self.expect(0, self.apply())
                self.node.control("stale", by=0)
                self.assert_committed(times)
        self.assert_settled()

    def test_a_head_older_than_the_inclusion_when_it_is_read_back(self):
        files = self.write_buffer("a")
        outcome = self.pass_with_late_answer("state_getStorage", 0, lambda: self.node.control("stale", by=40))
        self.assertIn(outcome.code, (1, 3), outcome)
        self.assert_waiting(files)
        self.node.control("stale", by=0)
        self.converge()
        self.assert_committed(1, files)
        self.assert_signed(1)

    def test_a_node_that_is_still_syncing(self):
        files = self.write_buffer("a")
        self.node.control("syncing")
        outcome = self.expect(1, self.apply())
        self.assert_says("the node is still syncing: it would answer from the past", outcome)
        self.assert_nothing_sent()
        self.assert_waiting(files)
        self.assertEqual(["a.json.gz"], self.uploaded(), "uploads go on without a chain")
        self.node.control("clear")
        self.expect(0, self.apply())
        self.assert_committed(1, files)


class Submitting:
    def submissions_meet(self, code, *faults):
        """Each submission of a new change meets a fault; whatever the pass says, one commit comes of it."""
        files, words = {}, []
        for times, fault in enumerate(faults, start=1):
            with self.subTest(str(fault)):
                files.update(self.write_buffer(f"file-{times}"))
                self.node.control("fault", method=SUBMIT, **fault)
                words.append(self.expect(code, self.apply()))
                if code != 0:
                    self.assert_committed(times - 1)
                    self.expect(0, self.apply())
                self.assert_committed(times, files)
                self.assert_signed(times)
        self.assert_settled()
        return words


class OnTheWay(Submitting):
    """Connections and answers. `answers`: what an operator reads about each, by the kind of fault."""

    def test_a_connection_cut_around_the_submission(self):
        self.submissions_meet(0, *({"kind": kind} for kind in ("cut-before", "cut-after", "cut-middle")))

    def test_an_answer_to_the_submission_that_makes_no_sense(self):
        self.submissions_meet(0, *({"kind": kind} for kind in ("wrong-type", "nested", "no-result", "garbage", "empty",
                                                               "twice", "endless")))

    def test_an_internal_error_about_the_submission_says_nothing(self):
        self.submissions_meet(0, {"kind": "error", "code": -32603, "message": "Internal error"})

    def test_questions_that_are_answered_badly(self):
        """Whatever is wrong, uploads go on, nothing is committed, and the words say what the node did."""
        files = self.write_buffer("a")
        for kind, words in {**ANSWERS, **self.answers}.items():
            with self.subTest(kind):
                self.node.control("fault", kind=kind, method=QUESTION, count=1000)
                outcome = self.expect(1, self.apply())
                self.node.control("clear")
                self.assert_says(f"{QUESTION}: {self.endpoint}{words}" if words else f"{QUESTION}: ", outcome)
                self.assert_nothing_sent()
                self.assert_waiting(files)
                self.assertEqual(["a.json.gz"], self.uploaded())
        self.assertLess(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, MEMORY_KIB_MAX)
        self.expect(0, self.apply())
        self.assert_committed(1, files)

    def test_metadata_cut_short(self):
        files = self.write_buffer("a")
        self.node.control("fault", kind="truncate-hex", method="state_getMetadata", count=1000)
        outcome = self.expect(1, self.apply())
        self.assert_says("metadata of runtime", outcome)
        self.assert_says("metadata V14: SCALE bytes, offset", outcome)
        self.assert_nothing_sent()
        self.assert_waiting(files)
        self.node.control("clear")
        self.expect(0, self.apply())
        self.assert_committed(1, files)


class Odd:
    """One bad answer to any question, at its first and at a later time."""

    METHODS = sorted(chain_world.ASKED - {SUBMIT, "state_getKeysPaged"})

    def one_bad_answer(self, kind, skip):
        files = {}
        for times, method in enumerate(self.METHODS, start=1):
            with self.subTest(f"{kind} {method} after {skip}"):
                files.update(self.write_buffer(f"file-{times}"))
                self.node.control("fault", kind=kind, method=method, skip=skip)
                self.converge()
                self.assertTrue(self.met(method), f"{method} is not asked so often")
                self.assert_committed(times, files)
                self.node.control("clear")
                self.faults_before = len(self.record()["faults"])
        self.assertEqual(len(self.METHODS), len({entry["nonce"] for entry in self.submissions()}))
        self.assert_settled()

    def test_of_another_type(self):
        self.one_bad_answer("wrong-type", 0)

    def test_cut_off(self):
        self.one_bad_answer("cut-middle", 0)


class Hanging:
    """Nothing comes back, and the connection stays."""

    def test_a_question_is_asked_elsewhere(self):
        other = self.node.ws if self.transport == "http" else self.node.http
        self.write_manifest(self.endpoint, other)
        files = self.write_buffer("a")
        self.node.control("fault", kind="hang", method="system_health")
        self.expect(0, self.apply())
        self.assert_committed(1, files)
        self.assertNotEqual([self.transport], [entry["transport"] for entry in self.submissions()])

    def test_a_submission_is_followed_though_nothing_is_known_of_it(self):
        """Slow blocks, so that its era outlives the wait for the answer: it is handed in again."""
        files = self.write_buffer("a")
        self.node.control("timer", ms=1000)
        self.node.control("fault", kind="hang", method=SUBMIT)
        self.expect(0, self.apply())
        self.assert_committed(1, files)
        self.assert_signed(1)
        self.assert_settled()


class TurnedAway:
    """HTTP says no, before a node reads anything."""

    def turned_away(self, method, status, words, code):
        files = self.write_buffer("a")
        self.node.control("fault", kind="http", status=status, retryAfter=1, method=method, count=1000)
        outcome = self.expect(code, self.apply())
        self.assert_says(f"{self.endpoint} answered HTTP {status}", outcome)
        self.assert_says(words, outcome)
        self.assert_committed(0)
        self.assert_waiting(files)
        self.node.control("clear")
        self.expect(0, self.apply())
        self.assert_committed(1, files)


class ChainOverHttp(OnChain, chain_world.ChainScenario):
    transport = "http"


class ChainOverWebSocket(OnChain, chain_world.ChainScenario):
    transport = "ws"


class MovingOverHttp(Moving, chain_world.ChainScenario):
    transport = "http"


class MovingOverWebSocket(Moving, chain_world.ChainScenario):
    transport = "ws"


class WayOverHttp(OnTheWay, chain_world.ChainScenario):
    transport = "http"
    answers = {
        "cut-before": ": Empty reply from server",
        "cut-after": ": Empty reply from server",
        "cut-middle": ": transfer closed with",
        "wrong-id": ": the reply is no JSON-RPC answer: it answers",
        "twice": ": the reply is no JSON-RPC answer: it is not JSON",
    }

    def test_a_submission_answered_under_another_id(self):
        self.submissions_meet(0, {"kind": "wrong-id"})


class WayOverWebSocket(OnTheWay, chain_world.ChainScenario):
    transport = "ws"
    answers = {kind: ": waiting for the answer: the connection was closed"
               for kind in ("cut-before", "cut-after", "cut-middle")}


class OddOverHttp(Odd, chain_world.ChainScenario):
    transport = "http"


class OddOverWebSocket(Odd, chain_world.ChainScenario):
    transport = "ws"


class HangingOverHttp(Hanging, chain_world.ChainScenario):
    transport = "http"


class HangingOverWebSocket(Hanging, chain_world.ChainScenario):
    transport = "ws"


class UnheardOverWebSocket(Submitting, chain_world.ChainScenario):
    """An answer to another question is none: it is waited for in vain."""

    transport = "ws"

    def test_a_submission_answered_under_another_id(self):
        self.submissions_meet(0, {"kind": "wrong-id"})


class TurnedAwayOverHttp(TurnedAway, chain_world.ChainScenario):
    transport = "http"

    def test_a_question_with_503(self):
        self.turned_away(QUESTION, 503, "it is tried again; check the node", 1)

    def test_a_question_with_429_waits(self):
        self.turned_away(QUESTION, 429, "it is asked less often; or name a node of your own", 3)

    def test_a_submission_with_503(self):
        self.turned_away(SUBMIT, 503, "it is tried again; check the node", 3)

    def test_a_submission_with_429(self):
        self.turned_away(SUBMIT, 429, "it is asked less often; or name a node of your own", 3)

    def test_a_submission_that_a_proxy_lost_sight_of_is_followed(self):
        for times, status in enumerate((500, 502, 504), start=1):
            with self.subTest(status):
                self.write_buffer(f"file-{times}")
                self.node.control("fault", kind="http", status=status, method=SUBMIT)
                self.expect(0, self.apply())
                self.assert_committed(times)
        self.assert_settled()


class TurnedAwayOverWebSocket(TurnedAway, chain_world.ChainScenario):
    transport = "ws"

    def test_a_handshake_with_503(self):
        self.turned_away("upgrade", 503, "it is tried again; check the node", 1)

    def test_a_handshake_with_429_waits(self):
        self.turned_away("upgrade", 429, "it is asked less often; or name a node of your own", 3)


if __name__ == "__main__":
    unittest.main(verbosity=2)
