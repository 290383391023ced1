#!/usr/bin/env python3
"""The embedded default, a folder as bucket and a file as chain, from the first plan to the second pass."""
import html
import fcntl
import gzip
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import unittest

import world
from world import ESCAPE, PATH, QUICKSTART, eventually, fetch_file, read_committed, read_objects, sha256, snapshot

WRITES = re.compile(r"\b(creat|mkdir(at)?|mknod(at)?|link(at)?|symlink(at)?|unlink(at)?|rmdir|rename(at2?)?|f?truncate|"
                    r"fallocate|f?chmod(at)?|[fl]?chown(at)?|utimes?|utimensat|futimesat|l?setxattr|removexattr)\(")
OPENS_FOR_WRITING = re.compile(r"\bopen(at2?)?\(.*\b(O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|O_TMPFILE)\b")
DEVICE = re.compile(r'"/dev/[^"]*"')
WRITES_TO = re.compile(r"\b(?:write|pwrite64|writev|pwritev2?)\((\d+)<([^>]*)>")


def expected_objects():
    """name in the bucket -> the content that a reader must get, decompressed where we compress."""
    out = {}
    for file in (QUICKSTART / "buffer").iterdir():
        if file.name.endswith(".tmp") or file.name == "x_2026-11-22_05.json.gz":  # unfinished; truncated
            continue
        out[file.name + ".gz" if file.name.endswith(".jsonl") else file.name] = file.read_bytes()
    return out


class Quickstart(world.Scenario):
    def setUp(self):
        super().setUp()
        self.quickstart()

    def published(self):
        """What a reader of the ledger finds in the bucket, by name."""
        self.assertTrue(self.commitments(), "nothing is committed")
        index, url = read_committed(self.commitments()[-1], fetch_file)
        return {key.rpartition("/")[2]: data for key, data in read_objects(index, url, fetch_file).items()}

    def assert_published(self):
        published, expected = self.published(), expected_objects()
        self.assertEqual(sorted(expected), sorted(published))
        for name, data in expected.items():
            got = published[name]
            if name == "reddit_2026-11-22_07.jsonl.gz":  # raw in the buffer
                got = gzip.decompress(got)
            self.assertEqual(sha256(data), sha256(got))

    def assert_nothing_published(self):
        self.assertEqual([], self.ledger_lines())
        self.assertEqual({}, snapshot(self.home / "bucket"))
        originals = {file.name: file.read_bytes() for file in (QUICKSTART / "buffer").iterdir()}
        self.assertEqual(sorted(originals), self.buffer_files())
        for name, data in originals.items():
            self.assertEqual(data, (self.home / "buffer" / name).read_bytes())

    def digest(self):
        return json.loads(self.expect(0, self.plan("-o", "json")).out)["plan"]["digest"].removeprefix("sha256:")


