# ./dev generate [--verify]: everything that is written from schema/. Sourced by ./dev.
. "$ROOT/dev.d/toolchains.sh"

# generate_all [--verify]: first the sources (the second generator reads the Rust types that the first one writes).
generate_all() {
  (cd "$ROOT" && cargo run -q -p s3kms-codegen -- "$@" && cargo run -q -p s3kms-codegen-csharp -- "$@")
}

cmd_generate() {
  case "${1:-}" in '' | --verify) ;; *) fail "generate takes only --verify"; return 2 ;; esac
  need_rust || { fail "$WHY_NOT"; return 1; }
  if [ "${1:-}" = --verify ]; then
    quiet "generated files against schema/" generate_all --verify || {
      fail "not verified: where a file is named above, run ./dev generate and commit the result; else mend the build first"
      return 1
    }
  else
    quiet "generate from schema/" generate_all
    git -C "$ROOT" status --short -- '*generated*' '*Generated*' bindings-c/include 2>/dev/null | sed 's/^/    /' || true
  fi
}
