#!/usr/bin/env bash
# Installs from Debian what the proofs run beside our own processes. Idempotent: does nothing, and needs no network, where
# all of it is there.
set -euo pipefail

# What shows that it is there, and the packages that bring it.
needs=(
  '/usr/bin/python3 -c "import jwt, cryptography"|python3-jwt python3-cryptography'
  'command -v curl|curl ca-certificates'
)

missing=()
for need in "${needs[@]}"; do
  bash -c "${need%%|*}" >/dev/null 2>&1 || missing+=(${need##*|})
done
if ((${#missing[@]} == 0)); then
  echo 'nothing to install'
  exit 0
fi

as_root=()
((EUID == 0)) || as_root=(sudo -n)
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${missing[@]}"

for need in "${needs[@]}"; do
  bash -c "${need%%|*}" >/dev/null || { echo "installed, and still not there: ${need##*|}" >&2; exit 1; }
done
