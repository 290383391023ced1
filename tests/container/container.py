#!/usr/bin/env python3
"""The image as it is run: built from the Dockerfile, then without any right, on a root that cannot be written, in 64 MiB.

Needs root and the packages of the group `container`. Where this machine cannot run containers at all, it says so and is
skipped; once a container of the base image has run, nothing is skipped any more.
"""
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import bare
import gateway
import world
from world import eventually

PODMAN = bare.FOLDER / "podman"
IMAGE = "localhost/reconcile:test"
PULLED_BYTES_MAX = 30_000_000  # compressed, as a registry keeps it and a machine fetches it
UNPACKED_BYTES_MAX = 40_000_000
USER = 65532
STATE = "/var/lib/reconcile"
GRACE_SECONDS = 25  # what --grace says when nobody sets it
# Some machines refuse to raise limits, which podman would otherwise do.
LIMITS = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024"]
# podman would add writable folders of its own to a root that it calls read-only.
HARDENED = ["--read-only", "--read-only-tmpfs=false", "--cap-drop=ALL", "--security-opt=no-new-privileges",
            "--memory=64m", "--pids-limit=64", *LIMITS]


def podman(*arguments, code=0):
    done = subprocess.run([PODMAN, *map(str, arguments)], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          timeout=180, check=False)
    assert code is None or done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def setUpModule():
    started = time.monotonic()
    bare.made(world.SOURCE / "tools" / "build-image.sh", bare.FOLDER, IMAGE)
    print(f"built in {time.monotonic() - started:.0f} s", file=sys.stderr)
    tried = podman("run", "--rm", *HARDENED, "--network=none", bare.BASE, "true", code=None)
    if tried.returncode != 0:
        bare.skip("this machine cannot run containers: " + tried.stderr.strip()[-500:])


def tearDownModule():
    if PODMAN.exists() and os.geteuid() == 0:
        podman("rm", "-a", "-f", "-t", "0", code=None)


