# Sourced in bash: starts Ceph RGW for this process and exports its settings (README.md lists them).
#   start_ceph     returns 3 when the server is not installed and cannot be, 1 when it did not start
#   stop_ceph      stops it; without this it stops by itself when this process has ended

_ceph_script=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/ceph-rgw.sh

start_ceph() {
  local settings line status=0
  settings=$(OWNER_PID=$$ bash "$_ceph_script" start) || status=$?
  [ $status -eq 0 ] || return $status
  while IFS= read -r line; do export "${line?}"; done <<<"$settings"
  # A profile or a CA bundle of the user's must not change what is tested.
  unset AWS_PROFILE AWS_SESSION_TOKEN AWS_CA_BUNDLE
  export S3KMS_REAL_ENDPOINT=$S3_ENDPOINT S3KMS_REAL_TLS_ENDPOINT=$S3_TLS_ENDPOINT S3KMS_REAL_CA=$S3_CA \
    S3KMS_REAL_REGION=$AWS_REGION S3KMS_REAL_BUCKET=s3kms-ceph S3KMS_REAL_ACCESS_KEY=$AWS_ACCESS_KEY_ID \
    S3KMS_REAL_SECRET_KEY=$AWS_SECRET_ACCESS_KEY S3KMS_REAL_KEY1=$S3_KMS_KEY_1 S3KMS_REAL_KEY2=$S3_KMS_KEY_2 \
    S3KMS_REAL_DIFFERENCES=${_ceph_script%/*}/ceph-expected-differences.json
  # curl signs by itself: the bucket needs no other client.
  curl --noproxy '*' -sS -f -o /dev/null -X PUT --aws-sigv4 "aws:amz:$AWS_REGION:s3" \
    --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \
    "$S3_ENDPOINT/$S3KMS_REAL_BUCKET" || { stop_ceph; return 1; }
}

stop_ceph() { [ -z "${SERVER_DIR:-}" ] || DIR=$SERVER_DIR bash "$_ceph_script" stop; }