class DryRun(Quickstart):
    def assert_changes_nothing(self, *arguments, code=0):
        before = snapshot(self.folder)
        outcome = self.expect(code, self.plan(*arguments))
        self.assertEqual(before, snapshot(self.folder))
        return outcome

    def test_changes_no_file_before_and_after_a_pass(self):
        self.assert_changes_nothing()
        self.expect(0, self.apply())
        self.assert_changes_nothing()
        self.assert_changes_nothing("-o", "json")

    def test_makes_no_system_call_that_writes(self):
        if not shutil.which("strace", path=PATH):
            self.skipTest("apt-get install strace")
        self.expect(0, self.apply())
        shutil.copy(QUICKSTART / "buffer" / "reddit_2026-11-22_06.jsonl.gz", self.home / "buffer" / "new.jsonl.gz")
        trace = self.folder / "trace"
        # The leak check does not work below a tracer.
        options = ":".join(filter(None, [self.environment.get("ASAN_OPTIONS"), "detect_leaks=0"]))
        calls = "trace=%file,write,pwrite64,writev,pwritev,ftruncate,fallocate,fchmod,sendfile,copy_file_range"
        self.expect(0, self.plan(before=["strace", "-f", "-y", "-qq", "-s", "64", "-o", trace, "-e", calls],
                                 environment={"ASAN_OPTIONS": options}))
        lines = trace.read_text(errors="replace").splitlines()
        self.assertTrue([line for line in lines if "buffer" in line], "the trace shows nothing of the work")
        for line in lines:
            if DEVICE.search(line):
                continue
            self.assertIsNone(WRITES.search(line), line)
            self.assertIsNone(OPENS_FOR_WRITING.search(line), line)
            for _, target in WRITES_TO.findall(line):
                self.assertRegex(target, r"^(pipe|socket|anon_inode|/dev/)", line)

    def test_detailed_exit_code_tells_changes_from_none(self):
        self.assert_changes_nothing("--detailed-exitcode", code=2)
        self.expect(0, self.apply())
        outcome = self.assert_changes_nothing("--detailed-exitcode")
        self.assertIn("No changes", outcome.out)

    def test_every_output_format_can_be_read_by_its_reader(self):
        plan = json.loads(self.assert_changes_nothing("-o", "json").out)
        self.assertEqual("Plan", plan["kind"])
        uploads = [action["after"]["key"].rpartition("/")[2] for action in plan["actions"]
                   if action["kind"] == "upload-file"]
        self.assertEqual(sorted(expected_objects()), sorted(uploads))
        lines = [json.loads(line) for line in self.assert_changes_nothing("-o", "ndjson").out.splitlines()]
        self.assertTrue(all("type" in line for line in lines), lines)
        for name in expected_objects():
            self.assertTrue(any(name in json.dumps(line) for line in lines), name)
        markdown = html.unescape(self.assert_changes_nothing("-o", "markdown").out)
        self.assertIn("quickstart", markdown)
        self.assertIn(plan["plan"]["digest"].removeprefix("sha256:")[:8], markdown)
        for name in expected_objects():
            self.assertIn(name, markdown)

    def test_plans_of_one_world_have_one_digest_at_any_time(self):
        def plan():
            return json.loads(self.expect(0, self.plan("-o", "json")).out)["plan"]

        first = plan()

        def later():
            second = plan()
            return second if second["made"] != first["made"] else None

        self.assertEqual(first["digest"], eventually(later, 10, "a plan made in another second")["digest"])

    def test_is_not_stopped_by_somebody_at_work(self):
        self.expect(0, self.apply())
        (lock,) = (self.folder / "tmp").rglob("*.lock")
        with world.held_open(lock) as fd:
            fcntl.flock(fd, fcntl.LOCK_EX)
            self.assert_changes_nothing()


