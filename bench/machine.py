"""Processes on their cores: the server has the first, the people the second."""

from __future__ import annotations

import os
import platform
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT, BUILD = HERE.parent, HERE / "build"
SERVER, PEOPLE = "0", "1"  # cores


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, ready: str = "", **env: str) -> Iterator[int]:
    """A server on the first core until the block ends; gives its process id once it takes connections, or answers
    200 at the address `ready`."""
    log = (BUILD / "server.log").open("wb")
    process = subprocess.Popen(
        ["taskset", "-c", SERVER, *command], cwd=ROOT, env={**os.environ, **env}, stdout=log, stderr=log
    )
    try:
        _wait(process, port, ready)
        yield process.pid
    finally:
        process.terminate()  # not killed at once: nginx's workers would outlive it
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, ready: str) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            if ready:
                with urllib.request.urlopen(ready, timeout=1):
                    return
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"the server did not come up:\n{(BUILD / 'server.log').read_text(errors='replace')[-2000:]}")


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            todo += [int(child) for child in task.read_text().split()]
    return found


def cpu_us(pid: int) -> float:
    """Microseconds of a core that a process and its descendants have had."""
    return _schedstat(pid, 0)


def waited_us(pid: int) -> float:
    """Microseconds that its threads could have run and had no core: behind each other, or behind who else is here."""
    return _schedstat(pid, 1)


def _schedstat(pid: int, column: int) -> float:
    total = 0
    for one in family(pid):
        for task in Path(f"/proc/{one}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[column])
    return total / 1000


def memory_kib(pid: int) -> int:
    """Resident memory of a process and its descendants."""
    lines = [line for one in family(pid) for line in Path(f"/proc/{one}/status").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def described() -> dict[str, object]:
    """The machine, and the versions of what is measured."""
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.machine(),
    )
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load_before": os.getloadavg()[0],
        "versions": _versions(),
        "commit": subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True
        ).stdout.strip(),
    }


def _versions() -> dict[str, str]:
    found = {}
    for name in ("starlette", "uvicorn", "websockets", "uvloop", "aiosqlite", "msgspec", "jinja2", "redis", "hiredis"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "-"
    peers = BUILD / "venv/bin/python"
    if peers.exists():
        names = ("python-socketio", "channels", "daphne", "django")
        code = f"from importlib.metadata import version as v; print(*(v(n) for n in {names!r}))"
        out = subprocess.run([str(peers), "-c", code], capture_output=True, text=True).stdout.split()
        found |= dict(zip(names, out, strict=False))
    for name, command in {"nginx": ["nginx", "-v"], "node": ["node", "-v"]}.items():
        try:
            got = subprocess.run(command, capture_output=True, text=True)
            found[name] = (got.stdout or got.stderr).strip().rpartition("/")[2]
        except FileNotFoundError:
            found[name] = "-"
    return found | {"interpreter": sys.implementation.name}
