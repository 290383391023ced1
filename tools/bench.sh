#!/usr/bin/env bash
# tools/bench.sh RECONCILE: everything that docs/bench tells, with what it needs installed and built. CASES, BENCH_RUNS and PEERS
# as tests/bench/run.py has them; with CASES set, the cases alone. Nothing here passes or fails: machines are noisy.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/bootstrap.sh build test bench
cmake --preset release --log-level=WARNING >/dev/null  # benchmark's library may be new
cmake --build --preset release --target s3sink metadata_bench micro_bench -j "${JOBS:-$(nproc)}" >&2
if [ -z "${CASES:-}" ]; then
  tests/bench/micro.py build/release/tests/bench/micro_bench docs/bench
  tools/bench-small.sh "$1"
fi
exec python3 tests/bench/run.py "$1"
