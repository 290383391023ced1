#!/usr/bin/env python3
"""`verify` of what this program itself published, on a real S3 server that everybody may read."""
import json
import unittest

import gateway
import world


def setUpModule():
    gateway.S3Scenario.gateway = gateway.Gateway()


def tearDownModule():
    gateway.S3Scenario.gateway.stop()


class OnAGateway(gateway.S3Scenario):
    secure = True

    def setUp(self):
        super().setUp()
        self.gateway.make_bucket(self.bucket)
        self.gateway.let_everyone_read(self.bucket)
        self.write_buffer({f"{name}.json.gz": world.json_gz(name) for name in "abc"})
        self.expect(0, self.apply())
        (self.key,) = [key for key in self.gateway.keys(self.bucket) if key.endswith("/b.json.gz")]

    def verify(self, code):
        """The first finding of a reader who has no keys at hand."""
        self.write_env(S3_ACCESS_KEY="nobody", S3_SECRET_KEY="nothing")
        self.proxy.taken()
        outcome = self.expect(code, self.run_program("verify", "-f", self.manifest, "-o", "json"))
        self.assertEqual([], [request for request in self.proxy.taken()
                              if request.signed or request.method != "GET"])
        (slot,) = json.loads(outcome.out)["slots"]
        return slot["findings"][0]

    def test_the_healthy_the_changed_and_the_missing(self):
        self.assertEqual("pass", self.verify(0)["verdict"])
        data = self.gateway.must("GET", f"/{self.bucket}/{self.key}").body
        changed = data[:-1] + bytes([data[-1] ^ 1])
        self.gateway.must("PUT", f"/{self.bucket}/{self.key}", body=changed)
        found = self.verify(1)
        self.assertEqual(("object", self.key, "publisher"), (found["what"], found["subject"], found["blame"]))
        self.assertIn("other bytes", found["cause"])
        self.gateway.must("DELETE", f"/{self.bucket}/{self.key}")
        found = self.verify(1)
        self.assertEqual((self.key, "publisher"), (found["subject"], found["blame"]))
        self.assertRegex(found["cause"], "HTTP 40[34]")  # 403 from S3 where nobody may list the bucket

    def test_a_bucket_that_nobody_may_read(self):
        self.gateway.must("DELETE", f"/{self.bucket}", "policy=")
        found = self.verify(1)
        self.assertEqual(("index", "fail", "publisher"), (found["what"], found["verdict"], found["blame"]))
        self.assertIn("HTTP 403", found["cause"])

    def test_a_certificate_that_is_not_trusted_here(self):
        self.write_manifest((f"    caFile: {self.gateway.ca_file}\n", ""))
        found = self.verify(3)
        self.assertEqual(("index", "unknown", "infrastructure"), (found["what"], found["verdict"], found["blame"]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
