# The documents: links lead somewhere, examples run. Sourced by the test command.

suite_docs() {
  counted docs tap "links and commands in the documents" @log -- python3 "$ROOT/dev.d/check_docs.py" "$ROOT"
  if [ -f "$ROOT/docs/run-examples.sh" ]; then
    { need_rust && need_c && need_java && need_dotnet; } || { unavailable docs "examples" "$WHY_NOT"; return; }
    build_natives || { record docs 0 1 0 "build"; return; }
    counted docs tap "examples" @log -- bash "$ROOT/docs/run-examples.sh"
  fi
}
