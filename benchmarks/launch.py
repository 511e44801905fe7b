"""Runs one program to its end and prints what it cost as a JSON line behind its output. Usage: launch.py COMMAND...

A program of its own, and as small as Python gets (run it with -I -S): Linux lets the peak RSS of a child begin at that of
the process that started it, so the harness itself would set the floor.
"""

import os
import sys
import time

begin = time.monotonic_ns()
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
_, status, usage = os.wait4(pid, 0)
wall = time.monotonic_ns() - begin
cpu = round((usage.ru_utime + usage.ru_stime) * 1e9)
print(f'{{"status": {os.waitstatus_to_exitcode(status)}, "wall": {wall}, "cpu": {cpu}, "rss": {usage.ru_maxrss * 1024}}}')
