#!/usr/bin/env python3
"""Two machines on one slot: as processes that share the bucket and the chain, and neither buffer nor temporary folder,
so that the lease in the bucket is all that keeps them apart."""
import datetime
import fcntl
import json
import os
import socket
import subprocess
import time
import unittest

import world
from world import eventually, fetch_file, read_committed, snapshot

LEASE_SECONDS = 15 * 60


def moment(seconds_from_now):
    then = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds_from_now)
    return then.strftime("%Y-%m-%dT%H:%M:%SZ")


class Leased(world.Scenario):
    def setUp(self):
        super().setUp()
        self.quickstart()
        self.expect(0, self.apply())
        (self.lease,) = (self.home / "bucket" / ".reconcile").glob("lease-*.json")
        world.write_file(self.home / "buffer" / "later.json.gz", world.json_gz({"id": 1}))

    def document(self):
        return json.loads(self.lease.read_text())

    def write_lease(self, expires_in, holder=None, written_ago=0):
        document = self.document()
        document["holder"] = holder or {"host": "miner-2", "pid": 4711, "run": "0123456789abcdef", "kernel": "elsewhere"}
        document["token"] += 1
        document["acquired"] = moment(-written_ago)
        document["expires"] = moment(expires_in)
        self.lease.write_text(json.dumps(document))
        os.utime(self.lease, (time.time() - written_ago, time.time() - written_ago))
        return document

    def world_now(self):
        return {name: snapshot(self.home / name) for name in ("bucket", "chain", "buffer")}

    def published(self):
        index, _ = read_committed(self.commitments()[-1], fetch_file)
        return sorted(entry["key"].rpartition("/")[2] for entry in index["objects"])


class ByHand(Leased):
    def test_is_given_back_after_a_pass_and_untouched_by_one_with_nothing_to_do(self):
        self.expect(0, self.apply())
        document = self.document()
        self.assertLessEqual(document["expires"], moment(0))
        self.assertEqual(socket.gethostname(), document["holder"]["host"])
        before = self.world_now()
        self.expect(0, self.apply())
        self.expect(0, self.plan())
        self.assertEqual(before, self.world_now())

    def test_of_another_machine_stops_a_pass_and_names_the_holder(self):
        self.write_lease(LEASE_SECONDS)
        before = self.world_now()
        outcome = self.expect(6, self.apply())
        self.assertIn("process 4711 on miner-2", outcome.err)
        self.assertIn(self.document()["expires"], outcome.err)
        outcome = self.expect(6, self.apply("-o", "json"))
        (refusal,) = [refusal for refusal in json.loads(outcome.out)["refusals"] if "miner-2" in json.dumps(refusal)]
        self.assertEqual("bucket/lease", refusal["address"])
        outcome = self.expect(6, self.apply("-o", "ndjson"))
        self.assertTrue(any("miner-2" in json.dumps(json.loads(line)) for line in outcome.out.splitlines()))
        self.assertEqual(before, self.world_now())
        self.expect(0, self.plan())  # a dry run stops for nobody

    def test_that_has_run_out_is_taken_over_under_the_next_token(self):
        theirs = self.write_lease(-1, written_ago=60)
        self.expect(0, self.apply())
        self.assertIn("later.json.gz", self.published())
        self.assertEqual(theirs["token"] + 1, self.document()["token"])
        _, url = read_committed(self.commitments()[-1], fetch_file)
        name = url.rpartition("/")[2]
        (metadata,) = [path.read_text() for path in (self.home / "bucket" / ".reconcile" / "metadata").rglob("*")
                       if path.is_file() and name in path.read_text()]
        self.assertIn(f'"lease_token":"{self.document()["token"]}"', metadata.replace(" ", ""))

    def test_of_a_machine_whose_clock_is_wrong_ends_all_the_same(self):
        self.write_lease(10 * 365 * 86400, written_ago=LEASE_SECONDS - 60)
        self.expect(6, self.apply())
        self.write_lease(10 * 365 * 86400, written_ago=LEASE_SECONDS)
        self.expect(0, self.apply())

    def test_that_nobody_can_read_ends_all_the_same(self):
        self.lease.write_text("not a lease")
        self.assertIn("unknown program", self.expect(6, self.apply()).err)
        os.utime(self.lease, (time.time() - LEASE_SECONDS,) * 2)
        self.expect(0, self.apply())

    def test_is_waited_out_by_the_loop(self):
        self.write_lease(LEASE_SECONDS)
        with open(self.folder / "err", "wb") as err:
            process = self.start("--loop", "-f", self.manifest, stdout=subprocess.DEVNULL, stderr=err)
        try:
            eventually(lambda: "miner-2" in (self.folder / "err").read_text(), 60, "the loop names the holder")
            self.assertIsNone(process.poll())
            self.assertIn("later.json.gz", self.buffer_files())
        finally:
            process.terminate()
            process.wait()
        self.assertEqual(0, process.returncode)


