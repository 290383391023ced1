"""What is measured. A case runs everybody in turns, `runs` times, and says what was hoped for."""
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple

import measure
import peers
import publication
import servers

MIB = 1 << 20
PASS_ENDED = ": ok: "  # in the loop's log


class Limit(NamedTuple):
    what: str  # "cpu", "wall", "rss", or a word of its own
    most: float
    peer: str = ""  # a ratio to this one; "best": to the best of all; empty: the value itself


class Case:
    """`costs`: by client, a list of measure.Cost."""

    def __init__(self, name, title, limits=()):
        self.name, self.title, self.limits = name, title, list(limits)
        self.costs = {}

    def add(self, who, cost):
        self.costs.setdefault(who, []).append(cost)
        print(f"  {self.name}: {who}: {cost.wall:.2f} s wall, {cost.cpu:.2f} s CPU, {cost.rss:.0f} MiB, "
              f"{cost.requests}", flush=True)


class Bench:
    def __init__(self, program, folder, runs, chosen_peers):
        self.program, self.folder, self.runs, self.peers = str(program), folder, runs, chosen_peers

    def home(self):
        return Path(tempfile.mkdtemp(prefix="home-", dir=self.folder))

    def ours(self, home, server, *options, codes=(0,)):
        return measure.measure([self.program, "-f", "manifest.yaml", *options], home, publication.environment(home),
                               server, codes)

    # Uploads ------------------------------------------------------------------------------------------------

    def upload(self, case, count, size, make_server, who, provider="s3", at_once=0):
        source = self.folder / f"files-{count}-{size}"
        if not source.exists():
            publication.make_files(source, count, size)
        for _ in range(self.runs):
            for name in ["reconcile", *[peer for peer in who if peer in self.peers]]:
                home = self.home()
                server = make_server(home)
                try:
                    cost = (self.publish(home, server, source, provider, at_once) if name == "reconcile" else
                            self.send(name, home, server, source, at_once or 16))
                finally:
                    server.stop()
                if cost.requests:
                    assert cost.requests.get("PUT", 0) >= count, f"{name} put {cost.requests}"
                case.add(name, cost)
                shutil.rmtree(home)
        return case

    def publish(self, home, server, source, provider, at_once):
        publication.prepare(home, server.access, provider)
        publication.link_files(source, home / "buffer")
        options = ["--parallelism", str(at_once)] if at_once else []
        cost, said = self.ours(home, server, "--auto-approve", *options)
        assert "Converged" in said and not list((home / "buffer").glob("*.parquet")), said[-2000:]
        return cost

    def send(self, name, home, server, source, at_once):
        command = peers.upload(name, server.access, home, source, at_once)
        return measure.measure(command, home, peers.environment(name, server.access, home), server)[0]

    # Plans --------------------------------------------------------------------------------------------------

    def published(self, home, objects, latency_ms=0):
        """A sink with so many objects, and a publication whose committed index names them all."""
        sink = servers.Sink(home, objects, latency_ms)
        publication.prepare(home, sink.access)
        (home / "buffer").mkdir()

        def put(key, content):
            url = f"{sink.access.endpoint}/{servers.BUCKET}/{key}"
            with urllib.request.urlopen(urllib.request.Request(url, content, method="PUT"), timeout=60) as answer:
                assert answer.status == 200

        digest = publication.write_index(objects, put)
        publication.write_ledger(home, f"rc1|{publication.b64url(digest)}|{sink.access.endpoint}/{servers.BUCKET}/"
                                       "i/00000001.json")
        return sink

    def plan(self, case, objects, who=(), latency_ms=0):
        tree = self.folder / f"tree-{objects}"
        if not tree.exists() and set(who) & set(self.peers):
            publication.make_tree(tree, objects)
        for _ in range(self.runs):
            home = self.home()
            sink = self.published(home, objects, latency_ms)
            try:
                cost, said = self.ours(home, sink, "--plan", "--detailed-exitcode")
            finally:
                sink.stop()
            assert "No changes" in said, said[-2000:]
            index_puts = len(list(publication.days_of(objects))) + 1
            cost.requests["PUT"] -= index_puts  # the index, written by this script
            case.add("reconcile", cost)
            for name in who:
                if name in self.peers:
                    self.compare(case, name, objects, tree)
            shutil.rmtree(home)
        return case

    def compare(self, case, name, objects, tree):
        home = self.home()
        sink = servers.Sink(home, objects)
        try:
            command = peers.compare(name, sink.access, home, tree)
            cost, said = measure.measure(command, home, peers.environment(name, sink.access, home), sink)
        finally:
            sink.stop()
        assert "upload" not in said and "Skipped copy" not in said, said[-2000:]
        case.add(name, cost)
        shutil.rmtree(home)

    def serial_pages(self, case, objects, latency_ms):
        """The same listing, a page after the other: curl follows the continuation tokens."""
        home = self.home()
        sink = servers.Sink(home, objects, latency_ms)
        try:
            cost, _ = measure.measure([peers.PYTHON, publication.PAGES, sink.access.endpoint, servers.BUCKET], home,
                                      peers.environment("pages", sink.access, home), sink)
        finally:
            sink.stop()
        case.add("serial pages", cost)
        shutil.rmtree(home)

    # What goes on, or is about to begin -----------------------------------------------------------------------

    def ready(self, case, count):
        """A dry run over files whose hashes the journal knows."""
        source = self.folder / f"files-{count}-32768"
        if not source.exists():
            publication.make_files(source, count, 32768)
        home = self.home()
        server = servers.Sink(home)
        publication.prepare(home, server.access)
        publication.link_files(source, home / "buffer")
        self.ours(home, None, codes=(4,))  # nobody approves; what was hashed is remembered
        server.stop()
        for _ in range(self.runs):
            server = servers.Sink(home)
            publication.prepare(home, server.access)
            try:
                cost, said = self.ours(home, server, "--plan")
            finally:
                server.stop()
            assert f"{count:,} to upload" in said, said[-2000:]
            assert not set(cost.requests) & {"PUT", "POST", "DELETE"}, cost.requests
            case.add("reconcile", cost)
        return case

    def idle(self, case, objects):
        """The continuous mode between passes."""
        for _ in range(self.runs):
            home = self.home()
            sink = self.published(home, objects)
            loop = measure.Resident([self.program, "--loop", "-f", "manifest.yaml"], home, publication.environment(home))
            try:
                loop.wait_for(PASS_ENDED)
                cpu = loop.cpu()
                try:
                    loop.process.wait(timeout=10)
                    raise AssertionError("the loop ended")
                except subprocess.TimeoutExpired:
                    pass
                case.add("reconcile", measure.Cost(10, loop.cpu() - cpu, loop.rss(), {}))
            finally:
                loop.stop()
                sink.stop()
            shutil.rmtree(home)
        return case

    def again(self, case, objects):
        """The loop's second pass; what it asked for is what a run of two passes asked for more than a run of one."""
        for _ in range(self.runs):
            one, two = (self.passes(objects, count) for count in (1, 2))
            requests = {name: two.requests.get(name, 0) - one.requests.get(name, 0) for name in two.requests}
            case.add("reconcile", two._replace(requests=requests))
        return case

    def passes(self, objects, count):
        """The cost of the last of so many passes; the requests are those of all."""
        home = self.home()
        sink = self.published(home, objects)
        begun, cpu = time.perf_counter(), 0
        loop = measure.Resident([self.program, "--loop", "-f", "manifest.yaml"], home, publication.environment(home))
        try:
            loop.wait_for(PASS_ENDED)
            for number in range(2, count + 1):
                begun, cpu = time.perf_counter(), loop.cpu()
                loop.process.send_signal(signal.SIGUSR1)
                loop.wait_for(PASS_ENDED, number)
            cost = measure.Cost(time.perf_counter() - begun, loop.cpu() - cpu, loop.rss(), {})
        finally:
            loop.stop()
            requests = sink.stop()
        shutil.rmtree(home)
        return cost._replace(requests=requests)
