#!/usr/bin/env python3
"""examples/ops-repo as its users keep it: its hook in a real repository, and its workflows' steps, taken out of the YAML and run
with bash against folders for buckets and a file for a chain. GitHub and GitLab themselves are stood in for.
"""
import http.server
import json
import re
import shutil
import subprocess
import threading
import unittest
import urllib.parse

import yaml

import ops_repo
import world

EXAMPLE = world.SOURCE / "examples" / "ops-repo"
GITHUB = yaml.safe_load((EXAMPLE / ".github/workflows/plan.yml").read_text())
GITLAB = yaml.safe_load((EXAMPLE / ".gitlab-ci.yml").read_text())

MANIFEST_A = """apiVersion: reconcile/v1alpha1
kind: Publication
metadata: {{name: one}}
spec:
  bucket: {{provider: directory, path: {home}/bucket-one, create: true}}
  buffer: {{path: {home}/buffer-one, settle: 2s}}
  commitment: {{network: ledger, ledger: {home}/ledger.jsonl, netuid: 13, wallet: {{hotkey: one}}}}
"""
MANIFEST_B = """apiVersion = "reconcile/v1alpha1"
kind = "Publication"
metadata = {{name = "two"}}
[spec]
bucket = {{provider = "directory", path = "{home}/bucket-two", create = true}}
buffer = {{path = "{home}/buffer-two", settle = "2s"}}
commitment = {{network = "ledger", ledger = "{home}/ledger.jsonl", netuid = 13, wallet = {{hotkey = "two"}}}}
"""


class OpsRepo(ops_repo.OpsRepo, world.Scenario):
    def setUp(self):
        super().setUp()
        self.bin = self.folder / "bin"
        self.bin.mkdir()
        (self.bin / "reconcile").symlink_to(self.program)
        self.environment["PATH"] = f"{self.bin}:{self.environment['PATH']}"
        self.work = self.folder / "work"
        shutil.copytree(EXAMPLE, self.work)


class Example(OpsRepo):
    def test_manifests_are_valid_with_the_variables_that_it_lists(self):
        self.environment["HOME"] = "/home/nobody"
        self.shell("reconcile validate --env-file .env.example -f manifests")

    def test_every_job_hands_over_the_variables_that_the_manifests_name(self):
        named = set()
        for path in (EXAMPLE / "manifests").iterdir():
            named |= set(re.findall(r'fromEnv\W+(\w+)', path.read_text()))
        listed = set(re.findall(r"^(\w+)=", (EXAMPLE / ".env.example").read_text(), re.M))
        self.assertEqual(named, listed)
        for job, prefix in (("plan", "PLAN_"), ("apply", "")):
            (step,) = [step for step in GITHUB["jobs"][job]["steps"] if step.get("name") == job.capitalize()]
            for name in named:
                self.assertEqual(f"${{{{ secrets.{prefix}{name} }}}}", step["env"][name])

    def test_nothing_from_outside_becomes_part_of_a_script(self):
        self.assertEqual({}, GITHUB["permissions"])
        for job in GITHUB["jobs"].values():
            for step in job["steps"]:
                self.assertNotIn("${{", step.get("run", ""))

    def test_the_hook_validates_what_is_staged(self):
        shutil.rmtree(self.work / ".github")
        self.shell("git init --quiet --initial-branch=main; git config core.hooksPath hooks")
        self.commit("first", push=False)
        path = self.work / "manifests" / "miner-a.yaml"
        good = path.read_text()
        path.write_text(good.replace("cadence:", "cadense:"))
        refused = self.attempt("git add -A; git commit -m slip")
        self.assertNotEqual(0, refused.returncode)
        self.assertRegex(refused.stderr, r"manifests/miner-a\.yaml:\d+:\d+.*cadense")
        path.write_text(good)  # in the folder it is right, in the index it is not
        self.assertNotEqual(0, self.attempt("git commit -m slip").returncode)
        self.shell("git add -A")
        path.write_text("no manifest at all")  # and the other way round
        self.shell("git commit --quiet --allow-empty -m fine")
        path.write_text(good)
        (self.work / ".env").write_text("MINER_A_SECRET_KEY=hunter2\n")
        self.assertEqual("", self.shell("git status --porcelain"), ".env is ignored")
        refused = self.attempt("git add --force .env; git commit -m keys")
        self.assertNotEqual(0, refused.returncode)
        self.assertIn("secrets do not belong into git", refused.stderr)

    def attempt(self, script):
        return subprocess.run(["bash", "-c", script], cwd=self.work, env={**self.environment, **ops_repo.AUTHOR},
                              check=False, capture_output=True, text=True, timeout=60)


