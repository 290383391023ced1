#!/usr/bin/env python3
"""A manifest made from what is there already: its first plan is empty, or it says why it only looks."""
import json
import os
import shutil
import unittest

import world
from world import snapshot


class ImportDirectory(world.Scenario):
    def setUp(self):
        super().setUp()
        self.quickstart()
        self.bucket = self.home / "bucket"
        self.lifecycle = self.bucket / ".reconcile" / "lifecycle.json"
        self.other = self.folder / "other"  # where the new manifest stands, with no journal beside it
        (self.other / "buffer").mkdir(parents=True)
        self.commitment = ["--netuid", 13, "--network", "ledger", "--ledger", self.home / "chain" / "ledger.jsonl",
                           "--hotkey", "quickstart"]

    def publish(self):
        self.expect(0, self.apply())

    def make_bucket(self):
        """As the program makes one, with nothing in it."""
        for file in (self.home / "buffer").iterdir():
            file.unlink()
        self.expect(0, self.apply())

    def run_import(self, *arguments, code=0):
        before = snapshot(self.folder)
        outcome = self.expect(code, self.run_program("import", "--path", self.bucket, *arguments, "--buffer",
                                                     self.other / "buffer"))
        self.assertEqual(before, snapshot(self.folder), "import wrote something")
        return outcome

    def imported(self, *arguments):
        """The new manifest's text, which has been planned: nothing to do."""
        outcome = self.run_import(*arguments)
        (self.other / "manifest.yaml").write_text(outcome.out)
        plan = self.expect(0, self.run_program("--plan", "--detailed-exitcode", "-f", self.other / "manifest.yaml"))
        self.assertIn("No changes", plan.out)
        return outcome.out

    def test_what_this_program_published_is_taken_over_with_rules_and_commitment(self):
        self.publish()
        text = self.imported(*self.commitment)
        self.assertIn("name: quickstart\n", text)
        self.assertIn("{id: ExpireOldData, prefix: data/, expireAfter: 14d}", text)
        self.assertIn("strategy: index\n", text)
        self.assertIn("names 5 objects", text)
        self.assertNotIn("mode:", text)

    def test_the_manifest_goes_on_publishing(self):
        self.publish()
        self.imported(*self.commitment)
        world.write_file(self.other / "buffer" / "more.json.gz", world.json_gz("more"))
        self.expect(0, self.run_program("-f", self.other / "manifest.yaml", "--auto-approve"))
        index, _ = world.read_committed(self.commitments()[-1], world.fetch_file)
        self.assertEqual(6, len(index["objects"]))

    def test_rules_that_a_manifest_cannot_say_stay_and_are_named(self):
        self.publish()
        document = json.loads(self.lifecycle.read_text())
        document["rules"] += [{"id": "Tagged", "enabled": True, "prefix": "x/", "expireAfterDays": 3, "tag": "t"},
                              {"id": "Off", "enabled": False, "prefix": "y/", "expireAfterDays": 3}]
        self.lifecycle.write_text(json.dumps(document))
        before = self.lifecycle.read_text()
        text = self.imported(*self.commitment)
        self.assertIn("rule `Tagged`, which has elements that a manifest cannot say", text)
        self.assertIn("rule `Off`, which is disabled", text)
        self.assertNotIn("{id: Off", text)
        self.assertEqual(before, self.lifecycle.read_text())

    def test_a_folder_that_others_filled_is_left_as_it_is(self):
        self.make_bucket()
        for name in ("2026/a.parquet", "2026/b.parquet"):
            world.write_file(self.bucket / "scraped" / name, b"theirs")
        text = self.imported()
        self.assertIn('key: "scraped/{yyyy}/{mm}/{dd}/{name}"', text)
        self.assertNotIn("commitment:\n", text)
        self.assertIn("2 objects (12 B) under scraped/ stay as they are", text)

    def test_a_commitment_that_nobody_here_can_read_makes_a_manifest_that_only_looks(self):
        self.make_bucket()
        world.write_file(self.bucket / "data" / "a.parquet", b"theirs")
        ledger = self.home / "chain" / "ledger.jsonl"
        ledger.parent.mkdir(exist_ok=True)
        ledger.write_text(json.dumps({"block": 1, "time": "2026-11-22T07:20:14Z", "netuid": 13,
                                      "hotkey": "default/quickstart",
                                      "fields": [{"kind": "Raw", "hex": b"somebody else's".hex()}]}) + "\n")
        text = self.imported(*self.commitment)
        self.assertIn("mode: observe\n", text)
        self.assertIn("the slot holds a commitment that is not of this publication's format: somebody else's",
                      " ".join(text.replace("#", " ").split()))
        self.assertNotIn("commitment:\n", text)

    def test_files_that_wait_in_the_buffer_make_a_manifest_that_only_looks(self):
        self.publish()
        world.write_file(self.other / "buffer" / "more.json.gz", world.json_gz("more"))
        text = self.imported(*self.commitment)
        self.assertIn("mode: observe\n", text)
        self.assertIn("strategy: index\n", text)
        self.assertIn("the first pass would create objects/data", " ".join(text.replace("#", " ").split()))

    def test_an_object_of_ours_that_is_due_to_go_is_not_taken_along_unseen(self):
        self.publish()
        for file in (self.bucket / "data").rglob("*"):
            if file.is_file():
                os.utime(file, (1, 1))
        self.assertIn("mode: observe\n", self.imported())

    def test_json_says_what_was_found_and_holds_the_same_manifest(self):
        self.publish()
        said = json.loads(self.run_import(*self.commitment, "-o", "json").out)
        self.assertEqual(6, said["found"]["objects"]["count"])
        self.assertEqual({"key": "i/00000001.json", "objects": 5, "committed": True}, said["found"]["index"])
        self.assertIn("strategy: index\n", said["manifest"])
        self.assertTrue(said["asWished"])

    def test_a_buffer_folder_that_is_still_to_be_made_is_said(self):
        self.publish()
        shutil.rmtree(self.other / "buffer")
        outcome = self.run_import(*self.commitment)
        self.assertIn("does not exist", outcome.err)
        self.assertIn("strategy: index\n", outcome.out)

    def test_no_bucket_and_no_chain_make_no_manifest(self):
        self.assertIn("there is no bucket", self.run_import(code=1).err)
        self.bucket.mkdir()
        self.assertIn("becomes a bucket by a manifest with create: true", self.run_import(code=1).err)
        self.make_bucket()
        chain = ["--netuid", 13, "--node", "ws://127.0.0.1:9", "--hotkey",
                 "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"]
        outcome = self.run_import("--public-url", "https://d.example.org", *chain, code=1)
        self.assertEqual("", outcome.out)
        self.assertIn("127.0.0.1:9", outcome.err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
