#!/bin/bash
# localstack.sh install|start|stop|env
#
# LocalStack community 4.14 (Apache-2.0, PyPI; needs CPython >= 3.13) on loopback: S3 that consults a real KMS API, HTTP and
# HTTPS on one port (throw-away private CA), two keys with fixed ids and one disabled one. Not part of ./dev test.
#
# Settings (environment): DIR, PORT, OWNER_PID as in ceph-rgw.sh; VENV (where pip puts it; default: in the cache),
#   PY (a python >= 3.13)
set -euo pipefail
NAME=localstack
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
VENV=${VENV:-${S3KMS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/s3kms}/venv-localstack-4.14}
ACC=000000000000
K1=11111111-1111-4111-8111-111111111111 K2=22222222-2222-4222-8222-222222222222 KD=33333333-3333-4333-8333-333333333333

find_python() {
  local p
  for p in "${PY:-}" python3.14 python3.13 python3 "$HOME"/.pyenv/versions/3.1[3-9]*/bin/python; do
    if [ -n "$p" ] && "$p" -c 'import sys; sys.exit(sys.version_info < (3, 13))' 2>/dev/null; then echo "$p"; return; fi
  done
  say "CPython 3.13 or later is needed: set PY to it"
  return 3
}
install_() { # newer transitive releases break 4.14, hence the upper bounds
  if [ -x "$VENV/bin/python" ] && "$VENV/bin/python" -c 'import localstack.runtime' 2>/dev/null; then return 0; fi
  local python
  python=$(find_python)
  "$python" -m venv "$VENV"
  "$VENV/bin/pip" install -q 'localstack-core[runtime]==4.14.0' 'pyopenssl<25' 'cryptography<45' 'service_identity<25' \
    'cbor2<5.8' >&2
}
stop_() { stop_daemons localstack; remove_dir; }

settings() {
  cat <<V
SERVER_DIR=$DIR
S3_ENDPOINT=http://127.0.0.1:$PORT
S3_TLS_ENDPOINT=https://127.0.0.1:$PORT
KMS_ENDPOINT=https://127.0.0.1:$PORT
S3_CA=$DIR/tls/ca.pem
AWS_ACCESS_KEY_ID=test
AWS_SECRET_ACCESS_KEY=test
AWS_REGION=us-east-1
S3_KMS_KEY_1=arn:aws:kms:us-east-1:$ACC:key/$K1
S3_KMS_KEY_2=arn:aws:kms:us-east-1:$ACC:key/$K2
S3_KMS_KEY_DISABLED=arn:aws:kms:us-east-1:$ACC:key/$KD
V
}
answers() {
  curl --noproxy '*' -s -m 2 --cacert "$DIR/tls/ca.pem" "https://127.0.0.1:$PORT/_localstack/health" |
    grep -qE '"s3": "(running|available)"'
}
start_() {
  install_
  prepare_dir 200
  lock_ports
  choose_port PORT
  mkdir -p "$DIR/vol"
  certs
  cat "$DIR/tls/server.key" "$DIR/tls/server.pem" >"$DIR/tls/both.pem"
  cat >"$DIR/main.py" <<'P'
import functools, os
from twisted.internet import endpoints
# LocalStack ignores the host of an IPv4 GATEWAY_LISTEN and would listen on every interface
endpoints.TCP4ServerEndpoint = functools.partial(endpoints.TCP4ServerEndpoint, interface="127.0.0.1")
import localstack.services.s3.provider as s3
# a fixed folder otherwise, which two servers would share
s3.DEFAULT_S3_TMP_DIR = os.environ["TMPDIR"] + "/s3"
from localstack.runtime.main import main
main()
P
  daemon localstack env HOME="$DIR" TMPDIR="$DIR" LOCALSTACK_VOLUME_DIR="$DIR/vol" GATEWAY_LISTEN="127.0.0.1:$PORT" \
    CUSTOM_SSL_CERT_PATH="$DIR/tls/both.pem" SERVICES=s3,kms,sts STRICT_SERVICE_LOADING=1 EAGER_SERVICE_LOADING=1 \
    DISABLE_EVENTS=1 SKIP_SSL_CERT_DOWNLOAD=1 DNS_ADDRESS=0 S3_SKIP_SIGNATURE_VALIDATION=0 S3_SKIP_KMS_KEY_VALIDATION=0 \
    LEGACY_DOCKER_CLIENT=1 "$VENV/bin/python" "$DIR/main.py"
  waitfor 120 localstack answers
  alive localstack || die "it ended"
  unlock_ports
  "$VENV/bin/python" - "$PORT" $K1 $K2 $KD <<'P' || die "keys"
import sys, boto3
k = boto3.client('kms', endpoint_url='http://127.0.0.1:' + sys.argv[1], aws_access_key_id='test', aws_secret_access_key='test', region_name='us-east-1')
for i in sys.argv[2:]:
    assert k.create_key(Tags=[{'TagKey': '_custom_id_', 'TagValue': i}])['KeyMetadata']['KeyId'] == i
k.disable_key(KeyId=sys.argv[4])
P
  settings >"$DIR/env"
}

main "$@"