class TwoAtWork(Leased):
    """The first is held up at the ledger, in the midst of its pass, by a lock that lets everybody read."""

    def setUp(self):
        super().setUp()
        self.second_home = self.folder / "second"
        (self.second_home / "buffer").mkdir(parents=True)
        (self.second_home / "tmp").mkdir()
        manifest = (self.home / self.manifest).read_text()
        for name in ("bucket", "chain/ledger.jsonl"):
            manifest = manifest.replace(f"./{name}", str(self.home / name))
        (self.second_home / "manifest.yaml").write_text(manifest)
        world.write_file(self.second_home / "buffer" / "second.json.gz", world.json_gz({"id": 2}))
        ledger = open(self.home / "chain" / "ledger.jsonl", encoding="utf-8")
        self.addCleanup(ledger.close)
        fcntl.flock(ledger, fcntl.LOCK_SH)
        self.ledger = ledger
        self.first = self.start("-f", self.manifest, "--auto-approve", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(lambda: self.first.poll() is None and (self.first.kill(), self.first.communicate()))
        eventually(lambda: self.document()["holder"]["pid"] == self.first.pid, 60, "the first holds the lease")

    def second(self, *arguments):
        return self.run_program("-f", self.second_home / "manifest.yaml", "--auto-approve", *arguments,
                                environment={"TMPDIR": str(self.second_home / "tmp")})

    def test_the_second_exits_and_names_the_first(self):
        outcome = self.expect(6, self.second())
        self.assertIn(f"process {self.first.pid} on {socket.gethostname()}", outcome.err)
        fcntl.flock(self.ledger, fcntl.LOCK_UN)
        self.expect(0, self.finish(self.first))
        self.expect(0, self.second())
        self.assertIn("later.json.gz", self.published())
        self.assertIn("second.json.gz", self.published())

    def test_a_killed_one_on_this_machine_keeps_nobody_waiting(self):
        token = self.document()["token"]
        self.first.kill()
        self.first.communicate()
        fcntl.flock(self.ledger, fcntl.LOCK_UN)
        self.expect(0, self.second())
        self.assertEqual(token + 1, self.document()["token"])
        self.assertIn("second.json.gz", self.published())

    def test_a_killed_one_elsewhere_is_waited_for_until_its_lease_has_run_out(self):
        self.first.kill()
        self.first.communicate()
        fcntl.flock(self.ledger, fcntl.LOCK_UN)
        document = self.document()
        self.write_lease(LEASE_SECONDS, holder={**document["holder"], "kernel": "another"})
        self.expect(6, self.second())
        self.write_lease(0, holder={**document["holder"], "kernel": "another"}, written_ago=LEASE_SECONDS)
        self.expect(0, self.second())
        self.expect(0, self.apply())
        self.assertIn("later.json.gz", self.published())


if __name__ == "__main__":
    unittest.main()
