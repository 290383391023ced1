#!/usr/bin/env python3
"""examples/deploy as what it is meant for reads it: systemd, Kubernetes' published schemas, and PM2 itself."""
import json
import os
import shutil
import subprocess
import unittest

import yaml

import world
from world import eventually

DEPLOY = world.SOURCE / "examples" / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
JUDGE = world.SOURCE / "tests" / "deploy"
GRACE_SECONDS = 25  # what --grace says when nobody sets it
EXPOSURE_MAX = 15  # tenths; systemd calls less than 2.0 OK


def documents(text):
    return [document for document in yaml.safe_load_all(text) if document]


def resources():
    listed = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())["resources"]
    return [document for name in listed for document in documents((KUBERNETES / name).read_text())]


class Kubernetes(world.Scenario):
    def complaints(self, objects):
        done = subprocess.run(["node", JUDGE / "validate.mjs"], input=json.dumps(objects), capture_output=True,
                              text=True, timeout=60, check=True)
        return done.stdout.splitlines()

    def object(self, kind, name="reconcile"):
        return next(one for one in resources() if (one["kind"], one["metadata"]["name"]) == (kind, name))

    def test_every_object_is_what_the_published_schemas_describe(self):
        self.assertEqual([], self.complaints(resources()))
        self.assertGreater(len(resources()), 6)

    def test_a_mistyped_member_and_a_wrong_value_are_noticed(self):
        spoiled = self.object("Deployment")
        spoiled["spec"]["template"]["spec"]["containers"][0]["securityContext"]["readonlyRootFilesystem"] = True
        self.assertIn("readonlyRootFilesystem is in no schema", "".join(self.complaints([spoiled])))
        spoiled = self.object("Deployment")
        spoiled["spec"]["replicas"] = "one"
        self.assertTrue(self.complaints([spoiled]))
        self.assertTrue(self.complaints([{"apiVersion": "apps/v1", "kind": "Deploiment", "metadata": {"name": "x"}}]))

    def test_kustomize_builds_it(self):
        if not shutil.which("kubectl", path=world.PATH):
            self.skipTest("kubectl is not installed, so only the files themselves are judged")
        base = self.folder / "base"
        shutil.copytree(KUBERNETES, base)
        (base / "env.example").rename(base / ".env")
        done = subprocess.run(["kubectl", "kustomize", base], env=self.environment, capture_output=True, text=True,
                              timeout=60, check=False)
        self.assertEqual(0, done.returncode, done.stderr)
        built = documents(done.stdout)
        self.assertEqual([], self.complaints(built))
        self.assertEqual({"ConfigMap", "Secret"}, {one["kind"] for one in built} - {one["kind"] for one in resources()})

    def test_one_writer_without_rights_whom_probes_and_prometheus_find(self):
        deployment = self.object("Deployment")["spec"]
        self.assertEqual((1, "Recreate"), (deployment["replicas"], deployment["strategy"]["type"]))
        pod = deployment["template"]["spec"]
        (container,) = pod["containers"]
        self.assertEqual((True, 65532, "RuntimeDefault"),
                         (pod["securityContext"]["runAsNonRoot"], pod["securityContext"]["runAsUser"],
                          pod["securityContext"]["seccompProfile"]["type"]))
        self.assertEqual({"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True,
                          "capabilities": {"drop": ["ALL"]}}, container["securityContext"])
        self.assertGreater(pod["terminationGracePeriodSeconds"], GRACE_SECONDS)
        self.assertEqual({mount["name"] for mount in container["volumeMounts"]}, {one["name"] for one in pod["volumes"]})
        for volume in pod["volumes"]:
            if "persistentVolumeClaim" in volume:
                self.object("PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"])
        (port,) = container["ports"]
        self.assertIn(f"0.0.0.0:{port['containerPort']}", container["args"])
        for probe, path in (("startupProbe", "/healthz"), ("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")):
            self.assertEqual({"path": path, "port": port["name"]}, container[probe]["httpGet"])
        labels = deployment["template"]["metadata"]["labels"]
        service, monitor = self.object("Service"), self.object("ServiceMonitor")
        for selector in (deployment["selector"]["matchLabels"], service["spec"]["selector"],
                         self.object("NetworkPolicy")["spec"]["podSelector"]["matchLabels"]):
            self.assertLessEqual(selector.items(), labels.items())
        self.assertLessEqual(monitor["spec"]["selector"]["matchLabels"].items(), service["metadata"]["labels"].items())
        self.assertEqual(service["spec"]["ports"][0]["name"], monitor["spec"]["endpoints"][0]["port"])
        self.assertEqual("reconcile", service["metadata"]["labels"][monitor["spec"]["jobLabel"]])  # as the alerts say

    def test_its_publication_is_valid_with_its_variables(self):
        shutil.copy(KUBERNETES / "publication.yaml", self.home)
        shutil.copy(KUBERNETES / "env.example", self.home / ".env")
        (self.home / ".env").chmod(0o600)
        self.expect(0, self.run_program("validate", "-f", "publication.yaml"))


