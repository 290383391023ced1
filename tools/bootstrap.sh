#!/usr/bin/env bash
# tools/bootstrap.sh GROUP...: installs what is missing of these groups of tools/packages.txt.
# Nothing missing: says nothing, asks nobody, takes well under a second. May be repeated.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)

say() { printf 'bootstrap: %s\n' "$*" >&2; }

packages_of() { awk -v group="$1" '$1 == group { print $2 }' "$here/tools/packages.txt"; }

# The packages among the arguments that are not installed, one a line.
missing_of() {
  dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
    awk '$1 == "installed" { print $2 }' | sort -u | comm -13 - <(printf '%s\n' "$@" | sort -u)
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    env DEBIAN_FRONTEND=noninteractive "$@"
  elif command -v sudo >/dev/null; then
    sudo env DEBIAN_FRONTEND=noninteractive "$@"
  else
    say "neither root nor sudo here. As root: apt-get install --no-install-recommends ${missing[*]}"
    exit 1
  fi
}

install_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "no apt-get here: this script knows Debian 12 only. Elsewhere, install the counterparts of:"
    say "$*"
    say "then build with: cmake --preset release && cmake --build --preset release --target reconcile"
    exit 1
  fi
  mapfile -t missing < <(missing_of "$@")
  [ "${#missing[@]}" -gt 0 ] || return 0
  say "installing ${#missing[@]} Debian packages: ${missing[*]}"
  local options=(-q -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3)
  # One unreachable third-party source makes update fail although all that is needed was fetched: install decides.
  as_root apt-get "${options[@]}" update >&2 || say "apt-get update had errors (above); trying with what it got"
  as_root apt-get "${options[@]}" install -y --no-install-recommends "${missing[@]}" </dev/null >&2 || {
    say "apt-get could not install them. They are packages of Debian 12 (bookworm), component main."
    exit 1
  }
}

# What the tests need of Node's packages, from the lock file of one of their folders alone.
install_node_packages() {
  local folder=$here/tests/$1
  [ -f "$folder/package-lock.json" ] || return 0
  local stamp=$folder/node_modules/.installed-from want
  want=$(sha256sum <"$folder/package-lock.json")
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ] && return 0
  say "installing the Node packages of tests/$1"
  (cd "$folder" && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error </dev/null >&2)
  printf '%s\n' "$want" >"$stamp"
}

wanted=()
with_node=no
for group in "$@"; do
  mapfile -t found < <(packages_of "$group")
  [ "${#found[@]}" -gt 0 ] || { say "no group '$group' in tools/packages.txt"; exit 64; }
  wanted+=("${found[@]}")
  if [ "$group" = test ]; then
    with_node=yes
    # A node from elsewhere brings its own npm; Debian's would conflict with it.
    if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
      mapfile -t found < <(packages_of node)
      wanted+=("${found[@]}")
    fi
  fi
done
[ "${#wanted[@]}" -gt 0 ] || { say "usage: tools/bootstrap.sh GROUP..."; exit 64; }
install_packages "${wanted[@]}"
if [ "$with_node" = yes ]; then
  install_node_packages devnode  # the development chain node
  install_node_packages deploy   # what judges examples/deploy
  install_node_packages page     # the driver of the page's browser
fi
