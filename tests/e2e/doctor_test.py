#!/usr/bin/env python3
"""`reconcile doctor` against a real S3 server, one fault a test, each made for real: exactly that cause is named,
nothing else is told as a failure, and nothing is left behind in the bucket."""
import http.server
import json
import os
import subprocess
import threading
import unittest

import examined
import gateway
import proxy
import times
import world
from world import json_gz


NOT_IMPLEMENTED = b"<Error><Code>NotImplemented</Code><RequestId>tx1</RequestId></Error>"


def setUpModule():
    world.need("faketime", "openssl")
    gateway.S3Scenario.gateway = gateway.Gateway()
    Faults.other = gateway.S3Scenario.gateway.add_user("other")


def tearDownModule():
    gateway.S3Scenario.gateway.stop()


class Quickstart(examined.Examined):
    def quickstart(self):
        super().quickstart()
        (self.home / "buffer" / "x_2026-11-22_05.json.gz").unlink()  # cut short: a file to learn from
    def test_nothing_fails_before_the_first_pass_and_after_it(self):
        self.quickstart()
        self.assert_named()
        self.assertEqual([], [path.name for path in self.home.iterdir() if path.name in (".reconcile", "bucket")])
        self.expect(0, self.apply())
        before = world.snapshot(self.home)
        checks = self.assert_named()
        for name in ("bucket/write", "bucket/read", "bucket/delete", "chain/commitment", "journal/integrity"):
            self.assertEqual("OK", checks[name]["verdict"], checks[name])
        after = world.snapshot(self.home)
        self.assertEqual(list(before), list(after))

    def test_people_read_a_table(self):
        self.quickstart()
        outcome = self.expect(0, self.run_program("doctor", "-f", self.manifest))
        self.assertRegex(outcome.out, r"(?m)^OK +upload/cadence +20m")
        self.assertNotIn("wallet/mode", outcome.out)
        self.assertIn("wallet/mode", self.run_program("doctor", "-f", self.manifest, "--show-all").out)

    def test_what_lies_on_this_machine(self):
        self.quickstart()
        self.expect(0, self.apply())
        world.write_file(self.home / "buffer" / "cut.json.gz", json_gz(1)[:-4])
        world.write_file(self.home / "buffer" / "early.json.gz", json_gz(2), age=-7200)
        self.assert_named(warns=["buffer/files", "buffer/times"], words=["cut.json.gz", "early.json.gz", "clock"])
        journal = self.home / ".reconcile" / "quickstart.db"
        journal.write_bytes(journal.read_bytes()[:100] + os.urandom(8000))
        for part in ("-wal", "-shm"):
            journal.with_name(journal.name + part).unlink(missing_ok=True)
        self.assert_named(fails=["journal/integrity"], warns=["buffer/files", "buffer/times"])
        (self.home / "buffer").rename(self.home / "elsewhere")
        checks = self.assert_named(fails=["journal/integrity", "buffer/folder"])
        self.assertEqual(["buffer/folder"], checks["buffer/files"]["because"])

    def test_a_cadence_that_costs(self):
        self.quickstart()
        manifest = self.home / self.manifest
        text = manifest.read_text()
        manifest.write_text(text.replace("cadence: 20m", "cadence: 2m"))
        self.assert_named(warns=["upload/cadence"], words=["21,600 passes a month", "bill", "15m to 30m"])
        manifest.write_text(text.replace("cadence: 20m", "cadence: 2h"))
        self.assert_named(warns=["upload/cadence"], words=["stale"])

    def test_a_commitment_over_the_limit(self):
        self.quickstart()
        manifest = self.home / self.manifest
        manifest.write_text(manifest.read_text().replace(
            "    netuid: 13\n", "    netuid: 13\n    format: \"" + "x" * 60 + "|{sha256}|{url}\"\n"))
        self.assert_named(fails=["commitment/length"], words=["limit 128", "b64url"])

    def test_a_manifest_that_is_wrong(self):
        self.quickstart()
        manifest = self.home / self.manifest
        manifest.write_text(manifest.read_text().replace("buffer:", "bufer:"))
        checks = self.assert_named(fails=["manifest/schema"], words=["bufer", "buffer"])
        self.assertEqual(["manifest/schema"], checks["bucket/clock"]["because"])

    def test_keys_in_git(self):
        self.quickstart()
        env = self.home / ".env"
        env.write_text("S3_SECRET_KEY=x\n")
        env.chmod(0o644)
        checks = self.assert_named(warns=["env/mode"], words=["0644", "chmod 600"])
        self.assertEqual("OK", checks["env/git"]["verdict"])
        env.chmod(0o600)
        self.git("init", "-q")
        self.assert_named(warns=["env/git"], words=["git add ."])
        (self.home / ".gitignore").write_text(".env\n")
        self.assert_named()
        self.git("add", "-f", ".env")
        self.assert_named(fails=["env/git"], words=["tracked by git", "replace the keys"])
        nowhere = self.folder / "nothing"
        nowhere.mkdir()
        checks = self.assert_named(environment={"PATH": str(nowhere)})
        self.assertEqual("SKIPPED", checks["env/git"]["verdict"])

    def git(self, *arguments):
        subprocess.run(["git", *arguments], cwd=self.home, env=self.environment, check=True,
                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Bucketed(examined.Examined, gateway.S3Scenario):
    def setUp(self):
        super().setUp()
        self.write_manifest()
        self.gateway.make_bucket(self.bucket)
        self.gateway.let_everyone_read(self.bucket)
        self.addCleanup(self.assert_nothing_is_left)

    def write_manifest(self, *changes):
        super().write_manifest(*changes, ("create: true", "create: false"))

    def write_env(self, **changes):
        super().write_env(**changes)
        (self.home / ".env").chmod(0o600)

    def assert_nothing_is_left(self):
        answer = self.gateway.request("GET", f"/{self.bucket}", "list-type=2")
        self.assertNotIn(b"doctor-", answer.body)

    def use(self, user):
        self.user = user
        self.planted.append(user.secret_key)
        self.write_env()

    def grant_other(self, *actions):
        arn = f"arn:aws:s3:::{self.bucket}"
        grant = {"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam:::user/other"]},
                 "Action": [f"s3:{action}" for action in actions], "Resource": [arn, arn + "/*"]}
        self.gateway.let_everyone_read(self.bucket, grant)
        self.use(self.other)


