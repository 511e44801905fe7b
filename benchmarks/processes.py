"""The processes of a run: the null server, the clients, fresh processes. All of them end with the run, however it ends."""

import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
USER_CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
CACHE = pathlib.Path(os.environ.get("S3KMS_CACHE") or USER_CACHE / "s3kms")
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or CACHE / "target")
PLACES = {"${CACHE}": str(CACHE), "${TARGET}": str(TARGET), "${ROOT}": str(ROOT)}


class Failed(Exception):
    """A process did not do what it should."""


def environment(scratch):
    """The same for all: nothing of the user's configuration or proxy may change what a client does."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith("AWS_") and not name.lower().endswith("_proxy")}
    nothing = str(scratch / "nothing")
    return kept | {
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1",
        "AWS_CONFIG_FILE": nothing, "AWS_SHARED_CREDENTIALS_FILE": nothing, "AWS_EC2_METADATA_DISABLED": "true",
        "S3KMS_BENCH_FILE": str(scratch / "8m"), "S3KMS_CACHE": str(CACHE), "CARGO_TARGET_DIR": str(TARGET),
        "TMPDIR": str(scratch),
    }


class Process:
    """A process with which we talk in lines. `allowed` seconds for an answer: a client that hangs must not hang the run."""

    def __init__(self, command, env, log):
        self.log = log
        with open(log, "wb") as errors:
            try:
                # A session of its own: cleaning up reaches its children too, and Ctrl-C reaches us first.
                self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors,
                                                env=env, start_new_session=True)
            except OSError as error:
                raise Failed(f"{command[0]}: {error}") from error
        self.pending = b""

    def tell(self, line):
        try:
            self.process.stdin.write(line.encode() + b"\n")
            self.process.stdin.flush()
        except OSError:
            pass  # it is gone; the answer that does not come tells why

    def read(self, allowed=120):
        """The next line, as JSON."""
        until = time.monotonic() + allowed
        out = self.process.stdout.fileno()
        while b"\n" not in self.pending:
            left = until - time.monotonic()
            if left <= 0 or not select.select([out], [], [], left)[0]:
                raise Failed(f"no answer within {allowed} s; {self.complaint()}")
            piece = os.read(out, 1 << 16)
            if not piece:
                raise Failed(f"ended with status {self.process.wait(10)}; {self.complaint()}")
            self.pending += piece
        line, self.pending = self.pending.split(b"\n", 1)
        try:
            return json.loads(line)
        except ValueError as error:
            raise Failed(f"printed {line[:200]!r} where JSON was due") from error

    def ask(self, line, allowed=120):
        self.tell(line)
        return self.read(allowed)

    def complaint(self):
        """The end of what it wrote to its standard error."""
        return end_of(self.log)

    def cpu(self):
        """CPU time of all its threads so far, in ns: the process's CPU clock (see clock_getcpuclockid(3))."""
        return time.clock_gettime_ns((~self.process.pid << 3) | 2)

    def rss(self):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise Failed("it has no RSS")

    def end(self):
        """Ends it by the end of its input; returns its status."""
        self.process.stdin.close()
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            return "still running 20 s after the end of its input"
        finally:
            self.kill()

    def kill(self):
        kill_group(self.process)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()


def end_of(log):
    return " / ".join(log.read_text(errors="replace").strip().splitlines()[-6:])[-800:] or "it said nothing"


def kill_group(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


class Server(Process):
    def __init__(self, scratch):
        program = TARGET / "release/s3kms-benchmark-server"
        super().__init__([str(program), "--tls-dir", str(scratch)], None, scratch / "server.log")
        self.settings = self.read(20)

    def address(self, transport):
        """Endpoint and CA, as clients are told."""
        if transport == "none":
            return "http://127.0.0.1:9", "-"  # presigning must reach nobody
        return ((f"https://127.0.0.1:{self.settings['https']}", self.settings["ca"]) if transport == "tls"
                else (f"http://127.0.0.1:{self.settings['http']}", "-"))


def command_of(spec, workload, address, in_flight):
    words = spec["command"]
    for name, value in PLACES.items():
        words = [word.replace(name, value) for word in words]
    program = shutil.which(words[0])
    if not program:
        raise Failed(f"{words[0]} is not there")
    return [program, *words[1:], spec["client"], workload, *address, str(in_flight)]


class Client(Process):
    """A client that is ready. `run` gives what one round cost."""

    def __init__(self, spec, workload, address, in_flight, scratch):
        log = scratch / f"{spec['name']} {workload}.log".replace(" ", "-").replace("/", "-")
        super().__init__(command_of(spec, workload, address, in_flight), environment(scratch), log)
        self.spec = spec
        try:
            self.version = self.read(60)["version"]
        except BaseException:
            self.kill()
            raise

    def run(self, operations):
        cpu = self.cpu()
        answer = self.ask(f"run {operations}")
        cpu = self.cpu() - cpu
        if answer.get("operations") != operations:
            raise Failed(f"was asked for {operations} operations and answered {answer}")
        return {"cpu": cpu, "wall": answer["wall_ns"], "allocated": answer.get("allocated_bytes")}


def fresh(command, scratch):
    """What a process costs from start to end, and the line that it printed."""
    log = scratch / "fresh.log"
    with open(log, "wb") as errors:
        process = subprocess.Popen([sys.executable, "-I", "-S", str(HERE / "launch.py"), *command], stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=errors, env=environment(scratch), start_new_session=True)
    try:
        lines = process.communicate(timeout=120)[0].decode(errors="replace").strip().splitlines()
    except subprocess.TimeoutExpired as error:
        raise Failed("did not end within 120 s") from error
    finally:
        kill_group(process)
    cost = json.loads(lines[-1]) if lines else {"status": "unknown"}
    if cost["status"] != 0:
        raise Failed(f"ended with status {cost['status']}; {end_of(log)}")
    return cost, json.loads(lines[0]) if len(lines) > 1 else None


def build(folder):
    """Runs a build script. True when it built, False when its toolchain is missing."""
    process = subprocess.Popen(["bash", str(folder / "build.sh")], stdin=subprocess.DEVNULL, start_new_session=True,
                               env=os.environ | {"ROOT": str(ROOT), "S3KMS_CACHE": str(CACHE), "CARGO_TARGET_DIR": str(TARGET)})
    try:
        status = process.wait()
    finally:
        kill_group(process)
    if status not in (0, 77):
        raise Failed(f"{folder.name}/build.sh ended with status {status}")
    return status == 0
