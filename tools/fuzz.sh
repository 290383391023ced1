#!/usr/bin/env bash
# Builds tests/fuzz/*_fuzz.cc with clang and libFuzzer and runs each for FUZZ_SECONDS, JOBS side by side.
# A run works on a copy of tests/fuzz/corpus/NAME; inputs that find nothing new are thrown away with it.
# A finding fails the script, and its input stays in build/fuzz/findings.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${FUZZ_SECONDS:-30}
jobs=${JOBS:-$(nproc)}
findings=$PWD/build/fuzz/findings

cmake --preset fuzz --log-level=WARNING >/dev/null
cmake --build --preset fuzz --target fuzz_targets -j "$jobs"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$findings"

# fuzz_one BINARY: one target; its log is shown only when something was found.
fuzz_one() {
  local binary=$1 name options=()
  name=$(basename "$binary" _fuzz)
  mkdir -p "$scratch/$name"
  [ -d "tests/fuzz/corpus/$name" ] && cp -r "tests/fuzz/corpus/$name/." "$scratch/$name/"
  [ -f "tests/fuzz/dictionaries/$name.dict" ] && options+=("-dict=tests/fuzz/dictionaries/$name.dict")
  if "$binary" -max_total_time="$seconds" -max_len=65536 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$findings/$name-" "${options[@]}" "$scratch/$name" >"$scratch/$name.log" 2>&1; then
    printf 'fuzz %-16s %9s inputs in %s s, nothing found\n' "$name" \
      "$(awk '/stat::number_of_executed_units/{print $2}' "$scratch/$name.log")" "$seconds"
  else
    grep -m 1 -A 40 -E '^(law broken|terminate called|.*ERROR: )' "$scratch/$name.log" | cut -c 1-160
    printf 'fuzz %-16s FOUND SOMETHING. Again with: %s %s\n' "$name" "$binary" \
      "$(sed -n 's/.*Test unit written to //p' "$scratch/$name.log" | tail -n 1)"
    return 1
  fi
}
export -f fuzz_one
export seconds scratch findings
# The sources decide what runs: a binary left over from a target that is gone does not.
for source in tests/fuzz/*_fuzz.cc; do
  printf 'build/fuzz/tests/fuzz/%s\n' "$(basename "$source" .cc)"
done | xargs -P "$jobs" -I {} bash -c 'fuzz_one {}'
