#!/usr/bin/env bash
# ci/apply.sh NAME=DIGEST...: applies exactly the plans that somebody saw. A world that has changed since makes another plan, which is
# refused: exit 5, plan again. Without arguments there was nothing to do.
set -euo pipefail
first=0
for approval in "$@"; do
  code=0
  digest=${approval#*=}
  reconcile -f manifests --target "${approval%%=*}" --approve "${digest#sha256:}" || code=$?
  if [ "$first" -eq 0 ]; then first=$code; fi
done
exit "$first"
