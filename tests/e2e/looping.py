"""The continuous mode in a scenario: begun, watched through its log and its listener, stopped by its number."""
import http.client
import json
import re
import signal
import subprocess

import world
from world import eventually


class Looping:
    """A scenario that runs `--loop`."""

    publication = ""

    def manifests(self):
        return ["-f", self.manifest]

    def begin(self, *arguments, **options):
        """The loop, with its log in a file; returns once the first pass has ended."""
        log = self.folder / f"log-{len(list(self.folder.glob('log-*')))}"
        self.log = log
        with log.open("wb") as err:
            process = self.start("--loop", *self.manifests(), "--log-format", "json", *arguments,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=err, **options)
        self.addCleanup(self.end, process)
        self.process = process
        self.pass_that(lambda text: True)
        return process

    def end(self, process):
        if process.poll() is None:
            process.kill()
            process.wait()

    def records(self):
        lines = self.log.read_text(errors="replace").split("\n")[:-1]
        self.check_output("\n".join(lines))
        return [json.loads(line) for line in lines]

    def ended_passes(self):
        return [record["message"] for record in self.records()
                if record.get("pass") and record["message"].startswith(f"{self.publication}: pass {record['pass']}: ")]

    def said(self, text, seconds=60):
        def look():
            self.assertIsNone(self.process.poll(), self.log.read_text(errors="replace"))
            return [record for record in self.records() if text in record["message"]]

        return eventually(look, seconds, f"the log says {text!r}")

    def pass_that(self, wanted, after=0):
        def look():
            self.assertIsNone(self.process.poll(), self.log.read_text(errors="replace"))
            return [text for text in self.ended_passes()[after:] if wanted(text)]

        return eventually(look, 90, "a pass")

    def pass_now(self):
        """Asks for a pass until one has ended that began after the question."""
        before = len(self.ended_passes())
        self.process.send_signal(signal.SIGUSR1)
        return self.pass_that(lambda text: True, before)

    def drop(self, name, value):
        data = world.json_gz(value)
        world.write_file(self.home / "buffer" / name, data)
        return data

    def edit(self, old, new):
        path = self.home / self.manifest
        text = path.read_text()
        self.assertIn(old, text)
        unfinished = path.with_suffix(".new")
        unfinished.write_text(text.replace(old, new))
        unfinished.rename(path)

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.wait(timeout=40)
        self.records()
        return self.process.returncode


class Answering(Looping):
    """A scenario that asks the loop how it stands."""

    def begin(self, *arguments, **options):
        super().begin("--listen", "127.0.0.1:0", *arguments, **options)
        (said,) = self.said("answering on http://")
        self.port = int(re.search(r":(\d+)$", said["message"])[1])

    def ask(self, path, method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        self.addCleanup(connection.close)
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()

    def status(self):
        code, text = self.ask("/api/v1/status")
        self.assertEqual(200, code)
        (publication,) = json.loads(text)["publications"]
        return publication

    def condition(self, name):
        return next(one for one in self.status()["conditions"] if one["type"] == name)

    def metric(self, name):
        code, text = self.ask("/metrics")
        self.assertEqual(200, code)
        return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in text.splitlines()
                if line.startswith(name)}
