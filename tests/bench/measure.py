"""What one run of a program costs: wall time, user and system CPU time, peak memory, requests."""
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

RUN_SECONDS_MAX = 1800


class Cost(NamedTuple):
    wall: float  # seconds
    cpu: float  # seconds, user and system, of the program and whatever it started
    rss: float  # MiB, the peak of the largest process
    requests: dict  # by method, as the server counted them

    def plain(self):
        return {"wall_s": round(self.wall, 4), "cpu_s": round(self.cpu, 4), "rss_mib": round(self.rss, 1),
                "requests": self.requests}


def measure(command, folder, environment, server=None, codes=(0,)):
    """Runs to its end. An exit code other than `codes` is an AssertionError with what the program said.

    GNU time stands between: Linux gives a process that this one starts this one's own peak memory to begin with.
    """
    said, peak = Path(folder) / "bench-said", Path(folder) / "bench-peak"
    with said.open("wb") as out:
        begun = time.perf_counter()
        process = subprocess.Popen(["/usr/bin/time", "-q", "-f", "%M", "-o", str(peak), *map(str, command)], cwd=folder,
                                   env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    text = said.read_text(errors="replace")
    assert process.returncode in codes, f"{command} ended with {process.returncode}: {text[-3000:]}"
    assert wall < RUN_SECONDS_MAX
    cost = Cost(wall, usage.ru_utime + usage.ru_stime, int(peak.read_text()) / 1024, server.stop() if server else {})
    return cost, text


class Resident:
    """A program that goes on, started and stopped by its number."""

    def __init__(self, command, folder, environment):
        self.log = Path(folder) / "bench-log"
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(list(map(str, command)), cwd=folder, env=environment,
                                            stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    def wait_for(self, text, times=1, seconds=60):
        deadline = time.monotonic() + seconds
        while self.log.read_text(errors="replace").count(text) < times:
            assert self.process.poll() is None, self.log.read_text(errors="replace")[-3000:]
            assert time.monotonic() < deadline, f"not within {seconds} s: {text!r}"
            time.sleep(0.05)

    def rss(self):
        """MiB that the process holds now."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise AssertionError("no VmRSS")

    def cpu(self):
        """Seconds, user and system, so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
