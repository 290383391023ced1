#!/usr/bin/env bash
# Layout (clang-format), house rules (tests/tidy), shell scripts (shellcheck), lint (clang-tidy).
# Lint is slow, so it looks at the files changed since TIDY_BASE (the branch's start, or the commit before);
# TIDY_ALL=1 looks at every file. All findings are shown before it fails.
# shellcheck disable=SC2317  # the checks are called by name, through step
set -uo pipefail
cd "$(dirname "$0")/.." || exit
jobs=${JOBS:-$(nproc)}
failed=0
step() { printf '== %s\n' "$1"; shift; "$@" || failed=1; }

sources() { find reconciler tests \( -name node_modules -o -name corpus \) -prune -o \( -name '*.cc' -o -name '*.h' \) -print | sort; }

layout() { sources | xargs -r clang-format-14 --dry-run -Werror; }

house_rules() { python3 tests/tidy/tidy.py --root . && python3 tests/tidy/tidy_test.py -q; }

scripts() { grep -rlE '^#!.*\b(ba)?sh\b' .ci tools tests examples --exclude-dir=node_modules | sort | xargs -r shellcheck; }

changed() {
  if [ -n "${TIDY_ALL:-}" ]; then
    sources
  else
    local base=${TIDY_BASE:-}
    [ -n "$base" ] || base=$(git merge-base HEAD origin/HEAD 2>/dev/null) || base=$(git rev-parse -q --verify HEAD~1) || base=HEAD
    { git diff --name-only --diff-filter=d "$base" && git ls-files --others --exclude-standard; } | sort -u
  fi | grep -E '^reconciler/.*\.cc$'
}

lint() {
  local files
  mapfile -t files < <(changed)
  [ "${#files[@]}" -gt 0 ] || { echo "no changed source file"; return 0; }
  cmake --preset dev --log-level=WARNING >/dev/null || return 1
  # The compile commands are g++'s: clang must not stumble over options that it does not know.
  printf '%s\n' "${files[@]}" | xargs -P "$jobs" -n 1 clang-tidy-14 -p build/dev --quiet \
    --extra-arg=-Wno-unknown-warning-option --extra-arg=-Wno-error 2> >(grep -v 'warnings generated' >&2)
}

step "clang-format" layout
step "house rules (tests/tidy)" house_rules
step "shellcheck" scripts
step "clang-tidy" lint
[ "$failed" = 0 ] && echo "tidy: nothing to mend"
exit "$failed"
