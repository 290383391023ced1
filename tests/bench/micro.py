#!/usr/bin/env python3
"""micro.py MICRO_BENCH FOLDER: times of the hot paths by google-benchmark, and their instructions by callgrind, as pages.

Instructions are those of 3 times less those of 1 time, halved: what starting costs, and filling caches, is left out. They
hardly depend on how busy the machine is; of two commits they say which one does less.
"""
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PROGRAM, OUT = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
ROOT = Path(__file__).resolve().parents[2]


def said(*command):
    return subprocess.run(list(map(str, command)), cwd=ROOT, check=True, text=True, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def instructions(name, times):
    with tempfile.TemporaryDirectory() as folder:
        done = said("valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", PROGRAM, "--run", name, times)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    report = json.loads(said(PROGRAM, "--benchmark_format=json", "--benchmark_repetitions=5",
                             "--benchmark_min_time=0.1").stdout)
    rows = ["## The hot paths, by time", "", "google-benchmark, CPU time, median of 5.", "", "| | ns |",
            "| --- | ---: |"]
    for one in report["benchmarks"]:
        if one.get("aggregate_name") == "median":
            rows.append(f"| {one['run_name']} | {one['per_unit'] * 1e9:,.0f} |")
    (OUT / "micro.md").write_text("\n".join(rows) + "\n")

    rows = ["## The hot paths, by instructions", "", "callgrind: hardly a matter of how busy the machine is.", "",
            "| | instructions |", "| --- | ---: |"]
    for line in said(PROGRAM, "--names").stdout.splitlines():
        name, unit, units = line.split("\t")
        each = (instructions(name, 3) - instructions(name, 1)) / 2 / float(units)
        rows.append(f"| {name}, per {unit} | {each:,.0f} |")
    (OUT / "instructions.md").write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
