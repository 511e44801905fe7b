# Shared by the server scripts of this folder: run directory, free ports, private CA, daemons that end with their owner.
# Sourced, never run. The sourcing script sets NAME (for messages and the run directory's name).
export LC_ALL=C

say() { echo "$NAME: $*" >&2; }
usage() { sed -n '2,/^set /p' "$0" | sed -n 's/^# \{0,1\}//p'; exit 2; }

# need_dir: stop and env work on the directory that start printed.
need_dir() { [ -n "${DIR:-}" ] || { say "set DIR to the SERVER_DIR that start printed"; exit 2; }; }

# prepare_dir MAX: an empty, private run directory with our mark in it; MAX is the longest path that the server bears.
prepare_dir() {
  if [ -z "${DIR:-}" ]; then DIR=$(mktemp -d "${TMPDIR:-/tmp}/s3kms-$NAME.XXXXXX"); fi
  if [ -e "$DIR" ] && [ ! -f "$DIR/.s3kms-server" ] && [ -n "$(ls -A "$DIR")" ]; then
    say "DIR=$DIR holds other files: name an empty or a new directory"
    exit 2
  fi
  [ ${#DIR} -le "$1" ] || { say "DIR is too long ($1 characters at most): $DIR"; exit 2; }
  stop_
  mkdir -p "$DIR" && chmod 700 "$DIR" && : >"$DIR/.s3kms-server"
}
# remove_dir: only what prepare_dir marked: a mistyped DIR must not cost anyone their files.
remove_dir() { if [ -f "$DIR/.s3kms-server" ]; then rm -rf "$DIR"; fi; }

# lock_ports … unlock_ports: ports are chosen and bound under one lock of this user, so that two checkouts that start
# together never choose the same. The lock is not inherited by daemons.
lock_ports() {
  mkdir -p "${XDG_CACHE_HOME:-$HOME/.cache}/s3kms"
  exec 9>"${XDG_CACHE_HOME:-$HOME/.cache}/s3kms/ports.lock"
  flock 9
}
unlock_ports() { flock -u 9; }

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# choose_port VARIABLE [SPAN]: keeps a port that the caller named, if it is free; else chooses one below the kernel's
# range for outgoing connections, so that no client takes it between here and the bind. SPAN: PORT+SPAN is free too.
choose_port() {
  local port=${!1:-} span=${2:-0}
  if [ -n "$port" ]; then
    if port_taken "$port"; then say "port $port is taken: name another or none"; exit 1; fi
  else
    while :; do
      port=$((10000 + (RANDOM * 32768 + RANDOM) % 12000))
      case " ${CHOSEN:-} " in *" $port "*) continue ;; esac
      port_taken "$port" || port_taken $((port + span)) || break
    done
  fi
  CHOSEN="${CHOSEN:-} $port $((port + span))"
  printf -v "$1" %s "$port"
}

# certs: in $DIR/tls a private CA (ca.pem) and a certificate for 127.0.0.1, ::1 and localhost (server.pem, server.key).
certs() {
  local d=$DIR/tls
  mkdir -p "$d"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=s3kms test CA" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
    -keyout "$d/ca.key" -out "$d/ca.pem" 2>/dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=localhost" \
    -keyout "$d/server.key" -out "$d/server.csr" 2>/dev/null
  openssl x509 -req -in "$d/server.csr" -CA "$d/ca.pem" -CAkey "$d/ca.key" -CAcreateserial -days 30 -out "$d/server.pem" \
    -extfile <(printf 'basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=DNS:localhost,DNS:*.localhost,IP:127.0.0.1,IP:::1\n') 2>/dev/null
}

random_access_key() { echo "TEST$(openssl rand -hex 8 | tr a-f A-F)"; }
random_secret_key() { openssl rand -hex 20; }

# daemon NAME COMMAND...: in the background, holding nothing of the caller's. Its environment carries our mark.
daemon() {
  local name=$1
  shift
  S3KMS_SERVER_DIR=$DIR setsid nohup "$@" >"$DIR/$name.out" 2>&1 </dev/null 9>&- &
  echo $! >"$DIR/$name.pid"
}
# alive NAME: that process runs and is ours (by its environment: a recycled PID is never taken for ours).
alive() {
  local p
  p=$(cat "$DIR/$1.pid" 2>/dev/null) && [ -n "$p" ] &&
    tr '\0' '\n' 2>/dev/null <"/proc/$p/environ" | grep -qxF "S3KMS_SERVER_DIR=$DIR"
}
stop_daemons() { # stop_daemons NAME...: asks, waits, then ends them
  local name i
  for name in "$@"; do
    if alive "$name"; then
      kill "$(cat "$DIR/$name.pid")" 2>/dev/null || true
      for i in $(seq 100); do alive "$name" || break; sleep .1; done
      if alive "$name"; then kill -9 "$(cat "$DIR/$name.pid")" 2>/dev/null || true; fi
    fi
    rm -f "$DIR/$name.pid"
  done
}
die() { say "$*"; tail -n 8 "$DIR"/*.out "$DIR"/*.log >&2 2>/dev/null || true; stop_; exit 1; }
waitfor() { # waitfor SECONDS WHAT COMMAND...
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do [ $SECONDS -lt $end ] || die "$what: not ready in time"; sleep .1; done
}

# watch_owner: with OWNER_PID set, the server stops when that process has ended, however it ended.
watch_owner() {
  [ -n "${OWNER_PID:-}" ] || return 0
  DIR=$DIR OWNER=$OWNER_PID setsid nohup bash -c \
    'while kill -0 "$OWNER" 2>/dev/null && [ -f "$DIR/.s3kms-server" ]; do sleep 1; done; exec bash "$0" stop' \
    "$(cd "$(dirname "$0")" && pwd)/$(basename "$0")" >/dev/null 2>&1 </dev/null 9>&- &
}

# main COMMAND: install|start|stop|env, from the functions install_, start_, stop_ of the sourcing script.
main() {
  case "${1:-}" in
    install) install_ ;;
    start) start_; watch_owner; cat "$DIR/env" ;;
    stop) need_dir; stop_ ;;
    env) need_dir; cat "$DIR/env" ;;
    *) usage ;;
  esac
}
