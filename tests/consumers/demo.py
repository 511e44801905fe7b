"""Runs the consumers of the packed artifacts through the demo's steps and closes with a table.

Usage: demo.py --languages java,dotnet,c --work DIR [--tap] [--endpoint URL --bucket B --key K …]
`./dev demo` and `./dev test consumers` call it; README.md has the contract with the consumers. Ends with status 1 when a
step of a language is missing or went other than it should. Standard library only.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import threading
import uuid

import head_object
import settings as places

HERE = pathlib.Path(__file__).resolve().parent
TITLES = {"java": "Java", "dotnet": ".NET", "c": "C"}
# Step: (settings that it needs, the setting that names the key the server must report; None: it must be refused)
STEPS = {
    "put-managed": ((), "managed"),
    "put-customer-key": (("key1",), "key1"),
    "copy-other-key": (("key1", "key2"), "key2"),
    "presigned-put": (("key1",), "key1"),
    "presigned-get": (("key1",), "key1"),
    "unknown-key": (("unknown",), None),
    "asymmetric-key": (("asymmetric",), None),
}


def same_key(asked, reported):
    """Whether the reported key can be the one asked for: an alias says nothing, ids and ARNs are compared by id."""
    if not asked or "alias/" in asked:
        return bool(reported)
    return bool(reported) and asked.rsplit("/", 1)[-1] == reported.rsplit("/", 1)[-1]


class Demo:
    """One run: the settings, the server's own answers, the rows of the table."""

    def __init__(self, settings, work):
        self.settings, self.work = settings, pathlib.Path(work)
        self.server = head_object.Server(settings)
        self.prefix = f"s3kms-demo/{uuid.uuid4().hex[:12]}"
        self.rows, self.stored = [], set()

    def steps(self):
        """The steps that these settings allow."""
        return [step for step, (needs, _) in STEPS.items() if all(self.settings.get(need) for need in needs)]

    def environment(self, language):
        """What the consumer finds in its environment."""
        work = self.work / language
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        given = {name: value for name, value in self.settings.items() if value and name not in ("managed", "strict")}
        given["prefix"] = f"{self.prefix}/{language}"
        # The program's credentials are those of the demo, never a profile that happens to be there.
        env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return {**env, **{f"S3KMS_DEMO_{name.upper()}": value for name, value in given.items()}, "S3KMS_WORK": str(work)}

    def run(self, language):
        """Builds and runs one consumer; adds a row per step."""
        print(f"==> {TITLES[language]}: build against the package and run", flush=True)
        process = subprocess.Popen(["bash", str(HERE / language / "run.sh")], env=self.environment(language), text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, errors="replace")
        errors = []
        reader = threading.Thread(target=lambda: errors.extend(process.stderr), daemon=True)
        reader.start()
        lines = {}
        for line in process.stdout:
            told = parse(line)
            if told is None:
                errors.append(line)
                continue
            lines[told["step"]] = told
            row = self.judge(language, told["step"], told)
            self.rows.append(row)
            print(f"    {row['step']}: {row['result']}", flush=True)
        status = process.wait()
        reader.join()
        expected = self.steps()
        self.rows += [self.row(language, step, "MISSING: the program did not report this step", False)
                      for step in expected if step not in lines]
        if status != 0 or any(step not in lines for step in expected):
            print(f"    the {TITLES[language]} program ended with status {status}; its last words:", flush=True)
            for line in errors[-25:]:
                print(f"    | {line.rstrip()}", flush=True)
        if status != 0:
            self.rows.append(self.row(language, "(program)", f"FAILED: it ended with status {status}", False))

    @staticmethod
    def row(language, step, result, good, algorithm="", key=""):
        return {"step": step, "language": TITLES[language], "algorithm": algorithm, "key": key, "result": result, "good": good}

    def judge(self, language, step, told):
        """The row of one step: what the program says, held against what the server says."""
        note = " ".join(str(told.get("note") or "").split())
        if step not in STEPS:
            return self.row(language, step, "FAILED: no such step", False)
        setting = STEPS[step][1]
        if step not in self.steps():
            return self.row(language, step, "FAILED: run without the key that it needs", False)
        if setting is None:
            problem = self.not_refused(language, step, told)
            return self.row(language, step, f"FAILED: {problem}. {note}" if problem else f"refused: {note}", not problem)
        algorithm, key = told.get("algorithm"), told.get("keyArn")
        if told["ok"] is not True:
            return self.row(language, step, f"FAILED: {note}", False, algorithm or "", key or "")
        problem = self.disagreement(told, setting)
        result = f"FAILED: {problem}" if problem else "verified"
        return self.row(language, step, result, not problem, algorithm or "", key or "")

    def not_refused(self, language, step, told):
        """Why this is not the server's refusal (a broken connection is none, nor is a stored object), or None."""
        code = told.get("code")
        if told["ok"] is not True:
            return "not refused as it should be"
        if not isinstance(code, str) or not code:
            return "the program names no error code of the server"
        if self.settings.get("strict") and not code.startswith("KMS."):
            return f"the error code is {code}, not one of KMS"
        if self.server.request("HEAD", f"{self.prefix}/{language}/{step}")[0] == 200:
            return "refused, and yet an object was stored"
        return None

    def disagreement(self, told, setting):
        """Why the server's answer is not what the step asked for, or None."""
        name = told.get("object")
        if not isinstance(name, str) or not name.startswith(self.prefix + "/"):
            return "the program names no object of this run, so that nothing can be verified"
        self.stored.add(name)
        status, algorithm, key = self.server.encryption(name)
        if status != 200:
            return f"HEAD of the object is {status}"
        if algorithm != "aws:kms":
            return f"the server reports the algorithm {algorithm}"
        if not same_key(self.settings.get(setting), key):
            return f"the server reports the key {key}"
        if (told.get("algorithm"), told.get("keyArn")) != (algorithm, key):
            return f"the program reports {told.get('algorithm')} and {told.get('keyArn')}, the server {algorithm} and {key}"
        return None

    def clean(self):
        """Removes the objects of this run."""
        for name in sorted(self.stored):
            self.server.request("DELETE", name)


