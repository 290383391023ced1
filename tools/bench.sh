#!/usr/bin/env bash
# tools/bench.sh RECONCILE: the dry run of examples/quickstart, timed beside `rclone copy --dry-run` of the same buffer in the
# same run, alternating; medians of 21. Prints a Markdown table. Nothing here passes or fails: machines are noisy.
set -euo pipefail
cd "$(dirname "$0")/.."
reconcile=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -r examples/quickstart/. "$folder"
find "$folder/buffer" -type f -exec touch -d '2 minutes ago' {} +
mkdir "$folder/copy"
cd "$folder"

# milliseconds COMMAND...: wall time of one run.
milliseconds() {
  local begin=$EPOCHREALTIME
  "$@" >/dev/null 2>&1
  echo $(((${EPOCHREALTIME/./} - ${begin/./}) / 100)) | awk '{ printf "%.1f\n", $1 / 10 }'
}
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

for _ in $(seq 21); do
  milliseconds "$reconcile" --plan -f manifest.yaml >>ours
  milliseconds rclone copy --dry-run --config /dev/null buffer copy >>theirs
done
writes=$(strace -f -qq -e trace=file,desc -o trace "$reconcile" --plan -f manifest.yaml >/dev/null &&
  grep -cE 'O_(CREAT|WRONLY|RDWR)|^[0-9]+ +(rename|unlink|mkdir|link|symlink|truncate)' trace || true)
printf '| dry run of examples/quickstart | ms, median of 21 |\n| --- | --- |\n'
printf '| reconcile --plan (hashes every file) | %s |\n' "$(median ours)"
printf '| rclone copy --dry-run (sizes and times) | %s |\n' "$(median theirs)"
printf '\nFiles opened for writing, made, renamed or removed by --plan: %s\n' "$writes"