class Faults(Bucketed):
    other = None  # a user who owns nothing

    def test_nothing_is_wrong_and_nothing_of_the_publication_is_touched(self):
        self.write_buffer({"a.json.gz": json_gz(1)})
        self.expect(0, self.apply())
        before = self.gateway.keys(self.bucket)
        self.proxy.taken()
        checks = self.assert_named()
        self.assertEqual(before, self.gateway.keys(self.bucket))
        for request in self.proxy.taken():
            if request.method not in ("GET", "HEAD"):
                self.assertIn(f"/{self.bucket}/.reconcile/doctor-", request.target)
        for name in ("bucket/clock", "bucket/credentials", "bucket/write", "bucket/read", "bucket/delete",
                     "bucket/conditions", "bucket/lifecycle", "public/address", "public/read", "chain/commitment"):
            self.assertEqual("OK", checks[name]["verdict"], checks[name])

    # Keys ---------------------------------------------------------------------------------------------------

    def test_a_key_id_that_nobody_knows(self):
        self.use(gateway.User("nobodyskey", self.gateway.owner.secret_key))
        self.assert_named(fails=["bucket/credentials"], words=["InvalidAccessKeyId", "check accessKeyId"])

    def test_a_secret_that_is_wrong(self):
        self.use(gateway.User(self.gateway.owner.access_key, "planted-secret-that-is-wrong-0123456789"))
        self.assert_named(fails=["bucket/credentials"], words=["SignatureDoesNotMatch", "check secretAccessKey"])

    def test_a_secret_that_is_missing(self):
        self.write_env(S3_SECRET_KEY="")
        checks = self.assert_named(fails=["bucket/credentials"], words=["S3_SECRET_KEY"])
        self.assertEqual("OK", checks["bucket/clock"]["verdict"])

    def test_a_token_for_another_bucket(self):
        self.use(self.other)
        self.assert_named(fails=["bucket/access"], words=["AccessDenied", "for exactly this bucket"])

    def test_a_token_that_only_reads(self):
        self.grant_other("ListBucket", "GetObject", "GetLifecycleConfiguration")
        self.assert_named(fails=["bucket/write"], words=["may read and not write", "object read and write"])

    def test_a_token_that_may_not_delete(self):
        self.grant_other("ListBucket", "GetObject", "PutObject", "GetLifecycleConfiguration")
        checks = self.assert_named(fails=["bucket/delete"], words=["left behind: .reconcile/doctor-"])
        key = checks["bucket/delete"]["evidence"].rpartition("left behind: ")[2]
        self.gateway.must("DELETE", f"/{self.bucket}/{key}")

    def test_a_token_that_may_not_look_at_lifecycle_rules(self):
        self.grant_other("ListBucket", "GetObject", "PutObject", "DeleteObject")
        self.assert_named(warns=["bucket/lifecycle"], words=["AccessDenied", "may set lifecycle rules"])

    def test_lifecycle_rules_that_somebody_changed(self):
        self.write_buffer({"a.json.gz": json_gz(1)})
        self.expect(0, self.apply())
        self.gateway.must("DELETE", f"/{self.bucket}", "lifecycle=")
        self.assert_named(warns=["bucket/lifecycle"], words=["rule ExpireOldData missing"])

    def test_no_bucket(self):
        self.write_env(S3_BUCKET="nobodys-bucket", S3_PUBLIC_URL=f"{self.proxy.endpoint}/nobodys-bucket")
        self.assert_named(fails=["bucket/exists"], words=["NoSuchBucket", "bucket.create: true"])

    # What readers see ---------------------------------------------------------------------------------------

    def test_a_bucket_that_is_private(self):
        self.gateway.must("DELETE", f"/{self.bucket}", "policy=")
        self.assert_named(fails=["public/read"], words=["HTTP 403", "publicly readable"])

    def test_a_policy_for_the_publication_alone(self):
        self.write_buffer({"a.json.gz": json_gz(1)})
        self.expect(0, self.apply())
        everyone = {"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject"],
                    "Resource": [f"arn:aws:s3:::{self.bucket}/{prefix}/*" for prefix in ("data", "i")]}
        self.gateway.must("PUT", f"/{self.bucket}", "policy=",
                          body=json.dumps({"Version": "2012-10-17", "Statement": [everyone]}).encode())
        checks = self.assert_named()
        self.assertIn("i/00000001.json", checks["public/read"]["evidence"])

    def test_a_public_url_that_leads_elsewhere(self):
        self.write_env(S3_PUBLIC_URL=self.serve(404, b"nothing here"))
        self.assert_named(fails=["public/read"], words=["HTTP 404", "check bucket.publicUrl"])
        self.write_env(S3_PUBLIC_URL=self.serve(200, b"<html>a website</html>"))
        self.assert_named(fails=["public/read"], words=["other bytes", "leads elsewhere"])
        self.gateway.make_bucket(self.bucket + "-too")
        self.gateway.let_everyone_read(self.bucket + "-too")
        self.write_env(S3_PUBLIC_URL=self.public_url + "-too")
        self.assert_named(fails=["public/address"], words=["is not this bucket", f"such as {self.public_url}"])

    def test_a_public_url_of_no_known_host(self):
        no_name = "no..name"  # no name has an empty part: nobody is asked for it
        self.write_env(S3_PUBLIC_URL=f"https://{no_name}.invalid")
        self.assert_named(fails=["public/dns"], words=[f"{no_name}.invalid", "DNS"])
        self.write_env(S3_PUBLIC_URL=f"https://{no_name}.r2.dev")
        self.assert_named(fails=["public/dns"], warns=["public/address"], words=["rate-limited", "custom domain"])
        self.write_env(S3_PUBLIC_URL=f"https://{no_name}.r2.cloudflarestorage.com/{self.bucket}")
        self.assert_named(fails=["public/address"], words=["R2's S3 endpoint", "custom domain"])

    def test_the_s3_endpoint_as_public_url(self):
        self.write_env(S3_PUBLIC_URL=self.proxy.endpoint)
        self.assert_named(fails=["public/address"], words=["as the S3 API does", f"such as {self.public_url}"])

    def test_a_cache_before_readers(self):
        self.write_env(S3_PUBLIC_URL=self.serve(headers=[("CF-Cache-Status", "HIT"), ("Age", "7")]))
        self.assert_named(warns=["public/caching"], words=["CF-Cache-Status: HIT", "Age: 7"])

    def serve(self, status=0, body=b"", headers=()):
        """A web server of one answer, or, without, of the bucket's public objects with more headers."""
        scenario = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                answer = (status, body)
                if not status:
                    got = scenario.gateway.request("GET", f"/{scenario.bucket}{self.path}", anonymous=True)
                    answer = (got.status, got.body)
                self.send_response(answer[0])
                for name, value in (*headers, ("Content-Length", str(len(answer[1])))):
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer[1])

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_address[1]}"

    # The way there ------------------------------------------------------------------------------------------

    def test_nobody_listens(self):
        dead = f"http://127.0.0.1:{world.free_port()}"
        self.write_env(S3_ENDPOINT=dead, S3_PUBLIC_URL=f"{dead}/{self.bucket}")
        self.assert_named(fails=["bucket/tcp"], words=["check that the server runs"])

    def test_something_else_than_s3_answers(self):
        website = self.serve(200, b"<html>Welcome</html>")
        self.write_env(S3_ENDPOINT=website)
        self.assert_named(fails=["bucket/access"], words=["no S3 server", "endpoint"])

    def test_a_clock_that_is_off(self):
        
        for shift, direction, verdict in (("-20m", "behind", "fails"), ("+20m", "ahead of", "fails"),
                                          ("+7m", "ahead of", "warns")):
            with self.subTest(shift):
                self.assert_named(**{verdict: ["bucket/clock"]}, words=[direction, "NTP", "15 minutes"],
                                                                    **self.clock_off_by(shift))

    # When something fails in between --------------------------------------------------------------------------

    def test_a_probe_is_removed_whatever_fails_after_it(self):
        self.write_env(S3_PUBLIC_URL=f"{self.gateway.endpoint()}/{self.bucket}")
        self.proxy.spoil = lambda method, target: (
            proxy.Spoiled(500) if method == "GET" and ".reconcile/doctor-" in target else None)
        self.assert_named(fails=["bucket/read"], words=["500"])
        self.proxy.spoil = lambda method, target: (
            proxy.Spoiled(silent=True) if method == "PUT" and ".reconcile/doctor-" in target else None)
        self.assert_named(fails=["bucket/write"])

    def test_a_server_without_conditional_writes(self):
        seen = []

        def refuse_the_second(method, target):
            if method != "PUT" or ".reconcile/doctor-" not in target:
                return None
            seen.append(target)
            return None if target == seen[0] else proxy.Spoiled(501, NOT_IMPLEMENTED)

        self.proxy.spoil = refuse_the_second
        self.assert_named(warns=["bucket/conditions"], words=["no conditional writes", "one machine alone"])

    def test_what_providers_bill(self):
        for provider, words in (("wasabi", ["90d", "saves nothing"]), ("b2", ["hides", "NoncurrentVersionExpiration"])):
            with self.subTest(provider):
                self.write_manifest(("provider: s3", f"provider: {provider}"))
                self.assert_named(warns=["bucket/retention", "bucket/conditions"], words=words)

    def test_a_manifest_that_only_looks_writes_nothing(self):
        self.write_manifest(("spec:\n", "spec:\n  mode: plan\n"))
        self.proxy.taken()
        checks = self.examine()
        self.assertEqual(set(), self.ids(checks, "FAIL"))
        self.assertEqual("SKIPPED", checks["bucket/write"]["verdict"])
        self.assertEqual([], [request for request in self.proxy.taken() if request.method not in ("GET", "HEAD")])


