"""The side-by-side benchmark: README.md beside this file says what is measured and how. `./dev bench` runs this.

Needs nothing but Python; ends with status 1 if any client failed.
"""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import platform
import random
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time

import report
import wire
from processes import HERE, ROOT, Client, Failed, Server, build, command_of, fresh

# Workload, transport, operations in flight.
ROWS = [
    ("presign-put", "none", 1), ("presign-get", "none", 1),
    ("put-1k", "http", 1), ("put-1k", "http", 16), ("get-1k", "http", 1), ("get-1k", "http", 16), ("put-1k", "tls", 16),
    ("put-8m", "tls", 4), ("get-8m", "tls", 4), ("put-8m-file", "tls", 4),
    ("first-put", "http", 1), ("first-put", "tls", 1),
]
WARM_SECONDS = 3.0  # a JVM needs about this long
ROUND_SECONDS = 0.7


def name_of(row):
    workload, transport, in_flight = row
    return workload if transport == "none" else f"{workload} {transport}" + ("" if workload == "first-put" else f" {in_flight}")


def say(text):
    print(text, file=sys.stderr, flush=True)


def fits(spec, row):
    return row[0] in spec["workloads"] and (row[1] == "none" or spec.get(row[1], False))


def clients_of(wanted):
    """The clients for which something is wanted, built; and the reasons why others are not there."""
    specs, missing = [], []
    for folder in sorted(path for path in (HERE / "clients").iterdir() if path.is_dir()):
        if not (folder / "clients.json").exists():
            missing.append(f"{folder.name}: has no clients.json")
            continue
        known = json.loads((folder / "clients.json").read_text())
        known = [spec for spec in known if any(wanted(row, spec) for row in ROWS)]
        if not known:
            continue
        say(f"==> build: {folder.name}")
        if build(folder):
            specs += known
        else:
            missing.append(f"{folder.name}: its toolchain is missing")
    # s3kms first, then as listed; the sort is stable.
    return sorted(specs, key=lambda spec: (spec["language"], spec["client"] != "s3kms")), missing


def keep(result, cost):
    """Adds what a round cost to the lists of the result."""
    for what, value in cost.items():
        if value is not None:
            result.setdefault(what, []).append(value)


def warm(client, in_flight):
    """Warms a client up; returns how many operations make a round."""
    operations, until = in_flight, time.monotonic() + WARM_SECONDS
    while True:
        wall = max(client.run(operations)["wall"], 1) / 1e9
        enough = max(in_flight, int(operations * ROUND_SECONDS / wall))
        if time.monotonic() >= until and enough < 2 * operations:
            return enough
        operations = min(enough, operations * 4)


class Row:
    """One row being measured: a result per client, a failure takes that client out and the others go on."""

    def __init__(self, row, server, scratch):
        self.row, self.server, self.scratch = row, server, scratch
        self.results = {}

    @contextlib.contextmanager
    def client(self, spec):
        result = self.results.setdefault(spec["name"], {"name": spec["name"], "language": spec["language"], "client": spec["client"],
                                                        "note": spec.get("notes", {}).get(self.row[0])})
        try:
            yield result
        except Failed as failure:
            self.failed(result, str(failure))
        except (KeyError, TypeError, ValueError) as error:
            self.failed(result, f"its answer is not what the protocol says: {error!r}")

    def failed(self, result, why):
        result["failed"] = why
        say(f"!!! {name_of(self.row)}: {result['name']}: {why}")

    def sent(self, heads):
        """What was sent, in words. A client that sends nothing would be unbeatable."""
        if not heads and self.row[1] != "none":
            raise Failed("sent no request to the server")
        return wire.describe(heads)

    def measure(self, specs, rounds, quick):
        workload, transport, in_flight = self.row
        with contextlib.ExitStack() as processes:
            ready = []
            for spec in specs:
                with self.client(spec) as result:
                    client = processes.enter_context(
                        Client(spec, workload, self.server.address(transport), in_flight, self.scratch))
                    result["version"] = client.version
                    client.run(1)  # connections and what is looked up once
                    self.server.ask("record")
                    client.run(1)
                    result["wire"] = self.sent(self.server.ask("heads"))
                    ready.append([client, self.quick_operations() if quick else warm(client, in_flight)])
            for _ in range(rounds):
                random.shuffle(ready)
                for client, operations in ready:
                    with self.client(client.spec) as result:
                        if "failed" not in result:
                            before = self.server.cpu()
                            cost = client.run(operations)
                            cost["server"] = self.server.cpu() - before
                            keep(result, {what: value and value / operations for what, value in cost.items()})
            for client, _ in ready:
                with self.client(client.spec) as result:
                    if "failed" not in result:
                        result["rss"] = [client.rss()]
                        status = client.end()
                        if status != 0:
                            raise Failed(f"at the end of its input: status {status}")

    def quick_operations(self):
        return 4 if "8m" in self.row[0] else 32

    def measure_fresh(self, specs, rounds):
        """As `measure`, for processes that live for one put."""
        idle = {"name": "an empty process", "language": "none", "client": "true", "command": None}
        turns = [idle, *specs]
        for spec in turns:
            with self.client(spec):
                pass  # fixes the order of the results
        for number in range(rounds):
            random.shuffle(turns)
            for spec in turns:
                with self.client(spec) as result:
                    if "failed" not in result:
                        self.fresh_round(spec, result, record=number == 0)

    def fresh_round(self, spec, result, record):
        workload, transport, in_flight = self.row
        command = ["/bin/true"] if spec["command"] is None else command_of(spec, workload, self.server.address(transport), in_flight)
        if record:
            self.server.ask("record")
        before = self.server.cpu()
        try:
            cost, line = fresh(command, self.scratch)
        finally:
            heads = self.server.ask("heads") if record else []
        if record and spec["command"]:
            result["wire"] = self.sent(heads)
            result["version"] = line["version"]
        keep(result, {what: cost[what] for what in ("cpu", "wall", "rss")} | {"server": self.server.cpu() - before})


