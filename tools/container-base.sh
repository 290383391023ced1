#!/usr/bin/env bash
# tools/container-base.sh FOLDER: docker.io/library/debian:bookworm-slim made with nothing but Debian's own packages, since there may be no
# registry to take it from. Images lie below FOLDER, as does everything else; buildah and podman are to be called as
# FOLDER/buildah and FOLDER/podman. What they say is in FOLDER/log. May be repeated.
# Exit 69: this machine cannot do that at all, and stderr says why.
set -euo pipefail
[ "$#" = 1 ] || { echo "usage: tools/container-base.sh FOLDER" >&2; exit 64; }
cannot() { printf 'container-base: %s\n' "$*" >&2; exit 69; }
mkdir -p "$1"
folder=$(realpath "$1")

# What was mounted or running went with the mounts of an earlier run, as it does when a machine starts anew.
rm -rf "$folder/run" "$folder/tmp"
# A storage of its own: the first call records its paths, and nothing of this machine's is touched.
printf '#!/bin/sh\nexec buildah --storage-driver=overlay --root %q --runroot %q "$@"\n' "$folder/root" "$folder/run" >"$folder/buildah"
printf '#!/bin/sh\nexec podman --storage-driver=overlay --root %q --runroot %q --tmpdir %q --cgroup-manager=cgroupfs --runtime=runc "$@"\n' \
  "$folder/root" "$folder/run" "$folder/tmp" >"$folder/podman"
chmod +x "$folder/buildah" "$folder/podman"

base=docker.io/library/debian:bookworm-slim
if ! "$folder/podman" image exists "$base"; then
  tar=$folder/base.tar
  mmdebstrap --quiet --variant=minbase --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-include=/usr/share/doc/*/copyright' --dpkgopt='path-exclude=/usr/share/locale/*' bookworm "$tar" \
    </dev/null >"$folder/log" 2>&1 || cannot "no base image can be made here: $(tail -n 3 "$folder/log")"
  "$folder/podman" import -q "$tar" "$base" >"$folder/log" 2>&1 || cannot "no image can be kept here: $(tail -n 3 "$folder/log")"
  rm "$tar"
fi
tried=$("$folder/buildah" from --pull-never "$base" 2>"$folder/log") || cannot "no container can be made here: $(tail -n 3 "$folder/log")"
"$folder/buildah" run --isolation chroot "$tried" true >"$folder/log" 2>&1 || cannot "nothing can run in a build here: $(tail -n 3 "$folder/log")"
"$folder/buildah" rm "$tried" >/dev/null
