#!/usr/bin/env python3
"""The status page of a loop that really runs: what it says, what it never says, and that readers are no burden.

READERS_SECONDS=10 for the whole of it; here a shorter form.
"""
import os
import pathlib
import re
import threading
import time
import unittest

import loop_test
from looping import Answering
from world import eventually

SECONDS = float(os.environ.get("READERS_SECONDS", "2"))
READERS = 200
ROUTES = ["/", "/healthz", "/readyz", "/metrics", "/api/v1/status", "/api/v1/overview",
          "/api/v1/publications/quickstart", "/api/v1/openapi.json"]
SECRET = "https://hooks.example/pl4nted-s3cret"


class Page(Answering, loop_test.Looping):
    def setUp(self):
        super().setUp()
        self.environment["HOOK"] = SECRET
        self.environment["ASAN_OPTIONS"] = ":".join(filter(None, [
            self.environment.get("ASAN_OPTIONS"), "quarantine_size_mb=4", "thread_local_quarantine_size_kb=64"]))
        self.planted += [SECRET, "pl4nted-s3cret"]

    def page(self):
        code, text = self.ask("/")
        self.assertEqual(200, code)
        return text[:text.index("<script>")]

    def test_says_how_it_stands_and_no_secret(self):
        self.edit("spec:\n", "spec:\n  notify: [{kind: generic, url: {fromEnv: HOOK}}]\n")
        self.begin()
        self.pass_now()
        eventually(lambda: "Converged" in self.page(), 30, "the page says so")
        self.assertIn("No changes. Bucket, buffer and chain match the manifest.", self.page())
        publication = self.status()
        self.assertEqual(publication["chain"]["whose"], "ours")
        self.assertTrue(publication["chain"]["commitment"].startswith("rc1|"), publication["chain"])
        self.assertEqual([publication["chain"]["commitment"]], [seen["commitment"] for seen in publication["commitments"]][:1])
        self.assertEqual(60, len(publication["expiry"]))
        self.assertGreater(publication["stored"]["objects"], 0)
        self.assertEqual(["maxDeletes", "maxDeletePercent", "maxDeleteBytes"],
                         [guard["name"] for guard in publication["guards"]])
        for route in ROUTES:
            code, text = self.ask(route)
            self.assertEqual(200, code, route)
            for secret in self.planted:
                self.assertNotIn(secret, text, route)
        self.assertEqual(0, self.stop())

    def test_no_route_takes_another_method(self):
        self.begin()
        for route in [*ROUTES, "/api/v1/events", "/nothing"]:
            for method in ("POST", "PUT", "DELETE", "PATCH"):
                self.assertEqual(405, self.ask(route, method)[0], f"{method} {route}")
        self.assertEqual(0, self.stop())

    def memory(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1])

    def read_for(self, seconds):
        """So many readers at once for so long; a pass is asked for meanwhile. How many answers they had."""
        end, answers, wrong = time.monotonic() + seconds, [], []

        def read(number):
            while time.monotonic() < end:
                try:
                    code, _ = self.ask(ROUTES[number % len(ROUTES)])
                    (answers if code == 200 else wrong).append(code)
                except OSError as problem:
                    wrong.append(problem)

        threads = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
        for thread in threads:
            thread.start()
        self.drop(f"under-load-{len(self.ended_passes())}.json.gz", {"at": end})
        self.pass_now()
        ended = time.monotonic()
        for thread in threads:
            thread.join()
        self.assertEqual([], wrong[:3])
        return len(answers), end - ended

    def test_many_readers_neither_hold_up_a_pass_nor_take_memory(self):
        self.begin()
        self.read_for(SECONDS)
        before = self.memory()
        answers, left = self.read_for(SECONDS)
        grown = self.memory() - before
        print(f"{READERS} readers for {SECONDS} s: {answers} answers; the pass ended {left:.1f} s before them; {grown} KiB more")
        self.assertGreater(answers, READERS)
        self.assertLess(grown, max(8192, before // 10))
        eventually(lambda: sum(name.startswith("under-load") for name in self.published()) == 2, 30, "both are published")
        self.assertEqual(0, self.stop())


if __name__ == "__main__":
    unittest.main()