class Compose(unittest.TestCase):
    def test_the_service_has_no_rights_and_time_to_end(self):
        service = yaml.safe_load((DEPLOY / "compose" / "compose.yaml").read_text())["services"]["reconcile"]
        self.assertEqual((True, ["ALL"], ["no-new-privileges:true"], "65532:65532"),
                         (service["read_only"], service["cap_drop"], service["security_opt"], service["user"]))
        self.assertGreater(int(service["stop_grace_period"].rstrip("s")), GRACE_SECONDS)
        self.assertTrue(all(port.startswith("127.0.0.1:") for port in service["ports"]))
        self.assertTrue((DEPLOY / "compose" / service["build"] / "Dockerfile").resolve().exists())


class Systemd(world.Scenario):
    def analyze(self, *arguments):
        done = subprocess.run(["systemd-analyze", *map(str, arguments)], env=self.environment, capture_output=True,
                              text=True, timeout=60, check=False)
        return done.returncode, done.stdout + done.stderr

    def test_the_unit_is_one_and_exposes_little(self):
        world.need("systemd-analyze")
        text = (DEPLOY / "systemd" / "reconcile.service").read_text()
        unit = self.folder / "reconcile.service"
        self.assertIn("\nExecStart=reconcile ", text)
        unit.write_text(text.replace("\nExecStart=reconcile ", f"\nExecStart={self.program} "))
        self.assertEqual((0, ""), self.analyze("verify", "--man=no", unit))
        code, said = self.analyze("security", "--offline=true", "--no-pager", f"--threshold={EXPOSURE_MAX}", unit)
        self.assertEqual(0, code, said)
        self.assertIn("Overall exposure level", said)
        unit.write_text(text.replace("ProtectSystem=", "ProtectSistem="))
        self.assertNotEqual("", self.analyze("verify", "--man=no", unit)[1])


class Pm2(world.Scenario):
    def pm2(self, *arguments):
        done = subprocess.run([JUDGE / "node_modules/.bin/pm2", *arguments], cwd=self.home, stdin=subprocess.DEVNULL,
                              env=self.environment, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        return done.stdout

    def state(self):
        (process,) = json.loads(self.pm2("jlist"))
        return process["pm2_env"]["status"]

    def test_starts_it_and_lets_it_end_what_it_began(self):
        self.quickstart()
        (self.home / "manifests").mkdir()
        text = (self.home / "manifest.yaml").read_text().replace(": ./", f": {self.home}/")
        (self.home / "manifests" / "manifest.yaml").write_text(text)
        (self.home / ".env").write_text("")
        port = world.free_port()
        ecosystem = (DEPLOY / "pm2" / "ecosystem.config.js").read_text()
        self.assertIn("127.0.0.1:9464", ecosystem)
        (self.home / "ecosystem.config.js").write_text(ecosystem.replace("127.0.0.1:9464", f"127.0.0.1:{port}"))
        (self.folder / "bin").mkdir()
        (self.folder / "bin" / "reconcile").symlink_to(self.program)
        # Where a version manager keeps node, too.
        path = f"{self.folder}/bin:{os.path.dirname(shutil.which('node'))}:{world.PATH}"
        self.environment.update(PATH=path, PM2_HOME=str(self.folder / "pm2"))
        self.addCleanup(self.pm2, "kill")
        self.pm2("start", "ecosystem.config.js")
        self.expect(0, self.run_program("status", "--wait", "Ready", "--address", f"127.0.0.1:{port}", "--timeout", "60s"))
        self.assertEqual("online", self.state())
        self.assertEqual(1, len(self.commitments()))
        self.pm2("stop", "reconcile")
        self.assertEqual("stopped", self.state())
        (log,) = (self.folder / "pm2" / "logs").glob("reconcile-error*.log")
        eventually(lambda: "stopped as asked" in log.read_text(), 10, "it was asked, and ended by itself")


if __name__ == "__main__":
    unittest.main(verbosity=2)
