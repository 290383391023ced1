#!/usr/bin/env python3
"""Told to stop while a slow server has not answered yet: what is in flight is finished if that works within the grace,
and given up if it does not; a second signal gives up at once. Nothing is lost, and the next start goes on.
"""
import signal
import subprocess
import threading
import time
import unittest

import gateway
import looping
import world
from world import eventually, json_gz

AT_ONCE_SECONDS = 10  # on a busy machine, with sanitizers; every grace here that must not be waited for is far longer


def setUpModule():
    gateway.S3Scenario.gateway = gateway.Gateway()


def tearDownModule():
    gateway.S3Scenario.gateway.stop()


class Stopped(looping.Answering, gateway.S3Scenario):
    publication = "quickstart-s3"

    def setUp(self):
        super().setUp()
        self.gateway.make_bucket(self.bucket)
        self.gateway.let_everyone_read(self.bucket)
        self.expect(0, self.apply())  # the bucket's rules
        self.arrived, self.answer = threading.Event(), threading.Event()
        self.addCleanup(self.answer.set)  # no thread of the proxy outlives the test
        self.proxy.spoil = self.hold
        self.files = {f"{name}.json.gz": json_gz(name) for name in ("a", "b", "c")}

    def hold(self, method, target):
        """The upload of a file is not passed on before the test says so."""
        if method == "PUT" and "/data/" in target:
            self.arrived.set()
            self.answer.wait(60)

    def begin_loop(self, grace):
        self.begin("--parallelism", "1", "--grace", grace)
        self.write_buffer(self.files)
        self.process.send_signal(signal.SIGUSR1)
        self.assertTrue(self.arrived.wait(60), "no upload came")

    def begin_pass(self):
        self.write_buffer(self.files)
        process = self.start("-f", self.manifest, "--auto-approve", "--parallelism", "1", stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(self.end, process)
        self.assertTrue(self.arrived.wait(60), "no upload came")
        return process

    def tell(self, process, number=signal.SIGTERM):
        """Returns once the signal was taken: a second one must not come first."""
        process.send_signal(number)

        def pending():
            with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
                masks = dict(line.split(":\t") for line in status if line.startswith(("SigPnd", "ShdPnd")))
            return any(int(mask, 16) >> (number - 1) & 1 for mask in masks.values())

        eventually(lambda: not pending(), 10, "the signal taken", 0.01)

    def objects(self):
        return [key for key in self.gateway.keys(self.bucket) if key.startswith("data/")]

    def assert_all_waits(self):
        self.assertEqual([], self.objects())
        self.assertEqual(self.files, self.buffer_contents())
        self.assertEqual([], self.commitments(self.ledger))

    def assert_goes_on(self):
        """The next start publishes each file once, while what was given up may still arrive by the old way."""
        self.answer.set()
        self.expect(0, self.apply())
        self.assertEqual(self.files, self.published())
        self.assertEqual({}, self.buffer_contents())
        self.assertEqual(1, len(self.commitments(self.ledger)))
        self.assertEqual(3, len(self.objects()))
        self.assertIn("No changes", self.expect(0, self.apply()).out)

    def test_a_server_that_answers_within_the_grace(self):
        self.begin_loop("60s")
        self.tell(self.process)
        eventually(lambda: '"stopping":true' in self.ask("/api/v1/status")[1].replace(" ", ""), 20, "it stops")
        self.assertIsNone(self.process.poll(), "it did not wait for what is in flight")
        self.answer.set()
        self.assertEqual(0, self.process.wait(timeout=40))
        self.assertEqual(1, len(self.objects()), "what was in flight is finished, and nothing else begun")
        self.assertEqual(self.files, self.buffer_contents())
        self.assert_goes_on()
        sent = [request.target for request in self.proxy.taken()
                if request.method == "PUT" and "/data/" in request.target and request.status == 200]
        self.assertEqual(sorted(set(sent)), sorted(sent), "what was finished was sent again")

    def test_a_grace_that_runs_out(self):
        self.begin_loop("2s")
        began = time.monotonic()
        self.tell(self.process)
        self.assertEqual(143, self.process.wait(timeout=2 + AT_ONCE_SECONDS))
        self.assertGreaterEqual(time.monotonic() - began, 2)
        self.assertTrue([record for record in self.records() if "not finished within --grace 2s" in record["message"]])
        self.assert_all_waits()
        self.assert_goes_on()

    def test_a_second_signal_to_the_loop(self):
        self.begin_loop("60s")
        self.tell(self.process)
        self.assertIsNone(self.process.poll())
        self.process.send_signal(signal.SIGTERM)
        self.assertEqual(143, self.process.wait(timeout=AT_ONCE_SECONDS))
        self.records()
        self.assert_all_waits()
        self.assert_goes_on()

    def test_a_single_pass_that_is_told_once(self):
        process = self.begin_pass()
        self.tell(process)
        self.assertIsNone(process.poll(), "it did not wait for what is in flight")
        self.answer.set()
        self.expect(143, self.finish(process))
        self.assertEqual(1, len(self.objects()), "what was in flight is finished, and nothing else begun")
        self.assertEqual(self.files, self.buffer_contents())
        self.assert_goes_on()

    def test_a_single_pass_that_is_told_twice(self):
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            with self.subTest(signal=number):
                self.arrived.clear()
                process = self.begin_pass()
                self.tell(process)
                process.send_signal(number)
                began = time.monotonic()
                self.expect(code, self.finish(process))
                self.assertLess(time.monotonic() - began, AT_ONCE_SECONDS)
                self.assert_all_waits()
        self.assert_goes_on()


if __name__ == "__main__":
    unittest.main(verbosity=2)
