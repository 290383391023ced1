#!/usr/bin/env python3
"""Every instant at which a crash can leave another world behind: a pass over the quickstart is killed before each of its
system calls that write, and what the next start reaches is held against a pass that nothing disturbed.

strace kills at the Nth call of one name (strace(1), --inject); between two such calls the disk does not change.
$RECONCILE_POINTS says how many points are tried (`all`: each): every one at which a name appears or goes, one at least
of each other call, and more by chance. The seed is printed; RECONCILE_SEED repeats the choice.
"""
import concurrent.futures
import gzip
import json
import os
import random
import re
import shutil
import signal
import subprocess
import time
import unittest
from collections import Counter

import world

POINTS = os.environ.get("RECONCILE_POINTS", "70")
AT_ONCE = 2
PASSES = 3
CALLS = ["creat", "mkdir", "mkdirat", "link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat", "rmdir", "rename",
         "renameat", "renameat2", "truncate", "ftruncate", "fallocate", "openat", "write", "writev", "pwrite64", "pwritev",
         "fsync", "fdatasync", "sync_file_range", "fchmod", "utimensat", "copy_file_range", "sendfile"]
NAMES = {"link", "linkat", "rename", "renameat", "renameat2", "rmdir", "symlink", "symlinkat", "unlink", "unlinkat"}
TRACE = ["strace", "-f", "-qq", "-y", "-s", "0"]
CALL = re.compile(r"^(\d+) +(\w+)\((.*)")


def uncompressed(data):
    return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data


def contents(path):
    """Why a file was set aside is told with the hour."""
    text = path.read_bytes()
    return world.sha256(re.sub(rb"(?m)^quarantined: .*$", b"", text) if path.name.endswith(".reason.txt") else text)


class CrashPoints(world.Scenario):
    maxDiff = None

    def setUp(self):
        super().setUp()
        world.need("strace")
        self.moment = time.time() - 60
        # The leak check does not work below a tracer.
        options = [self.environment.get("ASAN_OPTIONS"), "detect_leaks=0"]
        self.environment["ASAN_OPTIONS"] = ":".join(filter(None, options))
        seed = int(os.environ.get("RECONCILE_SEED", time.time_ns() % 1_000_000_000))
        print(f"RECONCILE_SEED={seed} RECONCILE_POINTS={POINTS}", flush=True)
        self.random = random.Random(seed)

    def fresh(self, name):
        """The quickstart, the same each time down to the files' times, since keys are made of them."""
        home = self.folder / name
        shutil.copytree(world.QUICKSTART, home)
        for file in (home / "buffer").iterdir():
            os.utime(file, (self.moment, self.moment))
        return home

    def run_pass(self, home, before=()):
        done = subprocess.run([*before, self.program, "-f", "manifest.yaml", "--auto-approve", "--parallelism", "1"],
                              cwd=home, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=world.RUN_SECONDS_MAX, check=False)
        outcome = world.Outcome(done.returncode, done.stdout.decode(), done.stderr.decode(errors="replace"))
        self.check_output(outcome.out + outcome.err)
        return outcome

    def reached(self, home):
        """The world as a reader and the scraper find it, without what tells the hour."""
        lines = [line for line in (home / "chain" / "ledger.jsonl").read_text().split("\n") if line]
        committed = [bytes.fromhex(json.loads(line)["fields"][0]["hex"]).decode() for line in lines]
        index, url = world.read_committed(committed[-1], world.fetch_file)
        objects = world.read_objects(index, url, world.fetch_file)
        bucket = [path.relative_to(home / "bucket") for path in (home / "bucket").rglob("*") if path.is_file()]
        return {"commitments": len(committed), "seq": index["seq"],
                "objects": {key: world.sha256(uncompressed(data)) for key, data in objects.items()},
                "data in the bucket": sorted(str(path) for path in bucket if path.parts[0] == "data"),
                "indexes": len([path for path in bucket if path.parts[0] == "i"]),
                "rules": [path.read_text() for path in (home / "bucket").rglob("*lifecycle*") if path.is_file()],
                "buffer": {str(path.relative_to(home / "buffer")): contents(path)
                           for path in (home / "buffer").rglob("*") if path.is_file()}}

    def points(self):
        """(system call, number): where a pass writes below its folder."""
        home, log = self.fresh("traced"), self.folder / "log"
        outcome = self.run_pass(home, [*TRACE, "-o", log, "-e", "trace=" + ",".join(CALLS)])
        if "ptrace" in outcome.err or not log.exists():
            self.fail("ptrace is not permitted here, and without it nothing can be killed at an exact point: give the "
                      f"container CAP_SYS_PTRACE, or set kernel.yama.ptrace_scope to 1\n{outcome.err}")
        self.expect(0, outcome)
        counts, out = Counter(), set()
        for line in log.read_text(errors="replace").splitlines():
            match = CALL.match(line)
            if not match:  # "<... write resumed>", exits and signals
                continue
            thread, call, rest = match.groups()
            counts[thread, call] += 1
            opens_only = call == "openat" and "O_CREAT" not in rest
            elsewhere = call != "openat" and re.match(r"\d+<(?!/)", rest)  # a pipe, a socket
            if not opens_only and not elsewhere and "/dev/" not in rest:
                out.add((call, counts[thread, call]))
        return sorted(out)

    def chosen(self, points):
        if POINTS == "all":
            return points
        out = {point for point in points if point[0] in NAMES}
        out |= {self.random.choice([point for point in points if point[0] == call])
                for call in sorted({call for call, _ in points})}
        others = [point for point in points if point not in out]
        out |= set(self.random.sample(others, min(len(others), max(0, int(POINTS) - len(out)))))
        return sorted(out)

    def crash(self, point):
        """None: it ended before the point came. Else the world that the next starts reach."""
        call, number = point
        home = self.fresh(f"{call}-{number}")
        killed = self.run_pass(home, [*TRACE, "-o", os.devnull, "-e", f"trace={call}",
                                      "-e", f"inject={call}:signal=KILL:when={number}"])
        if killed.code == 0:
            return None
        # strace ends by the signal that ended what it traced.
        self.assertEqual(-signal.SIGKILL, killed.code, killed)
        # A pass gives back the name of what another had caught to release it; the one after that releases it.
        outcomes = [self.run_pass(home) for _ in range(PASSES)]
        for outcome in outcomes:
            self.assertIn(outcome.code, (0, 3), (point, outcome))
        self.assertIn("No changes", outcomes[-1].out, point)
        found = self.reached(home)
        shutil.rmtree(home)
        return found

    def test_each_leads_to_the_world_of_an_undisturbed_pass(self):
        home = self.fresh("undisturbed")
        self.expect(0, self.run_pass(home))
        wanted = self.reached(home)
        self.assertEqual((1, 1), (wanted["commitments"], wanted["seq"]))
        points = self.points()
        chosen = self.chosen(points)
        began = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            worlds = list(pool.map(self.crash, chosen))
        kills = [point for point, found in zip(chosen, worlds) if found is not None]
        print(f"{len(points)} points: {dict(Counter(call for call, _ in points))}; killed at {len(kills)} of "
              f"{len(chosen)} tried in {time.monotonic() - began:.0f} s", flush=True)
        for point, found in zip(chosen, worlds):
            if found is not None:
                with self.subTest(point=point):
                    self.assertEqual(wanted, found)
        # A thread may take a call or two from another, so a last number need not come again.
        self.assertGreaterEqual(len(kills), 0.9 * len(chosen), set(chosen) - set(kills))


if __name__ == "__main__":
    unittest.main(verbosity=2)
