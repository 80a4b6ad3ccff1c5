#!/usr/bin/env bash
# Installs from Debian what tests and proofs run beside our own processes. Idempotent: does nothing, and needs no network, where
# all of it is there.
set -euo pipefail

# What shows that it is there, and the packages that bring it.
needs=(
  '/usr/bin/python3 -c "import jwt, cryptography"|python3-jwt python3-cryptography'
  'command -v curl|curl ca-certificates'
  'command -v openssl|openssl'
  'ls /usr/lib/postgresql/1[5-9]/bin/initdb|postgresql'
  'command -v redis-server|redis-server'
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
install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends)
if [[ " ${missing[*]} " == *' postgresql '* ]]; then
  # Its programs are wanted, not a server of the machine's own, which the package would start.
  "${install[@]}" postgresql-common
  "${as_root[@]}" sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
fi
"${install[@]}" "${missing[@]}"

for need in "${needs[@]}"; do
  bash -c "${need%%|*}" >/dev/null || { echo "installed, and still not there: ${need##*|}" >&2; exit 1; }
done
