#!/usr/bin/env python3
"""run.py RECONCILE: measures this program beside others, in turns, and writes docs/bench.

CASES="small plan" picks cases, BENCH_RUNS=3 the number of turns (5), PEERS="rclone" who takes part, BENCH_OUT another
folder for what comes out, TMPDIR where the files are made (5 GB for all cases). What was measured before and is not
measured now stays in the tables.
"""
import os
import shutil
import sys
import tempfile
from pathlib import Path

import page
import peers
import servers
from cases import MIB, Bench, Case, Limit

ALL = {}


def case(name, title, *limits):
    def keep(run):
        ALL[name] = (title, limits, run)
        return run
    return keep


def against(peer, cpu, wall, rss):
    return [Limit("cpu", cpu, peer), Limit("wall", wall, peer), Limit("rss", rss)]


@case("small", "5,000 files of 32 KiB into a sink", *against("rclone", 0.25, 0.35, 64))
def small(bench, it):
    bench.upload(it, 5000, 32 << 10, servers.Sink, peers.NAMES)


@case("medium", "200 files of 4 MiB into a sink", *against("rclone", 0.5, 0.6, 128))
def medium(bench, it):
    bench.upload(it, 200, 4 * MIB, servers.Sink, peers.NAMES)


@case("large", "4 files of 512 MiB into a sink", *against("rclone", 0.2, 0.4, 128))
def large(bench, it):
    bench.upload(it, 4, 512 * MIB, servers.Sink, peers.NAMES)


@case("tls", "200 files of 4 MiB into a sink over TLS", Limit("cpu", 0.5, "rclone"), Limit("wall", 0.6, "rclone"))
def tls(bench, it):
    bench.upload(it, 200, 4 * MIB, lambda home: servers.Sink(home, tls=True), ["rclone"])


@case("ceph", "5,000 files of 32 KiB into Ceph", Limit("wall", 1, "best"))
def ceph(bench, it):
    bench.upload(it, 5000, 32 << 10, servers.Ceph, peers.NAMES, provider="ceph")


@case("latency", "5,000 files of 32 KiB, 16 at once, each answer after 50 ms", Limit("wall", 1, "rclone"))
def latency(bench, it):
    bench.upload(it, 5000, 32 << 10, lambda home: servers.Sink(home, latency_ms=50), ["rclone"], at_once=16)


@case("plan", "a plan over 1,000,000 objects, nothing to do", *against("rclone", 0.15, 0.3, 100))
def plan(bench, it):
    bench.plan(it, 1_000_000, ["rclone"])
    without_writes(it)


@case("plan-100k", "a plan over 100,000 objects, nothing to do")
def plan_100k(bench, it):
    bench.plan(it, 100_000, ["rclone", "awscli", "s3cmd"])
    without_writes(it)


@case("plan-10k", "a plan over 10,000 objects, nothing to do")
def plan_10k(bench, it):
    bench.plan(it, 10_000, ["rclone", "awscli", "s3cmd"])
    without_writes(it)


@case("plan-latency", "a plan over 1,000,000 objects, each answer after 50 ms", Limit("wall", 1 / 8, "serial pages"))
def plan_latency(bench, it):
    bench.plan(it, 1_000_000, latency_ms=50)
    bench.serial_pages(it, 1_000_000, 50)


@case("ready", "a dry run over 1,000 ready files that the journal knows", Limit("cpu", 0.05))
def ready(bench, it):
    bench.ready(it, 1000)


@case("idle", "the loop between passes, 10,000 objects published: 10 s", Limit("rss", 20))
def idle(bench, it):
    bench.idle(it, 10_000)


@case("again", "the loop's second pass over 100,000 objects, nothing to do")
def again(bench, it):
    bench.again(it, 100_000)
    without_writes(it)


def without_writes(it):
    for cost in it.costs["reconcile"]:
        writes = {name: n for name, n in cost.requests.items() if name not in ("GET", "HEAD", "LIST") and n}
        assert not writes, writes


def main():
    program = Path(sys.argv[1]).resolve()
    chosen = os.environ.get("CASES", "").replace(",", " ").split() or list(ALL)
    unknown = sorted(set(chosen) - set(ALL))
    if unknown:
        sys.exit(f"no case {unknown[0]!r}; there are: {' '.join(ALL)}")
    if peers.missing():
        sys.exit("missing: " + " ".join(peers.missing()) + "; tools/bootstrap.sh bench installs them")
    out = Path(os.environ.get("BENCH_OUT", servers.world.SOURCE / "docs" / "bench"))
    who = os.environ.get("PEERS", " ".join(peers.NAMES)).split()
    runs = int(os.environ.get("BENCH_RUNS", "5"))
    folder = Path(tempfile.mkdtemp(prefix="reconcile-bench-"))
    try:
        for name in chosen:
            title, limits, run = ALL[name]
            print(f"{name}: {title}", flush=True)
            it = Case(name, title, limits)
            run(Bench(program, folder, runs, who), it)
            page.keep(out, it, program)
            for left in folder.glob("tree-*"):
                shutil.rmtree(left)  # a million files
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    page.write(out, list(ALL))


if __name__ == "__main__":
    main()