class Pipeline(OpsRepo):
    """The example with manifests of which the world is here."""

    def setUp(self):
        super().setUp()
        shutil.rmtree(self.work / "manifests")
        self.write("manifests/one.yaml", MANIFEST_A.format(home=self.home))
        self.write("manifests/two.toml", MANIFEST_B.format(home=self.home))
        self.environment["RECONCILE_STATE_DIR"] = str(self.home / "state")
        for name in ("one", "two"):
            (self.home / f"buffer-{name}").mkdir()
            self.drop(name, "first")

    def drop(self, publication, name):
        data = world.json_gz(name, publication)
        world.write_file(self.home / f"buffer-{publication}" / f"{name}.json.gz", data)

    def run_step(self, script, **variables):
        """As the runners do it: bash that ends with the first failure."""
        done = subprocess.run(["bash", "-eo", "pipefail", "-c", script], cwd=self.work, check=False, timeout=120,
                              env={**self.environment, **variables}, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True)
        self.check_output(done.stdout + done.stderr)
        return done

    def commits_of(self, publication):
        return [line for line in self.ledger_lines("ledger.jsonl") if line["hotkey"] == f"default/{publication}"]

    def published(self, publication):
        """The names that readers find, following the ledger."""
        lines = self.commits_of(publication)
        if not lines:
            return []
        text = bytes.fromhex(lines[-1]["fields"][0]["hex"]).decode()
        index, url = world.read_committed(text, world.fetch_file)
        return sorted(key.rpartition("/")[2] for key in world.read_objects(index, url, world.fetch_file))

    def commit_foreign(self):
        """Somebody else's bytes in the slot of `one`."""
        line = self.commits_of("one")[-1]
        line["block"] = self.ledger_lines("ledger.jsonl")[-1]["block"] + 1
        line["fields"][0]["hex"] = b"somebody else's".hex()
        with open(self.home / "ledger.jsonl", "a", encoding="utf-8") as ledger:
            ledger.write(json.dumps(line) + "\n")


