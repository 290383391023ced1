"""What the scenarios share: a folder of their own, the real program run in it, and eyes on the world.

The program is named by $RECONCILE. Nothing here sleeps to let something happen: `eventually` polls a condition up
to a deadline.
"""
import base64
import contextlib
import fcntl
import gzip
import hashlib
import json
import os
import pty
import select
import shutil
import socket
import subprocess
import tempfile
import termios
import time
import unittest
import urllib.parse
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).resolve().parents[2]
QUICKSTART = SOURCE / "examples" / "quickstart"
PACKAGES = {"radosgw": "radosgw ceph-mon ceph-osd ceph-common", "radosgw-admin": "radosgw", "rclone": "rclone",
            "aws": "awscli", "s3cmd": "s3cmd", "strace": "strace", "faketime": "faketime", "openssl": "openssl",
            "curl": "curl", "groff": "groff-base", "prometheus": "prometheus", "promtool": "prometheus",
            "systemd-analyze": "systemd"}
# Debian's own tools before any others of the same name.
PATH = "/usr/bin:/bin:/usr/sbin:/sbin:" + os.environ.get("PATH", "")
RUN_SECONDS_MAX = 120
ESCAPE = "\x1b"


def need(*tools):
    """A missing tool is a failure that says what to install, never a test that silently does not run."""
    missing = [tool for tool in tools if not shutil.which(tool, path=PATH)]
    if missing:
        raise AssertionError("apt-get install " + " ".join(PACKAGES[tool] for tool in missing))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def eventually(condition, seconds, what, between=0.05):
    """Asks until the answer is true and returns it; an AssertionError naming `what` after the deadline."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(between)


class Outcome(NamedTuple):
    code: int
    out: str
    err: str


class Seen(NamedTuple):
    """All that a look at a file can tell."""
    mode: int
    size: int
    mtime_ns: int
    inode: int
    content: str


def snapshot(folder, without=()):
    """Everything below a folder, by path; an absent folder is an empty snapshot. Times of access are not looked at."""
    out = {}
    for path in sorted(Path(folder).rglob("*")):
        name = str(path.relative_to(folder))
        if any(name == skip or name.startswith(skip + "/") for skip in without):
            continue
        status = path.lstat()
        content = sha256(path.read_bytes()) if path.is_file() and not path.is_symlink() else ""
        out[name] = Seen(status.st_mode, status.st_size, status.st_mtime_ns, status.st_ino, content)
    return out


def write_file(path, data, age=60):
    """A file that appears finished, under its final name, and was last changed `age` seconds ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".tmp")
    unfinished.write_bytes(data)
    moment = time.time() - age
    os.utime(unfinished, (moment, moment))
    unfinished.rename(path)


def json_gz(*values):
    return gzip.compress(json.dumps(values).encode(), mtime=0)


def reported(err):
    """What a sanitizer found, if anything."""
    for mark in ("ERROR: AddressSanitizer", "ERROR: LeakSanitizer", "runtime error:", "WARNING: ThreadSanitizer"):
        if mark in err:
            return err[max(0, err.index(mark) - 200):][:4000]
    return ""


class Scenario(unittest.TestCase):
    """A test with a folder, removed afterwards, in which the program runs with nothing inherited but the PATH."""

    def setUp(self):
        program = os.environ.get("RECONCILE", "")
        if not os.access(program, os.X_OK):
            self.fail("set RECONCILE to the program under test")
        self.program = str(Path(program).resolve())
        self.folder = Path(tempfile.mkdtemp(prefix="reconcile-e2e-")).resolve()
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.home = self.folder / "home"  # where the manifest stands
        self.home.mkdir()
        (self.folder / "tmp").mkdir()
        self.environment = {"PATH": PATH, "HOME": str(self.folder), "TMPDIR": str(self.folder / "tmp"),
                            "LANG": "C.UTF-8", "TERM": "dumb"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS"):
            if name in os.environ:
                self.environment[name] = os.environ[name]
        self.planted = []  # secrets: no output may hold one
        self.manifest = "manifest.yaml"

    # Running the program ------------------------------------------------------------------------------------

    def start(self, *arguments, before=(), environment=None, **options):
        return subprocess.Popen([*before, self.program, *map(str, arguments)], cwd=self.home,
                                env={**self.environment, **(environment or {})}, **options)

    def run_program(self, *arguments, before=(), environment=None, stdin=subprocess.DEVNULL):
        process = self.start(*arguments, before=before, environment=environment, stdin=stdin,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return self.finish(process)

    def finish(self, process):
        try:
            out, err = process.communicate(timeout=RUN_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            self.fail(f"still running after {RUN_SECONDS_MAX} s\n{out.decode()}\n{err.decode()}")
        outcome = Outcome(process.returncode, out.decode(), err.decode())
        self.check_output(outcome.out + outcome.err)
        return outcome

    def check_output(self, text):
        self.assertEqual("", reported(text))
        for secret in self.planted:
            self.assertNotIn(secret, text, "a secret in the output")
        if self.planted:  # an Authorization header is as good as a secret
            self.assertNotIn("AWS4-HMAC-SHA256", text)
            self.assertNotIn("Signature=", text)

    def plan(self, *arguments, **options):
        return self.run_program("--plan", "-f", self.manifest, *arguments, **options)

    def apply(self, *arguments, **options):
        return self.run_program("-f", self.manifest, "--auto-approve", *arguments, **options)

    def expect(self, code, outcome):
        self.assertEqual(code, outcome.code, f"\n--- stdout\n{outcome.out}\n--- stderr\n{outcome.err}")
        return outcome

    def at_terminal(self, *arguments, answer=None, signal=None, environment=None, until="Only `yes` applies"):
        """The program with a terminal as stdin, stdout and stderr. Once `until` shows, types the answer or sends the
        signal; (code, everything shown)."""
        def act(terminal, process):
            if answer is not None:
                os.write(terminal, answer.encode())
            if signal is not None:
                process.send_signal(signal)
        quiet = answer is None and signal is None
        return self.converse(arguments, [] if quiet else [(until, act)], environment)

    def converse(self, arguments, acts, environment=None):
        """Likewise; waits for each text in turn, and calls what goes with it with the terminal's descriptor and the
        process."""
        ours, theirs = pty.openpty()
        process = self.start(*arguments, environment=environment, stdin=theirs, stdout=theirs, stderr=theirs,
                             start_new_session=True,
                             preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))  # so that it is /dev/tty
        os.close(theirs)
        shown, seen, left = b"", 0, list(acts)
        deadline = time.monotonic() + RUN_SECONDS_MAX
        try:
            while time.monotonic() < deadline:
                if not select.select([ours], [], [], 1)[0]:
                    continue
                try:
                    piece = os.read(ours, 65536)
                except OSError:  # Linux says EIO once the other side is closed
                    piece = b""
                if not piece:
                    break
                shown += piece
                while left and left[0][0].encode() in shown[seen:]:
                    text, act = left.pop(0)
                    seen = shown.index(text.encode(), seen) + len(text.encode())
                    act(ours, process)
            code = process.wait(timeout=max(1, deadline - time.monotonic()))
        finally:
            os.close(ours)
            if process.poll() is None:
                process.kill()
                process.wait()
        self.check_output(shown.decode())
        self.assertEqual([], [text for text, _ in left], f"never showed:\n{shown.decode()}")
        return code, shown.decode()

    # The world ----------------------------------------------------------------------------------------------

    def quickstart(self, age=60):
        """examples/quickstart as somebody who unpacked it a while ago has it."""
        shutil.copytree(QUICKSTART, self.home, dirs_exist_ok=True)
        moment = time.time() - age
        for file in (self.home / "buffer").iterdir():
            os.utime(file, (moment, moment))

    def buffer_files(self):
        """Names of what a writer would still see there; the program's own hidden folders aside."""
        folder = self.home / "buffer"
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*")
                      if path.is_file() and not str(path.relative_to(folder)).startswith("."))

    def ledger_lines(self, ledger="chain/ledger.jsonl"):
        file = self.home / ledger
        if not file.exists():
            return []
        text = file.read_text()
        # A line that is not finished never happened.
        return [json.loads(line) for line in text.split("\n")[:-1]]

    def commitments(self, ledger="chain/ledger.jsonl"):
        """The texts that were committed, oldest first."""
        return [bytes.fromhex(line["fields"][0]["hex"]).decode() for line in self.ledger_lines(ledger)]


def read_committed(commitment, fetch):
    """What a reader of `rc1|<sha256, base64url>|<url>` finds: the index, its digest checked. `fetch`: url -> bytes."""
    version, digest, url = commitment.split("|", 2)
    assert version == "rc1", commitment
    content = fetch(url)
    raw = hashlib.sha256(content).digest()
    assert base64.urlsafe_b64encode(raw).rstrip(b"=").decode() == digest, f"{url} is not what was committed"
    return json.loads(content), url


def base_of(index_url):
    """What stands before a key in a URL: an index lies at <base>i/<seq>.json."""
    base, _, _ = index_url.rpartition("i/")
    return base


def read_objects(index, index_url, fetch):
    """Fetches every object that an index names and holds it against size and SHA-256: {key: bytes}."""
    out = {}
    for entry in index["objects"]:
        data = fetch(base_of(index_url) + urllib.parse.quote(entry["key"]))
        assert (len(data), sha256(data)) == (entry["size"], entry["sha256"]), f"{entry['key']} is not what is named"
        out[entry["key"]] = data
    return out


def fetch_file(url):
    assert url.startswith("file://"), url
    return Path(urllib.parse.unquote(url[len("file://"):])).read_bytes()


@contextlib.contextmanager
def held_open(path):
    """A file descriptor for as long as the block runs."""
    fd = os.open(path, os.O_RDWR)
    try:
        yield fd
    finally:
        os.close(fd)
