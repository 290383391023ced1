#!/usr/bin/env python3
"""Manifests out of git: the life of an ops repo, from a pull request's plan to a source that is away.

The loop looks each five seconds; SIGUSR1 asks for a look wherever the interval itself is not what is shown.
"""
import base64
import html
import http.server
import json
import shutil
import signal
import ssl
import threading
import unittest

import looping
import ops_repo
import quickstart_test
import world
from world import eventually


class OpsRepo(ops_repo.OpsRepo, looping.Answering, quickstart_test.Quickstart):
    publication = "quickstart"

    def setUp(self):
        super().setUp()
        self.required = []
        self.first = self.make_repo({"manifests/quickstart.yaml": ops_repo.quickstart_manifest()})

    def manifests(self):
        return ["--source", self.source(), "--state-dir", "state", *self.required]

    def plan(self, *arguments, ref="main"):
        return self.run_program("--plan", "--source", self.source(ref), "--state-dir", "state", *arguments)

    def once(self, *arguments):
        return self.run_program(*self.manifests(), "--auto-approve", *arguments)

    def whole(self):
        code, text = self.ask("/api/v1/status")
        self.assertEqual(200, code)
        return json.loads(text)

    def in_force(self):
        return self.whole()["source"]["commit"]

    def look(self):
        self.process.send_signal(signal.SIGUSR1)

    def refused(self, reason, stalled="True"):
        """The condition, once it says so; what was in force stays so, and passes go on."""
        self.look()
        eventually(lambda: self.condition("SourceReady")["reason"] == reason, 30, reason)
        self.assertEqual("False", self.condition("SourceReady")["status"])
        self.assertEqual(stalled, self.condition("Stalled")["status"])
        self.assertIn("what to do:", self.condition("SourceReady")["message"])
        self.assertIn("remedy", self.whole()["source"]["error"])
        self.assertEqual([0.0], list(self.metric("reconcile_manifest_valid").values()))
        data = self.drop(f"while-{reason}.json.gz", {"reason": reason})
        self.pass_now()
        self.assertEqual(data, self.published()[f"while-{reason}.json.gz"])

    def recovered(self, commit):
        self.look()
        eventually(lambda: self.in_force() == commit, 30, "the commit is in force")
        eventually(lambda: self.condition("SourceReady")["status"] == "True", 30, "SourceReady")
        self.assertEqual("False", self.condition("Stalled")["status"])
        self.assertNotIn("error", self.whole()["source"])


class Life(OpsRepo):
    def test_of_an_ops_repo(self):
        self.begin("--source-interval", "5s")
        self.assert_published()
        self.assertEqual(self.first, self.in_force())
        self.assertEqual(self.first, self.status()["commit"])
        (info,) = self.metric("reconcile_source_info{")
        self.assertIn(f'commit="{self.first}"', info)

        # A pull request: planned as it would be, nothing is taken up.
        self.shell("git checkout --quiet -b longer")
        self.edit("expireAfter: 14d", "expireAfter: 15d")
        proposed = self.commit("keep a day more")
        planned = self.expect(2, self.plan("-o", "markdown", "--detailed-exitcode", ref="longer"))
        self.assertIn("14d -> 15d", html.unescape(planned.out))
        self.assertIn(f"commit {proposed[:12]}", planned.out)
        self.assertEqual(self.first, self.in_force())

        # Merged: in force within one poll, with nobody asking.
        self.shell("git checkout --quiet main; git merge --quiet --no-ff -m 'merge longer' longer; "
                   "git push --quiet origin main")
        merged = self.shell("git rev-parse HEAD")
        eventually(lambda: self.in_force() == merged, 5.5 + 2 + 10, "the merge is in force")
        self.pass_that(lambda text: "1 done" in text)
        rules = [path.read_text() for path in (self.home / "bucket").rglob("*lifecycle*") if path.is_file()]
        self.assertIn("15", json.dumps(rules))

        # A commit that is no manifest: the one before stays.
        self.edit("settle:", "setle:")
        self.commit("a slip")
        self.refused("ManifestInvalid")
        self.assertRegex(self.condition("SourceReady")["message"], r"manifests/quickstart\.yaml:\d+:\d+")
        self.assertEqual(merged, self.in_force())
        self.shell("git revert --no-edit HEAD >/dev/null; git push --quiet origin main")
        self.recovered(self.shell("git rev-parse HEAD"))
        forward = self.in_force()

        # Back to an older commit by force.
        self.shell(f"git reset --quiet --hard {self.first}; git push --quiet --force origin main")
        self.refused("RollbackRefused")
        self.assertEqual(forward, self.in_force())
        self.shell(f"git reset --quiet --hard {forward}; git push --quiet --force origin main")
        self.recovered(forward)

        # Secrets.
        self.write("manifests/.env", "S3_SECRET_KEY=hunter2")
        self.planted.append("hunter2")
        self.commit("keys")
        self.refused("ManifestInvalid")
        self.assertIn("secrets do not belong", self.condition("SourceReady")["message"])
        self.shell("git rm --quiet manifests/.env; git commit --quiet -m 'no keys'; git push --quiet origin main")
        forward = self.shell("git rev-parse HEAD")
        self.recovered(forward)

        # Away and back, with a restart in between.
        self.bare.rename(self.folder / "away")
        self.refused("SourceUnavailable")
        self.assertEqual(0, self.stop())
        self.begin()
        self.assertTrue(self.said(f"the last good manifests, of commit {forward[:12]}, stay in force"))
        self.assertEqual(forward, self.in_force())
        self.refused("SourceUnavailable")
        (self.folder / "away").rename(self.bare)
        self.recovered(forward)
        self.assertEqual(0, self.stop())


