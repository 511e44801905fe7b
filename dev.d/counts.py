"""Counts tests in what the test tools leave behind.

Usage: counts.py FORMAT PATH...   prints "PASSED FAILED SKIPPED"
Formats: cargo (log with "test result:" lines), tap (log with "ok"/"not ok" lines),
         junit (folders with surefire XML), trx (folders with Visual Studio test results),
         summary (log with "3 passed, 0 failed").
A file that cannot be read counts as one failure: a broken report must never look like a green one.
"""

import pathlib
import re
import sys
import xml.etree.ElementTree as xml


def cargo(path):
    """Sum of all "test result: ok. 3 passed; 0 failed; 1 ignored; ..." lines."""
    found = re.findall(r"test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored", path.read_text(errors="replace"))
    return tuple(sum(int(row[i]) for row in found) for i in range(3))


def tap(path):
    """Test Anything Protocol: "ok 1 - name", "not ok 2 - name", "ok 3 - name # SKIP why"."""
    passed = failed = skipped = 0
    for line in path.read_text(errors="replace").splitlines():
        if re.match(r"not ok\b", line):
            failed += 1
        elif re.match(r"ok\b", line):
            if re.search(r"# *skip", line, re.IGNORECASE):
                skipped += 1
            else:
                passed += 1
    return passed, failed, skipped


def junit(path):
    """Surefire's TEST-*.xml, one per class."""
    total = failed = skipped = 0
    for file in sorted(path.rglob("TEST-*.xml")):
        suite = xml.parse(file).getroot()
        total += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return total - failed - skipped, failed, skipped


def trx(path):
    """One .trx per test assembly and framework."""
    passed = failed = skipped = 0
    for file in sorted(path.rglob("*.trx")):
        counters = next(e for e in xml.parse(file).getroot().iter() if e.tag.endswith("}Counters"))
        total, ok = int(counters.get("total", 0)), int(counters.get("passed", 0))
        executed = int(counters.get("executed", 0))
        passed += ok
        failed += executed - ok
        skipped += total - executed
    return passed, failed, skipped


def summary(path):
    """A last line "3 passed, 0 failed", as ./dev test itself ends."""
    found = re.findall(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", path.read_text(errors="replace"), re.M)
    return tuple(int(number or 0) for number in found[-1]) if found else (0, 1, 0)


def main(form, *paths):
    totals = [0, 0, 0]
    for path in paths:
        try:
            counted = {"cargo": cargo, "tap": tap, "junit": junit, "trx": trx, "summary": summary}[form](pathlib.Path(path))
        except (OSError, xml.ParseError, StopIteration, ValueError) as error:
            print(f"counts.py: {path}: {error}", file=sys.stderr)
            counted = (0, 1, 0)
        totals = [a + b for a, b in zip(totals, counted)]
    print(*totals)


if __name__ == "__main__":
    main(*sys.argv[1:])