def about(options, missing):
    """What the numbers depend on."""
    def output(*command):
        try:
            return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout.strip()
        except OSError:
            return ""
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    changed = " with changes" if output("git", "status", "--porcelain", "--untracked-files=no") else ""
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": output("git", "rev-parse", "--short=12", "HEAD") + changed,
        "cpu": model[1] if model else platform.machine(), "cores": len(os.sched_getaffinity(0)),
        "kernel": platform.release(), "load": round(os.getloadavg()[0], 2), "rustc": output("rustc", "--version"),
        "rounds": options.rounds, "round_seconds": ROUND_SECONDS, "warm_seconds": WARM_SECONDS,
        # Without the names of files: they are this machine's own.
        "command": " ".join(["./dev bench", *(["--only", shlex.quote(options.only)] if options.only else []),
                             *(["quick"] if options.quick else [])]),
        "missing": missing,
    }


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one small round of everything: does it work?")
    parser.add_argument("--only", metavar="REGEX", default="", help="rows and clients, as in 'put-1k http 16: rust s3kms'")
    parser.add_argument("--rounds", type=int, default=7, metavar="K")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="all rounds of all clients")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md and docs/benchmarks.svg")
    options = parser.parse_args()
    if options.quick:
        options.rounds = 1
    return options


def main():
    options = arguments()
    only = re.compile(options.only)

    def wanted(row, spec):
        return fits(spec, row) and only.search(f"{name_of(row)}: {spec['name']}")

    specs, missing = clients_of(wanted)
    facts = about(options, missing)
    rows = []
    with tempfile.TemporaryDirectory(prefix="s3kms-bench.") as folder, contextlib.ExitStack() as processes:
        scratch = pathlib.Path(folder)
        (scratch / "8m").write_bytes((bytes(i * 31 % 251 for i in range(251)) * 33422)[:8 << 20])
        server = processes.enter_context(Server(scratch))
        for row in ROWS:
            chosen = [spec for spec in specs if wanted(row, spec)]
            if not chosen:
                continue
            say(f"==> {name_of(row)}: {len(chosen)} clients")
            measured = Row(row, server, scratch)
            if row[0] == "first-put":
                measured.measure_fresh(chosen, options.rounds)
            else:
                measured.measure(chosen, options.rounds, options.quick)
            rows.append({"name": name_of(row), "workload": row[0], "transport": row[1], "in_flight": row[2],
                         "clients": list(measured.results.values())})
            print(report.as_text(rows[-1]), flush=True)
    results = {"about": facts, "rows": rows}
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n")
    if options.write:
        (ROOT / "docs/benchmarks.md").write_text(report.as_markdown(results))
        (ROOT / "docs/benchmarks.svg").write_text(report.as_svg(results))
        say("==> wrote docs/benchmarks.md and docs/benchmarks.svg")
    failed = [f"{row['name']}: {result['name']}: {result['failed']}"
              for row in rows for result in row["clients"] if "failed" in result]
    for line in failed:
        say(f"FAILED {line}")
    for reason in missing:
        say(f"!!! not measured: {reason}")
    if not rows:
        say("nothing fits --only")
    measured = sum(len(row["clients"]) for row in rows)
    say(f"{measured - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or not rows or (missing and os.environ.get("CI") == "true") else 0


def interrupted(*_):
    raise KeyboardInterrupt


if __name__ == "__main__":
    # Both ways to be stopped go through the same cleaning up.
    signal.signal(signal.SIGTERM, interrupted)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        say("interrupted")
        sys.exit(130)
    except Failed as failure:
        say(f"FAILED {failure}")
        sys.exit(1)