class GitHub(Pipeline):
    def setUp(self):
        super().setUp()
        self.comments = self.folder / "comments"
        gh = self.bin / "gh"  # the first comment of a pull request cannot be edited
        gh.write_text('#!/bin/bash\n[ "$1 $2 $3 $4" = "pr comment 7 --body-file" ] || exit 64\n'
                      f'if [ "${{6:-}}" = --edit-last ] && [ ! -e {self.comments} ]; then exit 1; fi\n'
                      f'cat "$5" >{self.comments}\n')
        gh.chmod(0o755)

    def step(self, job, name):
        (found,) = [step for step in GITHUB["jobs"][job]["steps"] if step.get("name") == name]
        return found["run"]

    def plan(self):
        """(outputs, summary) of the step Plan; the steps that follow it."""
        output, summary = self.folder / "output", self.folder / "summary"
        output.write_text(""), summary.write_text("")
        done = self.run_step(self.step("plan", "Plan"), GITHUB_OUTPUT=str(output), GITHUB_STEP_SUMMARY=str(summary))
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
        done = self.run_step(self.step("plan", "Comment"), NUMBER="7")
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertEqual(summary.read_text(), self.comments.read_text())
        verdict = self.run_step(self.step("plan", "Verdict"), CODE=outputs["code"])
        return outputs, summary.read_text(), verdict

    def apply(self, approvals):
        return self.run_step(self.step("apply", "Apply"), APPROVALS=approvals)

    def test_plans_comments_and_applies_what_was_seen(self):
        before = world.snapshot(self.home)
        outputs, comment, verdict = self.plan()
        self.assertEqual(0, verdict.returncode)
        self.assertEqual(before, world.snapshot(self.home), "a plan writes nothing")
        self.assertIn("### reconcile: <code>one</code>", comment)
        self.assertIn("### reconcile: <code>two</code>", comment)
        self.assertRegex(outputs["approvals"], "^one=sha256:[0-9a-f]{64} two=sha256:[0-9a-f]{64} $")
        done = self.apply(outputs["approvals"])
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertEqual(["first.json.gz"], self.published("one"))
        self.assertEqual(["first.json.gz"], self.published("two"))
        outputs, _, _ = self.plan()
        self.assertEqual("", outputs["approvals"], "nothing is left to approve")

    def test_what_has_changed_since_is_not_applied(self):
        outputs, _, _ = self.plan()
        self.drop("one", "second")
        done = self.apply(outputs["approvals"])
        self.assertEqual(5, done.returncode, done.stdout + done.stderr)
        self.assertEqual([], self.published("one"))
        self.assertEqual(["first.json.gz"], self.published("two"), "the other one was as it was seen")

    def test_a_guard_blocks_the_merge(self):
        self.assertEqual(0, self.apply(self.plan()[0]["approvals"]).returncode)
        self.commit_foreign()
        self.drop("one", "second")
        outputs, comment, verdict = self.plan()
        self.assertEqual("4", outputs["code"])
        self.assertIn("**Blocked**", comment)
        self.assertEqual(4, verdict.returncode)
        self.assertIn("::error::", verdict.stdout)

    def test_an_invalid_manifest_is_shown_and_blocks(self):
        self.edit("settle:", "setle:", "manifests/one.yaml")
        outputs, comment, verdict = self.plan()
        self.assertEqual("65", outputs["code"])
        self.assertIn("not valid", comment)
        self.assertRegex(comment, r"manifests/one\.yaml:\d+:\d+")
        self.assertEqual("", outputs["approvals"])
        self.assertEqual(65, verdict.returncode)


class GitLab(Pipeline):
    def setUp(self):
        super().setUp()
        scenario = self
        self.notes = []

        class Notes(http.server.BaseHTTPRequestHandler):
            def do_POST(self):  # pylint: disable=invalid-name
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                scenario.notes.append((self.path, self.headers["PRIVATE-TOKEN"], urllib.parse.parse_qs(body)["body"][0]))
                self.send_response(201)
                self.end_headers()

            def log_message(self, *arguments):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Notes)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.variables = {"CI_API_V4_URL": f"http://127.0.0.1:{server.server_port}/api/v4", "CI_PROJECT_ID": "3",
                          "PLAN_COMMENT_TOKEN": "glpat-hunter2", "no_proxy": "127.0.0.1"}
        self.planted.append("glpat-hunter2")

    def run_job(self, job, **variables):
        (script,) = GITLAB[job]["script"]
        return self.run_step(script, **self.variables, **variables)

    def test_plans_comments_and_applies_what_was_seen(self):
        done = self.run_job("plan", CI_MERGE_REQUEST_IID="9")
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        ((path, token, note),) = self.notes
        self.assertEqual(("/api/v4/projects/3/merge_requests/9/notes", "glpat-hunter2"), (path, token))
        self.assertEqual((self.work / "plan" / "plan.md").read_text(), note)
        self.assertEqual(0, self.run_job("plan").returncode)  # after the merge
        self.assertEqual(1, len(self.notes))
        done = self.run_job("apply")
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertEqual(["first.json.gz"], self.published("one"))
        self.assertEqual(["first.json.gz"], self.published("two"))
        self.commit_foreign()
        self.drop("one", "second")
        self.assertEqual(4, self.run_job("plan", CI_MERGE_REQUEST_IID="9").returncode)
        self.assertIn("**Blocked**", self.notes[-1][2])

    def test_nothing_to_approve_is_nothing_to_do(self):
        for _ in range(2):
            self.assertEqual(0, self.run_job("plan").returncode)
            self.assertEqual(0, self.run_job("apply").returncode)
        self.assertEqual("", (self.work / "plan" / "approvals").read_text())


if __name__ == "__main__":
    unittest.main(verbosity=2)
