#!/bin/bash
# run-ceph.sh COMMAND...: runs one command against a fresh Ceph RGW, whose settings it finds in its environment
# (README.md lists them). Ends with the command's status; the server ends with it.
set -euo pipefail
[ $# -gt 0 ] || { sed -n '2,3p' "$0" | sed 's/^# //'; exit 2; }
. "$(dirname "${BASH_SOURCE[0]}")/ceph-env.sh"
trap stop_ceph EXIT
start_ceph
"$@"
