#!/usr/bin/env python3
"""A commitment on a chain of its own, over HTTP and over WebSocket: one extrinsic for a change, and no secret opened
to look.
"""
import os
import subprocess
import unittest

import chain_world
import world


class Committing:
    def test_commits_once_waits_for_finality_and_a_second_pass_sends_nothing(self):
        files = self.write_buffer("a", "b", "c")
        outcome = self.expect(0, self.apply())
        (commit,) = self.commits()
        self.assertTrue(commit["finalized"], "the pass ended before finality")
        self.assert_says(f"finalized in block {commit['block']:,}", outcome)
        self.assert_committed(1, files)
        self.assertEqual([], self.buffer_files())
        self.assert_settled()
        self.assertEqual([self.transport], [entry["transport"] for entry in self.submissions()])
        self.assertEqual(1, self.asked()[chain_world.SUBMIT])

        # A change is a second commit, which readers follow to the old files as well.
        more = self.write_buffer("d")
        self.expect(0, self.apply())
        self.assert_committed(2, {**files, **more})
        self.assert_settled()

    def test_releases_nothing_while_finality_stands_still(self):
        files = self.write_buffer("a")
        self.node.control("finality", paused=True)
        process = self.start("-f", self.manifest, "--auto-approve", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        try:
            (commit,) = world.eventually(self.commits, 30, "the commit in a block")
            best = commit["block"] + 5
            world.eventually(lambda: self.node.control("status")["best"]["number"] >= best, 30, "five more blocks")
            self.assertIsNone(process.poll(), "the pass ended before finality")
            self.assert_waiting(files)
        finally:
            self.node.control("finality", lag=2)
            outcome = self.finish(process)
        self.expect(0, outcome)
        self.assert_committed(1, files)
        self.assertEqual([], self.buffer_files())

    def test_a_plan_asks_and_never_opens_the_key(self):
        files = self.write_buffer("a")
        world.need("strace")
        log = self.folder / "opened"
        outcome = self.plan(before=["strace", "-f", "-qq", "-e", "trace=openat,open,openat2", "-o", str(log)],
                            environment=self.without_leak_check())
        self.expect(0, outcome)
        self.assertIn("^ rc1|", outcome.out)
        opened = log.read_text(errors="replace")
        self.assertIn(f'"{self.hotkey_file}pub.txt"', opened, "strace saw nothing")
        self.assertNotIn(f'"{self.hotkey_file}"', opened)
        self.assertEqual({}, {method: count for method, count in self.asked().items() if method.startswith("author_")})
        self.assert_nothing_uploaded()
        self.assert_waiting(files)
        self.assertFalse((self.home / ".reconcile").exists(), "a plan left something behind")

        # The same eyes see a pass open it, so they would have seen the plan.
        outcome = self.apply(before=["strace", "-f", "-qq", "-e", "trace=openat,open,openat2", "-o", str(log)],
                             environment=self.without_leak_check())
        self.expect(0, outcome)
        self.assertIn(f'"{self.hotkey_file}"', log.read_text(errors="replace"))
        self.assert_committed(1, files)

    @staticmethod
    def without_leak_check():
        """LeakSanitizer traces the process itself, and two tracers cannot."""
        return {"ASAN_OPTIONS": ":".join(filter(None, [os.environ.get("ASAN_OPTIONS", ""), "detect_leaks=0"]))}

    def test_two_fields_are_what_a_reader_of_typed_digests_finds(self):
        self.write_manifest(strategy="two-field")
        self.write_buffer("a")
        self.expect(0, self.apply())
        self.assert_committed(1)
        url, digest = self.commits()[0]["fields"]
        index = world.fetch_file(url["text"])
        self.assertEqual(("Sha256", "0x" + world.sha256(index)), (digest["kind"], digest["hex"]))
        self.assert_settled()


class OverHttp(Committing, chain_world.ChainScenario):
    transport = "http"


class OverWebSocket(Committing, chain_world.ChainScenario):
    transport = "ws"


if __name__ == "__main__":
    unittest.main(verbosity=2)
