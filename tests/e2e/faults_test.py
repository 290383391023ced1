#!/usr/bin/env python3
"""Troubles of the machine while the loop runs: each shows as the right condition, loses nothing, and is over by itself.

Mounts are made in a mount namespace of the loop's own, which only root may have; elsewhere those cases are skipped.
"""
import json
import os
import random
import subprocess
import unittest
from pathlib import Path

import loop_test
from world import PATH, eventually, write_file

PRIVATE = ["unshare", "--mount", "--propagation", "private"]
DISK_BYTES = 2 << 20


def may_mount():
    tried = subprocess.run([*PRIVATE, "mount", "-t", "tmpfs", "none", "/mnt"], env={"PATH": PATH},
                           stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return tried.returncode == 0


class Faults(loop_test.Answering):
    def setUp(self):
        super().setUp()
        if not may_mount():
            self.skipTest("needs to be root and to be allowed a mount namespace")
        self.edit("  upload:\n", "  upload:\n    retryInterval: 1s\n")

    def begin_in(self, mount, folder):
        """The loop with something mounted on a folder that nobody else sees."""
        folder.mkdir(exist_ok=True)
        self.begin(before=[*PRIVATE, "sh", "-c", f'{mount} "$0" && exec "$@"', folder])
        self.assertEqual("True", self.condition("Ready")["status"])

    def eventually_not_ready(self, reason):
        def look():
            condition = self.condition("Ready")
            return condition if (condition["status"], condition["reason"]) == ("False", reason) else None

        self.pass_now()
        return eventually(look, 60, f"Ready is false for {reason}: {self.condition('Ready')}")

    def eventually_ready(self):
        """Without being asked for a pass."""
        eventually(lambda: self.condition("Ready")["status"] == "True", 90, "Ready again")
        self.assertEqual("False", self.condition("Stalled")["status"])
        self.assertNotIn("lastError", self.status())

    def test_a_full_disk(self):
        state = self.home / ".reconcile"
        self.begin_in(f"mount -t tmpfs -o size={DISK_BYTES} none", state)
        filler = Path(f"/proc/{self.process.pid}/root{state}/filler")
        with filler.open("wb", buffering=0) as file:
            with self.assertRaises(OSError):
                while file.write(bytes(65536)):
                    pass
        rows = json.dumps({"text": random.Random(1).randbytes(300_000).hex()}).encode() + b"\n"
        write_file(self.home / "buffer" / "later.jsonl", rows)  # to be compressed into the state folder
        condition = self.eventually_not_ready("DiskFull")
        self.assertRegex(condition["message"], "No space left|full")
        self.assertIn("free some space", self.condition("Stalled")["message"])
        self.assertEqual(rows, (self.home / "buffer" / "later.jsonl").read_bytes())
        filler.unlink()
        self.eventually_ready()
        self.assertIn("later.jsonl.gz", self.published())
        self.assertEqual(2, len(self.commitments()))
        self.assertEqual(0, self.stop())

    def test_a_buffer_that_becomes_read_only(self):
        buffer = self.home / "buffer"
        self.begin_in('mount --bind "$0"', buffer)
        self.remount(buffer, "ro")
        data = self.drop("later.json.gz", {"id": 1})
        condition = self.eventually_not_ready("PermissionDenied")
        self.assertIn("Read-only file system", condition["message"])
        self.assertIn("mount the file system writable", self.condition("Stalled")["message"])
        self.assertEqual(data, (buffer / "later.json.gz").read_bytes())
        self.remount(buffer, "rw")
        self.eventually_ready()
        self.assertEqual(data, self.published()["later.json.gz"])
        self.assertFalse((buffer / "later.json.gz").exists())
        self.assertEqual(2, len(self.commitments()), "published once, released later")
        self.assertEqual(0, self.stop())

    def remount(self, folder, how):
        subprocess.run(["nsenter", "--target", str(self.process.pid), "--mount", "mount", "-o", f"remount,bind,{how}",
                        folder], env={**os.environ, "PATH": PATH}, stdin=subprocess.DEVNULL, check=True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
