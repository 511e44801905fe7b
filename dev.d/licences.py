"""Checks that every crate that is linked into the packages has a licence that deny.toml allows.

`deny.toml` is cargo-deny's own file, so that `cargo deny check licenses` says the same where it is installed; this
needs nothing but cargo and Python. Reads `cargo metadata` for the packaged target (build and dev dependencies of other
platforms are left out by --filter-platform). Ends with status 1 and one line per crate that is not allowed.
"""

import json
import pathlib
import re
import subprocess
import sys


def allowed_licences(text):
    """The `allow = [...]` list of deny.toml's [licenses] table."""
    table = text.split("[licenses]", 1)[1].split("\n[", 1)[0]
    return set(re.findall(r'"([^"]+)"', re.search(r"allow *= *\[(.*?)\]", table, re.DOTALL).group(1)))


def satisfied(expression, allowed):
    """Evaluates an SPDX expression: OR needs one side, AND both; "A/B" is the old spelling of OR."""
    tokens = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))

    def disjunction():
        value = conjunction()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            value = conjunction() or value
        return value

    def conjunction():
        value = term()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            value = term() and value
        return value

    def term():
        token = tokens.pop(0)
        if token == "(":
            value = disjunction()
            tokens.pop(0)
            return value
        if tokens and tokens[0] == "WITH":
            tokens.pop(0)
            token = f"{token} WITH {tokens.pop(0)}"
        return token in allowed

    return disjunction()


def main():
    allowed = allowed_licences(pathlib.Path("deny.toml").read_text())
    metadata = json.loads(subprocess.run(
        ["cargo", "metadata", "--format-version", "1", "--filter-platform", "x86_64-unknown-linux-gnu"],
        check=True, stdout=subprocess.PIPE).stdout)
    reached = {node["id"] for node in metadata["resolve"]["nodes"]}
    refused = []
    for package in metadata["packages"]:
        licence = package["license"]
        if package["id"] in reached and not (licence and satisfied(licence, allowed)):
            refused.append(f"{package['name']} {package['version']}: {licence or 'no licence named'}")
    print(f"{len(reached)} crates, {len(refused)} with a licence that deny.toml does not allow")
    print("\n".join(sorted(refused)))
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
