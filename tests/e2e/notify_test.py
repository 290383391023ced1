#!/usr/bin/env python3
"""Webhooks: told of changes alone, signed, and never in the way."""
import hashlib
import hmac
import http.server
import json
import threading
import time
import unittest

import loop_test
from world import eventually

PATH = "/hooks/T0PSECRETPATH"
KEY = "k3y-that-signs"


class Hook:
    """A webhook on loopback. What it answers, and when, is the test's to say."""

    def __init__(self):
        self.seen = []
        self.status = 204
        self.open = threading.Event()
        self.open.set()
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.seen.append((self.path, self.headers, body))
                hook.open.wait(60)
                self.send_response(hook.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}{PATH}"

    def bodies(self):
        return [json.loads(body) for _, _, body in self.seen]

    def close(self):
        self.open.set()
        self.server.shutdown()
        self.server.server_close()


class Notifying(loop_test.Answering):
    def setUp(self):
        super().setUp()
        self.hook = Hook()
        self.addCleanup(self.hook.close)
        self.environment.update({"HOOK": self.hook.url, "KEY": KEY})
        self.planted += [PATH, KEY]

    def notify(self, *entries):
        self.edit("spec:\n", "spec:\n  notify: [" + ", ".join(entries) + "]\n")

    def break_bucket(self):
        (self.home / "bucket").rename(self.home / "away")
        (self.home / "bucket").write_text("not a folder")

    def mend_bucket(self):
        (self.home / "bucket").unlink()
        (self.home / "away").rename(self.home / "bucket")

    def counted(self, result):
        name = f'reconcile_notifications_total{{publication="quickstart",result="{result}"}}'
        return self.metric("reconcile_notifications_total")[name]

    def test_tells_of_changes_alone_and_signs(self):
        self.notify("{url: {fromEnv: HOOK}, signingKey: {fromEnv: KEY}}")
        self.begin()
        self.pass_now()
        self.assertEqual([], self.hook.seen, "all was well from the start on")
        self.break_bucket()
        self.pass_now()
        self.pass_now()
        self.mend_bucket()
        self.pass_now()
        eventually(lambda: len(self.hook.seen) == 2, 60, "two messages")
        self.assertEqual(2.0, eventually(lambda: self.counted("delivered") == 2.0 and 2.0, 60, "both counted"))
        bad, good = self.hook.bodies()
        self.assertEqual((False, "quickstart"), (bad["ready"], bad["publication"]))
        self.assertTrue(bad["reason"] and bad["remedy"])
        self.assertEqual((True, "Converged"), (good["ready"], good["reason"]))
        for path, headers, body in self.hook.seen:
            self.assertEqual(PATH, path)
            self.assertEqual("application/json", headers["Content-Type"])
            self.assertEqual("sha256=" + hmac.new(KEY.encode(), body, hashlib.sha256).hexdigest(),
                             headers["X-Reconcile-Signature"])
        self.assertEqual(0, self.stop())
        self.assertEqual(2, len(self.hook.seen), "being stopped is no change")

    def test_speaks_discord_and_slack(self):
        self.notify("{kind: discord, url: {fromEnv: HOOK}}", "{kind: slack, url: {fromEnv: HOOK}}")
        self.begin()
        self.break_bucket()
        self.pass_now()
        eventually(lambda: len(self.hook.seen) == 2, 60, "one message each")
        discord, slack = self.hook.bodies()
        self.assertIn("quickstart: not Ready: ", discord["content"])
        self.assertEqual({"parse": []}, discord["allowed_mentions"])
        self.assertIn("quickstart: not Ready: ", slack["text"])
        self.assertNotIn("X-Reconcile-Signature", self.hook.seen[0][1])

    def test_a_hook_that_fails_fails_no_pass_and_is_counted(self):
        self.notify("{url: {fromEnv: HOOK}}", "{url: {fromEnv: MISSING}}")
        self.hook.status = 500
        self.begin()
        self.break_bucket()
        self.pass_now()
        eventually(lambda: self.counted("failed") == 2.0, 60, "both are counted as failed")
        self.said("the webhook answers HTTP 500")
        self.said("MISSING")
        self.mend_bucket()
        self.pass_now()
        self.assertEqual("True", self.condition("Ready")["status"])

    def test_a_hook_that_hangs_holds_up_nothing(self):
        self.notify("{url: {fromEnv: HOOK}}")
        self.hook.open.clear()
        self.begin()
        self.break_bucket()
        self.pass_now()
        eventually(lambda: self.hook.seen, 60, "a message is on its way")
        self.mend_bucket()
        data = self.drop("later.json.gz", {"id": 6})
        self.pass_now()
        self.assertEqual(data, self.published()["later.json.gz"])
        self.assertEqual(0.0, self.counted("delivered"))
        eventually(lambda: self.counted("failed") >= 1.0, 60, "it is given up after ten seconds")
        eventually(lambda: len(self.hook.seen) == 2, 60, "the next one is on its way")
        asked = time.monotonic()
        self.assertEqual(0, self.stop())
        self.assertLess(time.monotonic() - asked, 8, "the end waited for the webhook")

    def test_no_http_beyond_this_machine(self):
        self.environment["HOOK"] = "http://hooks.invalid" + PATH
        self.notify("{url: {fromEnv: HOOK}}")
        self.begin()
        self.break_bucket()
        self.pass_now()
        self.said("use https://")
        self.assertEqual(1.0, self.counted("failed"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
