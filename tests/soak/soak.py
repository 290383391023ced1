#!/usr/bin/env python3
"""The continuous mode for a long time: files come all the while, and the way to a real S3 server is a bad one.

SOAK_SECONDS (1800) of files, SOAK_RATE (5) a second; SOAK_SEED repeats the files and the troubles. $RECONCILE is the
program. At the end nothing may be lost, memory and descriptors must not have grown, and the last line says it all.
"""
import gzip
import json
import os
import random
import sys
import threading
import time
import unittest
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
import gateway  # noqa: E402
import looping  # noqa: E402
import proxy  # noqa: E402
import world  # noqa: E402
from world import eventually, sha256  # noqa: E402

SECONDS = float(os.environ.get("SOAK_SECONDS", "1800"))
RATE = float(os.environ.get("SOAK_RATE", "5"))
CADENCE_SECONDS = 60
FLUSH_AT = "250KB"  # a pass every few seconds
SLOW_DOWN = b'<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><RequestId>tx1</RequestId></Error>'
# Allocators need some minutes to find their level, and the index in memory grows with the objects it names.
SLOPE_KB_PER_MINUTE_MAX = 1024 if SECONDS >= 600 else 60_000
DESCRIPTORS_MORE_MAX = 8
LAG_SECONDS_MAX = 4 * CADENCE_SECONDS
RECOVERY_SECONDS = 240


class Sample(NamedTuple):
    at: float  # seconds since the beginning
    rss_kb: int
    descriptors: int
    lag: float
    passes: float


