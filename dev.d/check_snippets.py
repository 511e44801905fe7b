"""Checks that every code block of the Markdown files stands, line by line, in a source that the tests compile. Prints TAP.

Usage: check_snippets.py ROOT. Blocks in java, csharp, c, cpp, rust and cmake are looked up; indentation does not count.
Blocks in sh may hold `./dev` commands only (check_docs.py knows those); any other language is refused.
"""

import pathlib
import re
import subprocess
import sys

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
SOURCES = {
    "java": ("*.java",), "csharp": ("*.cs",), "c": ("*.c", "*.h"), "cpp": ("*.c", "*.h"), "rust": ("*.rs",),
    "cmake": ("CMakeLists.txt", "*/CMakeLists.txt"),
}
# What the tests compile as strangers do, and the examples.
COMPILED = ("tests/consumers/", "bindings-c/examples/", "rust-core/", "benchmarks/")


def tracked(root, *patterns):
    listed = subprocess.run(["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "--", *patterns],
                            check=True, stdout=subprocess.PIPE, text=True).stdout.split("\n")
    return sorted(filter(None, listed))


def lines_of(text):
    """The lines without indentation, empty ones left out."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def stands_in(block, source):
    return any(source[start:start + len(block)] == block for start in range(len(source) - len(block) + 1))


def problem(language, block, sources):
    """Why a block cannot be trusted, or None."""
    if language in ("sh", "console"):
        other = [line for line in lines_of(block) if not line.startswith(("./dev", "#"))]
        return f"`{other[0]}` is run by no test" if other else None
    if language not in SOURCES:
        return f"a block in `{language or 'no language'}` cannot be checked"
    if not any(stands_in(lines_of(block), source) for source in sources[language]):
        return f"this {language} stands in no source that the tests compile: {lines_of(block)[0]}"
    return None


def main(root):
    root = pathlib.Path(root)
    sources = {}
    for language, patterns in SOURCES.items():
        names = [name for name in tracked(root, *patterns) if name.startswith(COMPILED)]
        sources[language] = [lines_of((root / name).read_text(encoding="utf-8")) for name in names]
    number = failed = 0
    for name in tracked(root, "*.md"):
        for language, block in BLOCK.findall((root / name).read_text(encoding="utf-8")):
            number += 1
            wrong = problem(language, block, sources)
            failed += bool(wrong)
            print(f"{'not ok' if wrong else 'ok'} {number} - {name}: block {number} ({language})")
            if wrong:
                print(f"# {wrong}")
    print(f"1..{number}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
