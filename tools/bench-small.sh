#!/usr/bin/env bash
# tools/bench-small.sh RECONCILE: the dry run of examples/quickstart, timed beside `rclone copy --dry-run` of the same buffer in the
# same run, alternating; medians of 21. Then runtime metadata, decoded by this program and by polkadot-js; METADATA=FILE takes
# that of a real node (state_getMetadata's answer) instead of the small one of tests/devnode. Prints Markdown tables. Nothing
# here passes or fails: machines are noisy.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
reconcile=$(realpath "$1")
metadata=${METADATA:+$(realpath "$METADATA")}
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
strace -f -qq -e trace=file,desc -o trace "$reconcile" --plan -f manifest.yaml >/dev/null
writes=$(grep -cE 'O_(CREAT|WRONLY|RDWR)|^[0-9]+ +(rename|unlink|mkdir|link|symlink|truncate)' trace || true)
printf '| dry run of examples/quickstart | ms, median of 21 |\n| --- | --- |\n'
printf '| reconcile --plan (hashes every file) | %s |\n' "$(median ours)"
printf '| rclone copy --dry-run (sizes and times) | %s |\n' "$(median theirs)"
printf '\nFiles opened for writing, made, renamed or removed by --plan: %s\n' "$writes"

if [ -z "$metadata" ]; then
  metadata=$folder/metadata
  node "$root/tests/devnode/decode_metadata.mjs" --own >"$metadata"
fi
read -r bytes ours < <("$root/build/release/tests/bench/metadata_bench" "$metadata")
theirs=$(node "$root/tests/devnode/decode_metadata.mjs" "$metadata")
printf '\n| runtime metadata of %s bytes, decoded | ms, median |\n| --- | --- |\n' "$bytes"
printf '| reconcile | %s |\n| polkadot-js | %s |\n' "$ours" "$theirs"
