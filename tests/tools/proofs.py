"""Tables of figures that anybody can reproduce: printed, and kept in docs/proofs with the day and the versions."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

PROOFS = Path(__file__).resolve().parents[2] / "docs" / "proofs"
PACKAGES = ("starlette", "uvicorn", "websockets", "h11", "aiosqlite", "redis", "cryptography")
Row = Sequence[object]


def table(columns: Sequence[str], rows: Sequence[Row]) -> str:
    """A Markdown table; every row has as many cells as there are columns."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def conditions() -> str:
    """The day, the machine, and what ran."""
    programs = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}", _redis()]
    packages = [f"{name} {version(name)}" for name in PACKAGES]
    machine = f"{platform.system()} {platform.machine()}, {_cores()} cores"
    return f"{datetime.now(UTC):%Y-%m-%d}. {machine}. {', '.join([*programs, *packages])}."


def keep(name: str, command: str, body: str) -> Path:
    """Prints a proof and writes it to docs/proofs/<name>.md. `command` is what makes it again."""
    text = f"{body.strip()}\n\nMade by `{command}` on {conditions()}\n"
    print(text)
    PROOFS.mkdir(exist_ok=True)
    path = PROOFS / f"{name}.md"
    path.write_text(text)
    return path


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _redis() -> str:
    found = subprocess.run(["redis-server", "--version"], capture_output=True, text=True, check=False)
    return "Redis " + (found.stdout.split("v=")[1].split()[0] if "v=" in found.stdout else "absent")
