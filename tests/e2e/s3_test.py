#!/usr/bin/env python3
"""The job against a real S3 server, over http and over TLS, with other people's clients as witnesses."""
import json
import os
import subprocess
import time
import unittest

import gateway
import world
from world import json_gz, sha256

READS = {"GET", "HEAD"}
ODD_NAMES = ["plain.json.gz", "with space.json.gz", "plus+plus.json.gz", "a=b&c.json.gz", "100%.json.gz", "%41.json.gz",
             "grüße-漢字-🐟.json.gz", "quote'and\"quote.json.gz", "semi;colon,comma.json.gz", "hash#question?.json.gz",
             "tilde~(paren)[square]{curly}.json.gz", "star*.json.gz", "nested/folder name/deep.json.gz"]


def setUpModule():
    world.need("rclone", "aws", "s3cmd")
    gateway.S3Scenario.gateway = gateway.Gateway()


def tearDownModule():
    gateway.S3Scenario.gateway.stop()


class Publishing:
    """Cases for both transports; the classes below say which."""

    def client(self, *command, expected=0, **more):
        ca_file = str(self.gateway.ca_file)
        environment = {"PATH": world.PATH, "HOME": str(self.folder), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8",
                       "AWS_ACCESS_KEY_ID": self.user.access_key, "AWS_SECRET_ACCESS_KEY": self.user.secret_key,
                       "AWS_DEFAULT_REGION": "default", "AWS_EC2_METADATA_DISABLED": "true",
                       "RCLONE_CONFIG": "/dev/null", "RCLONE_CA_CERT": ca_file, "RCLONE_CONFIG_GW_TYPE": "s3",
                       "RCLONE_CONFIG_GW_PROVIDER": "Ceph", "RCLONE_CONFIG_GW_ENDPOINT": self.direct,
                       "RCLONE_CONFIG_GW_ACCESS_KEY_ID": self.user.access_key,
                       "RCLONE_CONFIG_GW_SECRET_ACCESS_KEY": self.user.secret_key, **more}
        done = subprocess.run([str(word) for word in command], env=environment, cwd=self.folder, timeout=120,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        self.assertEqual(expected, done.returncode, f"{command}\n{done.stdout.decode()}\n{done.stderr.decode()}")
        return done.stdout.decode()

    @property
    def direct(self):
        return self.gateway.endpoint(self.secure)

    def aws(self, *arguments):
        return self.client("aws", "--endpoint-url", self.direct, "--output", "json", *arguments,
                           AWS_CA_BUNDLE=str(self.gateway.ca_file))

    def s3cmd(self, *arguments):
        host = self.direct.partition("://")[2]
        config = self.folder / "s3cfg"
        config.write_text(f"[default]\naccess_key = {self.user.access_key}\nsecret_key = {self.user.secret_key}\n"
                          f"host_base = {host}\nhost_bucket = {host}\nuse_https = {self.secure}\n"
                          f"ca_certs_file = {self.gateway.ca_file}\n")
        return self.client("s3cmd", "-c", config, "--no-progress", *arguments)

    def make_public_bucket(self):
        self.aws("s3api", "create-bucket", "--bucket", self.bucket)
        self.let_everyone_read()

    def let_everyone_read(self):
        self.aws("s3api", "put-bucket-policy", "--bucket", self.bucket, "--policy", gateway.policy(self.bucket))

    def lifecycle_rules(self):
        rules = json.loads(self.aws("s3api", "get-bucket-lifecycle-configuration", "--bucket", self.bucket))["Rules"]
        return {rule["ID"]: rule for rule in rules}

    def assert_reads_only(self, requests):
        self.assertTrue(requests, "nothing went over the wire at all")
        self.assertEqual([], [request for request in requests if request.method not in READS])

    def test_a_pass_publishes_what_three_other_clients_read_and_a_second_one_sends_no_write(self):
        self.make_public_bucket()
        files = {name: json_gz(name) for name in ODD_NAMES}
        files["large.json.gz"] = json_gz(os.urandom(3 << 20).hex())
        self.write_buffer(files)
        self.proxy.taken()

        self.expect(0, self.plan())
        self.assert_reads_only(self.proxy.taken())
        self.assertEqual({}, self.gateway.keys(self.bucket))

        self.expect(0, self.apply())
        self.assertEqual({}, self.buffer_contents())
        # {name} is the base name alone.
        self.assertEqual({name.rpartition("/")[2]: sha256(data) for name, data in files.items()},
                         {name: sha256(data) for name, data in self.published().items()})
        (day,) = {key.rpartition("/")[0] for key in self.gateway.keys(self.bucket) if key.startswith("data/")}
        puts = [request for request in self.proxy.taken() if request.method == "PUT" and "/data/" in request.target]
        self.assertEqual(len(files), len({request.target.partition("?")[0] for request in puts}))

        for _ in range(2):
            outcome = self.expect(0, self.apply())
            self.assertIn("No changes", outcome.out)
            self.assert_reads_only(self.proxy.taken())
        self.assertEqual(1, len(self.commitments(self.ledger)))
        self.witnesses(day)

    def witnesses(self, day):
        wanted = {name: sha256(data) for name, data in self.published().items()}
        keys = sorted(f"{day}/{name}" for name in wanted)
        lines = self.client("rclone", "lsf", "-R", "--files-only", f"gw:{self.bucket}/data").splitlines()
        self.assertEqual(keys, sorted("data/" + line for line in lines))
        listed = json.loads(self.aws("s3api", "list-objects-v2", "--bucket", self.bucket, "--prefix", "data/"))
        self.assertEqual(keys, sorted(item["Key"] for item in listed["Contents"]))
        lines = self.s3cmd("ls", "--recursive", f"s3://{self.bucket}/data/").splitlines()
        self.assertEqual(keys, sorted(line.partition(f"s3://{self.bucket}/")[2] for line in lines))
        self.client("rclone", "copy", f"gw:{self.bucket}/{day}", self.folder / "rclone")
        self.aws("s3", "cp", "--recursive", "--only-show-errors", f"s3://{self.bucket}/{day}/", self.folder / "aws")
        (self.folder / "s3cmd").mkdir()
        self.s3cmd("get", "--recursive", f"s3://{self.bucket}/{day}/", f"{self.folder}/s3cmd/")
        for client in ("rclone", "aws", "s3cmd"):
            folder = self.folder / client
            got = {str(path.relative_to(folder)): sha256(path.read_bytes())
                   for path in folder.rglob("*") if path.is_file()}
            self.assertEqual(wanted, got, client)

    def test_what_belongs_to_others_survives(self):
        self.make_public_bucket()
        self.aws("s3api", "put-bucket-lifecycle-configuration", "--bucket", self.bucket, "--lifecycle-configuration",
                 json.dumps({"Rules": [{"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": "theirs/"},
                                        "Expiration": {"Days": 3}}]}))
        theirs_before = self.lifecycle_rules()["theirs"]
        for key in ("theirs/a.txt", "data/theirs.bin", "i/theirs.txt"):
            self.gateway.must("PUT", f"/{self.bucket}/{key}", body=key.encode())
        before = self.gateway.keys(self.bucket)
        self.write_buffer({"ours.json.gz": json_gz("ours")})
        outcome = self.expect(0, self.apply())
        self.assertIn("theirs", outcome.out)
        rules = self.lifecycle_rules()
        self.assertEqual({"theirs", "ExpireOldData", "AbortStaleUploads"}, set(rules))
        self.assertEqual(theirs_before, rules["theirs"])
        self.assertEqual(14, rules["ExpireOldData"]["Expiration"]["Days"])
        self.assertEqual(2, rules["AbortStaleUploads"]["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"])
        after = self.gateway.keys(self.bucket)
        self.assertEqual(before, {key: after.get(key) for key in before})
        self.assertEqual(["ours.json.gz"], list(self.published()))

        # A rule of ours that leaves the manifest leaves the bucket; theirs still stays.
        self.write_manifest(("        - {id: AbortStaleUploads, abortIncompleteUploadsAfter: 2d}\n", ""),
                            ("expireAfter: 14d", "expireAfter: 20d"))
        self.expect(0, self.apply())
        rules = self.lifecycle_rules()
        self.assertEqual({"theirs", "ExpireOldData"}, set(rules))
        self.assertEqual((theirs_before, 20), (rules["theirs"], rules["ExpireOldData"]["Expiration"]["Days"]))

    def test_nothing_is_committed_until_everyone_can_read_it(self):
        files = {"a.json.gz": json_gz("a"), "b.json.gz": json_gz("b")}
        self.write_buffer(files)
        outcome = self.expect(3, self.apply())  # creates the bucket, which only its owner can read
        self.assertIn("403", outcome.out + outcome.err)
        self.assertIn("publicly readable", outcome.out + outcome.err)
        self.assertEqual([], self.commitments(self.ledger))
        self.assertEqual(files, self.buffer_contents())
        self.proxy.taken()
        self.let_everyone_read()
        self.expect(0, self.apply())
        self.assertEqual(files, self.published())
        self.assertEqual({}, self.buffer_contents())
        self.assertEqual(1, len(self.commitments(self.ledger)))
        again = [request for request in self.proxy.taken()
                 if request.method == "PUT" and "/.reconcile/lease-" not in request.target]
        self.assertEqual([], again, "what was verified is not sent again")
        self.expect(0, self.apply())
        self.assert_reads_only(self.proxy.taken())

    def test_uploads_together_keep_to_the_bandwidth(self):
        self.make_public_bucket()
        self.write_manifest(("  buffer:\n", "  upload:\n    maxBandwidth: 60KB/s\n  buffer:\n"))
        self.write_buffer({f"{number}.json.gz": json_gz(os.urandom(50_000).hex()) for number in range(4)})
        size = sum(len(data) for data in self.buffer_contents().values())
        began = time.monotonic()
        self.apply()
        # Less the tenth of a second that may have been saved up.
        self.assertGreaterEqual(time.monotonic() - began, size / 60_000 - 0.1)
        self.assertEqual(4, len(self.published()))

    def test_the_probe_carries_no_credentials(self):
        self.make_public_bucket()
        self.write_buffer({"a.json.gz": json_gz("a")})
        self.proxy.taken()
        self.expect(0, self.apply())
        requests = self.proxy.taken()
        probes = [request for request in requests if not request.signed]
        self.assertTrue(probes, "nobody looked as a reader would")
        self.assertEqual({("GET", 200)}, {(probe.method, probe.status) for probe in probes})
        self.assertTrue(all("/i/" in probe.target for probe in probes), probes)


class OverHttp(Publishing, gateway.S3Scenario):
    secure = False


class OverTls(Publishing, gateway.S3Scenario):
    secure = True


if __name__ == "__main__":
    unittest.main(verbosity=2)