class Certificates(Bucketed):
    secure = True

    def test_an_authority_of_our_own_that_is_not_trusted(self):
        manifest = self.home / self.manifest
        manifest.write_text(manifest.read_text().replace(f"    caFile: {self.gateway.ca_file}\n", ""))
        self.proxy.taken()
        self.assert_named(fails=["bucket/tls"], words=["certificate", "ca-certificates", "caFile", "issued by"])
        self.assertEqual([], self.proxy.taken(), "a request went to a server that nobody vouches for")

    def test_a_certificate_that_ends(self):
        authority = times.Authority(self.folder)
        self.write_manifest((f"caFile: {self.gateway.ca_file}", f"caFile: {self.folder / 'ca.pem'}"))
        self.proxy.stop()
        for hours_ago, expected in ((48, {"fails": ["bucket/tls"], "words": ["expired", "renew it"]}),
                                    (1, {"warns": ["bucket/tls"], "words": ["valid until", "renew it"]})):
            with self.subTest(hours_ago=hours_ago):
                self.proxy = proxy.Proxy(self.gateway, True,
                                         certificate=authority.sign(f"{hours_ago}.pem", hours_ago))
                self.public_url = f"{self.proxy.endpoint}/{self.bucket}"
                self.write_env()
                self.assert_named(**expected)
                self.proxy.stop()


if __name__ == "__main__":
    unittest.main(verbosity=2)
