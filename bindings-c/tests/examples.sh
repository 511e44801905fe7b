# Runs each example and looks at what it did. Sourced by run.sh.

# says NAME PATTERN COMMAND...: the program succeeds and prints a line that matches.
says() {
  local pattern=$1
  shift
  "$@" >"$work/said" || return 1
  grep -Eq -- "$pattern" "$work/said" || { cat "$work/said"; return 1; }
}

run_examples() {
  local at=$work/examples bucket=$S3KMS_T_BUCKET first=$S3KMS_T_KEY_FIRST second=$S3KMS_T_KEY_SECOND
  export S3KMS_ENDPOINT=$S3KMS_T_ENDPOINT AWS_REGION=$S3KMS_T_REGION
  export AWS_ACCESS_KEY_ID=$S3KMS_T_ACCESS_KEY AWS_SECRET_ACCESS_KEY=$S3KMS_T_SECRET_KEY
  head -c 3000000 /dev/urandom >"$work/content"
  step "example put" says "under $first" "$at/put" "$bucket" examples/a "$work/content" "$first"
  step "example copy" says "under $second" "$at/copy" "$bucket" examples/a examples/b "$second"
  step "example head" says "^3000000 bytes, aws:kms under $second" "$at/head" "$bucket" examples/b
  step "example get" get_example
  step "example get refuses an object under another key" refuses_key
  step "example presign" presign_example
  step "example presign_batch" presign_batch_example
  step "example callback" says '^[78] stored, [01] cancelled' "$at/callback" "$bucket" examples/many- "$first"
  step "example upload" upload_example
  step "example download" download_example
  step "example delete" says deleted "$at/delete" "$bucket" examples/a
  step "example head of what was deleted fails" fails_with 'NotFound|Not Found|404|does not exist' "$at/head" "$bucket" examples/a
  unset AWS_REGION AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
}

get_example() {
  says '^read 3000000 bytes' "$at/get" "$bucket" examples/b "$work/got" "$second" && cmp "$work/content" "$work/got"
}
refuses_key() {
  rm -f "$work/got"
  ! "$at/get" "$bucket" examples/b "$work/got" "$first" && [ ! -e "$work/got" ]
}
presign_example() {
  local command
  command=$("$at/presign" "$bucket" examples/shared "$first" "$work/content") && eval "$command --silent --show-error" &&
    says "^3000000 bytes, aws:kms under $first" "$at/head" "$bucket" examples/shared
}
presign_batch_example() {
  local url headers=() line
  "$at/presign_batch" "$bucket" "$first" examples/many-a 'examples/many b' >"$work/batch" || return 1
  while read -r line; do
    case $line in http*) ;; *) headers+=(--header "$line") ;; esac
  done <"$work/batch"
  grep '^http' "$work/batch" >"$work/urls"
  [ "$(wc -l <"$work/urls")" = 2 ] || return 1
  while read -r url; do
    curl --fail --silent --show-error --upload-file "$work/content" "${headers[@]}" "$url" || return 1
  done <"$work/urls"
  says "^3000000 bytes, aws:kms under $first" "$at/head" "$bucket" 'examples/many b'
}
upload_example() {
  says "under $first" "$at/upload" "$bucket" examples/pushed "$first" <"$work/content" &&
    says '^3000000 bytes' "$at/head" "$bucket" examples/pushed
}
download_example() { "$at/download" "$bucket" examples/pushed >"$work/got" && cmp "$work/content" "$work/got"; }
fails_with() { # fails_with PATTERN COMMAND...: it fails, and says why
  local pattern=$1
  shift
  ! "$@" 2>"$work/said" && { grep -Eq -- "$pattern" "$work/said" || { cat "$work/said"; false; }; }
}
