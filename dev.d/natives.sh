# Builds the native libraries and test servers once and stages them for the other languages. Sourced, never run.

# soname FILE: the DT_SONAME of a shared library, or nothing.
soname() { LC_ALL=C readelf -d "$1" 2>/dev/null | sed -n 's/.*(SONAME).*\[\(.*\)\].*/\1/p'; }

# build_natives: the dev profile build that the C, Java and .NET tests load. Exports
#   S3KMS_LIB_DIR           folder with libs3kms.so (and its soname link), libs3kms.a, libs3kms_jni.so
#   S3KMS_TEST_SERVER       the strict server's binary
#   S3KMS_RECORDING_SERVER  the recording server's binary (conformance)
#   S3KMS_CONFORMANCE       tests/conformance
build_natives() {
  [ -z "${NATIVES_BUILT:-}" ] || return 0
  quiet "build native libraries and test servers" \
    cargo build "${CARGO_FLAGS[@]}" --manifest-path "$ROOT/Cargo.toml" -p s3kms-ffi -p s3kms-jni -p s3kms-test-server || return 1
  scratch_dir
  # Linked out of cargo's folder: a build of another checkout that shares the cache must not change what is tested.
  S3KMS_LIB_DIR=$SCRATCH/natives
  stage_natives "$CARGO_TARGET_DIR/debug" "$S3KMS_LIB_DIR" \
    libs3kms.so libs3kms.a libs3kms_jni.so s3kms-test-server s3kms-recording-server || return 1
  S3KMS_TEST_SERVER=$S3KMS_LIB_DIR/s3kms-test-server
  S3KMS_RECORDING_SERVER=$S3KMS_LIB_DIR/s3kms-recording-server
  S3KMS_CONFORMANCE=$ROOT/tests/conformance
  export S3KMS_LIB_DIR S3KMS_TEST_SERVER S3KMS_RECORDING_SERVER S3KMS_CONFORMANCE
  NATIVES_BUILT=1
}

stage_natives() { # stage_natives FROM TO FILE...
  local from=$1 to=$2 file name
  shift 2
  mkdir -p "$to"
  for file in "$@"; do
    if [ ! -e "$from/$file" ]; then
      fail "the build left no $file in its output folder"
      return 1
    fi
    cp -lf "$from/$file" "$to/$file" 2>/dev/null || cp -f "$from/$file" "$to/$file" || return 1
  done
  name=$(soname "$to/libs3kms.so")
  if [ -n "$name" ] && [ "$name" != libs3kms.so ]; then ln -sf libs3kms.so "$to/$name"; fi
}
