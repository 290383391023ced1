#!/usr/bin/env bash
# tools/image-root.sh PROGRAM FOLDER: all that PROGRAM needs to run, below FOLDER, as the root of an image: its shared
# libraries under their own names, the certificate authorities that Debian trusts, a user, licences, and a list of all.
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$#" = 2 ] || { echo "usage: tools/image-root.sh PROGRAM FOLDER" >&2; exit 64; }
program=$1 root=$2
[ ! -e "$root" ] || { echo "image-root: $root is there already" >&2; exit 1; }

mkdir -p "$root/etc/ssl/certs" "$root/usr/share/doc" "$root/usr/share/reconcile"
install -s -m 755 "$program" "$root/reconcile"
if ldd "$root/reconcile" | grep 'not found' >&2; then exit 1; fi
ldd "$root/reconcile" | awk '$2 == "=>" { print $3 } $1 ~ /^\// { print $1 }' | xargs cp -L --parents -t "$root"
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
printf 'reconcile:x:65532:65532::/var/lib/reconcile:/nonexistent\n' >"$root/etc/passwd"
printf 'reconcile:x:65532:\n' >"$root/etc/group"

cp LICENSE "$root/usr/share/reconcile/"
tools/sbom.sh "$root/reconcile" >"$root/usr/share/reconcile/sbom.spdx.json"
tools/sbom.sh --packages "$root/reconcile" | while read -r package; do
  # A slim base image has no documentation but this.
  [ ! -e "/usr/share/doc/$package/copyright" ] || cp -L --parents "/usr/share/doc/$package/copyright" "$root"
done
