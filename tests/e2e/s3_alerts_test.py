#!/usr/bin/env python3
"""examples/observability against what it is for: a real Prometheus scrapes a live loop, and the alert on the lag fires
once the bucket is cut off and is over once it is back. The files are the published ones; only times are shorter."""
import json
import re
import signal
import subprocess
import unittest
import urllib.parse
import urllib.request

import gateway
import looping
import proxy
import world
from world import eventually

KIT = world.SOURCE / "examples" / "observability"
LAG_SECONDS = 9  # the scenario asks for a pass several times as often
NAMES = re.compile(r"\breconcile_[a-z_]+\b")


def setUpModule():
    world.need("prometheus", "promtool")
    gateway.S3Scenario.gateway = gateway.Gateway()


def tearDownModule():
    gateway.S3Scenario.gateway.stop()


def replaced(text, *changes):
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


class Kit(unittest.TestCase):
    def promtool(self, *arguments, stdin=None):
        done = subprocess.run(["promtool", *arguments], cwd=KIT, input=stdin, capture_output=True, text=True,
                              env={"PATH": world.PATH}, timeout=60, check=False)
        return done.returncode, done.stdout + done.stderr

    def test_promtool_accepts_configuration_and_rules_and_every_rule_passes_its_unit_tests(self):
        for arguments in (["check", "config", "prometheus.yml"], ["check", "rules", "reconcile.rules.yml"],
                          ["test", "rules", "reconcile.rules.test.yml"]):
            code, said = self.promtool(*arguments)
            self.assertEqual(0, code, said)

    def test_every_alert_has_a_unit_test_in_which_it_fires(self):
        alerts = set(re.findall(r"alert: (\w+)", (KIT / "reconcile.rules.yml").read_text()))
        self.assertTrue(alerts)
        tested = (KIT / "reconcile.rules.test.yml").read_text()
        fires = set(re.findall(r'alertname="(\w+)"', tested))
        fires |= set(re.findall(r"alertname: (\w+)\n        exp_alerts:\n", tested))
        self.assertEqual(alerts, fires)


class Alerts(looping.Answering, gateway.S3Scenario):
    publication = "quickstart-s3"

    def start_prometheus(self):
        """With the kit's files; (its address)."""
        folder = self.folder / "prometheus"
        folder.mkdir()
        rules = replaced((KIT / "reconcile.rules.yml").read_text(), ("> 3600", f"> {LAG_SECONDS}"), ("for: 5m", "for: 1s"))
        (folder / "reconcile.rules.yml").write_text(rules)
        (folder / "prometheus.yml").write_text(
            "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
            + replaced((KIT / "prometheus.yml").read_text(), ("127.0.0.1:9464", f"127.0.0.1:{self.port}")))
        port = world.free_port()
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
                 f"--web.listen-address=127.0.0.1:{port}"],
                env={"PATH": world.PATH}, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return f"http://127.0.0.1:{port}/api/v1/"

    def asked(self, path):
        try:
            with urllib.request.urlopen(self.prometheus + path, timeout=10) as answer:
                return json.load(answer)["data"]
        except OSError:
            return None  # not up yet

    def firing(self):
        """The alerts that fire now. Asks for a pass each time, so that a lag has no cause but passes that fail."""
        self.process.send_signal(signal.SIGUSR1)
        data = self.asked("alerts") or {"alerts": []}
        return {alert["labels"]["alertname"] for alert in data["alerts"] if alert["state"] == "firing"}

    def query(self, expression):
        return (self.asked("query?" + urllib.parse.urlencode({"query": expression})) or {"result": []})["result"]

    def test_the_alert_on_the_lag_fires_when_the_bucket_is_cut_off_and_is_over_when_it_is_back(self):
        self.write_manifest(("  buffer:\n", "  upload: {retryInterval: 1s}\n  buffer:\n"))
        self.gateway.make_bucket(self.bucket)
        self.gateway.let_everyone_read(self.bucket)
        self.begin()
        self.prometheus = self.start_prometheus()
        eventually(lambda: self.query("reconcile_convergence_lag_seconds"), 60, "a sample of the live loop")
        self.assertEqual("1", self.query('up{job="reconcile"}')[0]["value"][1])
        self.pass_now()
        eventually(lambda: float(self.query("reconcile_convergence_lag_seconds")[0]["value"][1]) < LAG_SECONDS
                   and "ReconcileLagging" not in self.firing(), 60, "no lag, and no alert", 0.5)

        self.proxy.spoil = lambda method, target: proxy.Spoiled(silent=True)
        self.write_buffer({"later.json.gz": world.json_gz(2)})
        eventually(lambda: "ReconcileLagging" in self.firing(), 60, "the alert fires", 0.5)
        self.assertEqual(["later.json.gz"], self.buffer_files())
        self.proxy.spoil = None
        eventually(lambda: "ReconcileLagging" not in self.firing(), 90, "the alert is over", 0.5)
        self.assertIn("later.json.gz", self.published())
        self.assertEqual(0, self.stop())
        eventually(lambda: self.query('up{job="reconcile"} == 0'), 60, "Prometheus notices that it is gone")

    def test_what_the_loop_says_is_what_promtool_expects_and_what_the_kit_asks_for(self):
        self.begin()
        code, said = Kit.promtool(self, "check", "metrics", stdin=self.ask("/metrics")[1])
        self.assertEqual((0, ""), (code, said))
        told = {re.sub("^# TYPE (\\S+) .*", "\\1", line) for line in self.ask("/metrics")[1].splitlines()
                if line.startswith("# TYPE")}
        self.assertGreater(len(told), 20)
        for file in ("reconcile.rules.yml", "reconcile.rules.test.yml", "dashboard.json"):
            asked = {re.sub("_(bucket|sum|count)$", "", name) for name in NAMES.findall((KIT / file).read_text())}
            self.assertTrue(asked)
            self.assertEqual(set(), asked - told, f"{file} asks for what no loop says")
        self.assertEqual(0, self.stop())

    def test_the_dashboard_is_one(self):
        board = json.loads((KIT / "dashboard.json").read_text())
        places = set()
        for panel in board["panels"]:
            self.assertTrue(panel["title"] and panel["targets"])
            place = panel["gridPos"]
            self.assertLessEqual(place["x"] + place["w"], 24)
            cells = {(x, y) for x in range(place["x"], place["x"] + place["w"])
                     for y in range(place["y"], place["y"] + place["h"])}
            self.assertEqual(set(), places & cells, f"{panel['title']} covers another")
            places |= cells
            self.assertEqual("${datasource}", panel["datasource"]["uid"])
        self.assertEqual(len(board["panels"]), len({panel["id"] for panel in board["panels"]}))


if __name__ == "__main__":
    unittest.main(verbosity=2)
