#!/usr/bin/env bash
# tools/demo.sh [RECONCILE]: the main job, end to end, with no account and no network. A copy of examples/quickstart has
# a buffer of finished files, a folder for a bucket and a file for a chain. Everything shown is also checked; the
# first thing that is not as it should be ends it with exit 1.
set -euo pipefail
cd "$(dirname "$0")/.."
reconcile=$(realpath "${1:-build/release/reconciler/cli/reconcile}")
manifest=manifest.yaml

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp -r examples/quickstart/. "$folder"
# A checkout's files are new; the buffer takes only what has been left alone for a while.
find "$folder/buffer" -type f -exec touch -d '2 minutes ago' {} +
cd "$folder"

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || say() { printf '\n== %s\n' "$*"; }
wrong() { printf '\ndemo: %s\n' "$*" >&2; exit 1; }

# run WANTED_CODE ARGUMENTS...: shows the command and what it says; keeps the latter in $said.
run() {
  local wanted=$1 code=0
  shift
  say "\$ reconcile $*"
  said=$("$reconcile" "$@" </dev/null) || code=$?
  printf '%s\n' "$said"
  [ "$code" = "$wanted" ] || wrong "reconcile $* ended with $code, not $wanted"
}

# Names, sizes, times and bytes of everything here.
world() { find . -type f -printf '%P %s %T@ ' -exec sha256sum {} \; | sort; }

before=$(world)
run 2 --plan --detailed-exitcode -f $manifest
[ "$(world)" = "$before" ] || wrong "--plan wrote something"

run 0 -f $manifest --auto-approve

say "The bucket, the ledger, and what is left of the buffer:"
find . -type f -not -path '*/.reconcile/*' -printf '  %-10s %P\n' | sort -k 2 |
  awk '{ printf "  %12s  %s\n", $1, $2 }'

# As a reader: from the chain to the index, from the index to the objects, with nothing but coreutils.
ledger=$(sed -n 's/^ *ledger: *\([^ #]*\).*/\1/p' $manifest | tr -d "\"'")
[ -s "$ledger" ] || wrong "no ledger at '$ledger'"
committed=$(tail -n 1 "$ledger" | sed 's/.*"hex":"\([0-9a-f]*\)".*/\1/' | tr a-f A-F | basenc --base16 -d)
IFS='|' read -r format digest url <<<"$committed"
index=${url#file://}
say "On the chain: $committed"
[ "$format" = rc1 ] || wrong "the commitment is of another format"
[ -f "$index" ] || wrong "the commitment leads to no index"
b64url() { sha256sum "$1" | cut -c 1-64 | tr a-f A-F | basenc --base16 -d | basenc --base64url | tr -d '='; }
[ "$(b64url "$index")" = "$digest" ] || wrong "the index is not the one committed"
bucket=${index%/i/*}
objects=0
while IFS=' ' read -r key sha256; do
  printf '%s  %s\n' "$sha256" "$bucket/$key" | sha256sum --quiet -c - || wrong "$key is not what the index says"
  objects=$((objects + 1))
done < <(grep -o '"key":"[^"]*","size":[0-9]*,"sha256":"[0-9a-f]*"' "$index" |
  sed 's/"key":"\([^"]*\)","size":[0-9]*,"sha256":"\([0-9a-f]*\)"/\1 \2/')
[ "$objects" -gt 0 ] || wrong "the index names nothing"
printf 'A reader follows it to %s: the hash agrees, and so do the hashes of the %d objects that it names.\n' \
  "${index#"$folder"/}" "$objects"

run 0 --plan --detailed-exitcode -f $manifest
grep -q 'No changes' <<<"$said" || wrong "the second plan is not empty"

published=$(cd "$bucket" && world)
run 0 -f $manifest --auto-approve
[ "$(cd "$bucket" && world)" = "$published" ] || wrong "a second apply wrote to the bucket"

say "Done. Yours: copy examples/quickstart, set the paths in $manifest, then reconcile --plan -f $manifest"
