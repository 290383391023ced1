"""A bare Debian 12 and containers, for tests that need root; below build/container, so that a second run is quick."""
import os
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
import world  # noqa: E402 pylint: disable=wrong-import-position

FOLDER = world.SOURCE / "build" / "container"
BASE = "docker.io/library/debian:bookworm-slim"
CANNOT = 69  # what tools/container-base.sh and tools/build-image.sh end with


def skip(why):
    print(f"skipped: {why}", file=sys.stderr)
    raise unittest.SkipTest(why)


def main():
    """unittest.main in mounts that nobody else sees, which go when it ends, however it does."""
    if os.geteuid() == 0 and "RECONCILE_MOUNTS" not in os.environ:
        os.environ["RECONCILE_MOUNTS"] = "private"
        os.execvp("unshare", ["unshare", "--mount", sys.executable, *sys.argv])
    unittest.main(verbosity=2)


def made(*command):
    """Runs what makes a base or an image."""
    if os.geteuid() != 0:
        skip("containers are made and run as root here, and this is not root")
    done = subprocess.run([*map(str, command)], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode == CANNOT:
        skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr
