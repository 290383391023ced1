"""The servers that clients are measured against, each with an empty bucket, started anew for each run."""
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))
import gateway  # noqa: E402
import world  # noqa: E402

BUCKET = "bench"
SINK = world.SOURCE / "build" / "release" / "tests" / "bench" / "s3sink"


class Access(NamedTuple):
    endpoint: str
    access_key: str
    secret_key: str
    ca_file: str = ""


class Sink:
    """s3sink: takes bodies in and forgets them, at next to no cost. Looks at no signature."""

    def __init__(self, folder, objects=0, latency_ms=0, tls=False):
        self.port = world.free_port()
        certificate = Path(folder) / "sink.pem"
        options = ["--objects", objects, "--latency-ms", latency_ms, *(["--tls", certificate] if tls else [])]
        self.process = subprocess.Popen([str(SINK), str(self.port), *map(str, options)], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "listening\n", "s3sink did not start"
        scheme = "https" if tls else "http"
        self.access = Access(f"{scheme}://127.0.0.1:{self.port}", "AKIDBENCH", "not-a-secret",
                             str(certificate) if tls else "")

    def stop(self):
        """Requests by method. May be called again, and then gives the same."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            said, _ = self.process.communicate(timeout=60)
            self.counts = {line.split()[0]: int(line.split()[1]) for line in said.splitlines()}
        return self.counts


class Ceph:
    """A RADOS Gateway as the scenarios of tests/e2e have it."""

    def __init__(self, _folder):
        self.gateway = gateway.Gateway()
        self.gateway.make_bucket(BUCKET)
        self.gateway.let_everyone_read(BUCKET)
        owner = self.gateway.owner
        self.access = Access(self.gateway.endpoint(), owner.access_key, owner.secret_key)
        self.up = True

    def stop(self):
        if self.up:
            self.gateway.stop()
        self.up = False
        return {}
