#!/usr/bin/env bash
# tools/test-fresh.sh VERB...: makes a bare Debian 12 in a temporary folder, clones the last commit into it, and runs
# `make VERB` for each. It shares with this machine only the kernel and the network. Needs root and mmdebstrap.
#   FRESH_CCACHE=/folder   share a compiler cache with it (off by default: a fresh machine has none)
#   FRESH_FOLDER=/folder   where the root is made (default /var/tmp; a few GB)
# Mounts and processes live in namespaces of their own, so they go when this script does, however it ends.
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$#" -gt 0 ] || { echo "usage: tools/test-fresh.sh VERB..." >&2; exit 64; }

if [ -z "${FRESH_INSIDE:-}" ]; then
  [ "$(id -u)" = 0 ] || { echo "test-fresh: needs root (chroot, mounts)" >&2; exit 1; }
  root=$(mktemp -d "${FRESH_FOLDER:-/var/tmp}/reconcile-fresh.XXXXXX")
  inside=
  # KILL, since unshare is deaf to softer signals; its namespace dies with it.
  trap '[ -z "$inside" ] || kill -KILL "$inside" 2>/dev/null || true; wait; rm -rf --one-file-system "$root"' EXIT
  trap 'exit 130' INT TERM

  echo "== a bare Debian 12 in $root" >&2
  # /dev is bound later: device nodes cannot be made everywhere.
  mmdebstrap --quiet --variant=minbase --include=make,ca-certificates --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' bookworm "$root/system" </dev/null
  cp /etc/resolv.conf "$root/system/etc/resolv.conf"
  # Debian's installer writes it; mmdebstrap, which installs no netbase, does not.
  printf '127.0.0.1\tlocalhost\n::1\tlocalhost\n' >"$root/system/etc/hosts"
  # Where this machine reaches the network through a proxy with a certificate authority of its own.
  find /usr/local/share/ca-certificates -name '*.crt' -exec cp -t "$root/system/usr/local/share/ca-certificates" {} +
  chroot "$root/system" update-ca-certificates >/dev/null 2>&1
  [ -z "$(git status --porcelain)" ] || echo "== not committed, so not tested: $(git status --porcelain | wc -l) paths" >&2
  git clone -q --no-hardlinks . "$root/system/src"
  echo "== commit $(git rev-parse --short HEAD): make $*" >&2

  FRESH_INSIDE=1 unshare --mount --pid --fork --kill-child=KILL "$PWD/tools/test-fresh.sh" "$root/system" "$@" &
  inside=$!
  wait "$inside"  # in the background, because a signal interrupts only this
  inside=
  echo "== all of it passed on a bare Debian 12" >&2
  exit
fi

# In the namespaces: mounts that nobody else sees, and a process tree that dies as one.
system=$1
shift
mount --make-rprivate /
mount -t proc proc "$system/proc"
mount --rbind /dev "$system/dev"
mount -t tmpfs -o mode=1777 tmpfs "$system/dev/shm"
environment=(HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb
  NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt)
# How this machine reaches the network, where that needs saying.
for name in http_proxy https_proxy no_proxy; do
  [ -z "${!name:-}" ] || environment+=("$name=${!name}")
done
if [ -n "${FRESH_CCACHE:-}" ]; then
  mkdir -p "$FRESH_CCACHE" "$system/ccache"
  mount --bind "$FRESH_CCACHE" "$system/ccache"
  environment+=(CCACHE_DIR=/ccache)
fi
for verb in "$@"; do
  start=$SECONDS
  chroot "$system" env -i "${environment[@]}" make -C /src "$verb" </dev/null ||
    { echo "== make $verb failed after $((SECONDS - start)) s" >&2; exit 1; }
  echo "== make $verb took $((SECONDS - start)) s" >&2
done
