#!/usr/bin/env bash
# ci/plan.sh FOLDER: validates the manifests and plans each publication. Writes nothing but FOLDER: plan.md for people, NAME.json
# for programs, and approvals: a line `NAME=DIGEST` for each plan that has something to do.
# Exit: 0; 4 where a guard blocks one; else the first failure's (65: a manifest is invalid).
set -euo pipefail
out=${1:?a folder for the plans}
mkdir -p "$out"
: >"$out/plan.md"
: >"$out/approvals"
reconcile validate -f manifests 2>"$out/errors" || {
  code=$?
  cat "$out/errors" >&2
  # shellcheck disable=SC2016  # Markdown's backquotes
  { printf '### reconcile: not valid\n\n```\n'; sed 's/```/` ` `/g' "$out/errors"; printf '```\n'; } >"$out/plan.md"
  exit "$code"
}
worst=0
for name in $(reconcile validate -f manifests -o json | jq -r '.publications[]'); do
  code=0
  reconcile --plan -f manifests --target "$name" -o markdown --plan-out "$out/$name.json" >>"$out/plan.md" || code=$?
  if [ "$code" -eq 4 ] || [ "$worst" -eq 0 ]; then worst=$code; fi
  [ -e "$out/$name.json" ] || continue
  jq -r 'select(.actions | length > 0) | .plan.publication + "=" + .plan.digest' "$out/$name.json" >>"$out/approvals"
done
exit "$worst"
