# Generated files are what schema/ says. Sourced by the test command.
. "$ROOT/dev.d/generate.sh"

suite_generate() {
  need_rust || { unavailable generate "codegen" "$WHY_NOT"; return; }
  check generate "committed files equal what schema/ generates" generate_all --verify
}
