# Shared by all commands: where things live, progress lines, quiet steps with logs. Sourced, never run.
# Nothing here knows a language; toolchains are in toolchains.sh.

S3KMS_CACHE=${S3KMS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/s3kms}
# Outside the checkout, so that a clean clone builds warm and a checkout stays small.
export S3KMS_CACHE CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$S3KMS_CACHE/target}
DIST=$ROOT/dist
mkdir -p "$S3KMS_CACHE"

# The version stands in the root Cargo.toml only ([workspace.package]); every package takes it from here.
VERSION=$(sed -n '/^\[workspace\.package\]/,/^\[/s/^version *= *"\(.*\)"/\1/p' "$ROOT/Cargo.toml")
export VERSION DIST

say() { echo "==> $*"; }
note() { echo "    $*"; }
fail() { echo "ERROR: $*" >&2; }
loud() { printf '\n!!! %s\n\n' "$*" >&2; }

in_ci() { [ "${CI:-}" = true ]; }
# In CI the committed Cargo.lock must be complete; while one works on dependencies it may change.
CARGO_FLAGS=()
if in_ci; then CARGO_FLAGS=(--locked); fi
have() { command -v "$1" >/dev/null 2>&1; }

# logs_dir: one folder per run of ./dev, made when first asked for; the last ten are kept.
logs_dir() {
  if [ -z "${LOGS:-}" ]; then
    mkdir -p "$S3KMS_CACHE/logs"
    LOGS=$(mktemp -d "$S3KMS_CACHE/logs/$(date +%Y%m%d-%H%M%S).XXXX")
    export LOGS
    # shellcheck disable=SC2012  # our own names: no spaces, no newlines
    ls -1dt "$S3KMS_CACHE"/logs/*/ | tail -n +11 | while read -r old; do rm -rf "$old"; done
  fi
}

# quiet LABEL COMMAND...: a progress line, the output into LOGS/LABEL.log, a sign of life every 20 seconds, the tail
# of the log on failure. Returns the command's status; LAST_LOG names the log.
quiet() {
  local label=$1 start=$SECONDS status=0 beat
  shift
  logs_dir
  LAST_LOG=$LOGS/${label//[^A-Za-z0-9._-]/-}.log
  say "$label"
  heartbeat "$LAST_LOG" "$BASHPID" </dev/null & beat=$!
  "$@" >"$LAST_LOG" 2>&1 </dev/null || status=$?
  kill "$beat" 2>/dev/null || true
  wait "$beat" 2>/dev/null || true
  if [ $status -ne 0 ]; then
    fail "$label failed (status $status); the end of $LAST_LOG:"
    tail -n "${TAIL:-40}" "$LAST_LOG" | sed 's/^/    | /' >&2
  elif [ $((SECONDS - start)) -ge 5 ]; then
    note "done in $((SECONDS - start)) s"
  fi
  return $status
}

heartbeat() { # heartbeat LOG OWNER: ends with its owner, so that it can never outlive the run
  local waited=0 line
  while sleep 1; do
    kill -0 "$2" 2>/dev/null || return 0
    waited=$((waited + 1))
    [ $((waited % 20)) -eq 0 ] || continue
    line=$(tail -c 400 "$1" 2>/dev/null | tr '\r' '\n' | grep -v '^[[:space:]]*$' | tail -n 1 | cut -c1-90) || true
    note "… $waited s: $line"
  done
}

# scratch_dir: a temporary folder that goes away with this run.
scratch_dir() {
  if [ -z "${SCRATCH:-}" ]; then
    SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/s3kms-dev.XXXXXX")
    at_exit "rm -rf '$SCRATCH'"
  fi
}

# at_exit COMMAND: commands run in reverse order when ./dev ends, also by a signal.
AT_EXIT=()
at_exit() { AT_EXIT=("$1" "${AT_EXIT[@]}"); }
run_at_exit() {
  local command
  for command in "${AT_EXIT[@]}"; do eval "$command" || true; done
  AT_EXIT=()
}
trap run_at_exit EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
