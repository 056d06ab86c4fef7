"""What lies in the repository: no secret by accident, nothing that a run left, and logs that say what is listed."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from server.logs import EVENTS

ROOT = Path(__file__).resolve().parent.parent
SECRETS = [  # each by itself: as one expression they take eight times as long
    re.compile(one)
    for one in (
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
        r"\b(AKIA|ASIA)[0-9A-Z]{16}\b",
        r"\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22,}|glpat-[\w-]{20}|xox[abpr]-[\w-]{10,}|pypi-AgE[\w-]{20,})",
        r"\bsk-[A-Za-z0-9_-]{24,}|\bAIza[\w-]{35}\b",
        r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
        r"://[^\s/:@\"'{}<]+:[^\s/:@\"'{}<]{3,}@",
        r"(?i:\b(password|passwd|api_?key|secret_?key|auth_?token)\b\s*[=:]\s*[\"'][^\"'{}\s]{8,}[\"'])",
    )
]
RUN = re.compile(
    r"\.(aof|rdb|db|sqlite3?|db-journal|db-wal|log|pid|key|pem|pyc|incr)$|(^|/)(appendonlydir|__pycache__)/"
)


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_secret_lies_in_the_tree() -> None:
    held = [
        f"{path.relative_to(ROOT)}: {found[0][:12]}..."
        for path in tracked()
        if "vendor" not in path.parts
        for text in [path.read_bytes().decode("utf-8", "replace")]
        for secret in SECRETS
        for found in secret.finditer(text)
    ]

    assert held == []


@pytest.mark.parametrize(
    "planted",
    [
        "-----BEGIN EC " + "PRIVATE KEY-----",
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a1" * 18,
        "redis://kring:" + "hunter22@10.0.0.4:6379",
        "api_key = " + '"0123456789abcdef"',
        "eyJhbGciOiJIUzI1" + ".eyJzdWIiOiIxMjM0.SflKxwRJSMeKKF2QT4",
    ],
)
def test_a_secret_in_the_tree_would_be_found(planted: str) -> None:
    assert any(secret.search(f"x {planted} y") for secret in SECRETS)


def test_nothing_that_a_run_left_lies_in_the_tree() -> None:
    assert [p.name for p in tracked() if RUN.search(str(p.relative_to(ROOT)))] == []
    assert RUN.search("appendonlydir/temp-appendonly.aof.incr") and RUN.search("data/kring.db")


def test_the_log_writes_every_listed_event_and_no_other() -> None:
    """The filter drops what is not listed: a misspelt event would be a silence that nobody notices."""
    written = set()
    for path in sorted((ROOT / "server").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log."):
                written |= {ast.literal_eval(a) for a in node.args if isinstance(a, ast.Constant)}
    by_name = {e for e in EVENTS if re.search(rf'"{e}"', (ROOT / "server/database.py").read_text(encoding="utf-8"))}

    assert written <= EVENTS.keys()
    assert written | by_name == EVENTS.keys()
