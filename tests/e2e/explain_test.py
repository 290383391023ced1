#!/usr/bin/env python3
"""`reconcile explain ADDRESS`: for each thing that can be the case, the verdict, the rule behind it and when it is decided
again, as programs read it; and that asking changes nothing."""
import datetime
import json
import unittest

import jsonschema

import times
import world

SCHEMA = json.loads((world.SOURCE / "schema" / "explain.schema.json").read_text())


def time_of(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class Explain(world.Scenario):
    def setUp(self):
        super().setUp()
        world.need("faketime")
        self.quickstart()

    def explain(self, address, **options):
        before = world.snapshot(self.home)
        outcome = self.expect(0, self.run_program("explain", "-f", self.manifest, "-o", "json", address, **options))
        self.assertEqual(before, world.snapshot(self.home), "explain changed something")
        said = json.loads(outcome.out)
        jsonschema.validate(said, SCHEMA, cls=jsonschema.Draft7Validator)
        self.assertEqual(address, said["address"])
        self.assertEqual("20m", said["decidedAgain"]["every"])
        text = self.expect(0, self.run_program("explain", "-f", self.manifest, address, **options)).out
        self.assertIn(f"verdict: {said['verdict']}: {said['reason']}", text)
        return said

    def an_object(self):
        """The address of one that the commitment covers."""
        index, _ = world.read_committed(self.commitments()[-1], world.fetch_file)
        return "objects/" + index["objects"][0]["key"]

    def insert(self, lines, after="spec:\n"):
        manifest = self.home / self.manifest
        text = manifest.read_text()
        self.assertIn(after, text)
        manifest.write_text(text.replace(after, after + lines, 1))

    def off_by(self, shift):
        return {"environment": times.moved_clock(self.environment, shift)}

    def test_kept_by_protection(self):
        self.expect(0, self.apply())
        address = self.an_object()
        self.insert("  protect: [\"data/**\"]\n")
        said = self.explain(address)
        self.assertEqual(("protected", "this"), (said["verdict"], said["owner"]))
        self.assertEqual({"pattern": "data/**", "inManifest": True}, said["protect"])
        self.expect(0, self.apply())
        manifest = self.home / self.manifest
        manifest.write_text(manifest.read_text().replace("  protect: [\"data/**\"]\n", ""))
        self.assertEqual({"pattern": "data/**", "inManifest": False}, self.explain(address)["protect"])

    def test_a_file_that_waits_and_why(self):
        said = self.explain("buffer/reddit_2026-11-22_08.jsonl.tmp")
        self.assertEqual("waiting", said["verdict"])
        self.assertIn("temporary name (.tmp)", said["reason"])
        self.assertIsNone(said["rule"])
        # What is some seconds old is told in other words a second later.
        world.write_file(self.home / "buffer" / "young.json.gz", world.json_gz(1), age=-3600)
        said = self.explain("buffer/young.json.gz")
        self.assertEqual("waiting", said["verdict"])
        self.assertNotEqual("", said["reason"])
        before = datetime.datetime.now(datetime.timezone.utc)
        again = time_of(self.explain("buffer/young.json.gz")["decidedAgain"]["time"]) - before
        self.assertTrue(datetime.timedelta(minutes=19) < again < datetime.timedelta(minutes=22), again)

    def test_to_be_uploaded(self):
        said = self.explain("buffer/x_2026-11-22_06.json.gz")
        self.assertEqual("upload", said["verdict"])
        (key,) = [line.removeprefix("object: ") for line in said["lines"] if line.startswith("object: ")]
        self.assertTrue(key.startswith("data/") and key.endswith("x_2026-11-22_06.json.gz"), key)
        said = self.explain("objects/" + key)
        self.assertEqual(("upload", None), (said["verdict"], said["owner"]))
        self.expect(0, self.apply())
        self.assertEqual("absent", self.explain("buffer/x_2026-11-22_06.json.gz")["verdict"])

    def test_to_be_deleted_by_which_rule_and_when(self):
        self.expect(0, self.apply())
        address = self.an_object()
        later = self.off_by("+15d")
        said = self.explain(address, **later)
        self.assertEqual("leaving", said["verdict"])  # first no reader is sent there any more
        rule = said["rule"]
        self.assertEqual(("ExpireOldData", "manifest", "data/", "14d", "reconcile"),
                         (rule["id"], rule["owner"], rule["prefix"], rule["expireAfter"], rule["carriedOutBy"]))
        self.assertRegex(rule["place"], r"^manifest\.yaml:\d+$")
        self.expect(0, self.apply("--allow", "maxDeletePercent=100", **later))
        said = self.explain(address, **self.off_by("+20d"))
        file = self.home / "bucket" / address.removeprefix("objects/")
        self.assertTrue(file.exists(), "it went before the index without it was final")
        self.assertEqual("delete", said["verdict"])
        self.assertIn("rule ExpireOldData", said["reason"])
        self.expect(0, self.apply("--allow", "maxDeletePercent=100", **self.off_by("+20d")))
        self.assertFalse(file.exists())
        self.assertEqual("absent", self.explain(address, **self.off_by("+20d"))["verdict"])

    def test_covered_by_the_commitment(self):
        self.expect(0, self.apply())
        address = self.an_object()
        said = self.explain(address)
        self.assertEqual(("committed", "this"), (said["verdict"], said["owner"]))
        rule = said["rule"]
        modified = (self.home / "bucket" / address.removeprefix("objects/")).stat().st_mtime
        goes = time_of(rule["deletedFrom"]).timestamp()
        self.assertLess(abs(goes - modified - 14 * 86400), 120)
        self.assertEqual(datetime.timedelta(days=1), time_of(rule["deletedFrom"]) - time_of(rule["leavesIndexAt"]))
        self.assertEqual("settled", self.explain("chain/commitment")["verdict"])

    def test_a_foreign_object_is_never_touched(self):
        self.expect(0, self.apply())
        theirs = self.home / "bucket" / "data" / "theirs.bin"
        theirs.write_bytes(b"theirs")
        for shift in ("+0d", "+30d"):
            said = self.explain("objects/data/theirs.bin", **self.off_by(shift))
            self.assertEqual(("foreign", "foreign"), (said["verdict"], said["owner"]))
            self.assertIn("never touched", said["reason"])
        self.expect(0, self.apply("--allow", "maxDeletePercent=100", **self.off_by("+30d")))
        self.assertEqual(b"theirs", theirs.read_bytes())

    def test_what_a_guard_holds_up_and_what_changes(self):
        said = self.explain("bucket/lifecycle/ExpireOldData")
        self.assertEqual(("change", "ExpireOldData"), (said["verdict"], said["rule"]["id"]))
        self.expect(0, self.apply())
        self.assertEqual("settled", self.explain("bucket/lifecycle/ExpireOldData")["verdict"])
        (self.home / "bucket").rename(self.home / "away")
        (self.home / "bucket").write_text("no folder")
        said = self.explain("objects/data/x")
        self.assertEqual("unknown", said["verdict"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
