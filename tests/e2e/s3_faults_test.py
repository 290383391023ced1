#!/usr/bin/env python3
"""Troubles on the way to a real S3 server while the loop runs: each shows as the right condition, loses nothing, and
is over by itself once its cause is."""
import unittest

import gateway
import looping
import proxy
import times
import world
from world import eventually, json_gz


def setUpModule():
    world.need("faketime", "openssl")
    gateway.S3Scenario.gateway = gateway.Gateway()


def tearDownModule():
    gateway.S3Scenario.gateway.stop()


class Faults(looping.Answering, gateway.S3Scenario):
    publication = "quickstart-s3"

    def prepare(self, *changes):
        self.write_manifest(("  buffer:\n", "  upload:\n    retryInterval: 1s\n  buffer:\n"), *changes)
        self.gateway.make_bucket(self.bucket)
        self.gateway.let_everyone_read(self.bucket)
        self.files = {"first.json.gz": json_gz(1)}
        self.write_buffer(self.files)

    def begin_well(self, **options):
        self.begin(**options)
        self.eventually_ready()
        self.assertEqual(self.files, self.published())

    def assert_trouble(self, reason, *words, stalled):
        """A file comes and a pass is asked for: the condition says why not, and the file waits."""
        self.files["later.json.gz"] = json_gz(2)
        self.write_buffer({"later.json.gz": self.files["later.json.gz"]})
        self.pass_now()
        eventually(lambda: self.condition("Ready")["reason"] == reason, 60, f"{reason}: {self.condition('Ready')}")
        condition = self.condition("Ready")
        self.assertEqual("False", condition["status"])
        for word in words:
            self.assertIn(word, condition["message"] + self.status()["lastError"]["remedy"])
        self.assertEqual("True" if stalled else "False", self.condition("Stalled")["status"])
        self.assertEqual(["later.json.gz"], self.buffer_files())
        self.assertEqual(1, len(self.commitments(self.ledger)))

    def eventually_ready(self):
        """Without being asked for a pass."""
        eventually(lambda: self.condition("Ready")["status"] == "True", 90, "Ready")

    def assert_over(self):
        self.eventually_ready()
        self.assertEqual("False", self.condition("Stalled")["status"])
        self.assertNotIn("lastError", self.status())
        if self.buffer_files():  # a pass that began with the wrong clock took it for one of the future
            self.pass_now()
            eventually(lambda: not self.buffer_files(), 90, "the file is published")
        self.assertEqual(self.files, self.published())
        self.assertEqual({}, self.buffer_contents())
        self.assertEqual(2, len(self.commitments(self.ledger)))
        self.assertEqual(0, self.stop())


class Unreachable(Faults):
    def test_a_server_that_is_away(self):
        self.prepare()
        self.begin_well()
        port = int(self.proxy.endpoint.rpartition(":")[2])
        self.proxy.stop()
        self.assert_trouble("BucketUnavailable", "check that the server runs", stalled=False)
        self.proxy = proxy.Proxy(self.gateway, port=port)
        self.addCleanup(self.proxy.stop)
        self.assert_over()


class Clock(Faults):
    def test_a_clock_twenty_minutes_ahead(self):
        self.run_with_clock("ahead of", "+20m")

    def test_a_clock_twenty_minutes_behind(self):
        self.run_with_clock("behind", "-20m")

    def run_with_clock(self, direction, shift):
        self.prepare()
        clock = self.folder / "clock"
        clock.write_text("+0\n")
        self.begin_well(environment=times.moved_clock(self.environment, file=clock))
        self.set_clock(clock, shift)
        self.assert_trouble("ClockSkewed", "clock is", direction, "NTP", stalled=True)
        self.set_clock(clock, "+0")
        self.assert_over()

    def set_clock(self, clock, shift):
        unfinished = clock.with_suffix(".new")
        unfinished.write_text(shift + "\n")
        unfinished.rename(clock)


class Expired(Faults):
    secure = True

    def setUp(self):
        super().setUp()
        authority = times.Authority(self.folder)
        self.good, self.expired = authority.sign("good.pem"), authority.sign("expired.pem", hours_ago=48)
        self.proxy.stop()
        self.listen(self.good)

    def listen(self, certificate):
        port = int(self.proxy.endpoint.rpartition(":")[2])
        self.proxy = proxy.Proxy(self.gateway, True, port, certificate)
        self.addCleanup(self.proxy.stop)

    def prepare(self):
        authority = self.folder / "ca.pem"
        super().prepare((f"caFile: {self.gateway.ca_file}", f"caFile: {authority}"))
        self.read = gateway.reader(authority)

    def test_a_certificate_that_expires(self):
        self.prepare()
        self.begin_well()
        self.proxy.stop()
        self.listen(self.expired)
        self.assert_trouble("CertificateRejected", "certificate has expired", "renew", stalled=True)
        self.assertEqual([], self.proxy.taken(), "a request went to a server whose certificate has expired")
        self.assertEqual("untrusted", self.status()["lastError"]["fault"])
        (count,) = (count for name, count in self.metric("reconcile_errors_total").items() if '"untrusted"' in name)
        self.assertGreater(count, 0)
        self.proxy.stop()
        self.listen(self.good)
        self.assert_over()

    def test_a_certificate_that_expired_before_the_start(self):
        self.prepare()
        self.proxy.stop()
        self.listen(self.expired)
        self.begin()
        self.assertEqual("CertificateRejected", self.condition("Ready")["reason"])
        self.assertEqual(self.files, self.buffer_contents())
        self.proxy.stop()
        self.listen(self.good)
        self.eventually_ready()
        self.assertEqual(self.files, self.published())
        self.assertEqual(0, self.stop())


if __name__ == "__main__":
    unittest.main(verbosity=2)
