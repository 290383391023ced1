"""A repository of manifests in a scenario: a bare one that the program is pointed at, and a clone that people work in."""
import subprocess

import world

AUTHOR = {"GIT_AUTHOR_NAME": "Ops", "GIT_AUTHOR_EMAIL": "ops@example.org", "GIT_COMMITTER_NAME": "Ops",
          "GIT_COMMITTER_EMAIL": "ops@example.org", "GIT_CONFIG_NOSYSTEM": "1"}


class OpsRepo:
    """Mixed into a Scenario: `self.bare`, `self.work`."""

    def make_repo(self, content):
        """`content`: a folder that becomes the first commit, or nothing."""
        self.bare, self.work = self.folder / "ops.git", self.folder / "work"
        self.shell("git init --quiet --bare --initial-branch=main ops.git; git clone --quiet ops.git work 2>&1",
                   self.folder)
        self.shell("git checkout --quiet -B main")
        for name, text in content.items():
            self.write(name, text)
        return self.commit("the first manifests")

    def shell(self, script, where=None):
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=where or self.work, check=False,
                              env={**self.environment, **AUTHOR}, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=60)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        return done.stdout.strip()

    def write(self, name, text):
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def edit(self, old, new, name="manifests/quickstart.yaml"):
        text = (self.work / name).read_text()
        self.assertIn(old, text)
        self.write(name, text.replace(old, new))

    def commit(self, message, *options, push=True):
        self.shell(f"git add --all --force; git commit --quiet --allow-empty -m '{message}' {' '.join(options)}")
        if push:
            self.shell("git push --quiet --force origin HEAD")
        return self.shell("git rev-parse HEAD")

    def source(self, ref="main", folder="manifests"):
        return f"git+file://{self.bare}//{folder}?ref={ref}"

    def key(self, name):
        """A key pair of ssh; the line that a list of allowed signers has for it."""
        self.shell(f"ssh-keygen -q -t ed25519 -N '' -C {name} -f {name}", self.folder)
        return f"{name}@example.org {(self.folder / (name + '.pub')).read_text()}"

    def sign_with(self, name):
        self.shell(f"git config gpg.format ssh; git config user.signingKey {self.folder / name}")


def quickstart_manifest():
    """The quickstart's, as it reads from a folder below the one that the program runs in."""
    text = (world.QUICKSTART / "manifest.yaml").read_text()
    return text.replace(": ./", ": ../")
