"""Clocks that are off and certificates whose time is not now; the machine's own clock is never touched."""
import datetime
import glob
import subprocess

import world

CLOCK_LIBRARIES = "/usr/lib/*/faketime/libfaketimeMT.so.1"
AUTHORITY = """[ca]
default_ca = authority
[authority]
database = issued
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = optional
[names]
subjectAltName = IP:127.0.0.1
"""


def moved_clock(inherited, shift=None, file=None):
    """The environment of a program whose clock is off by `shift` ("-20m"), or by what `file` says at any moment.

    The library alone: the command `faketime` names its shared memory by its process number and refuses to start where
    one of the same number was killed before.
    """
    (library,) = glob.glob(CLOCK_LIBRARIES)
    # libfaketime comes before ASan's runtime in the list of libraries, which ASan refuses unless told otherwise.
    asan = ":".join(filter(None, [inherited.get("ASAN_OPTIONS"), "verify_asan_link_order=0"]))
    moved = {"LD_PRELOAD": library, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "ASAN_OPTIONS": asan}
    if file:
        return {**moved, "FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_NO_CACHE": "1"}
    return {**moved, "FAKETIME": shift}


class Authority:
    """A certificate authority in a folder: `ca.pem` is its own certificate, `server.key` the server's key."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "issued").touch()
        (folder / "authority.cnf").write_text(AUTHORITY)
        self.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
                     "-days", "30", "-subj", "/CN=an authority of our own")
        self.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "server.key", "-out", "server.csr",
                     "-subj", "/CN=localhost")

    def openssl(self, *arguments):
        done = subprocess.run(["openssl", *arguments], cwd=self.folder, env={"PATH": world.PATH}, check=False,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            raise AssertionError(f"openssl {arguments[0]}: {done.stdout.decode()}")

    def sign(self, name, hours_ago=0):
        """A certificate for the server on 127.0.0.1, made so many hours ago for one day; returns its file and its key's."""
        begins = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=hours_ago)
        ends = begins + datetime.timedelta(days=1)
        self.openssl("ca", "-batch", "-notext", "-config", "authority.cnf", "-cert", "ca.pem", "-keyfile", "ca.key",
                     "-in", "server.csr", "-extensions", "names", "-out", name,
                     "-startdate", f"{begins:%Y%m%d%H%M%SZ}", "-enddate", f"{ends:%Y%m%d%H%M%SZ}")
        return self.folder / name, self.folder / "server.key"
