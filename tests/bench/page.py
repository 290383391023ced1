"""What was measured, as JSON for programs, a page with tables, and a chart."""
import json
import os
import platform
import statistics
import subprocess
import time
from pathlib import Path

import chart
import peers

NAMES = {"cpu": "CPU", "wall": "wall time", "rss": "peak memory"}
CHANGED_DAYS_PAGES = 6  # two days around midnight, the indexes, the lease
UNITS = {"cpu": "cpu_s", "wall": "wall_s", "rss": "rss_mib"}
INTRO = """\
# What it costs

Made by `make bench`, which [tests/bench](../../tests/bench/run.py) is behind; the figures of each run stand in [results.json](results.json). Everybody
ran in turns, in the same minutes, on the same machine and against the same server; what counts are medians, and ratios of medians. The machine was shared with other work: wall
times are worth less than CPU times, and ratios more than either.

The sink ([s3sink](../../tests/bench/sink/main.cc)) is a server on loopback that hashes bodies (MD5, as ETags need it) and forgets them; Ceph is a real RADOS Gateway 16.2 in memory.
`reconcile` does the whole job: it hashes, signs, uploads, verifies, keeps a journal with fsync, writes and verifies an index, commits it to a ledger, and removes the files. rclone, awscli and
s3cmd copy; boto3 is the loop of the usual script, which hashes and uploads one file after the other. Files are Parquet of random bytes. A plan with nothing to do compares a bucket with the index for
`reconcile`, and with a folder of files, by size, for the others. Peak memory is that of the largest process; the PUTs of a pass count its index and its lease, too. The columns "to ours" say how many times as much the
others take.
"""


def keep(out, case, program):
    """Puts a case into results.json; what else stands there stays."""
    results = read(out)
    results[case.name] = {
        "title": case.title, "date": time.strftime("%Y-%m-%dT%H:%MZ", time.gmtime()), "machine": machine(),
        "versions": {"reconcile": version_of(program), **peers.versions()},
        "limits": [limit._asdict() for limit in case.limits],
        "runs": {who: [cost.plain() for cost in costs] for who, costs in case.costs.items()}}
    out.mkdir(parents=True, exist_ok=True)
    (out / "results.json").write_text(json.dumps(results, indent=1) + "\n")


def read(out):
    path = out / "results.json"
    return json.loads(path.read_text()) if path.exists() else {}


def version_of(program):
    source = Path(__file__).resolve().parents[2]
    done = subprocess.run(["git", "-C", source, "describe", "--always", "--dirty", "--tags"], check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    said = subprocess.run([program, "--version"], check=False, text=True, stdout=subprocess.PIPE,
                          stdin=subprocess.DEVNULL).stdout.split("\n")[0].strip()
    return f"{said} ({done.stdout.strip() or 'no git'})"


def machine():
    info = Path("/proc/cpuinfo").read_text()
    models = [line.split(":")[1].strip() for line in info.splitlines() if line.startswith("model name")]
    return f"{os.cpu_count()} cores of {models[0] if models else platform.machine()}, Linux {platform.release()}"


def median(runs, what):
    return statistics.median(run[UNITS[what]] for run in runs)


def verdicts(result):
    """(what was hoped for, what is so, met) of each limit."""
    runs = result["runs"]
    for limit in result["limits"]:
        what, most, peer = limit["what"], limit["most"], limit["peer"]
        ours = median(runs["reconcile"], what)
        if peer:
            others = {who: median(costs, what) for who, costs in runs.items() if who != "reconcile"}
            against = min(others, key=others.get, default="") if peer == "best" else peer
            if against not in others:
                yield f"{NAMES[what]} at most {most:g} of {peer}", "not measured", False
                continue
            ratio = ours / others[against]
            yield f"{NAMES[what]} at most {most:g} of {against}", f"{ratio:.2f}", ratio <= most
        else:
            unit = "MiB" if what == "rss" else "s"
            yield f"{NAMES[what]} at most {most:g} {unit}", f"{ours:.3g} {unit}", ours <= most


def table(result):
    runs = result["runs"]
    ours = {what: median(runs["reconcile"], what) for what in UNITS}
    lines = ["| | CPU s | wall s | peak MiB | CPU, to ours | wall, to ours | requests | runs |",
             "| --- | ---: | ---: | ---: | ---: | ---: | --- | ---: |"]
    for who, costs in runs.items():
        cpu, wall, rss = (median(costs, what) for what in ("cpu", "wall", "rss"))
        requests = ", ".join(f"{n} {name}" for name, n in sorted(costs[-1]["requests"].items()) if n)
        compared = ("", "") if who == "reconcile" else (f"{cpu / max(ours['cpu'], 1e-3):.1f}", f"{wall / ours['wall']:.1f}")
        lines.append(f"| {who} | {cpu:.3f} | {wall:.2f} | {rss:.0f} | {compared[0]} | {compared[1]} | {requests} | "
                     f"{len(costs)} |")
    return lines


def requests_of_a_plan(result):
    requests = result["runs"]["reconcile"][-1]["requests"]
    writes = sum(n for name, n in requests.items() if name not in ("GET", "HEAD", "LIST"))
    yield f"- {'met' if writes == 0 else '**NOT met**'}: no writes (are {writes})"
    pages = requests.get("LIST", 0)
    if "second pass" in result["title"]:
        yield (f"- {'met' if pages <= CHANGED_DAYS_PAGES else '**NOT met**'}: a page of the listing for each day that can have "
               f"changed, and for the indexes (are {pages})")


def write(out, order):
    results = read(out)
    lines = [INTRO]
    for name in [name for name in order if name in results]:
        result = results[name]
        lines += [f"## {result['title'][0].upper()}{result['title'][1:]}", ""]
        lines += table(result)
        lines.append("")
        for text, found, met in verdicts(result):
            lines.append(f"- {'met' if met else '**NOT met**'}: {text} (is {found})")
        if name.startswith("plan") or name == "again":
            lines += list(requests_of_a_plan(result))
        lines += ["", f"`make bench CASES={name}` · {result['date']} · {result['versions']['reconcile']}", ""]
    growth = {n: results[case]["runs"] for n, case in ((10_000, "plan-10k"), (100_000, "plan-100k"), (1_000_000, "plan"))
              if case in results}
    if len(growth) == 3:
        (out / "plan.svg").write_text(chart.growth({
            who: [(n, median(runs[who], "cpu")) for n, runs in growth.items()]
            for who in ("reconcile", "rclone") if all(who in runs for runs in growth.values())}))
        lines += ["## How it grows", "", "![CPU seconds of a plan over 10,000, 100,000 and 1,000,000 objects](plan.svg)", ""]
        micro = [n for n in sorted(growth)]
        per = [median(growth[n]["reconcile"], "cpu") / n * 1e6 for n in micro]
        lines += ["CPU time per object: " + ", ".join(f"{p:.1f} µs of {n:,}" for n, p in zip(micro, per)) + ". "
                  f"{'Met' if per[-1] <= 1.5 * per[0] else '**NOT met**'}: no more per object of a million than of ten "
                  "thousand, by half.", ""]
    if results:
        last = max(results.values(), key=lambda result: result["date"])
        lines += ["## On what", "", last["machine"] + "; " +
                  ", ".join(f"{name} {text.removeprefix(name + ' ')}" for name, text in last["versions"].items()) + ".", ""]
    for more in ("instructions.md", "micro.md"):
        if (out / more).exists():
            lines.append((out / more).read_text())
    (out / "README.md").write_text("\n".join(lines).rstrip("\n") + "\n")
