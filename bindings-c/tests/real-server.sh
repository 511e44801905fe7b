#!/usr/bin/env bash
# The C tests against a real S3 server, in TAP. Reads S3KMS_REAL_{ENDPOINT,TLS_ENDPOINT,CA,REGION,BUCKET,ACCESS_KEY,SECRET_KEY,
# KEY1,KEY2,DIFFERENCES} and S3KMS_LIB_DIR; tests/servers sets them.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/stage.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

command -v curl >/dev/null || { echo "not ok 1 - curl is missing (apt-get install curl)"; exit 1; }
for name in S3KMS_LIB_DIR S3KMS_REAL_ENDPOINT S3KMS_REAL_TLS_ENDPOINT S3KMS_REAL_CA S3KMS_REAL_BUCKET S3KMS_REAL_KEY1 S3KMS_REAL_KEY2; do
  [ -n "${!name:-}" ] || { echo "not ok 1 - $name is not set"; exit 1; }
done
need_cjson && stage_archive "$S3KMS_LIB_DIR" "$work/prefix" &&
  configure_and_build "$here" "$work/tests" "$work/prefix" >"$work/build.log" 2>&1 || {
  sed 's/^/# /' "$work/build.log" 2>/dev/null | tail -40
  echo "not ok 1 - build"
  exit 1
}
export S3KMS_T_ENDPOINT=$S3KMS_REAL_ENDPOINT S3KMS_T_TLS_ENDPOINT=$S3KMS_REAL_TLS_ENDPOINT S3KMS_T_CA=$S3KMS_REAL_CA
export S3KMS_T_REGION=${S3KMS_REAL_REGION:-us-east-1} S3KMS_T_BUCKET=$S3KMS_REAL_BUCKET S3KMS_T_PREFIX=c/$$
export S3KMS_T_ACCESS_KEY=${S3KMS_REAL_ACCESS_KEY:-$AWS_ACCESS_KEY_ID}
export S3KMS_T_SECRET_KEY=${S3KMS_REAL_SECRET_KEY:-$AWS_SECRET_ACCESS_KEY}
export S3KMS_T_SCRATCH=$work
export S3KMS_T_KEY_FIRST=$S3KMS_REAL_KEY1 S3KMS_T_KEY_SECOND=$S3KMS_REAL_KEY2
"$work/tests/real_server"
