#!/usr/bin/env python3
"""The chain moves while a pass is under way: forks, lost and late extrinsics, new runtimes, old heads. One commit for a
change all the same.
"""
import unittest

import chain_world
import world


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


class ChainOverHttp(OnChain, chain_world.ChainScenario):
    transport = "http"


class ChainOverWebSocket(OnChain, chain_world.ChainScenario):
    transport = "ws"


class MovingOverHttp(Moving, chain_world.ChainScenario):
    transport = "http"


class MovingOverWebSocket(Moving, chain_world.ChainScenario):
    transport = "ws"


if __name__ == "__main__":
    unittest.main(verbosity=2)
