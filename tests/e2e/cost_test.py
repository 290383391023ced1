#!/usr/bin/env python3
"""What a month costs, of what is really there: an embedded bucket, and a bucket of a real S3 server."""
import json
import os
import unittest

import gateway
import looping
import world
from world import json_gz, snapshot

PROVIDERS = ["r2", "b2", "aws", "wasabi"]
DAY = 86400


def setUpModule():
    gateway.S3Scenario.gateway = gateway.Gateway()


def tearDownModule():
    gateway.S3Scenario.gateway.stop()


class Asking:
    manifest = "manifest.yaml"

    def cost(self, *arguments, code=0):
        """The answer of `reconcile cost -o json` for this scenario's manifest, which must write nothing."""
        before = snapshot(self.folder)
        outcome = self.expect(code, self.run_program("cost", "-f", self.manifest, *arguments, "-o", "json"))
        self.assertEqual(before, snapshot(self.folder), "cost wrote something")
        publication, = json.loads(outcome.out)["publications"]
        for provider in publication["providers"]:
            self.assertAlmostEqual(provider["monthlyUsd"], sum(item["monthlyUsd"] for item in provider["items"]), 9)
        self.assertEqual(PROVIDERS, [provider["provider"] for provider in publication["providers"]])
        return publication

    def items(self, publication, provider="r2"):
        found, = (entry for entry in publication["providers"] if entry["provider"] == provider)
        return {item["name"]: item for item in found["items"]}


class Embedded(Asking, world.Scenario):
    def setUp(self):
        super().setUp()
        self.quickstart()

    def test_files_that_wait_are_a_day_of_what_comes_and_what_is_published_goes_on_counting(self):
        before = self.cost()["volume"]
        self.assertEqual(5, before["putsPerDay"])
        self.expect(0, self.apply())
        after = self.cost()
        stored = sum(path.stat().st_size for path in (self.home / "bucket" / "data").rglob("*") if path.is_file()
                     and ".reconcile" not in path.parts)
        volume = after["volume"]
        self.assertEqual(stored, volume["bytesPerDay"])
        self.assertEqual((5, 14 * DAY), (volume["putsPerDay"], volume["retentionSeconds"]))
        self.assertEqual(14 * stored, volume["storedBytes"])
        self.assertEqual(14 * stored, self.items(after)["storage"]["quantity"])
        self.assertEqual(150, self.items(after)["uploads"]["quantity"])
        self.assertIn("no price list is known for this manifest's provider", after["notes"])

    def test_twice_the_retention_is_twice_the_storage_and_each_reader_fetches_all(self):
        self.expect(0, self.apply())
        once, twice = self.cost(), self.cost("--retention", "28d", "--readers", "3")
        for name in ("storedBytes", "objects"):
            self.assertEqual(2 * once["volume"][name], twice["volume"][name])
        self.assertEqual(3 * 30 * once["volume"]["bytesPerDay"], twice["volume"]["egressBytesPerMonth"])
        self.assertGreaterEqual(twice["volume"]["getsPerDay"], 3 * once["volume"]["putsPerDay"])

    def test_without_a_bucket_to_look_at_it_says_so(self):
        self.expect(0, self.apply())
        bucket = self.home / "bucket"
        os.rename(bucket, self.home / "gone")
        bucket.write_text("not a folder\n")
        outcome = self.expect(1, self.run_program("cost", "-f", self.manifest))
        self.assertIn("is not known", outcome.err)
        self.assertNotIn("$", outcome.out)
        self.cost("--stored", "100GB", "--puts-per-day", "5")

    def test_a_budget_is_not_passed_over_where_nobody_knows_what_a_month_costs(self):
        manifest = self.home / self.manifest
        manifest.write_text(manifest.read_text() + "  budget: {monthlyUsd: 10}\n")
        outcome = self.expect(0, self.plan())
        self.assertNotIn("not yet carried out", outcome.out)
        self.assertIn("what a month costs is not known", outcome.out)


class OnAServer(Asking, looping.Looping, gateway.S3Scenario):
    publication = "quickstart-s3"

    def fill(self, count, name="first"):
        self.write_buffer({f"{name}-{number:03}.json.gz": json_gz(os.urandom(40).hex()) for number in range(count)})

    def pass_with(self, count, name):
        """The requests of one pass of the loop that has so many files to upload."""
        self.fill(count, name)
        self.proxy.taken()
        self.pass_now()
        self.assertEqual([], self.buffer_files())
        return self.proxy.taken()

    def counted(self, requests):
        """By how they are billed."""
        def kind(request):
            path, _, query = request.target.partition("?")
            if request.method in ("PUT", "POST", "DELETE"):
                return request.method
            if "list-type" in query:
                return "list"
            bare = path.strip("/") == self.bucket
            return "settings" if bare else "read"
        out = {}
        for request in requests:
            out[kind(request)] = out.get(kind(request), 0) + 1
        return out

    def test_only_the_listing_is_asked_for_and_the_volume_is_what_is_there(self):
        self.gateway.make_bucket(self.bucket)
        self.gateway.let_everyone_read(self.bucket)
        self.fill(20)
        self.expect(0, self.apply())
        listed = {key: size for key, (size, _) in self.gateway.keys(self.bucket).items() if key.startswith("data/")}
        self.proxy.taken()
        volume = self.cost()["volume"]
        requests = self.proxy.taken()
        self.assertEqual({"GET", "HEAD"}, {request.method for request in requests})
        self.assertNotIn("read", self.counted(requests), "no object is read to know what it costs")
        self.assertEqual((20, sum(listed.values())), (volume["putsPerDay"], volume["bytesPerDay"]))

    def test_the_requests_that_are_reckoned_are_those_that_are_made(self):
        """By a loop that runs: its first passes try out what the server can do, and make the bucket's settings."""
        self.gateway.make_bucket(self.bucket)
        self.gateway.let_everyone_read(self.bucket)
        self.begin()
        self.pass_with(3, "first")
        idle = self.counted(self.pass_with(0, "none"))
        for count, name in ((3, "few"), (20, "many")):
            with self.subTest(files=count):
                self.fill(count, name)
                planned = json.loads(self.expect(0, self.plan("-o", "json")).out)["summary"]["requests"]
                made = self.counted(self.pass_with(0, name))
                passes = 2160  # a month of 20m
                # So many files a day that each pass has `count`.
                reckoned = self.items(self.cost("--stored", "1MB", "--objects", "40", "--cadence", "20m",
                                                "--puts-per-day", str(72 * count)))
                self.assertEqual(2, idle["settings"], idle)
                each = {name: item["quantity"] / passes for name, item in reckoned.items() if item["unit"] == "requests"}
                listed = count >= 16
                self.assertEqual(each["uploads"] + each["record-writes"], made["PUT"], made)
                self.assertEqual(each["listings"] + (each["verification"] if listed else 0), made["list"], made)
                self.assertEqual(each["settings"], made["settings"], made)
                # The plan counts what it is carried out with: not the two looks, nor the lease.
                looks = 2 * (2 + 2 + 1)
                self.assertEqual(planned, sum(made.values()) - looks - 3, made)
                self.assertEqual(each["record-reads"] + (0 if listed else each["verification"]), made["read"], made)


if __name__ == "__main__":
    unittest.main(verbosity=2)
