#!/usr/bin/env python3
"""Expiry by a real gateway, fast: an entry leaves the committed index before its object goes, so that a reader who
follows the commitment never meets a 404.

To the program an object's age is real seconds; to the gateway a "day" is DAY_SECONDS. With expireAfter of DAYS and
the longest margin that a manifest may have, an entry leaves the index LEAVES_SECONDS (one cadence) after it was put,
and the gateway deletes the object DAYS * DAY_SECONDS after.
"""
import threading
import time
import unittest

import gateway
from world import eventually, json_gz

CADENCE = "1m"
LEAVES_SECONDS = 60
DAYS = 5
DAY_SECONDS = 18
MARGIN = "4d23h59m"  # DAYS less one cadence
DEADLINE_SECONDS = 120


def setUpModule():
    gateway.S3Scenario.gateway = gateway.Gateway(DAY_SECONDS)


def tearDownModule():
    gateway.S3Scenario.gateway.stop()


class Follower(threading.Thread):
    """A reader who follows the commitment again and again, and notes every disappointment."""

    def __init__(self, scenario):
        super().__init__(daemon=True)
        self.scenario = scenario
        self.rounds = 0
        self.disappointments = []
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.is_set():
            try:
                if self.scenario.commitments(self.scenario.ledger):
                    self.scenario.published()
                    self.rounds += 1
            except Exception as error:  # whatever it is, a reader would have met it
                self.disappointments.append(repr(error))
            self.stopped.wait(0.2)

    def stop(self):
        self.stopped.set()
        self.join()


class Expiry(gateway.S3Scenario):
    def setUp(self):
        super().setUp()
        self.public_url = f"{self.gateway.endpoint()}/{self.bucket}"  # readers come past the proxy
        self.write_env()
        self.write_manifest(("    lifecycle:\n", f"    lifecycle:\n      expiryMargin: {MARGIN}\n"),
                            ("expireAfter: 14d", f"expireAfter: {DAYS}d"),
                            ("  commitment:\n", f"  upload:\n    cadence: {CADENCE}\n  commitment:\n"))
        self.gateway.make_bucket(self.bucket)
        self.gateway.let_everyone_read(self.bucket)

    def keys_in_bucket(self):
        return {key.rpartition("/")[2] for key in self.gateway.keys(self.bucket) if key.startswith("data/")}

    def test_an_entry_leaves_the_index_before_its_object_goes(self):
        early = {"early_1.json.gz": json_gz(1), "early_2.json.gz": json_gz(2)}
        late = {"late.json.gz": json_gz(3)}
        self.write_buffer(early)
        began = time.monotonic()
        self.expect(0, self.apply())
        follower = Follower(self)
        follower.start()
        self.addCleanup(follower.stop)
        self.assertEqual(set(early), set(self.published()))

        def half_way():
            self.expect(0, self.apply())
            self.assertEqual(set(early), set(self.published()), "an entry left the index early")
            return time.monotonic() - began > LEAVES_SECONDS / 2

        eventually(half_way, DEADLINE_SECONDS, "half of the time", between=5)
        self.write_buffer(late)
        self.expect(0, self.apply())
        self.assertEqual(set(early) | set(late), set(self.published()))

        def early_left():
            self.expect(0, self.apply())
            return set(self.published()) == set(late)

        eventually(early_left, DEADLINE_SECONDS, "the early entries leave the committed index", between=1)
        self.assertGreaterEqual(time.monotonic() - began, LEAVES_SECONDS - 1, "times are whole seconds")
        self.assertEqual(set(early) | set(late), self.keys_in_bucket(), "the objects went before their entries")
        outcome = self.expect(0, self.apply())
        self.assertIn("No changes", outcome.out)

        def early_gone():
            self.expect(0, self.apply())
            return not set(early) & self.keys_in_bucket()

        eventually(early_gone, DEADLINE_SECONDS, "the gateway deletes the early objects", between=2)
        follower.stop()
        self.assertGreater(follower.rounds, 20)
        self.assertEqual([], follower.disappointments)
        self.assertFalse([request for request in self.proxy.taken() if request.method == "DELETE"],
                         "where the provider expires objects, the program deletes none")
        # One commit a change: early in, late in, early out (perhaps one by one), and perhaps late out.
        self.assertLessEqual(len(self.commitments(self.ledger)), 5)


if __name__ == "__main__":
    unittest.main(verbosity=2)
