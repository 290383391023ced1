#!/usr/bin/env python3
"""kill -9 around a commit: what was sent is found again, nothing is sent twice, and nothing is released too early.

The seed of the random moments is printed; RECONCILE_SEED repeats it.
"""
import os
import random
import signal
import subprocess
import time
import unittest

import chain_world
import world

RANDOM_KILLS = 8
PASS_SECONDS = 1.5  # about what a pass with a commit takes; moments are drawn from it


class Killing:
    def kill(self, process):
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        out, err = process.communicate()
        self.check_output(out.decode() + err.decode(errors="replace"))
        return process.returncode

    def killed_once(self, condition, what):
        """A pass that is killed as soon as the world looks so."""
        process = self.begin()
        try:
            world.eventually(condition, 30, what, between=0.01)
        finally:
            code = self.kill(process)
        self.assertEqual(-signal.SIGKILL, code, "it ended before it was killed")

    def assert_one_extrinsic(self, files):
        """The next passes commit nothing more, and release only what is final."""
        self.converge()
        self.assert_signed(1)
        self.assert_committed(1, files)
        self.assertEqual([], self.buffer_files())
        self.assert_settled()


class Around(Killing):
    def test_when_the_submission_arrived(self):
        files = self.write_buffer("a", "b")
        self.node.control("submission", kind="delay", blocks=25)
        self.killed_once(self.submissions, "the submission")
        self.assertEqual([], self.commits())
        self.assert_waiting(files)
        self.assert_one_extrinsic(files)

    def test_when_it_is_in_a_block_that_is_not_final(self):
        files = self.write_buffer("a", "b")
        self.node.control("finality", paused=True)
        self.killed_once(self.commits, "the commit in a block")
        self.assert_waiting(files)

        # The next pass waits for what is on its way, and keeps the files until that is final.
        process = self.begin()
        try:
            best = self.node.control("status")["best"]["number"] + 10
            world.eventually(lambda: self.node.control("status")["best"]["number"] >= best, 30, "ten more blocks")
            self.assertIsNone(process.poll(), "it did not wait")
            self.assert_waiting(files)
        finally:
            self.node.control("finality", lag=2)
            outcome = self.finish(process)
        self.assertIn(outcome.code, (0, 3), outcome)
        self.assert_one_extrinsic(files)

    def test_when_it_is_final_and_nobody_was_told(self):
        files = self.write_buffer("a", "b")
        self.node.control("fault", kind="hang", method="chain_getBlock", count=1000)
        self.killed_once(lambda: any(entry["finalized"] for entry in self.commits()), "finality")
        self.assert_waiting(files)
        self.node.control("clear")
        self.expect(0, self.apply())
        self.assert_one_extrinsic(files)

    def test_when_the_fork_that_held_it_lost_afterwards(self):
        files = self.write_buffer("a", "b")
        self.node.control("finality", paused=True)
        self.killed_once(self.commits, "the commit in a block")
        self.node.control("timer", ms=0)
        (commit,) = self.commits()
        best = self.node.control("status")["best"]["number"]
        self.node.control("fork", blocks=best - commit["block"] + 1, transactions="drop")
        self.mend()
        self.assert_waiting(files)
        self.converge()
        self.assert_committed(1, files)
        self.assert_settled()

    def test_before_the_submission_arrived(self):
        files = self.write_buffer("a", "b")
        self.node.control("fault", kind="hang", method=chain_world.SUBMIT)
        self.killed_once(lambda: self.met(chain_world.SUBMIT), "the submission on its way")
        self.node.control("clear")
        self.assert_waiting(files)
        self.assert_one_extrinsic(files)

    def test_again_and_again_around_one_commit(self):
        """The wait for an earlier extrinsic can itself be killed."""
        files = self.write_buffer("a")
        self.node.control("finality", paused=True)
        self.killed_once(self.submissions, "the submission")
        for _ in range(3):
            asked = self.asked().get("system_accountNextIndex", 0)
            self.killed_once(lambda: self.asked().get("system_accountNextIndex", 0) > asked + 2, "a pass that waits")
        self.assert_waiting(files)
        self.mend()
        self.assert_one_extrinsic(files)


class AtRandom(Killing):
    def test_at_random_moments_each_change_is_committed_once(self):
        seed = int(os.environ.get("RECONCILE_SEED", time.time_ns() % 1_000_000_000))
        print(f"RECONCILE_SEED={seed}", flush=True)
        moments = random.Random(seed)
        files, kills = {}, 0
        for number in range(1, RANDOM_KILLS + 1):
            added = self.write_buffer(f"file-{number}")
            files.update(added)
            process = self.begin()
            try:
                process.wait(timeout=moments.uniform(0, PASS_SECONDS))
            except subprocess.TimeoutExpired:
                kills += 1
            self.kill(process)
            final = [entry for entry in self.commits() if entry["finalized"]]
            if len(final) < number:
                self.assert_waiting(added)  # released only after finality
            self.converge()
            self.assert_committed(number, files)
            self.assertEqual([], self.buffer_files())
        self.assertGreater(kills, 0, "no pass was killed")
        self.assert_settled()


class OverHttp(Around, chain_world.ChainScenario):
    transport = "http"


class OverWebSocket(Around, chain_world.ChainScenario):
    transport = "ws"


class AtRandomOverHttp(AtRandom, chain_world.ChainScenario):
    transport = "http"


class AtRandomOverWebSocket(AtRandom, chain_world.ChainScenario):
    transport = "ws"


if __name__ == "__main__":
    unittest.main(verbosity=2)
