# ./dev demo: the packages, used by a Java, a .NET and a C program on a server. Sourced by ./dev and the consumers suite.
. "$ROOT/dev.d/toolchains.sh"
. "$ROOT/dev.d/natives.sh"
. "$ROOT/dev.d/package.sh"

# demo_languages: DEMO_LANGUAGES can run here, DEMO_MISSING cannot.
demo_languages() {
  DEMO_LANGUAGES='' DEMO_MISSING=''
  local pair
  for pair in java:need_java dotnet:need_dotnet c:need_c; do
    if ${pair#*:}; then
      DEMO_LANGUAGES="$DEMO_LANGUAGES${DEMO_LANGUAGES:+,}${pair%%:*}"
    else
      DEMO_MISSING="$DEMO_MISSING ${pair%%:*}"
      loud "NOT SHOWN: ${pair%%:*}. $WHY_NOT"
    fi
  done
}

demo_run() { # demo_run [arguments of demo.py]
  scratch_dir
  S3KMS_DIST=$DIST S3KMS_VERSION=$VERSION python3 "$ROOT/tests/consumers/demo.py" --languages "$DEMO_LANGUAGES" \
    --work "$SCRATCH/consumers" "$@"
}

cmd_demo() {
  local server=(--server)
  case " $* " in
    *" --help "*) need_python && python3 "$ROOT/tests/consumers/demo.py" --help; return ;;
    *" --endpoint"*) server=() ;;
  esac
  { need_python && need_rust && need_c; } || { fail "$WHY_NOT"; return 1; }
  say "s3kms $VERSION: Java, .NET and C on Amazon S3 with SSE-KMS"
  demo_languages
  if in_ci && [ -n "$DEMO_MISSING" ]; then return 1; fi
  package_all || return 1
  if [ ${#server[@]} -gt 0 ]; then
    quiet "build the strict server" cargo build "${CARGO_FLAGS[@]}" --manifest-path "$ROOT/Cargo.toml" \
      -p s3kms-test-server --bin s3kms-test-server || return 1
    export S3KMS_TEST_SERVER=$CARGO_TARGET_DIR/debug/s3kms-test-server
  fi
  demo_run "$@"
}
