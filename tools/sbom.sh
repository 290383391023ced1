#!/usr/bin/env bash
# tools/sbom.sh PROGRAM: what PROGRAM runs with and what was compiled into it, as SPDX 2.3 (JSON) on stdout. It is read off the program and
# dpkg's own records, and the same program on the same packages gives the same bytes.
#   --packages PROGRAM   the names of the packages that it loads libraries from, one a line
# SOURCE_DATE_EPOCH is the moment it speaks of (default: the last commit's, else 0).
set -euo pipefail
cd "$(dirname "$0")/.."
export LC_ALL=C
only_names=no
if [ "${1:-}" = --packages ]; then only_names=yes; shift; fi
[ "$#" = 1 ] || { echo "usage: tools/sbom.sh [--packages] PROGRAM" >&2; exit 64; }
program=$1

# The packages that own the libraries it loads. On a merged /usr, dpkg may know either of a file's two names.
loaded() {
  local file
  ldd "$program" | awk '$2 == "=>" { print $3 } $1 ~ /^\// { print $1 }' | while read -r file; do
    file=$(realpath "$file")
    { dpkg-query -S "$file" || dpkg-query -S "${file#/usr}"; } 2>/dev/null | sed 's/:.*//;q' | grep . ||
      { echo "sbom: no package owns $file" >&2; exit 1; }
  done | sort -u
}

# Headers alone: nothing of these is loaded, all of it is compiled in.
compiled_in="libexpected-dev libcli11-dev nlohmann-json3-dev libboost1.74-dev"

names=$(loaded)
if [ "$only_names" = yes ]; then printf '%s\n' "$names"; exit; fi
# shellcheck disable=SC2086  # words
here=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $compiled_in 2>/dev/null | awk '$1 == "installed" { print $2 }')
digest=$(sha256sum "$program" | cut -d ' ' -f 1)
version=$("$program" --version | cut -d ' ' -f 2)
moment=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}

{
  # shellcheck disable=SC2086  # words
  dpkg-query -W -f 'loaded ${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}\n' $names
  # shellcheck disable=SC2086
  [ -z "$here" ] || dpkg-query -W -f 'compiled ${Package} ${Version} ${Architecture} ${source:Package} ${source:Version}\n' $here
} | sort -u | awk -v version="$version" -v digest="$digest" -v moment="$(date -u -d "@$moment" +%Y-%m-%dT%H:%M:%SZ)" '
  function id(name) { gsub(/[^A-Za-z0-9.-]/, "-", name); return "SPDXRef-Package-" name }
  # Names and versions of Debian hold nothing that JSON would escape; a purl wants + and : encoded.
  function encoded(text) { gsub(/%/, "%25", text); gsub(/\+/, "%2B", text); gsub(/:/, "%3A", text); gsub(/~/, "~", text); return text }
  BEGIN {
    printf "{\n  \"spdxVersion\": \"SPDX-2.3\",\n  \"dataLicense\": \"CC0-1.0\",\n  \"SPDXID\": \"SPDXRef-DOCUMENT\",\n"
    printf "  \"name\": \"reconcile-%s\",\n  \"documentNamespace\": \"https://spdx.org/spdxdocs/reconcile-%s-%s\",\n", version, version, digest
    printf "  \"creationInfo\": {\"created\": \"%s\", \"creators\": [\"Tool: reconcile tools/sbom.sh\"]},\n", moment
    printf "  \"packages\": [\n    {\"name\": \"reconcile\", \"SPDXID\": \"SPDXRef-reconcile\", \"versionInfo\": \"%s\", \"downloadLocation\": \"NOASSERTION\",\n", version
    printf "     \"filesAnalyzed\": false, \"licenseConcluded\": \"Apache-2.0\", \"licenseDeclared\": \"Apache-2.0\", \"copyrightText\": \"NOASSERTION\",\n"
    printf "     \"primaryPackagePurpose\": \"APPLICATION\", \"checksums\": [{\"algorithm\": \"SHA256\", \"checksumValue\": \"%s\"}]}", digest
    links = "    {\"spdxElementId\": \"SPDXRef-DOCUMENT\", \"relationshipType\": \"DESCRIBES\", \"relatedSpdxElement\": \"SPDXRef-reconcile\"}"
  }
  {
    printf ",\n    {\"name\": \"%s\", \"SPDXID\": \"%s\", \"versionInfo\": \"%s\", \"downloadLocation\": \"NOASSERTION\", \"filesAnalyzed\": false,\n", $2, id($2), $3
    printf "     \"supplier\": \"Organization: Debian\", \"licenseConcluded\": \"NOASSERTION\", \"licenseDeclared\": \"NOASSERTION\", \"copyrightText\": \"NOASSERTION\",\n"
    printf "     \"sourceInfo\": \"built from source package %s %s\",\n", $5, $6
    printf "     \"externalRefs\": [{\"referenceCategory\": \"PACKAGE-MANAGER\", \"referenceType\": \"purl\",\n"
    printf "       \"referenceLocator\": \"pkg:deb/debian/%s@%s?arch=%s&distro=debian-12\"}]}", encoded($2), encoded($3), $4
    links = links sprintf(",\n    {\"spdxElementId\": \"SPDXRef-reconcile\", \"relationshipType\": \"%s\", \"relatedSpdxElement\": \"%s\"}", \
                          $1 == "loaded" ? "DYNAMIC_LINK" : "CONTAINS", id($2))
  }
  END { printf "\n  ],\n  \"relationships\": [\n%s\n  ]\n}\n", links }'