class Signed(OpsRepo):
    def test_only_what_one_of_the_signers_signed_is_taken(self):
        signers = self.folder / "signers"
        signers.write_text(self.key("ops"))
        self.key("stranger")
        self.required = ["--require-signature", str(signers)]
        outcome = self.expect(4, self.once())
        self.assertIn("is not signed by any of", outcome.err)
        self.assert_nothing_published()
        self.sign_with("ops")
        good = self.commit("signed", "-S")
        self.assertIn(f"commit {good[:12]} (signed: ops@example.org)", self.expect(0, self.plan(*self.required)).out)
        self.begin()
        self.assert_published()
        self.assertEqual("ops@example.org", self.whole()["source"]["signedBy"])
        self.commit("unsigned")
        self.refused("SignatureRefused")
        self.sign_with("stranger")
        self.commit("signed by somebody else", "-S")
        self.refused("SignatureRefused")
        self.sign_with("ops")
        self.recovered(self.commit("signed again", "-S"))
        self.assertEqual(0, self.stop())


class Once(OpsRepo):
    def test_a_plan_shows_the_commit_and_writes_nothing(self):
        before = world.snapshot(self.home)
        outcome = self.expect(0, self.plan())
        self.assertRegex(outcome.out, f"^quickstart · manifest [0-9a-f]{{7}} · commit {self.first[:12]} · ")
        self.assertIn(f"--source '{self.source()}' --approve", outcome.out)
        document = json.loads(self.expect(0, self.plan("-o", "json")).out)
        self.assertEqual(self.first, document["manifest"]["commit"])
        self.assertEqual(before, world.snapshot(self.home))
        self.assertEqual([], list((self.folder / "tmp").iterdir()))

    def test_the_plan_of_a_commit_is_approved_by_its_digest(self):
        document = json.loads(self.expect(0, self.plan("-o", "json")).out)
        self.expect(0, self.run_program(*self.manifests(), "--approve", document["plan"]["digest"][7:]))
        self.assert_published()
        self.expect(0, self.plan("--detailed-exitcode"))

    def test_goes_back_only_when_told_to(self):
        self.edit("expireAfter: 14d", "expireAfter: 15d")
        self.commit("keep a day more")
        self.expect(0, self.once())
        self.shell(f"git reset --quiet --hard {self.first}; git push --quiet --force origin main")
        for outcome in (self.once(), self.plan()):
            self.expect(4, outcome)
            self.assertIn("--allow rollback", outcome.err)
        self.assertIn("15d -> 14d", self.expect(0, self.plan("--allow", "rollback")).out)
        self.expect(0, self.once("--allow", "rollback"))
        self.expect(0, self.once())

    def test_a_pass_goes_on_while_the_source_is_away_and_a_plan_says_so(self):
        self.expect(0, self.once())
        self.bare.rename(self.folder / "away")
        data = self.drop("later.json.gz", {"id": 1})
        self.expect(1, self.plan())
        self.assertIn("stay in force", self.expect(0, self.once()).err)
        self.assertEqual(data, self.published()["later.json.gz"])
        shutil.rmtree(self.home / "state" / "source")
        self.expect(1, self.once())

    def test_an_invalid_commit_is_refused_with_its_place(self):
        self.edit("settle:", "setle:")
        self.commit("a slip")
        self.assertRegex(self.expect(65, self.once()).err, r"manifests/quickstart\.yaml:\d+:\d+")
        self.assert_nothing_published()

    def test_variables_come_from_the_environment_or_a_file_that_is_named(self):
        self.edit("expireAfter: 14d", "expireAfter: \"${KEPT}\"")
        self.commit("a variable")
        (self.home / "manifests").mkdir()
        (self.home / "manifests" / ".env").write_text("KEPT=14d")  # nobody named it
        self.assertIn("KEPT", self.expect(65, self.plan()).err)
        (self.home / "prod.env").write_text("KEPT=14d")
        self.expect(0, self.plan("--env-file", "prod.env"))
        self.environment["KEPT"] = "14d"
        self.expect(0, self.plan())

    def test_what_cannot_be_is_said_before_anything_is_done(self):
        for arguments in (["--source", self.source()],
                          ["--source", self.source(), "--state-dir", "s", "-f", "m.yaml"],
                          ["--source", "git+https://me:hunter2@example.org/ops.git", "--state-dir", "s"],
                          ["--source", "git+ssh://-oProxyCommand=id/ops.git", "--state-dir", "s"],
                          ["--require-signature", "signers", "-f", "m.yaml"],
                          [*self.manifests(), "--source-interval", "1s"]):
            outcome = self.expect(64, self.run_program("--plan", *arguments))
            self.assertNotIn("hunter2", outcome.err)
        self.assertFalse((self.home / "s").exists())

    def test_git_gets_the_token_by_its_environment_alone(self):
        """A git in front of the real one writes down how it was called."""
        seen = self.folder / "bin" / "git"
        seen.parent.mkdir()
        log = self.folder / "called"
        seen.write_text(f'#!/bin/sh\n{{ echo "argv $*"; env; }} >> {log}\nexit 128\n')
        seen.chmod(0o755)
        (self.folder / "token").write_text("hunter2\n")
        self.planted.append("hunter2")
        outcome = self.run_program(
            "--plan", "--source", "git+https://127.0.0.1:1/ops.git?ref=main", "--state-dir", "state",
            environment={"PATH": f"{seen.parent}:{self.environment['PATH']}", "GIT_DIR": "/elsewhere",
                         "GIT_SSH_COMMAND": "evil", "LD_PRELOAD": "", "OTHER_SECRET": "planted-too",
                         "RECONCILE_SOURCE_TOKEN_FILE": str(self.folder / "token")})
        self.expect(1, outcome)
        text = log.read_text()
        arguments = "".join(line for line in text.splitlines() if line.startswith("argv "))
        self.assertNotIn("aHVudGVyMg", arguments)  # "hunter2"
        self.assertIn("http.https://127.0.0.1:1/.extraHeader", text)
        for inherited in ("/elsewhere", "evil", "planted-too", "HOME="):
            self.assertNotIn(inherited, text)
        for name in ("GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0"):
            self.assertIn(name, text)


