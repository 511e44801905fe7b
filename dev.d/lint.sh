# ./dev lint: format, clippy, licences, scripts. Sourced by ./dev and by the test command.
. "$ROOT/dev.d/toolchains.sh"

each_workspace() { # each_workspace COMMAND...: runs it with --manifest-path for each workspace there is
  local workspace
  for workspace in . rust-core/model benchmarks/clients/rust; do
    "$@" --manifest-path "$ROOT/$workspace/Cargo.toml" || return
  done
}
lint_format() { each_workspace cargo fmt --all --check; }
cargo_clippy() { cargo clippy --workspace --all-targets "${CARGO_FLAGS[@]}" "$@" -- -D warnings; }
lint_clippy() { each_workspace cargo_clippy; }
lint_licences() { (cd "$ROOT" && python3 dev.d/licences.py); }
lint_scripts() { # every shell script parses, every Python file compiles
  local file status=0
  while IFS= read -r file; do
    bash -n "$file" || status=1
  done < <(cd "$ROOT" && find "$PWD"/dev "$PWD"/dev.d "$PWD"/.ci "$PWD"/tests "$PWD"/bindings-c "$PWD"/docs "$PWD"/benchmarks \
    -type f \( -name '*.sh' -o -name dev -o -path '*/.ci/run' \) -not -path '*/target/*' -not -path '*/obj/*')
  (cd "$ROOT" && python3 - <<'P') || status=1
import ast, pathlib, sys
bad = 0
for root in ("dev.d", "tests", "docs", "benchmarks"):
    for file in pathlib.Path(root).rglob("*.py"):
        try:
            ast.parse(file.read_text(), str(file))
        except SyntaxError as error:
            print(error); bad = 1
sys.exit(bad)
P
  return $status
}
# Names of this machine have no place in a repository that others clone. The folder names are written so that
# this line does not find itself.
lint_paths() {
  ! git -C "$ROOT" grep --untracked -nIE '(^|[^A-Za-z0-9_.-])/(wor[k]|roo[t]|hom[e]/[a-z]+)/' -- . ':!LICENSE'
}

# each_lint FUNCTION: calls FUNCTION LABEL COMMAND for each check.
each_lint() {
  "$1" "rustfmt" lint_format
  "$1" "clippy" lint_clippy
  "$1" "licences of dependencies" lint_licences
  "$1" "scripts parse" lint_scripts
  "$1" "no path of one machine" lint_paths
}

lint_one() { quiet "lint: $1" "$2" || LINT_FAILED=1; }
cmd_lint() {
  [ $# -eq 0 ] || { fail "lint takes no arguments"; return 2; }
  { need_rust && need_python; } || { fail "$WHY_NOT"; return 1; }
  LINT_FAILED=0
  each_lint lint_one
  return $LINT_FAILED
}
