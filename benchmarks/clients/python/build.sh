#!/bin/bash
# Installs boto3, pinned, into a virtual environment of its own. Status 77: no Python with venv.
set -euo pipefail
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../../.." && pwd)
. "$ROOT/dev.d/lib.sh"
. "$ROOT/dev.d/toolchains.sh"
need_python || { fail "$WHY_NOT"; exit 77; }
python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv || { fail "python3's venv module is missing"; exit 77; }
VENV=$S3KMS_CACHE/bench-venv
cmp -s "$HERE/requirements.txt" "$VENV/requirements.txt" && exit 0
rm -rf "$VENV"
python3 -m venv "$VENV"
"$VENV/bin/pip" install -q --disable-pip-version-check -r "$HERE/requirements.txt"
cp "$HERE/requirements.txt" "$VENV/" # last: it says that all is there