class Troubles:
    """Of a hundred requests: three answered with 503 and two with 500 before they reach the server, two whose answer is
    lost and two whose answer breaks off after the server has acted, and five that take up to half a second longer."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.lock = threading.Lock()
        self.counts = {}

    def __call__(self, method, target):
        with self.lock:
            dice, long = self.random.random(), self.random.uniform(0, 0.5)
            kind, spoiled = next(((kind, spoiled) for share, kind, spoiled in (
                (0.03, "503", proxy.Spoiled(503, SLOW_DOWN)), (0.05, "500", proxy.Spoiled(500)),
                (0.07, "reset", proxy.Spoiled(silent=True)), (0.09, "broken off", proxy.Spoiled(share=0.5)),
                (0.14, "delayed", None)) if dice < share), ("", None))
            if kind:
                self.counts[kind] = self.counts.get(kind, 0) + 1
        if kind == "delayed":
            threading.Event().wait(long)
        return spoiled


class Writer(threading.Thread):
    """RATE finished files a second under new names, half of them raw."""

    def __init__(self, folder, seed):
        super().__init__(daemon=True)
        self.folder = folder
        self.random = random.Random(seed)
        self.finished = {}  # base name in the bucket -> SHA-256 of what a reader gets, decompressed if it came raw
        self.raw = set()
        self.stopped = threading.Event()

    def run(self):
        began = time.monotonic()
        while not self.stopped.wait(max(0.0, began + len(self.finished) / RATE - time.monotonic())):
            number = len(self.finished)
            lines = json.dumps({"id": number, "text": self.random.randbytes(
                self.random.choice([100, 2_000, 30_000])).hex()}).encode() + b"\n"
            name = f"row_{number:06}.jsonl"
            if number % 2:
                self.raw.add(name + ".gz")
                world.write_file(self.folder / name, lines)
                self.finished[name + ".gz"] = sha256(lines)
            else:
                data = gzip.compress(lines, mtime=0)
                world.write_file(self.folder / (name + ".gz"), data)
                self.finished[name + ".gz"] = sha256(data)

    def stop(self):
        self.stopped.set()
        self.join()


def setUpModule():
    gateway.S3Scenario.gateway = gateway.Gateway()


def tearDownModule():
    gateway.S3Scenario.gateway.stop()


class Soak(looping.Answering, gateway.S3Scenario):
    publication = "quickstart-s3"

    def sample(self, began):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        rss = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
        (lag,) = self.metric("reconcile_convergence_lag_seconds{").values()
        passes = sum(self.metric("reconcile_runs_total{").values())
        return Sample(time.monotonic() - began, rss, len(os.listdir(f"/proc/{self.process.pid}/fd")), lag, passes)

    def test_for_a_long_time(self):
        seed = int(os.environ.get("SOAK_SEED", time.time_ns() % 1_000_000_000))
        print(f"SOAK_SEED={seed} SOAK_SECONDS={SECONDS:g} SOAK_RATE={RATE:g}", flush=True)
        self.write_manifest(("  buffer:\n", f"  upload:\n    cadence: {CADENCE_SECONDS}s\n    flushAt: {FLUSH_AT}\n"
                             # As many connections from the first minute to the last: what grows then, leaks.
                             "    parallelism: 4\n"
                             "    retryInterval: 2s\n  buffer:\n"))
        # Freed memory that a sanitizer holds back is not the program's.
        options = [self.environment.get("ASAN_OPTIONS"), "quarantine_size_mb=4", "thread_local_quarantine_size_kb=64"]
        self.environment["ASAN_OPTIONS"] = ":".join(filter(None, options))
        self.gateway.make_bucket(self.bucket)
        self.gateway.let_everyone_read(self.bucket)
        self.begin()
        writer = Writer(self.home / "buffer", seed)
        self.proxy.spoil = troubles = Troubles(seed)
        began = time.monotonic()
        writer.start()
        self.addCleanup(writer.stop)
        samples, pause = [], threading.Event()
        def lasts():
            """So long, and on a busy machine until there is something to judge."""
            now = time.monotonic() - began
            return now < SECONDS or (now < SECONDS + 180 and samples[-1].passes < 4)

        while not pause.wait(1) and lasts():
            self.assertIsNone(self.process.poll(), self.log.read_text(errors="replace")[-4000:])
            samples.append(self.sample(began))
            self.proxy.taken()
        writer.stop()
        self.proxy.spoil = None
        stopped = time.monotonic()
        if SECONDS < 600:
            self.pass_now()  # a long run has the patience for the cadence
        eventually(lambda: not self.buffer_files() and self.condition("Ready")["reason"] == "Converged",
                   RECOVERY_SECONDS, f"everything is published: {self.status()['conditions']}", 0.5)
        recovered = time.monotonic() - stopped
        self.assertEqual(writer.finished, self.read_all(writer.raw))
        commitments = self.commitments(self.ledger)
        self.assertEqual(len(commitments), len(set(commitments)))
        passes = len(self.ended_passes())
        self.assertEqual(0, self.stop())
        self.judge(samples, f"{len(writer.finished)} files, 0 lost; {passes} passes, {len(commitments)} commitments; "
                            f"troubles {troubles.counts}; converged {recovered:.0f} s after the last file")

    def read_all(self, raw):
        """{base name: SHA-256} of everything that the commitment leads to, each byte fetched as a reader would."""
        index, url = world.read_committed(self.commitments(self.ledger)[-1], self.read)
        base, entries = world.base_of(url), list(index.get("objects", []))
        for part in index.get("parts", []):
            text = self.read(base + part["key"])
            self.assertEqual(part["sha256"], sha256(text), part["key"])
            entries += json.loads(text)["objects"]
        out = {}
        for entry in entries:
            data = self.read(base + entry["key"])
            self.assertEqual((entry["size"], entry["sha256"]), (len(data), sha256(data)), entry["key"])
            name = entry["key"].rpartition("/")[2]
            self.assertNotIn(name, out, "two objects of one file")
            out[name] = sha256(gzip.decompress(data)) if name in raw else sha256(data)
        return out

    def judge(self, samples, text):
        half = [sample for sample in samples if sample.at >= samples[-1].at / 2]
        # Connections are made when they are needed first: on a busy machine that may be after the first half of a
        # short run. What grows after three passes, leaks.
        early = [sample for sample in samples if sample.at < samples[-1].at / 2 or sample.passes < 3]
        late = [sample for sample in half if sample.passes >= 3]
        self.assertTrue(late, "hardly a pass in all that time")
        slope = slope_per_minute([(sample.at, sample.rss_kb) for sample in half])
        before, after = (max(sample.descriptors for sample in some) for some in (early, late))
        lag = max(sample.lag for sample in samples)
        print(f"soak: {samples[-1].at:.0f} s; {text}; RSS {samples[-1].rss_kb / 1024:.1f} MiB, {slope:+.0f} KB/min over "
              f"the second half; descriptors at most {before}, then {after}; lag at most {lag:.0f} s", flush=True)
        self.assertLess(slope, SLOPE_KB_PER_MINUTE_MAX, "memory grows")
        self.assertLessEqual(after, before + DESCRIPTORS_MORE_MAX, "descriptors grow")
        self.assertLess(lag, LAG_SECONDS_MAX, "it does not keep up")


def slope_per_minute(points):
    """Least squares."""
    count = len(points)
    x = sum(at for at, _ in points) / count
    y = sum(value for _, value in points) / count
    return 60 * sum((at - x) * (value - y) for at, value in points) / sum((at - x) ** 2 for at, _ in points)


if __name__ == "__main__":
    unittest.main(verbosity=2)