class Https(OpsRepo):
    """Over TLS from a server that wants a token, in git's protocol for servers that know nothing of git."""

    def setUp(self):
        super().setUp()
        self.shell("git -C ops.git update-server-info; openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost "
                   "-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout tls.key -out tls.crt 2>&1", self.folder)
        folder, wanted = str(self.folder), "Basic " + base64.b64encode(b"x-access-token:hunter2").decode()
        self.redirect, self.asked = False, []
        scenario = self

        class Server(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *arguments, **options):
                super().__init__(*arguments, directory=folder, **options)

            def do_GET(self):  # pylint: disable=invalid-name
                scenario.asked.append(self.path)
                if scenario.redirect:
                    self.send_response(302)
                    self.send_header("Location", f"https://localhost:{scenario.port}/elsewhere{self.path}")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                elif self.headers["Authorization"] == wanted:
                    super().do_GET()
                else:
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", 'Basic realm="ops"')
                    self.end_headers()

            def log_message(self, *arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "tls.crt", self.folder / "tls.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.environment |= {"RECONCILE_SOURCE_CA_FILE": str(self.folder / "tls.crt"),
                             "RECONCILE_SOURCE_TOKEN": "hunter2", "no_proxy": "127.0.0.1"}
        self.planted += ["hunter2", wanted.split()[1]]
        self.port = server.server_port

    def source(self, ref="main", folder="manifests"):
        return f"git+https://127.0.0.1:{self.port}/ops.git//{folder}?ref={ref}"

    def test_takes_manifests_from_a_server_that_wants_a_token(self):
        self.expect(0, self.once())
        self.assert_published()

    def test_says_what_is_missing(self):
        del self.environment["RECONCILE_SOURCE_TOKEN"]
        self.assertIn("RECONCILE_SOURCE_TOKEN", self.expect(1, self.once()).err)
        self.environment["RECONCILE_SOURCE_TOKEN"] = "wrong"
        self.assertIn("RECONCILE_SOURCE_TOKEN", self.expect(1, self.once()).err)
        self.environment["RECONCILE_SOURCE_TOKEN"] = "two\nlines"
        self.assertIn("one word on one line", self.expect(64, self.once()).err)
        self.environment["RECONCILE_SOURCE_TOKEN"] = "hunter2"
        del self.environment["RECONCILE_SOURCE_CA_FILE"]
        self.assertIn("certificate", self.expect(1, self.once()).err)
        self.assert_nothing_published()

    def test_follows_no_redirect(self):
        self.redirect = True
        self.assertIn("302", self.expect(1, self.once()).err)
        self.assertEqual([], [path for path in self.asked if "elsewhere" in path])
        self.assert_nothing_published()


if __name__ == "__main__":
    unittest.main(verbosity=2)