def parse(line):
    """The step that a line of a program's output tells, or None where it is something else."""
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) and isinstance(told.get("step"), str) and "ok" in told else None


def table(rows):
    """The closing table, grouped by step."""
    order = [*STEPS, "(program)"]
    rows = sorted(rows, key=lambda row: order.index(row["step"]) if row["step"] in order else len(order))
    cells = [("step", "language", "algorithm", "key that the server reports", "result")]
    cells += [(r["step"], r["language"], r["algorithm"] or "-", r["key"] or "-", r["result"]) for r in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(4)]
    lines = ["  ".join([*(cell.ljust(width) for cell, width in zip(row, widths)), row[4]]) for row in cells]
    lines.insert(1, "  ".join(["-" * width for width in widths] + ["-" * 8]))
    return "\n".join(lines)


def tap(rows):
    """One TAP line per row, for ./dev test."""
    for number, row in enumerate(rows, 1):
        print(f"{'ok' if row['good'] else 'not ok'} {number} - consumer {row['language']} {row['step']}")
        if not row["good"]:
            print(f"# {row['result']}")
    print(f"1..{len(rows)}")


def options():
    parser = argparse.ArgumentParser(prog="./dev demo", description="Java, .NET and C programs on S3 with SSE-KMS")
    parser.add_argument("--endpoint", help="URL of your own S3 server (default: the embedded strict server)")
    parser.add_argument("--bucket", help="a bucket that exists there")
    parser.add_argument("--key", help="a symmetric KMS key that exists there (id, ARN, alias)")
    parser.add_argument("--key2", help="another one, for the copy; the step is left out without it")
    parser.add_argument("--asymmetric-key", help="an asymmetric key; the step is left out without it")
    parser.add_argument("--region", help="default: AWS_REGION, else us-east-1")
    parser.add_argument("--ca", help="PEM file of the server's private CA")
    parser.add_argument("--languages", default="java,dotnet,c", help=argparse.SUPPRESS)
    parser.add_argument("--work", help=argparse.SUPPRESS)
    parser.add_argument("--tap", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    given = options()
    server = None
    try:
        if given.endpoint:
            settings = places.user_server(given)
        else:
            settings, server = places.strict_server()
    except places.SettingsError as error:
        print(f"ERROR: {error}", file=sys.stderr)
        return 2
    demo = Demo(settings, given.work)
    try:
        print(f"==> server {settings['endpoint']}, bucket {settings['bucket']}, region {settings['region']}", flush=True)
        for language in filter(None, given.languages.split(",")):
            demo.run(language)
        demo.clean()
    finally:
        if server:
            server.stdin.close()
            server.wait()
    if given.tap:
        tap(demo.rows)
    else:
        left_out = [step for step in STEPS if step not in demo.steps()]
        print(f"\n{table(demo.rows)}\n")
        if left_out:
            print(f"left out, because their keys were not given: {', '.join(left_out)}")
        good = sum(row["good"] for row in demo.rows)
        print(f"{good} of {len(demo.rows)} steps went as they should")
    return 0 if demo.rows and all(row["good"] for row in demo.rows) else 1


if __name__ == "__main__":
    sys.exit(main())
