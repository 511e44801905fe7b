#!/bin/bash
# ceph-rgw.sh install|start|stop|env
#
# A real S3 server that no one here wrote: Ceph RGW (Debian's packages; Debian 12 has Ceph 16.2) on loopback with
# SSE-KMS. One monitor, one in-memory OSD, one gateway; HTTP and HTTPS (throw-away private CA); KMS backend
# "testing" with two keys. For tests only: every credential and key is throw-away.
#
#   install  apt-get what is missing (needs root; a person without root installs the packages first)
#   start    installs what is missing, starts, creates the user, prints the settings (also kept in $DIR/env)
#   stop     stops what start started with the same DIR, and removes DIR
#   env      prints the settings again
#
# Settings (environment):
#   DIR          run directory, a short absolute path (it holds UNIX sockets). Without it start makes a fresh one and
#                prints it as SERVER_DIR; stop and env always need it.
#   PORT, TLS_PORT, MON_PORT  default: free ports, chosen when it starts
#   OWNER_PID    the cluster stops by itself when this process has ended, however it ended
#   REQUIRE_TLS=1  SSE-KMS over plain http is refused with 400 InvalidRequest (Ceph's own default)
set -euo pipefail
NAME=ceph
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

install_() {
  local c missing=
  for c in radosgw ceph-mon ceph-osd ceph radosgw-admin curl openssl; do
    command -v $c >/dev/null || missing="$missing $c"
  done
  [ -n "$missing" ] || return 0
  if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ] || [ "${S3KMS_NO_INSTALL:-}" = 1 ]; then
    say "missing:$missing. Run as root: apt-get install -y --no-install-recommends radosgw ceph-mon ceph-osd ceph-common curl openssl"
    exit 3
  fi
  say "installing Ceph from Debian's packages (about 270 MB, once)"
  # Two checkouts may install at once: apt waits for the other's lock instead of failing.
  apt-get update -q -o DPkg::Lock::Timeout=300 >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=300 \
    radosgw ceph-mon ceph-osd ceph-common curl openssl >&2
}

stop_() { stop_daemons rgw osd mon; remove_dir; }

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
S3_KMS_KEY_ARN=arn:aws:kms:us-east-1:111122223333:key/testkey-1
V
}

write_conf() {
  local k1 k2 arn=arn:aws:kms:us-east-1:111122223333:key ssl=false
  [ "${REQUIRE_TLS:-0}" = 1 ] && ssl=true
  k1=$(openssl rand -base64 32) k2=$(openssl rand -base64 32)
  cat >"$CEPH_CONF" <<C
[global]
fsid = $1
mon initial members = a
mon host = [v2:127.0.0.1:$MON_PORT]
auth cluster required = none
auth service required = none
auth client required = none
auth allow insecure global id reclaim = false
public network = 127.0.0.0/8
cluster network = 127.0.0.0/8
run dir = $DIR/run
admin socket = $DIR/run/\$name.asok
log file = $DIR/\$name.log
mon cluster log file = $DIR/cluster.log
crash dir = $DIR
osd pool default size = 1
osd pool default min size = 1
mon allow pool size one = true
mon warn on pool no redundancy = false
osd crush chooseleaf type = 0
osd pool default pg num = 8
osd pool default pgp num = 8
osd pool default pg autoscale mode = off
mon max pg per osd = 1000
mon data = $DIR/mon
mon data avail crit = 1
mon data avail warn = 1
mon tick interval = 1
paxos propose interval = 0.05
paxos min wait = 0.01
osd data = $DIR/osd
osd objectstore = memstore
memstore device bytes = 4294967296
osd op num shards = 2
osd op complaint time = 600
[client.rgw]
ms mon client mode = crc
rgw data = $DIR/rgw
rgw frontends = beast endpoint=127.0.0.1:$PORT ssl_endpoint=127.0.0.1:$TLS_PORT ssl_certificate=$DIR/tls/server.pem ssl_private_key=$DIR/tls/server.key tcp_nodelay=1
rgw thread pool size = 32
rgw enable usage log = false
rgw enable ops log = false
rgw crypt require ssl = $ssl
rgw crypt s3 kms backend = testing
rgw crypt s3 kms encryption keys = testkey-1=$k1 testkey-2=$k2 $arn/testkey-1=$k1 $arn/testkey-2=$k2
C
}

start_() {
  install_
  prepare_dir 85 # a UNIX socket's path may have 107 bytes; ours ends in /run/client.rgw.asok
  export CEPH_CONF=$DIR/ceph.conf
  lock_ports
  choose_port PORT; choose_port TLS_PORT; choose_port MON_PORT
  mkdir -p "$DIR"/{mon,osd,rgw,run}
  certs
  AK=$(random_access_key) SK=$(random_secret_key)
  local fsid osd
  fsid=$(cat /proc/sys/kernel/random/uuid) osd=$(cat /proc/sys/kernel/random/uuid)
  write_conf "$fsid"
  ceph-mon --mkfs -i a --public-addr "127.0.0.1:$MON_PORT" >/dev/null || die "mon mkfs"
  daemon mon ceph-mon -f -i a --public-addr "127.0.0.1:$MON_PORT"
  # Its fsid is asked for: another cluster's monitor on this port would take our OSD in.
  waitfor 120 mon sh -c "timeout 20 ceph fsid | grep -qxF $fsid"
  timeout 60 ceph osd new "$osd" >/dev/null 2>&1 || die "osd new"
  ceph-osd -i 0 --mkfs --osd-uuid "$osd" >/dev/null 2>&1 || die "osd mkfs"
  daemon osd ceph-osd -f -i 0
  waitfor 120 osd sh -c 'timeout 10 ceph osd stat | grep -q "1 up"'
  daemon rgw radosgw -f -n client.rgw
  timeout 180 radosgw-admin user create --uid=t --display-name=t --access-key="$AK" --secret-key="$SK" \
    >/dev/null 2>"$DIR/admin.out" || die "user"
  waitfor 120 rgw curl --noproxy '*' -s -o /dev/null "http://127.0.0.1:$PORT/"
  waitfor 30 tls curl --noproxy '*' -s -o /dev/null --cacert "$DIR/tls/ca.pem" "https://localhost:$TLS_PORT/"
  alive rgw || die "the gateway died (is port $PORT or $TLS_PORT taken?)"
  unlock_ports
  settings >"$DIR/env"
}

main "$@"
