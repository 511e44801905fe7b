# The documents: links lead somewhere, commands exist, every snippet stands in a source that is compiled. Sourced by the
# test command.

suite_docs() {
  counted docs tap "links and commands in the documents" @log -- python3 "$ROOT/dev.d/check_docs.py" "$ROOT"
  counted docs tap "snippets in the documents" @log -- python3 "$ROOT/dev.d/check_snippets.py" "$ROOT"
}
