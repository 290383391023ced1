#!/usr/bin/env bash
# tools/build-image.sh FOLDER NAME: builds the Dockerfile with nothing but Debian's own packages: its base is made here, since there may be no
# registry to take it from. Images lie below FOLDER, as does everything else; buildah and podman are to be called as
# FOLDER/buildah and FOLDER/podman. The build stage compiles what is checked out here, under this very path and with this
# machine's compiler cache, so that it repeats little of what `make build` has done. What it says is in FOLDER/log.
# Exit 69: this machine cannot build images at all, and stderr says why.
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$#" = 2 ] || { echo "usage: tools/build-image.sh FOLDER NAME" >&2; exit 64; }
cannot() { printf 'build-image: %s\n' "$*" >&2; exit 69; }
mkdir -p "$1"
folder=$(realpath "$1") name=$2

# A storage of its own: the first call records its paths, and nothing of this machine's is touched.
printf '#!/bin/sh\nexec buildah --storage-driver=overlay --root %q --runroot %q "$@"\n' "$folder/root" "$folder/run" >"$folder/buildah"
printf '#!/bin/sh\nexec podman --storage-driver=overlay --root %q --runroot %q --tmpdir %q --cgroup-manager=cgroupfs --runtime=runc "$@"\n' \
  "$folder/root" "$folder/run" "$folder/tmp" >"$folder/podman"
chmod +x "$folder/buildah" "$folder/podman"

base=docker.io/library/debian:bookworm-slim
if ! "$folder/podman" image exists "$base"; then
  tar=$folder/base.tar
  mmdebstrap --quiet --variant=minbase --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-include=/usr/share/doc/*/copyright' --dpkgopt='path-exclude=/usr/share/locale/*' bookworm "$tar" </dev/null >"$folder/log" 2>&1 || cannot "no base image can be made here: $(tail -n 3 "$folder/log")"
  "$folder/podman" import -q "$tar" "$base" >"$folder/log" 2>&1 || cannot "no image can be kept here: $(tail -n 3 "$folder/log")"
  rm "$tar"
fi
tried=$("$folder/buildah" from --pull-never "$base" 2>"$folder/log") || cannot "no container can be made here: $(tail -n 3 "$folder/log")"
"$folder/buildah" run --isolation chroot "$tried" true >"$folder/log" 2>&1 || cannot "nothing can run in a build here: $(tail -n 3 "$folder/log")"
"$folder/buildah" rm "$tried" >/dev/null

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
