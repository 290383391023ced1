#!/usr/bin/env python3
"""kill -9 at random moments of passes, with a writer at work: no finished file is lost, none is published twice.

The seed is printed; RECONCILE_SEED repeats it.
"""
import gzip
import json
import os
import random
import signal
import subprocess
import threading
import time
import unittest

import world
from world import fetch_file, read_committed, read_objects, sha256, snapshot

KILLS = 30
PASSES_MAX = 300


class Writer(threading.Thread):
    """Adds finished files under new names, as a scraper does, and remembers what was in them."""

    def __init__(self, folder, seed):
        super().__init__(daemon=True)
        self.folder = folder
        self.random = random.Random(seed)
        self.finished = {}  # name -> SHA-256 of what a reader must get, decompressed where the program compresses
        self.stopped = threading.Event()

    def run(self):
        number = 0
        while not self.stopped.is_set():
            number += 1
            rows = [{"id": number, "text": self.random.randbytes(self.random.choice([10, 500, 20_000])).hex()}
                    for _ in range(self.random.randint(1, 8))]
            lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
            if self.random.random() < 0.5:
                name, data = f"batch_{number:05}.jsonl", lines
            else:
                name, data = f"batch_{number:05}.jsonl.gz", gzip.compress(lines, mtime=0)
            world.write_file(self.folder / name, data)
            self.finished[name] = sha256(data)
            self.stopped.wait(self.random.uniform(0.02, 0.3))

    def stop(self):
        self.stopped.set()
        self.join()


class Killed(world.Scenario):
    def setUp(self):
        super().setUp()
        self.seed = int(os.environ.get("RECONCILE_SEED", time.time_ns() % 1_000_000_000))
        print(f"RECONCILE_SEED={self.seed}", flush=True)
        self.random = random.Random(self.seed)
        (self.home / "buffer").mkdir()
        (self.home / "manifest.yaml").write_text((world.QUICKSTART / "manifest.yaml").read_text())

    def whole_pass(self):
        return self.run_program("-f", self.manifest, "--auto-approve")

    def kill_after(self, seconds):
        """True: it was still at work."""
        process = self.start("-f", self.manifest, "--auto-approve", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            out, err = process.communicate()
        self.check_output(out.decode() + err.decode(errors="replace"))
        self.assertIn(process.returncode, (0, 3, -signal.SIGKILL), out.decode() + err.decode())
        return process.returncode == -signal.SIGKILL

    def assert_nothing_is_lost(self, finished):
        """At any instant a reader finds what the newest line names, and what is not named is still in the buffer."""
        index, url = read_committed(self.commitments()[-1], fetch_file)
        named = {key.rpartition("/")[2] for key in read_objects(index, url, fetch_file)}
        waiting = set(self.buffer_files())
        for name in finished:
            published_as = name if name.endswith(".gz") else name + ".gz"
            self.assertTrue(name in waiting or published_as in named, f"{name} is neither waiting nor published")

    def test_at_thirty_moments_loses_nothing_and_does_nothing_twice(self):
        writer = Writer(self.home / "buffer", self.seed)
        writer.start()
        self.addCleanup(writer.stop)
        world.eventually(lambda: len(writer.finished) > 3, 30, "the writer's first files")
        began = time.monotonic()
        first = self.whole_pass()
        self.assertIn(first.code, (0, 3), first)
        length = time.monotonic() - began
        kills = passes = 0
        while kills < KILLS and passes < PASSES_MAX:
            passes += 1
            if self.kill_after(self.random.uniform(0, 1.2 * length)):
                kills += 1
            self.assert_nothing_is_lost(dict(writer.finished))
        self.assertEqual(KILLS, kills, f"of {passes} passes too few were still at work")
        writer.stop()

        for _ in range(3):
            last = self.whole_pass()
        self.assertIn("No changes", self.expect(0, last).out)
        self.assertEqual([], self.buffer_files())
        self.assert_all_is_published(writer.finished)
        self.assert_nothing_was_done_twice(writer.finished)
        before = snapshot(self.home / "bucket"), snapshot(self.home / "chain")
        self.expect(0, self.whole_pass())
        self.assertEqual(before, (snapshot(self.home / "bucket"), snapshot(self.home / "chain")))

    def assert_all_is_published(self, finished):
        index, url = read_committed(self.commitments()[-1], fetch_file)
        objects = {key.rpartition("/")[2]: data for key, data in read_objects(index, url, fetch_file).items()}
        self.assertEqual(len(index["objects"]), len(objects))
        for name, digest in finished.items():
            if name.endswith(".gz"):
                self.assertEqual(digest, sha256(objects[name]), name)
            else:
                self.assertEqual(digest, sha256(gzip.decompress(objects[name + ".gz"])), name)
        self.assertEqual(len(finished), len(objects))

    def assert_nothing_was_done_twice(self, finished):
        bucket = self.home / "bucket"
        self.assertEqual(len(finished), len([path for path in bucket.glob("data/**/*") if path.is_file()]))
        commitments = self.commitments()
        self.assertEqual(len(commitments), len(set(commitments)), "an index was committed twice")
        indexes = [read_committed(text, fetch_file)[0] for text in commitments]
        for before, after in zip(indexes, indexes[1:]):
            self.assertLess(before["seq"], after["seq"])
            self.assertNotEqual(before["objects"], after["objects"], "a commit without a change")
        # Each index names the one before it, back to the first, whether or not a kill kept it from being committed.
        by_digest = {sha256(path.read_bytes()): json.loads(path.read_bytes()) for path in bucket.glob("i/*.json")}
        current, steps = indexes[-1], 0
        while current["prev"] is not None and steps <= len(by_digest):
            current, steps = by_digest[current["prev"]], steps + 1
        self.assertEqual(1, current["seq"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
