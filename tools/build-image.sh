#!/usr/bin/env bash
# tools/build-image.sh FOLDER NAME: builds the Dockerfile with the base and the tools that tools/container-base.sh puts below FOLDER. The build
# stage compiles what is checked out here, under this very path and with this machine's compiler cache, so that it
# repeats little of what `make build` has done. What it says is in FOLDER/log. Exit 69 as there.
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$#" = 2 ] || { echo "usage: tools/build-image.sh FOLDER NAME" >&2; exit 64; }
tools/container-base.sh "$1"
folder=$(realpath "$1") name=$2

revision=$(git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
version=$(sed -n 's/^project(reconcile VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
cache=$(ccache -k cache_dir 2>/dev/null || echo "$folder/ccache")
mkdir -p "$cache"
words=()
for variable in LANG LC_ALL; do [ -z "${!variable:-}" ] || words+=(--build-arg "$variable=${!variable}"); done
"$folder/buildah" bud --layers --format docker --isolation chroot --pull-never --volume "$cache:/ccache" \
  --build-arg SOURCE="$PWD" --build-arg REVISION="$revision" --build-arg VERSION="$version" --build-arg JOBS="${JOBS:-$(nproc)}" \
  "${words[@]}" --build-arg CCACHE_BASEDIR="$(ccache -k base_dir 2>/dev/null || true)" \
  -t "$name" -f Dockerfile . >"$folder/log" 2>&1 || { tail -n 60 "$folder/log" >&2; exit 1; }
