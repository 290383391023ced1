#!/usr/bin/env python3
"""`reconcile doctor` beside a loop that is at work on the same publication, and on a buffer that cannot be written."""
import re
import signal
import subprocess
import unittest

import examined
import faults_test
import gateway
import looping
import world

ROUNDS = 4


def setUpModule():
    gateway.S3Scenario.gateway = gateway.Gateway()


def tearDownModule():
    gateway.S3Scenario.gateway.stop()


class Beside(looping.Looping, examined.Examined, gateway.S3Scenario):
    publication = "quickstart-s3"

    def setUp(self):
        super().setUp()
        self.gateway.make_bucket(self.bucket)
        self.gateway.let_everyone_read(self.bucket)
        (self.home / ".env").chmod(0o600)

    def test_each_gives_its_answer_and_nothing_of_the_probe_is_left(self):
        written = {"first.json.gz": self.drop("first.json.gz", "first")}
        self.begin()
        for number in range(ROUNDS):
            name = f"round_{number}.json.gz"
            written[name] = self.drop(name, number)
            passes = len(self.ended_passes())
            doctor = self.start("doctor", "-f", self.manifest, "-o", "json", stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            # Passes one after the other, for as long as it looks.
            while doctor.poll() is None:
                self.process.send_signal(signal.SIGUSR1)
                passes += len(self.pass_that(lambda text: True, passes))
            outcome = self.finish(doctor)
            checks = self.described(outcome)
            self.assertEqual((0, set(), set()),
                             (outcome.code, self.ids(checks, "FAIL"), self.ids(checks, "WARN")), checks)
            for name in ("bucket/write", "bucket/delete", "public/read", "chain/commitment", "journal/integrity"):
                self.assertEqual("OK", checks[name]["verdict"], checks[name])
            self.assertIsNone(self.process.poll(), "the loop goes on")
        self.pass_now()
        self.assertEqual(written, self.published())
        self.assertEqual([], self.buffer_files())
        self.assertEqual([], [text for text in self.ended_passes() if re.search(r"[1-9]\d* failed|blocked", text)])
        self.assertEqual(len(self.commitments(self.ledger)), len(set(self.commitments(self.ledger))))
        self.assertNotIn(b"doctor-", self.gateway.request("GET", f"/{self.bucket}", "list-type=2").body)
        self.assertEqual(0, self.stop())


class ReadOnly(examined.Examined):
    """The mount is in a namespace of its own, which only root may have: to root no mode of a folder says no."""

    def setUp(self):
        super().setUp()
        if not faults_test.may_mount():
            self.skipTest("needs to be root and to be allowed a mount namespace")
        self.quickstart()
        (self.home / "buffer" / "x_2026-11-22_05.json.gz").unlink()  # cut short: another finding

    def test_a_buffer_that_is_mounted_read_only_has_an_id_of_its_own(self):
        buffer = self.home / "buffer"
        mount = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
        before = world.snapshot(buffer)
        checks = self.assert_named(fails=["buffer/write"], words=["Read-only file system", "mount the disk read-write"],
                                   before=[*faults_test.PRIVATE, "sh", "-c", mount, buffer])
        for name in ("buffer/folder", "buffer/files"):
            self.assertEqual("OK", checks[name]["verdict"], checks[name])
        self.assertEqual(before, world.snapshot(buffer))
        self.assertEqual("OK", self.assert_named()["buffer/write"]["verdict"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
