#!/usr/bin/env python3
"""`reconcile init` from an empty folder, as somebody new has it, against a real S3 server: to a second plan that is empty,
with nothing edited by hand. Keys come from the environment, or are typed at a terminal."""
import json
import os
import shutil
import stat
import subprocess
import termios
import unittest

import gateway
import ops_repo
import world


def setUpModule():
    world.need("openssl")
    gateway.S3Scenario.gateway = gateway.Gateway()


def tearDownModule():
    gateway.S3Scenario.gateway.stop()


class Init(gateway.S3Scenario):
    def setUp(self):
        super().setUp()
        for left in (".env", self.manifest):
            (self.home / left).unlink()
        (self.home / "buffer").rmdir()
        self.assertEqual([], list(self.home.iterdir()))
        self.manifest = "manifest.yaml"
        self.gateway.make_bucket(self.bucket)
        self.gateway.let_everyone_read(self.bucket)
        self.keys = {"S3_ACCESS_KEY": self.user.access_key, "S3_SECRET_KEY": self.user.secret_key}
        self.told = ["--provider", "ceph", "--endpoint", self.proxy.endpoint, "--bucket", self.bucket, "--region", "default",
                     "--public-url", self.public_url, "--expire-after", "14d", "--netuid", 13, "--network", "ledger",
                     "--ledger", "./ledger.jsonl", "--hotkey", "newcomer"]

    def mode_of(self, name):
        return stat.S_IMODE((self.home / name).stat().st_mode)

    def git(self, *arguments):
        done = subprocess.run(["git", *arguments], cwd=self.home, env={**self.environment, **ops_repo.AUTHOR}, check=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        return done.stdout

    def publish(self, *manifest, **options):
        """validate, plan, apply, plan again: nothing is left to do, and readers find the file."""
        manifest = manifest or ("-f", self.manifest)
        self.expect(0, self.run_program("validate", *manifest, **options))
        data = world.json_gz("first")
        world.write_file(self.home / "buffer" / "first.json.gz", data)
        planned = self.expect(0, self.run_program("--plan", *manifest, **options))
        self.assertIn("1 to upload", planned.out)
        self.expect(0, self.run_program(*manifest, "--auto-approve", **options))
        again = self.expect(0, self.run_program("--plan", "--detailed-exitcode", *manifest, **options))
        self.assertIn("No changes.", again.out)
        text = self.commitments("ledger.jsonl")[-1]
        index, url = world.read_committed(text, self.read)
        self.assertEqual([data], list(world.read_objects(index, url, self.read).values()))
        self.assertEqual([], self.buffer_files())

    def test_with_options_and_keys_from_the_environment(self):
        made = self.expect(0, self.run_program("init", *self.told, environment=self.keys))
        for said in ("wrote manifest.yaml", "wrote .env", "wrote .gitignore", "made  ./buffer/", "bucket/write", "0 failed",
                     "reconcile --plan -f manifest.yaml"):
            self.assertIn(said, made.out)
        self.assertEqual({".env", ".gitignore", "manifest.yaml", "buffer"}, {path.name for path in self.home.iterdir()})
        self.assertEqual(0o600, self.mode_of(".env"))
        env = (self.home / ".env").read_text()
        self.assertRegex(env, r"(?m)^S3_ACCESS_KEY=$")
        self.assertRegex(env, r"(?m)^S3_SECRET_KEY=$")
        self.git("init", "--quiet")
        self.publish(environment=self.keys)
        shown = self.git("status", "--porcelain", "--untracked-files=all")
        self.assertIn("?? manifest.yaml", shown)
        for hidden in (".env", "buffer", ".reconcile"):
            self.assertNotIn(hidden, shown)

    def test_at_a_terminal(self):
        secret = self.user.secret_key
        code, shown = self.converse(["init"], [(text, self.typing(text, answer)) for text, answer in (
            ("Provider [r2]: ", "azure"), ("one of r2, b2", None), ("Provider [r2]: ", "ceph"),
            ("Bucket's name: ", self.bucket), ("Endpoint (https://… of the S3 API): ", self.proxy.endpoint),
            ("Does the bucket exist (no: the first pass creates it) [yes]: ", ""),
            ("Delete objects after (14d; never) [never]: ", "14d"), ("Folder of the finished files [./buffer]: ", ""),
            ("Subnet of the commitment (its netuid, or none) [13]: ", ""), ("Network [finney]: ", "ledger"),
            ("File of the ledger [./ledger.jsonl]: ", ""), ("Wallet [default]: ", ""), ("Hotkey [default]: ", "newcomer"),
            (f"Address where readers fetch [{self.public_url}]: ", ""),
            ("S3_ACCESS_KEY (not shown; empty: later, in .env): ", self.user.access_key),
            ("S3_SECRET_KEY (not shown; empty: later, in .env): ", secret))])
        self.assertEqual(0, code, shown)
        self.assertIn("GB-month", shown)
        self.assertRegex(shown, r"r2 .* 20\d\d-\d\d")
        self.assertIn("0 failed", shown)
        self.assertNotIn(secret, shown)
        self.assertNotIn(self.user.access_key, shown)
        self.assertIn(f"S3_SECRET_KEY={secret}\n", (self.home / ".env").read_text())
        self.assertEqual(0o600, self.mode_of(".env"))
        self.git("init", "--quiet")
        self.git("add", ".")
        self.assertIn("manifest.yaml", self.git("ls-files").split())
        self.assertNotIn(".env", self.git("ls-files").split())
        self.publish()

    @staticmethod
    def typing(prompt, answer):
        """What a person does who sees it: nothing is typed before the program is ready for it. None: reads on."""
        wanted = "not shown" not in prompt

        def act(terminal, _):
            if answer is not None:
                world.eventually(lambda: bool(termios.tcgetattr(terminal)[3] & termios.ECHO) == wanted, 20, "echo is set")
                os.write(terminal, answer.encode() + b"\n")
        return act

    def test_a_second_one_is_refused_and_changes_nothing(self):
        self.expect(0, self.run_program("init", *self.told, environment=self.keys))
        before = world.snapshot(self.home)
        self.proxy.taken()
        refused = self.expect(1, self.run_program("init", *self.told, environment=self.keys))
        self.assertIn("manifest.yaml", refused.err)
        self.assertEqual(before, world.snapshot(self.home))
        refused = self.expect(1, self.run_program("init", *self.told, "--manifest", "other.yaml", environment=self.keys))
        self.assertIn("there already: .env", refused.err)
        self.assertEqual(before, world.snapshot(self.home))
        self.assertEqual([], self.proxy.taken())

    def test_each_file_that_is_there_is_named_and_nothing_is_written(self):
        for name in ("manifest.yaml", ".env", "buffer"):
            with self.subTest(name):
                (self.home / name).write_text("theirs")
                before = world.snapshot(self.home)
                refused = self.expect(1, self.run_program("init", *self.told, environment=self.keys))
                self.assertIn(name, refused.err)
                self.assertEqual(before, world.snapshot(self.home))
                (self.home / name).unlink()
        (self.home / ".gitignore").write_text("*.log\n")
        before = world.snapshot(self.home)
        refused = self.expect(1, self.run_program("init", *self.told, environment=self.keys))
        self.assertIn("add the line .env", refused.err)
        self.assertEqual(before, world.snapshot(self.home))
        (self.home / ".gitignore").write_text("*.log\n.env\n")
        self.expect(0, self.run_program("init", *self.told, environment=self.keys))
        self.assertEqual("*.log\n.env\n", (self.home / ".gitignore").read_text())

    def test_what_is_missing_is_named_where_nobody_can_be_asked(self):
        outcome = self.expect(64, self.run_program("init"))
        self.assertIn("--provider NAME", outcome.err)
        outcome = self.expect(64, self.run_program("init", "--provider", "r2", "--netuid", "13"))
        self.assertIn("--bucket NAME --account-id ID --public-url URL", outcome.err)
        self.expect(64, self.run_program("init", "--provider", "b2", "--account-id", "0123"))
        self.assertEqual([], list(self.home.iterdir()))

    def test_what_is_not_valid_is_not_written(self):
        wrong = [word if word != self.bucket else "No_Bucket!" for word in self.told]
        outcome = self.expect(65, self.run_program("init", *wrong, environment=self.keys))
        self.assertIn("is no bucket name", outcome.err)
        self.expect(1, self.run_program("init", *self.told, "--buffer", "not/there", environment=self.keys))
        self.assertEqual([], list(self.home.iterdir()))

    def test_the_exit_code_is_the_doctors(self):
        made = self.expect(1, self.run_program("init", *self.told))
        self.assertRegex(made.out, r"FAIL +bucket/credentials")
        self.assertIn("S3_SECRET_KEY is empty in .env", made.out)
        self.assertIn("reconcile doctor -f manifest.yaml", made.out)
        for path in self.home.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        made = self.expect(0, self.run_program("init", *self.told, "--no-doctor", "-o", "json"))
        self.assertIsNone(json.loads(made.out)["doctor"])

    def test_who_leaves_the_dialog_leaves_nothing(self):
        code, shown = self.at_terminal("init", answer="\x04", until="Provider [r2]")
        self.assertEqual(1, code, shown)
        self.assertIn("nothing was written", shown)
        self.assertEqual([], list(self.home.iterdir()))

    def test_an_ops_repo(self):
        # The names of the variables are those that the workflows hand over.
        keys = {"MINER_A_ACCESS_KEY": self.user.access_key, "MINER_A_SECRET_KEY": self.user.secret_key}
        made = self.expect(0, self.run_program("init", *self.told, "--ops-repo", "-o", "json", environment=keys))
        report = json.loads(made.out)
        self.assertEqual(f"manifests/{self.bucket}.yaml", report["manifest"])
        self.assertEqual("0600", {file["path"]: file["mode"] for file in report["files"]}[".env"])
        for name in ("hooks/pre-commit", "ci/plan.sh", "ci/apply.sh"):
            self.assertTrue(os.access(self.home / name, os.X_OK), name)
        folder = self.folder / "bin"
        folder.mkdir()
        (folder / "reconcile").symlink_to(self.program)
        self.environment["PATH"] = f"{folder}:{self.environment['PATH']}"
        self.git("init", "--quiet")
        self.git("config", "core.hooksPath", "hooks")
        self.git("add", ".")
        self.git("commit", "--quiet", "-m", "first")  # the hook validates it
        self.assertNotIn(".env", self.git("ls-files").split())
        self.publish("-f", "manifests", "--env-file", ".env", environment=keys)
        again = self.run_program("init", *self.told, "--ops-repo", environment=keys)
        self.assertIn("nothing is ever written over", self.expect(1, again).err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
