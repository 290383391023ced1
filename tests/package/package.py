#!/usr/bin/env python3
"""The .deb: installed, used and purged in a bare Debian 12, and built a second time, elsewhere, into the same bytes.

Needs root, `make package`, and the packages of the group `container`. PACKAGE_REPEAT=no leaves out the second build, which
takes as long as a compiler without a cache does.
"""
import filecmp
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "container"))
import bare  # noqa: E402
import world  # noqa: E402

BUILDAH = bare.FOLDER / "buildah"


def the_package(source):
    (package,) = (source / "build" / "release").glob("*.deb")
    return package


def run(*command, code=0, **options):
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
                          **options)
    assert code is None or done.returncode == code, f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


class Installed(unittest.TestCase):
    def setUp(self):
        bare.made(world.SOURCE / "tools" / "container-base.sh", bare.FOLDER)
        self.bare = run(BUILDAH, "from", "--pull-never", bare.BASE).strip()
        self.addCleanup(run, BUILDAH, "rm", self.bare)
        self.root = Path(run(BUILDAH, "mount", self.bare).strip())
        for slim in (self.root / "etc/dpkg/dpkg.cfg.d").iterdir():  # manual pages and documentation belong to a package
            slim.unlink()

    def inside(self, *command, code=0):
        return run(BUILDAH, "run", "--isolation", "chroot", self.bare, "--", *command, code=code)

    def paths(self):
        """Everything, but what apt and dpkg keep for themselves."""
        own = ("var/cache", "var/log", "var/lib/apt", "var/lib/dpkg", "tmp", "proc", "sys", "dev", "run")
        return {str(path.relative_to(self.root)) for path in self.root.rglob("*")
                if not str(path.relative_to(self.root)).startswith(own)}

    def test_installs_runs_and_purges_without_a_trace(self):
        package = the_package(world.SOURCE)
        shutil.copy(package, self.root / "root" / "reconcile.deb")
        self.inside("apt-get", "update")
        needs = [need.split(" ")[0] for need in run("dpkg-deb", "-f", package, "Depends").strip().split(", ")]
        self.assertIn("libcurl4", needs)
        self.inside("apt-get", "install", "-y", "--no-install-recommends", *needs)
        before = self.paths()
        self.inside("apt-get", "install", "-y", "/root/reconcile.deb")

        version = json.loads(self.inside("reconcile", "version", "-o", "json"))
        self.assertEqual(run("dpkg-deb", "-f", package, "Version").strip(), version["version"])
        shutil.copytree(world.QUICKSTART, self.root / "root" / "quickstart")
        for file in (self.root / "root/quickstart/buffer").iterdir():
            os.utime(file, (0, 0))
        manifest = ["-f", "/root/quickstart/manifest.yaml"]
        self.inside("reconcile", *manifest, "--auto-approve")
        self.assertIn("No changes", self.inside("reconcile", "--plan", "--detailed-exitcode", *manifest))
        for path in ("usr/lib/systemd/system/reconcile.service", "usr/share/man/man1/reconcile.1",
                     "usr/share/bash-completion/completions/reconcile"):
            self.assertTrue((self.root / path).is_file(), path)
        bill = json.loads((self.root / "usr/share/doc/reconcile/sbom.spdx.json").read_text())
        (program,) = [one for one in bill["packages"] if one["name"] == "reconcile"]
        self.assertEqual(world.sha256((self.root / "usr/bin/reconcile").read_bytes()),
                         program["checksums"][0]["checksumValue"])
        self.assertLessEqual({need for need in needs if need.startswith("lib")},
                             {one["name"] for one in bill["packages"]})

        (self.root / "etc/reconcile").mkdir()
        (self.root / "etc/reconcile/env").write_text("S3_ACCESS_KEY=mine\n")
        self.inside("apt-get", "purge", "-y", "reconcile")
        self.inside("dpkg", "-s", "reconcile", code=1)
        left = {path for path in self.paths() - before if not path.startswith("root/quickstart")}
        self.assertEqual({"etc/reconcile", "etc/reconcile/env"}, left)  # the user's, not the package's


class Repeated(unittest.TestCase):
    @unittest.skipIf(os.environ.get("PACKAGE_REPEAT") == "no", "PACKAGE_REPEAT=no")
    def test_the_same_commit_elsewhere_gives_the_same_bytes(self):
        if run("git", "status", "--porcelain", cwd=world.SOURCE):
            self.skipTest("what is not committed cannot be built elsewhere")
        with tempfile.TemporaryDirectory(prefix="reconcile-package-") as folder:
            tree = Path(folder) / "another" / "place"
            run("git", "clone", "-q", world.SOURCE, tree)
            # Without a cache, or it would be the same build.
            run("make", "package", cwd=tree, env={**os.environ, "CCACHE_DISABLE": "1"})
            mine, other = the_package(world.SOURCE), the_package(tree)
            if not filecmp.cmp(mine, other, shallow=False):
                self.fail(f"{world.sha256(mine.read_bytes())} and {world.sha256(other.read_bytes())}")


if __name__ == "__main__":
    bare.main()
