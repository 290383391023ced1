#!/usr/bin/env python3
"""The continuous mode as it is left alone: files come, manifests change and break, it is told to stop, it is killed.

The manifest's cadence is 20 minutes, so nothing here happens by the clock: SIGUSR1 asks for each pass.
"""
import json
import random
import signal
import subprocess
import unittest

import looping
import quickstart_test
import world
from world import eventually


class Looping(looping.Looping, quickstart_test.Quickstart):
    publication = "quickstart"

    def lifecycle_files(self):
        return [path for path in (self.home / "bucket").rglob("*lifecycle*") if path.is_file()]


class Loop(Looping):
    def test_publishes_what_is_there_and_what_comes(self):
        self.begin()
        self.assert_published()
        data = self.drop("later.json.gz", {"id": 1})
        self.pass_now()
        self.assertEqual(data, self.published()["later.json.gz"])
        self.assertEqual(["reddit_2026-11-22_08.jsonl.tmp"], self.buffer_files())
        self.pass_now()
        self.assertEqual(2, len(self.ledger_lines()), "a commit without a change")
        self.assertEqual(0, self.stop())

    def test_a_full_buffer_does_not_wait_for_the_cadence(self):
        self.edit("  upload:\n", "  upload:\n    flushAt: 100KB\n    retryInterval: 1s\n")
        self.begin()
        self.drop("small.json.gz", {"id": 7})
        passes = len(self.ended_passes())
        large = self.drop("large.json.gz", random.Random(7).randbytes(200_000).hex())
        self.pass_that(lambda text: True, passes)
        eventually(lambda: "large.json.gz" in self.published(), 60, "it is published")
        self.assertEqual(large, self.published()["large.json.gz"])
        self.assertIn("small.json.gz", self.published())
        self.assertEqual(0, self.stop())

    def test_a_small_file_waits_for_the_cadence(self):
        self.begin()
        passes = len(self.ended_passes())
        self.drop("small.json.gz", {"id": 8})
        for times in (1, 2, 3):  # it looks around, and would have carried out a pass in between
            self.edit("settle: 2s", "settle: 2s  # the same")
            eventually(lambda: len(self.said("read and are in force")) == times, 60, "another look")
        self.assertEqual(passes, len(self.ended_passes()))
        self.assertEqual(0, self.stop())

    def test_carries_on_with_the_last_good_manifest(self):
        self.begin()
        self.edit("settle:", "setle:")
        self.process.send_signal(signal.SIGHUP)
        (first, *_) = self.said("the last good manifests stay in force")
        self.assertRegex(first["message"], r"manifest\.yaml:\d+:\d+")
        data = self.drop("later.json.gz", {"id": 2})
        self.pass_now()
        self.assertEqual(data, self.published()["later.json.gz"])
        self.edit("setle:", "settle:")
        self.process.send_signal(signal.SIGHUP)
        self.said("read and are in force")
        self.assertEqual(0, self.stop())

    def test_notices_a_changed_manifest_by_itself_and_acts_at_once(self):
        self.begin()
        passes = len(self.ended_passes())
        self.edit("expireAfter: 14d", "expireAfter: 15d")
        self.said("read and are in force")
        self.pass_that(lambda text: "1 done" in text, passes)
        self.assertIn("15", json.dumps([path.read_text() for path in self.lifecycle_files()]))
        self.assertEqual(0, self.stop())

    def test_only_looks_where_the_mode_says_so(self):
        self.edit("spec:\n", "spec:\n  mode: plan\n")
        before = world.snapshot(self.home)
        self.begin()
        self.drop("later.json.gz", {"id": 3})
        self.pass_now()
        (self.home / "buffer" / "later.json.gz").unlink()
        after = world.snapshot(self.home)
        before.pop("buffer"), after.pop("buffer")  # the folder's own time
        self.assertEqual(before, after)
        self.assertEqual(0, self.stop())

    def test_holds_the_slot_until_it_stops(self):
        self.begin()
        self.drop("later.json.gz", {"id": 4})
        outcome = self.expect(6, self.apply())
        self.assertIn(f"process {self.process.pid}", outcome.err)
        self.assertEqual(0, self.stop())
        self.expect(0, self.apply())
        self.assertIn("later.json.gz", self.published())

    def test_stops_in_the_middle_of_a_pass_without_loss(self):
        self.begin("--parallelism", "1")
        written = {f"part_{number:04}.json.gz": self.drop(f"part_{number:04}.json.gz", number)
                   for number in range(400)}
        self.process.send_signal(signal.SIGUSR1)
        eventually(lambda: any((self.home / "bucket").glob("data/**/part_*.json.gz")), 60, "the first upload", 0.005)
        self.assertEqual(0, self.stop())
        published, left = self.published(), self.buffer_files()
        for name, data in written.items():
            if name in left:
                self.assertEqual(data, (self.home / "buffer" / name).read_bytes())
            else:
                self.assertEqual(data, published.get(name), f"{name} is neither in the buffer nor published")
        self.assertTrue(set(written) & set(left), "it was asked to stop, and did everything all the same")

    def test_killed_and_started_again_goes_on(self):
        self.begin("--parallelism", "1")
        written = {f"part_{number:04}.json.gz": self.drop(f"part_{number:04}.json.gz", number)
                   for number in range(200)}
        self.process.send_signal(signal.SIGUSR1)
        eventually(lambda: any((self.home / "bucket").glob("data/**/part_*.json.gz")), 60, "the first upload", 0.005)
        self.process.kill()
        self.process.wait()
        self.begin()
        published = self.published()
        for name, data in written.items():
            self.assertEqual(data, published.get(name), name)
        self.assertEqual(len(self.commitments()), len(set(self.commitments())))
        self.pass_now()
        self.assertEqual(["reddit_2026-11-22_08.jsonl.tmp"], self.buffer_files())
        self.assertEqual(0, self.stop())

    def test_recovers_by_itself_from_a_bucket_that_was_away(self):
        self.begin()
        data = self.drop("later.json.gz", {"id": 5})
        (self.home / "bucket").rename(self.home / "away")
        (self.home / "bucket").write_text("not a folder")
        self.pass_now()
        self.assertIn("later.json.gz", self.buffer_files())
        (self.home / "bucket").unlink()
        (self.home / "away").rename(self.home / "bucket")
        self.pass_now()
        self.said("recovered")
        self.assertEqual(data, self.published()["later.json.gz"])
        self.assertEqual(0, self.stop())

    def test_is_refused_with_what_makes_no_sense(self):
        for arguments in (["--plan"], ["--approve", "12345678"], ["--apply-plan", "p.json"], ["--grace", "25"]):
            with self.subTest(arguments=arguments):
                self.expect(64, self.run_program("--loop", "-f", self.manifest, *arguments))


class Answering(looping.Answering, Looping):
    pass


class Listening(Answering):
    def wait_ready(self, *arguments, seconds="60s"):
        return self.run_program("status", "--wait", "Ready", "--address", f"http://127.0.0.1:{self.port}",
                                "--timeout", seconds, *arguments)

    def test_can_be_waited_for(self):
        self.begin()
        for arguments in ([], ["-f", self.manifest]):
            self.assertIn("quickstart: Ready: Converged", self.expect(0, self.wait_ready(*arguments)).out)
        document = json.loads(self.expect(0, self.wait_ready("-o", "json")).out)
        self.assertEqual("Status", document["kind"])
        self.assertEqual("True", self.condition("Ready")["status"])
        (self.home / "bucket").rename(self.home / "away")
        (self.home / "bucket").write_text("not a folder")
        self.pass_now()
        reason = self.condition("Ready")["reason"]
        self.assertIn(reason, self.expect(1, self.wait_ready("-f", self.manifest, seconds="0s")).err)
        waiting = self.start("status", "-f", self.manifest, "--wait", "Ready", "--address", f"127.0.0.1:{self.port}",
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        (self.home / "bucket").unlink()
        (self.home / "away").rename(self.home / "bucket")
        self.pass_now()
        self.expect(0, self.finish(waiting))

    def test_ready_with_another_manifest_is_not_ready(self):
        self.begin()
        other = self.home / "other.yaml"
        text = (self.home / self.manifest).read_text()
        other.write_text(text.replace("cadence: 20m", "cadence: 21m"))
        self.assertIn("another manifest", self.expect(1, self.wait_ready("-f", "other.yaml", seconds="0s")).err)
        other.write_text(text.replace("name: quickstart", "name: stranger"))
        self.assertIn("does not look after", self.expect(1, self.wait_ready("-f", "other.yaml", seconds="0s")).err)

    def test_waiting_for_nobody_says_so(self):
        self.port = world.free_port()
        self.assertIn(str(self.port), self.expect(1, self.wait_ready(seconds="1s")).err)
        for arguments in (["--timeout", "1m"], ["--address", "http://127.0.0.1:1"], ["--wait", "Late"],
                          ["--wait", "Ready", "--netuid", "13"], ["--wait", "Ready", "--timeout", "5"],
                          ["--wait", "Ready", "--address", "ftp://127.0.0.1"]):
            with self.subTest(arguments=arguments):
                self.expect(64, self.run_program("status", *arguments))

    def test_says_what_happened(self):
        self.begin()
        self.assertEqual("True", self.condition("Ready")["status"])
        self.assertEqual((200, "ok quickstart: Converged\n"), self.ask("/readyz"))
        self.assertEqual(200, self.ask("/healthz")[0])
        self.assertEqual(405, self.ask("/api/v1/status", "POST")[0])
        (passed, *_) = self.status()["passes"]
        self.assertEqual("changes", passed["result"])
        self.assertTrue([record for record in self.records() if record.get("pass") == passed["id"]])
        runs = 'reconcile_runs_total{publication="quickstart",result="changes"}'
        self.assertEqual({runs: 1.0}, {k: v for k, v in self.metric("reconcile_runs_total").items() if k == runs})
        (lag,) = self.metric("reconcile_convergence_lag_seconds{").values()
        self.assertLess(lag, 600)
        self.assertEqual(5.0, sum(self.metric("reconcile_released_files_total{").values()))

    def event(self, reason, address):
        found = [one for one in self.status()["events"] if (one["reason"], one["address"]) == (reason, address)]
        self.assertLessEqual(len(found), 1, found)
        return found[0] if found else None

    def test_tells_what_happened_each_thing_once(self):
        self.begin()
        self.assertEqual(1, self.event("Committed", "chain/commitment")["count"])
        self.assertEqual("Normal", self.event("Uploaded", "objects")["type"])
        self.assertEqual("Warning", self.event("Quarantined", "buffer/x_2026-11-22_05.json.gz")["type"])
        (self.home / "bucket").rename(self.home / "away")
        (self.home / "bucket").write_text("not a folder")
        for _ in range(3):
            self.pass_now()
        (self.home / "bucket").unlink()
        (self.home / "away").rename(self.home / "bucket")
        self.pass_now()
        failed = [one for one in self.status()["events"] if one["count"] >= 3]
        self.assertTrue(failed, self.status()["events"])
        self.assertLessEqual(failed[0]["first"], failed[0]["last"])
        said = self.expect(0, self.wait_ready()).out.splitlines()
        self.assertEqual("quickstart: Ready: Converged", said[0][:28])
        self.assertRegex("\n".join(said[1:]), r"(?m)^  [-0-9T:]+Z  Converged  condition/Ready: True: ")
        self.assertLessEqual(len(said), 6, "the last few")
        (lifecycle, *_) = self.lifecycle_files()
        text = lifecycle.read_text()
        self.assertIn("14", text)
        lifecycle.write_text(text.replace("14", "15"))
        self.pass_now()
        self.assertEqual(1, self.event("DriftDetected", "bucket/lifecycle")["count"])
        drift = 'reconcile_drift_detected_total{publication="quickstart",domain="bucket"}'
        self.assertEqual(1.0, self.metric(drift)[drift])
        self.assertIn(1.0, self.metric("reconcile_leader{").values())
        self.edit("settle:", "setle:")
        eventually(lambda: self.event("ManifestInvalid", "manifest"), 60, "ManifestInvalid")
        self.check_output(json.dumps(self.status()))

    def test_the_passes_of_before_are_still_there_after_a_restart(self):
        self.begin()
        self.drop("later.json.gz", {"id": 6})
        self.pass_now()
        before = self.status()["passes"]
        self.assertGreaterEqual(len(before), 2)
        self.assertEqual(0, self.stop())
        self.begin()
        after = self.status()["passes"]
        earlier = [one for one in after if one["id"].startswith("journal-")]
        self.assertEqual([(one["started"], one["result"], one["text"]) for one in before],
                         [(one["started"], one["result"], one["text"]) for one in earlier])
        self.assertEqual(after[-len(before):], earlier, "newest first")
        self.assertEqual(0, self.stop())

    def test_says_what_is_wrong_and_that_it_is_over(self):
        self.begin()
        (self.home / "bucket").rename(self.home / "away")
        (self.home / "bucket").write_text("not a folder")
        self.pass_now()
        self.assertEqual("False", self.condition("Ready")["status"])
        self.assertEqual(503, self.ask("/readyz")[0])
        self.assertIn("remedy", self.status()["lastError"])
        self.edit("settle:", "setle:")
        eventually(lambda: self.condition("Stalled")["reason"] == "ManifestInvalid", 60, "ManifestInvalid")
        self.assertEqual([0.0], list(self.metric("reconcile_manifest_valid").values()))
        (self.home / "bucket").unlink()
        (self.home / "away").rename(self.home / "bucket")
        self.edit("setle:", "settle:")
        eventually(lambda: self.condition("Ready")["status"] == "True", 60, "Ready")
        self.assertEqual("False", self.condition("Stalled")["status"])
        self.assertNotIn("lastError", self.status())

    def test_is_only_for_the_loop_and_for_real_addresses(self):
        self.expect(64, self.run_program("-f", self.manifest, "--auto-approve", "--listen", "127.0.0.1:0"))
        self.expect(64, self.run_program("--loop", "-f", self.manifest, "--listen", "nonsense"))
        self.assert_nothing_published()


if __name__ == "__main__":
    unittest.main(verbosity=2)