class Pass(Quickstart):
    def test_publishes_what_is_finished_and_a_second_one_changes_nothing(self):
        self.expect(0, self.apply())
        self.assert_published()
        self.assertEqual(1, len(self.ledger_lines()))
        self.assertEqual(["reddit_2026-11-22_08.jsonl.tmp"], self.buffer_files())
        truncated = (QUICKSTART / "buffer" / "x_2026-11-22_05.json.gz").read_bytes()
        kept = [path.read_bytes() for path in self.home.rglob("*x_2026-11-22_05.json.gz*") if path.is_file()]
        self.assertTrue(truncated in kept, "a damaged file is set aside, not lost")
        before = {name: snapshot(self.home / name) for name in ("bucket", "chain", "buffer")}
        for _ in range(2):
            outcome = self.expect(0, self.apply())
            self.assertIn("No changes", outcome.out)
            self.assertEqual(before, {name: snapshot(self.home / name) for name in before})

    def test_needs_no_state_of_its_own(self):
        self.expect(0, self.apply())
        before = {name: snapshot(self.home / name) for name in ("bucket", "chain", "buffer")}
        shutil.rmtree(self.home / ".reconcile")
        self.expect(0, self.apply())
        self.assertEqual(before, {name: snapshot(self.home / name) for name in before})

    def test_tells_programs_what_it_did(self):
        outcome = json.loads(self.expect(0, self.apply("-o", "json")).out)
        self.assertIn("kind", outcome)
        self.assert_published()

    def test_tells_programs_that_there_was_nothing_to_do(self):
        self.expect(0, self.apply())
        out = self.expect(0, self.apply("-o", "json")).out
        self.assertTrue(out, "nothing on stdout: -o json is one document, also without changes")
        self.assertIn("kind", json.loads(out))

    def test_tells_programs_line_by_line_what_it_does(self):
        lines = [json.loads(line) for line in self.expect(0, self.apply("-o", "ndjson")).out.splitlines()]
        self.assert_published()
        for name in expected_objects():
            self.assertTrue(any(name in json.dumps(line) for line in lines), name)

    def test_logs_in_json_where_asked(self):
        err = self.expect(0, self.apply("--log-format", "json")).err
        for line in err.splitlines():
            json.loads(line)

    def test_publishes_a_file_that_comes_later_beside_the_others(self):
        self.expect(0, self.apply())
        later = world.json_gz({"id": 1})
        world.write_file(self.home / "buffer" / "later.json.gz", later)
        self.expect(0, self.apply())
        published = self.published()
        self.assertEqual(later, published.pop("later.json.gz"))
        self.assertEqual(sorted(expected_objects()), sorted(published))
        first, second = (read_committed(text, fetch_file)[0] for text in self.commitments())
        self.assertEqual((first["seq"] + 1, None), (second["seq"], first["prev"]))
        first_bytes = fetch_file(self.commitments()[0].split("|", 2)[2])
        self.assertEqual(sha256(first_bytes), second["prev"])


    def test_meets_a_file_that_is_finished_while_it_compresses_others(self):
        """Such a file waits for the next pass, or takes part in this one; it is no failure."""
        large = b"".join(b'{"text": "%s"}\n' % os.urandom(500).hex().encode() for _ in range(20_000))
        world.write_file(self.home / "buffer" / "large.jsonl", large)
        process = self.start("-f", self.manifest, "--auto-approve", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        eventually(lambda: [path for path in (self.home / ".reconcile").rglob("staging/**/*") if path.is_file()], 60,
                   "the program compresses", 0.002)
        late = b'{"text": "late"}\n'
        world.write_file(self.home / "buffer" / "late.jsonl", late)
        self.expect(0, self.finish(process))
        self.expect(0, self.apply())
        self.assertEqual(large, gzip.decompress(self.published()["large.jsonl.gz"]))
        self.assertEqual(late, gzip.decompress(self.published()["late.jsonl.gz"]))


class Approval(Quickstart):
    def test_of_nobody_and_without_a_terminal_applies_nothing(self):
        outcome = self.expect(4, self.run_program("-f", self.manifest))
        self.assertIn("--approve", outcome.err)
        self.assert_nothing_published()

    def test_by_a_kept_plan(self):
        self.expect(0, self.plan("--plan-out", "plan.json"))
        json.loads((self.home / "plan.json").read_text())
        self.expect(0, self.run_program("-f", self.manifest, "--apply-plan", "plan.json"))
        self.assert_published()

    def test_by_a_kept_plan_covers_nothing_that_came_later(self):
        self.expect(0, self.plan("--plan-out", "plan.json"))
        world.write_file(self.home / "buffer" / "later.json.gz", world.json_gz({"id": 1}))
        outcome = self.run_program("-f", self.manifest, "--apply-plan", "plan.json")
        self.assertIn(outcome.code, (0, 3, 5), outcome)
        self.assertIn("later.json.gz", self.buffer_files())
        if self.commitments():
            self.assertNotIn("later.json.gz", self.published())

    def test_by_a_stale_plan_is_refused(self):
        self.expect(0, self.plan("--plan-out", "plan.json"))
        changed = self.home / "buffer" / "reddit_2026-11-22_06.jsonl.gz"
        world.write_file(changed, world.json_gz("something else"))
        before = {name: snapshot(self.home / name) for name in ("bucket", "chain", "buffer")}
        outcome = self.expect(5, self.run_program("-f", self.manifest, "--apply-plan", "plan.json"))
        self.assertIn("reddit_2026-11-22_06.jsonl.gz", outcome.err)
        self.assertEqual(before, {name: snapshot(self.home / name) for name in before})

    def test_by_a_plan_of_another_manifest_is_refused(self):
        self.expect(0, self.plan("--plan-out", "plan.json"))
        manifest = self.home / self.manifest
        manifest.write_text(manifest.read_text().replace("expireAfter: 14d", "expireAfter: 15d"))
        self.expect(5, self.run_program("-f", self.manifest, "--apply-plan", "plan.json"))
        self.assert_nothing_published()

    def test_by_the_digest_of_an_earlier_plan(self):
        """The plan is made before anything is compressed: what the pass compresses must not change its digest."""
        digest = self.digest()
        self.expect(0, self.run_program("-f", self.manifest, "--approve", digest[:8]))
        self.assert_published()

    def test_by_another_digest_is_refused(self):
        wrong = "0" * 8 if not self.digest().startswith("0" * 8) else "1" * 8
        outcome = self.expect(5, self.run_program("-f", self.manifest, "--approve", wrong))
        self.assertIn(wrong, outcome.err)
        self.assert_nothing_published()

    def test_by_a_digest_of_a_world_that_changed_is_refused(self):
        digest = self.digest()
        world.write_file(self.home / "buffer" / "later.json.gz", world.json_gz({"id": 1}))
        self.expect(5, self.run_program("-f", self.manifest, "--approve", digest))
        self.assertEqual([], self.ledger_lines())
        self.assertEqual({}, snapshot(self.home / "bucket"))

    def test_at_a_terminal_with_yes(self):
        code, shown = self.at_terminal("-f", self.manifest, answer="yes\n")
        self.assertEqual(0, code, shown)
        self.assert_published()

    def test_at_a_terminal_with_anything_else_applies_nothing(self):
        for answer in ("no\n", "y\n", "\n", "YES\n", "\x04"):
            with self.subTest(answer=answer):
                code, shown = self.at_terminal("-f", self.manifest, answer=answer)
                self.assertEqual(4, code, shown)
                self.assert_nothing_published()


class Lock(Quickstart):
    def setUp(self):
        super().setUp()
        self.expect(0, self.apply())
        world.write_file(self.home / "buffer" / "later.json.gz", world.json_gz({"id": 1}))
        (self.lock,) = (self.folder / "tmp").rglob("*.lock")

    def test_held_by_another_process_stops_a_pass(self):
        before = {name: snapshot(self.home / name) for name in ("bucket", "chain", "buffer")}
        with world.held_open(self.lock) as fd:
            fcntl.flock(fd, fcntl.LOCK_EX)
            outcome = self.expect(6, self.apply())
        self.assertIn("process", outcome.err)
        self.assertEqual(before, {name: snapshot(self.home / name) for name in before})
        self.expect(0, self.apply())
        self.assertIn("later.json.gz", self.published())

    def test_is_waited_for_as_long_as_asked(self):
        with world.held_open(self.lock) as fd:
            fcntl.flock(fd, fcntl.LOCK_EX)
            process = self.start("-f", self.manifest, "--auto-approve", "--lock-timeout", "1m",
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            # It has reached the lock once it has the file open, and must not go past it.
            eventually(lambda: self.has_open(process.pid, self.lock), 30, "the program looks at the lock")
            self.assertIsNone(process.poll())
            self.assertEqual(["later.json.gz", "reddit_2026-11-22_08.jsonl.tmp"], self.buffer_files())
            fcntl.flock(fd, fcntl.LOCK_UN)
            self.expect(0, self.finish(process))
        self.assertIn("later.json.gz", self.published())

    def test_is_one_for_two_passes_at_once(self):
        processes = [self.start("-f", self.manifest, "--auto-approve", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                     for _ in range(4)]
        outcomes = [None] * len(processes)

        def wait(at):
            outcomes[at] = self.finish(processes[at])

        threads = [threading.Thread(target=wait, args=(at,)) for at in range(len(processes))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        codes = [outcome.code for outcome in outcomes]
        self.assertIn(0, codes, outcomes)
        self.assertLessEqual(set(codes), {0, 6}, outcomes)
        self.assertIn("later.json.gz", self.published())
        self.assertEqual(2, len(self.ledger_lines()), "one commit each for the two changes there were")

    @staticmethod
    def has_open(pid, path):
        for fd in os.listdir(f"/proc/{pid}/fd"):
            try:
                if os.path.samefile(f"/proc/{pid}/fd/{fd}", path):
                    return True
            except OSError:
                continue
        return False


class CommandLine(Quickstart):
    def test_an_unknown_guard_is_a_usage_error(self):
        outcome = self.expect(64, self.apply("--allow", "noSuchGuard=3"))
        self.assertIn("noSuchGuard", outcome.err)
        self.assert_nothing_published()

    def test_mistakes_are_usage_errors(self):
        for arguments in (["--plan"], ["--no-such-flag"], ["--plan", "--auto-approve", "-f", self.manifest],
                          ["-f", self.manifest, "--approve", "12"], ["--detailed-exitcode", "-f", self.manifest]):
            with self.subTest(arguments=arguments):
                self.expect(64, self.run_program(*arguments))
        self.assert_nothing_published()

    def test_a_wrong_manifest_says_where(self):
        manifest = self.home / self.manifest
        manifest.write_text(manifest.read_text().replace("settle:", "setle:"))
        outcome = self.expect(65, self.plan())
        self.assertRegex(outcome.err, r"manifest\.yaml:\d+:\d+")
        self.assertIn("settle", outcome.err)

    def test_colour_only_where_it_is_wanted(self):
        def shown(*arguments, **environment):
            code, text = self.at_terminal("--plan", "-f", self.manifest, *arguments,
                                          environment={"TERM": "xterm-256color", **environment})
            self.assertEqual(0, code)
            return text

        self.assertIn(ESCAPE, shown())
        self.assertNotIn(ESCAPE, shown(NO_COLOR="1"))
        self.assertNotIn(ESCAPE, shown(TERM="dumb"))
        self.assertNotIn(ESCAPE, shown("--color", "never"))
        self.assertNotIn(ESCAPE, self.plan().out)
        self.assertIn(ESCAPE, self.plan("--color", "always").out)


class Termination(Quickstart):
    def test_at_the_prompt_applies_nothing(self):
        for number, code_wanted in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):
            with self.subTest(signal=number):
                code, shown = self.at_terminal("-f", self.manifest, signal=number)
                self.assertEqual(code_wanted, code, shown)
                self.assert_nothing_published()

    def test_in_the_middle_of_a_pass_loses_nothing(self):
        for file in (self.home / "buffer").iterdir():
            file.unlink()
        written = {f"part_{number:04}.json.gz": world.json_gz(number) for number in range(1500)}
        for name, data in written.items():
            world.write_file(self.home / "buffer" / name, data)
        process = self.start("-f", self.manifest, "--auto-approve", "--parallelism", "1", stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
        eventually(lambda: any((self.home / "bucket").glob("data/**/*.json.gz")), 60, "the first upload", 0.005)
        process.send_signal(signal.SIGTERM)
        outcome = self.expect(143, self.finish(process))
        left = self.buffer_files()
        self.assertTrue(left, "it was asked to stop, and did everything all the same")
        published = self.published() if self.commitments() else {}
        for name, data in written.items():
            if name in left:
                self.assertEqual(data, (self.home / "buffer" / name).read_bytes())
            else:
                self.assertEqual(data, published.get(name), f"{name} is neither in the buffer nor published\n{outcome}")
        self.expect(0, self.apply("-o", "json"))
        self.assertEqual([], self.buffer_files())
        self.assertEqual(written, self.published())


if __name__ == "__main__":
    unittest.main(verbosity=2)
