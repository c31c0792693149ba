#!/bin/sh
# Installs the Debian package $1. Called under a lock, as root. Its service is not started: a test starts a server of
# its own. On machines whose package lists are missing or out of date, they are fetched first.
set -eu
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
install() {
  apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$1"
}
install "$1" || { apt-get update && install "$1"; }
