#!/usr/bin/env python3
"""`reconcile import` against a real S3 server: what this program put there, and what other people's clients did."""
import json
import shutil
import subprocess
import unittest

import gateway
import world

READS = {"GET", "HEAD"}


def setUpModule():
    world.need("rclone", "aws")
    gateway.S3Scenario.gateway = gateway.Gateway()


def tearDownModule():
    gateway.S3Scenario.gateway.stop()


class ImportBucket(gateway.S3Scenario):
    def setUp(self):
        super().setUp()
        self.gateway.make_bucket(self.bucket)
        self.gateway.let_everyone_read(self.bucket)
        self.other = self.home / "other"  # a folder with no journal in it
        (self.other / "buffer").mkdir(parents=True)
        shutil.copy(self.home / ".env", self.other / ".env")
        self.commitment = ["--netuid", 13, "--network", "ledger", "--ledger", self.home / self.ledger, "--hotkey",
                           "quickstart-s3"]

    def client(self, *command):
        environment = {"PATH": world.PATH, "HOME": str(self.folder), "LANG": "C.UTF-8",
                       "AWS_ACCESS_KEY_ID": self.user.access_key, "AWS_SECRET_ACCESS_KEY": self.user.secret_key,
                       "AWS_DEFAULT_REGION": "default", "AWS_EC2_METADATA_DISABLED": "true",
                       "RCLONE_CONFIG": "/dev/null", "RCLONE_CONFIG_GW_TYPE": "s3",
                       "RCLONE_CONFIG_GW_PROVIDER": "Ceph", "RCLONE_CONFIG_GW_ENDPOINT": self.gateway.endpoint(),
                       "RCLONE_CONFIG_GW_ACCESS_KEY_ID": self.user.access_key,
                       "RCLONE_CONFIG_GW_SECRET_ACCESS_KEY": self.user.secret_key}
        subprocess.run([str(word) for word in command], env=environment, cwd=self.folder, timeout=120, check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

    def rules(self):
        return self.gateway.must("GET", f"/{self.bucket}", "lifecycle=").body

    def imported(self, *arguments):
        """The manifest's text, which has been planned: nothing to do. Neither sends anything but reads."""
        self.proxy.taken()
        outcome = self.expect(0, self.run_program("import", "--provider", "ceph", "--env-file",
                                                  self.other / ".env", "--buffer", self.other / "buffer",
                                                  *arguments))
        (self.other / "manifest.yaml").write_text(outcome.out)
        plan = self.expect(0, self.run_program("--plan", "--detailed-exitcode", "-f", self.other / "manifest.yaml"))
        self.assertIn("No changes", plan.out)
        requests = self.proxy.taken()
        self.assertTrue(requests)
        self.assertEqual([], [request for request in requests if request.method not in READS])
        return outcome.out

    def test_a_bucket_that_this_program_fills_is_taken_over_with_rules_and_commitment(self):
        self.write_buffer({f"{n}.json.gz": world.json_gz(n) for n in range(3)})
        self.expect(0, self.apply())
        text = self.imported(*self.commitment)
        self.assertIn("name: quickstart-s3\n", text)
        self.assertIn("{id: ExpireOldData, prefix: data/, expireAfter: 14d}", text)
        self.assertIn("abortIncompleteUploadsAfter: 2d}", text)
        self.assertIn("accessKeyId: {fromEnv: S3_ACCESS_KEY}", text)
        self.assertIn("strategy: index\n", text)
        self.assertNotIn("mode:", text)

    def test_without_a_commitment_too(self):
        self.write_buffer({"a.json.gz": world.json_gz("a")})
        self.expect(0, self.apply())
        text = self.imported()
        self.assertNotIn("commitment:\n", text)
        self.assertIn("There are indexes under i/", text)

    def test_a_bucket_that_others_fill_keeps_its_objects_and_rules(self):
        (self.folder / "theirs").mkdir()
        (self.folder / "theirs" / "a b.parquet").write_bytes(b"theirs")
        self.client("rclone", "copy", self.folder / "theirs", f"gw:{self.bucket}/scraped/2026")
        self.client("aws", "--endpoint-url", self.gateway.endpoint(), "s3", "cp", "--only-show-errors",
                    self.folder / "theirs" / "a b.parquet", f"s3://{self.bucket}/scraped/ü.parquet")
        tagged = {"And": {"Prefix": "scraped/", "Tags": [{"Key": "k", "Value": "v"}]}}
        expires = {"Expiration": {"Days": 30}}
        self.client("aws", "--endpoint-url", self.gateway.endpoint(), "s3api", "put-bucket-lifecycle-configuration",
                    "--bucket", self.bucket, "--lifecycle-configuration", json.dumps({"Rules": [
                        {"ID": "plain: $1", "Status": "Enabled", "Filter": {"Prefix": "scraped/"}, **expires},
                        {"ID": "tagged", "Status": "Enabled", "Filter": tagged, **expires},
                        {"ID": "off", "Status": "Disabled", "Filter": {"Prefix": "old/"}, **expires}]}))
        rules, keys = self.rules(), self.gateway.keys(self.bucket)
        text = self.imported(*self.commitment)
        self.assertIn('{id: "plain: $$1", prefix: scraped/, expireAfter: 30d}', text)
        self.assertIn("rule `tagged`, which has elements", text)
        self.assertIn("rule `off`, which is disabled", text)
        self.assertIn('key: "scraped/{yyyy}/{mm}/{dd}/{name}"', text)
        self.assertIn("2 of the 2 objects under scraped/ are in no index", " ".join(text.replace("#", " ").split()))
        self.assertEqual((rules, keys), (self.rules(), self.gateway.keys(self.bucket)))

    def test_a_rule_over_the_whole_bucket_stands_in_the_way_of_an_index_and_that_is_said(self):
        self.client("aws", "--endpoint-url", self.gateway.endpoint(), "s3api", "put-bucket-lifecycle-configuration",
                    "--bucket", self.bucket, "--lifecycle-configuration", json.dumps({"Rules": [
                        {"ID": "all", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 30}}]}))
        text = self.imported(*self.commitment)
        self.assertIn("mode: observe\n", text)
        self.assertIn("rule all would delete the index", " ".join(text.replace("#", " ").split()))

    def test_half_a_listing_makes_no_manifest(self):
        stranger = self.gateway.add_user("stranger")
        self.write_env(S3_ACCESS_KEY=stranger.access_key, S3_SECRET_KEY=stranger.secret_key)
        outcome = self.expect(1, self.run_program("import", "--provider", "ceph"))
        self.assertEqual("", outcome.out)
        self.assertIn("error", outcome.err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
