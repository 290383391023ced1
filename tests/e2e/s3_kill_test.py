#!/usr/bin/env python3
"""kill -9 at random moments of passes against a real S3 server: every byte of every file is accounted for, and what
the server had acknowledged is not sent again.

$RECONCILE_KILLS says how often (15). The seed is printed; RECONCILE_SEED repeats it.
"""
import gzip
import json
import os
import random
import re
import signal
import subprocess
import time
import unittest
import urllib.parse

import gateway
import world
from world import sha256

KILLS = int(os.environ.get("RECONCILE_KILLS", "15"))
RUNS_PER_KILL = 6
LARGE_EVERY = 10  # kills; a file so large that it goes in parts
LARGE_BYTES = 65 << 20
LARGE_SECONDS = 2.5  # how much longer a pass with one of them lives at most
PARTS_IN_FLIGHT = 2


def setUpModule():
    gateway.S3Scenario.gateway = gateway.Gateway()


def tearDownModule():
    gateway.S3Scenario.gateway.stop()


class Killing:
    """What is killed, and held to account. Scenarios of their own say what the commitments are."""

    kills = KILLS
    unfinished_codes = (3,)  # of a pass that leaves something to the next
    passes_max = 3

    def setUp(self):
        super().setUp()
        self.seed = int(os.environ.get("RECONCILE_SEED", time.time_ns() % 1_000_000_000))
        print(f"RECONCILE_SEED={self.seed} RECONCILE_KILLS={self.kills}", flush=True)
        self.random = random.Random(self.seed)
        self.gateway.make_bucket(self.bucket)
        self.gateway.let_everyone_read(self.bucket)
        self.dropped = {}  # base name in the bucket -> SHA-256 of what a reader gets, decompressed if it was compressed
        self.raw = set()  # base names in the bucket of what the program compresses
        self.seen = {}  # key -> SHA-256 of what a reader once fetched
        self.starts = []  # when each run began
        self.puts = []

    def drop(self):
        """One to four finished files under new names."""
        for _ in range(self.random.randint(1, 4)):
            rows = [{"id": len(self.dropped), "text": self.random.randbytes(self.random.choice([10, 500, 20_000])).hex()}
                    for _ in range(self.random.randint(1, 8))]
            lines = "".join(json.dumps(row) + "\n" for row in rows).encode()
            name = f"batch_{len(self.dropped):05}.jsonl"
            self.dropped[name + ".gz"] = sha256(lines)
            self.raw.add(name + ".gz")
            if self.random.random() < 0.5:
                name, lines = name + ".gz", gzip.compress(lines, mtime=0)
                self.dropped[name] = sha256(lines)
                self.raw.remove(name)
            world.write_file(self.home / "buffer" / name, lines)

    def drop_large(self):
        name = f"large_{len(self.dropped):05}.json.gz"
        text = b'"' + self.random.randbytes(LARGE_BYTES // 2).hex().encode() + b'"'
        data = gzip.compress(text, compresslevel=0, mtime=0)
        self.dropped[name] = sha256(data)
        world.write_file(self.home / "buffer" / name, data)

    def run_and_kill(self, seconds):
        """True: it was still at work. Every third run is the continuous mode, which always is."""
        loop = self.random.randrange(3) == 0
        self.starts.append(time.monotonic())
        process = self.start(*(["--loop"] if loop else ["--auto-approve"]), "-f", self.manifest,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            out, err = process.communicate()
        self.check_output(out.decode() + err.decode(errors="replace"))
        self.assertIn(process.returncode, (0, *self.unfinished_codes, -signal.SIGKILL), out.decode() + err.decode())
        return process.returncode == -signal.SIGKILL

    def whole_pass(self):
        self.starts.append(time.monotonic())
        return self.apply()

    def named(self, fetch_all=False):
        """{base name: SHA-256} of what the newest commitment leads to; an object that was read once is believed."""
        commitments = self.commitments(self.ledger)
        if not commitments:
            return {}
        index, url = world.read_committed(commitments[-1], self.read)
        for entry in index["objects"]:
            key = entry["key"]
            if fetch_all or key not in self.seen:
                data = self.read(world.base_of(url) + urllib.parse.quote(key))
                self.assertEqual((entry["size"], entry["sha256"]), (len(data), sha256(data)), key)
                base = key.rpartition("/")[2]
                self.seen[key] = sha256(gzip.decompress(data)) if base in self.raw else sha256(data)
        names = {entry["key"].rpartition("/")[2]: self.seen[entry["key"]] for entry in index["objects"]}
        self.assertEqual(len(index["objects"]), len(names), "two objects of one name")
        return names

    def assert_nothing_is_lost(self):
        """At any instant: what has left the buffer is what a reader of the commitment finds."""
        self.puts += [request for request in self.proxy.taken() if request.method == "PUT"]
        named, waiting = self.named(), set(self.buffer_files())
        for name, digest in self.dropped.items():
            source = name[:-len(".gz")] if name in self.raw else name
            if source not in waiting:
                self.assertEqual(digest, named.get(name), f"{name} is neither waiting nor published")

    def sent_again(self):
        """PUTs that repeat key and bytes of one that was answered with 200 before the run began that sent it."""
        answered, again = {}, []
        for put in sorted((put for put in self.puts if put.status == 200), key=lambda put: put.ended):
            began = max(start for start in self.starts if start <= put.ended)
            # The identifier of an upload in parts changes; its parts' numbers and bytes do not.
            what = re.sub(r"uploadId=[^&]*", "", put.target), put.body
            if answered.get(what, began) < began:
                again.append(put)
            answered.setdefault(what, put.ended)
        return again

    def test_loses_nothing_and_sends_nothing_twice(self):
        self.drop()
        began = time.monotonic()
        self.expect(0, self.whole_pass())
        length = time.monotonic() - began
        kills = runs = larges = 0
        while kills < self.kills and runs < RUNS_PER_KILL * self.kills:
            runs += 1
            self.drop()
            if kills >= 3 + larges * LARGE_EVERY:
                larges += 1
                self.drop_large()
            large = any(name.startswith("large_") for name in self.buffer_files())
            kills += self.run_and_kill(self.random.uniform(0, 1.2 * length + LARGE_SECONDS * large))
            self.assert_nothing_is_lost()
        self.assertEqual(self.kills, kills, f"of {runs} runs too few were still at work")

        passes = 0
        while passes < self.passes_max:
            passes += 1
            last = self.whole_pass()
            self.assertIn(last.code, (0, *self.unfinished_codes), last)
            if "No changes" in last.out:
                break
        self.assertIn("No changes", last.out)
        self.assert_nothing_is_lost()
        self.assert_all_is_published()
        self.assert_one_commitment_a_change()
        again = self.sent_again()
        parts = [put for put in again if "partNumber=" in put.target]
        objects = [put for put in again if put not in parts]
        print(f"{kills} kills in {runs} runs, {time.monotonic() - began:.0f} s: {len(self.dropped)} files, "
              f"{len(self.puts)} PUTs, {len(objects)} objects and {len(parts)} parts of "
              f"{len([put for put in self.puts if 'partNumber=' in put.target])} sent again, "
              f"{len(self.commitments(self.ledger))} commitments, converged after {passes} passes", flush=True)
        self.assertEqual([], objects, "sent again although the server had it")
        # Between a part's answer and the journal's line about it, a kill leaves no trace of the part.
        self.assertLessEqual(len(parts), PARTS_IN_FLIGHT * kills)
        keys = self.gateway.keys(self.bucket)
        self.assertIn("No changes", self.expect(0, self.whole_pass()).out)
        self.assertEqual([], [request for request in self.proxy.taken() if request.method not in ("GET", "HEAD")])
        self.assertEqual(keys, self.gateway.keys(self.bucket))

    def assert_all_is_published(self):
        self.assertEqual([], self.buffer_files())
        self.assertEqual(self.dropped, self.named(fetch_all=True))
        data = [key for key in self.gateway.keys(self.bucket) if key.startswith("data/")]
        self.assertEqual(sorted(self.dropped), sorted(key.rpartition("/")[2] for key in data))

    def assert_one_commitment_a_change(self):
        commitments = self.commitments(self.ledger)
        self.assertEqual(len(commitments), len(set(commitments)), "an index was committed twice")
        indexes = [world.read_committed(text, self.read)[0] for text in commitments]
        for before, after in zip(indexes, indexes[1:]):
            self.assertLess(before["seq"], after["seq"])
            self.assertNotEqual(before["objects"], after["objects"], "a commit without a change")


class Killed(Killing, gateway.S3Scenario):
    pass


if __name__ == "__main__":
    unittest.main(verbosity=2)
