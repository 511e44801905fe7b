"""Checks the Markdown files: relative links lead to files, `./dev` commands that they name exist. Prints TAP.

Usage: check_docs.py ROOT. Reads the files that git tracks or would track. Does not fetch web addresses.
"""

import pathlib
import re
import subprocess
import sys

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
COMMAND = re.compile(r"\./dev ([a-z]+)")


def problems(root, file, commands):
    """One line per broken link or unknown command of this file."""
    text = file.read_text(encoding="utf-8")
    for target in LINK.findall(re.sub(r"```.*?```", "", text, flags=re.DOTALL)):
        path = target.split("#", 1)[0]
        if path and not re.match(r"[a-z]+:", path) and not (file.parent / path).exists():
            yield f"the link to {target} leads nowhere"
    for command in COMMAND.findall(text):
        if command not in commands:
            yield f"./dev {command} is not a command"


def main(root):
    root = pathlib.Path(root)
    commands = {file.stem for file in (root / "dev.d").glob("*.sh")}
    listed = subprocess.run(["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "--", "*.md"],
                            check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    failed = 0
    for number, name in enumerate(sorted(listed), 1):
        found = list(problems(root, root / name, commands))
        failed += bool(found)
        print(f"{'not ok' if found else 'ok'} {number} - {name}")
        for line in found:
            print(f"# {line}")
    print(f"1..{len(listed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