class Container(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="reconcile-container-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.state = self.folder / "state"  # the one folder that can be written
        self.home = self.state / "home"
        self.manifests = self.folder / "manifests"
        self.manifests.mkdir()
        self.home.mkdir(parents=True)
        self.mounts = ["-v", f"{self.state}:{STATE}", "-v", f"{self.manifests}:/manifests:ro"]

    def publication(self, manifest, *changes):
        """A manifest of examples/quickstart with its files in the state folder."""
        shutil.copytree(world.QUICKSTART / "buffer", self.home / "buffer")
        moment = time.time() - 60
        for file in (self.home / "buffer").iterdir():
            os.utime(file, (moment, moment))
        text = (world.QUICKSTART / manifest).read_text().replace(": ./", f": {STATE}/home/")
        for old, new in changes:
            self.assertIn(old, text)
            text = text.replace(old, new)
        (self.manifests / "manifest.yaml").write_text(text)
        for path in (self.state, *self.state.rglob("*")):
            os.chown(path, USER, USER)

    def run_once(self, *arguments, code=0):
        done = podman("run", "--rm", *HARDENED, "--network=none", *self.mounts, IMAGE, *arguments, code=None)
        self.assertEqual(code, done.returncode, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def begin(self, *options, arguments=()):
        name = f"reconcile-{os.getpid()}-{self.id().rpartition('.')[2]}"
        podman("run", "-d", "--name", name, *HARDENED, *self.mounts, *options, IMAGE, *arguments)
        self.addCleanup(podman, "rm", "-f", "-t", "0", name, code=None)
        return name

    def state_of(self, name):
        return json.loads(podman("inspect", name).stdout)[0]["State"]

    def stop(self, name):
        started = time.monotonic()
        podman("stop", "-t", GRACE_SECONDS + 5, name)
        self.assertLess(time.monotonic() - started, GRACE_SECONDS)
        state = self.state_of(name)
        log = podman("logs", name)
        self.assertEqual((0, False), (state["ExitCode"], state["OOMKilled"]), log.stdout + log.stderr)
        self.assertIn("stopped as asked", log.stdout + log.stderr)
        return log.stdout + log.stderr

    def commitments(self, ledger):
        lines = (self.home / "chain" / ledger).read_text().splitlines()
        return [bytes.fromhex(json.loads(line)["fields"][0]["hex"]).decode() for line in lines]

    def compressed_size(self):
        archive = self.folder / "image.tar"
        podman("save", "-q", "-o", archive, IMAGE)
        return len(gzip.compress(archive.read_bytes(), compresslevel=6))

    def test_holds_the_program_and_what_it_needs_and_nothing_to_break_in_with(self):
        (image,) = json.loads(podman("image", "inspect", IMAGE).stdout)
        pulled = self.compressed_size()
        print(f"\nimage: {pulled / 1e6:.1f} MB compressed, {image['Size'] / 1e6:.1f} MB unpacked", file=sys.stderr)
        self.assertLessEqual(pulled, PULLED_BYTES_MAX)
        self.assertLessEqual(image["Size"], UNPACKED_BYTES_MAX)
        config = image["Config"]
        self.assertEqual(("65532:65532", ["/reconcile"]), (config["User"], config["Entrypoint"]))
        self.assertEqual("--loop", config["Cmd"][0])
        self.assertEqual(["CMD", "/reconcile", "status", "--probe"], image["Healthcheck"]["Test"])
        labels = {name.rpartition(".")[2]: value for name, value in config["Labels"].items()}
        revision = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], cwd=world.SOURCE, capture_output=True,
                                  text=True, check=True).stdout.strip()
        self.assertEqual(("reconcile", "Apache-2.0", revision), (labels["title"], labels["licenses"], labels["revision"]))
        version = json.loads(self.run_once("version", "-o", "json").stdout)
        self.assertEqual((labels["version"], revision), (version["version"], version["revision"]))

        name = podman("create", *LIMITS, IMAGE).stdout.strip()
        root = Path(podman("mount", name).stdout.strip())
        self.addCleanup(podman, "rm", "-f", name, code=None)
        files = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink()]
        executable = {str(path.relative_to(root)) for path in files
                      if path.stat().st_mode & 0o111 and ".so" not in path.name}
        self.assertEqual({"reconcile"}, executable)
        self.assertEqual([], [path for path in files if path.stat().st_mode & 0o6000])
        self.assertTrue((root / "etc/ssl/certs/ca-certificates.crt").stat().st_size > 100_000)
        bill = json.loads((root / "usr/share/reconcile/sbom.spdx.json").read_text())
        names = {package["name"] for package in bill["packages"]}
        self.assertLessEqual({"reconcile", "libcurl4", "libssl3", "libc6", "libsodium23"}, names)

    def test_runs_the_quickstart(self):
        self.publication("manifest.yaml")
        manifest = ["-f", "/manifests/manifest.yaml"]
        before = world.snapshot(self.state)
        self.run_once("--plan", "--detailed-exitcode", *manifest, code=2)
        self.assertEqual(before, world.snapshot(self.state))
        self.run_once("--auto-approve", *manifest)
        self.assertIn("No changes", self.run_once("--plan", "--detailed-exitcode", *manifest).stdout)
        # Paths on this side of the mount: what a reader of the folder follows.
        fetch = lambda url: world.fetch_file(url.replace(STATE, str(self.state), 1))  # noqa: E731
        index, url = world.read_committed(self.commitments("ledger.jsonl")[-1], fetch)
        self.assertEqual(5, len(world.read_objects(index, url, fetch)))

    def test_by_default_loops_and_is_found_healthy_and_ends_when_told_to(self):
        self.publication("manifest.yaml")
        name = self.begin("--network=none")
        eventually(lambda: podman("healthcheck", "run", name, code=None).returncode == 0, 60, "healthy", 0.2)
        podman("exec", name, "/reconcile", "status", "--wait", "Ready", "--timeout", "60s")
        self.assertEqual(1, podman("exec", name, "/reconcile", "status", "--probe", "--address", "127.0.0.1:1",
                                   code=None).returncode)
        (lock,) = self.state.glob("reconcile-*/*.lock")
        self.assertEqual("process 1 of this machine", lock.read_text())  # it is told to stop without help of an init
        self.stop(name)

    def test_loops_against_a_real_s3_server_in_64_mib(self):
        server = gateway.Gateway()
        self.addCleanup(server.stop)
        server.make_bucket("container")
        server.let_everyone_read("container")
        self.publication("s3.yaml")
        url = f"{server.endpoint()}/container"
        (self.folder / "env").write_text(
            f"S3_ENDPOINT={server.endpoint()}\nS3_BUCKET=container\nS3_ACCESS_KEY={server.owner.access_key}\n"
            f"S3_SECRET_KEY={server.owner.secret_key}\nS3_REGION=default\nS3_PUBLIC_URL={url}\n")
        address = f"127.0.0.1:{world.free_port()}"
        name = self.begin("--network=host", "--env-file", self.folder / "env",
                          arguments=["--loop", "-f", "/manifests", "--listen", address])
        wait = ["exec", name, "/reconcile", "status", "--address", address, "--wait", "Ready", "--timeout", "90s"]
        podman(*wait)
        big = os.urandom(40_000_000)  # most of the memory that there is
        world.write_file(self.home / "buffer" / "big.json.gz", world.json_gz(big.hex()))
        os.chown(self.home / "buffer" / "big.json.gz", USER, USER)
        podman("kill", "-s", "USR1", name)
        eventually(lambda: len(self.commitments("s3-ledger.jsonl")) == 2, 90, "the second commitment", 0.2)
        podman(*wait)
        fetch = gateway.reader()
        index, url = world.read_committed(self.commitments("s3-ledger.jsonl")[-1], fetch)
        published = world.read_objects(index, url, fetch)
        self.assertEqual(6, len(published))
        self.assertGreater(max(map(len, published.values())), 40_000_000)
        log = self.stop(name)
        self.assertNotIn(server.owner.secret_key, log)


if __name__ == "__main__":
    bare.main()
