#!/usr/bin/env python3
"""Instructions (callgrind) and system calls (strace) of one call, held against rust-core/tests/costs.toml.

Usage: costs.py PROGRAM BASELINE. PROGRAM is rust-core/examples/calls. Each figure is the difference of two runs, so that start
and end do not count. Prints TAP.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

FEW, MANY = 50, 250
TOLERANCE = 0.10


def environment():
    # As far as can be had the same code paths on every processor: neither OpenSSL's nor glibc's choice by CPU.
    return dict(os.environ, OPENSSL_ia32cap="0:0", GLIBC_TUNABLES="glibc.cpu.hwcaps=-AVX2,-AVX512F,-AVX512VL,-ERMS,-AVX_Fast_Unaligned_Load")


def instructions(program, what, calls, scratch):
    command = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={scratch}/callgrind", program, what, str(calls)]
    run = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    collected = re.search(r"Collected : (\d+)", run.stderr)
    if run.returncode or not collected:
        sys.exit(f"callgrind failed: {run.stderr[-2000:]}")
    return int(collected[1])


def system_calls(program, what, calls, scratch):
    out = pathlib.Path(scratch, "strace")
    # futex is left out: how often two threads meet is chance.
    command = ["strace", "-f", "-c", "-U", "calls,name", "-e", "trace=!futex", "-o", str(out), program, what, str(calls)]
    run = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    if run.returncode:
        sys.exit(f"strace failed: {run.stderr[-2000:]}")
    rows = (line.split() for line in out.read_text().splitlines())
    return sum(int(row[0]) for row in rows if len(row) == 2 and row[0].isdigit() and row[1] != "total")


def main():
    program, baseline = sys.argv[1], tomllib.loads(pathlib.Path(sys.argv[2]).read_text())
    number = 0
    with tempfile.TemporaryDirectory() as scratch:
        for name, expected in baseline.items():
            for what, count in (("instructions", instructions), ("system_calls", system_calls)):
                if what not in expected:
                    continue
                number += 1
                measured = (count(program, name, MANY, scratch) - count(program, name, FEW, scratch)) / (MANY - FEW)
                # Up or down: what moved belongs into the baseline, with the change that explains it.
                same = abs(measured - expected[what]) <= max(TOLERANCE * expected[what], 1)
                print(f"{'ok' if same else 'not ok'} {number} - {name}: {measured:.1f} {what}, baseline {expected[what]}")
    print(f"1..{number}")


main()
