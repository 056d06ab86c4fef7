"""Runs semgrep with the rules of tools/semgrep.yml, once, over the product and over tests/forbidden/.

In the product nothing may be found. In tests/forbidden/ exactly the lines after `ruleid: <rule>` must be, so that a
rule that can no longer fire is noticed; lines after `ok: <rule>` are near misses that it must leave.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONFIG = "tools/semgrep.yml"
FORBIDDEN = "tests/forbidden"
PLACES = ("rooms", "server", "tools", "templates", "static", FORBIDDEN)
KINDS = {".py", ".html", ".js", ".css", ".svg"}
SEEN = re.compile(r"\b(ruleid|ok): ([a-z-]+)")

Place = tuple[str, int, str]  # file, line, rule


def targets() -> list[str]:
    """Every file of ours that a rule can look at; what others wrote is held by its checksum."""
    found = (p for place in PLACES for p in sorted((ROOT / place).rglob("*")) if p.suffix in KINDS)
    return [str(p.relative_to(ROOT)) for p in found if "vendor" not in p.parts]


def findings(semgrep: Path, files: list[str]) -> tuple[set[Place], list[str]]:
    """What semgrep finds, and what it could not read."""
    words = ("scan", "--metrics=off", "--disable-version-check", "--json", "--quiet", "--jobs=2", f"--config={CONFIG}")
    env = {**os.environ, "PATH": f"{semgrep.parent}{os.pathsep}{os.environ['PATH']}", "SEMGREP_SEND_METRICS": "off"}
    run = subprocess.run([semgrep, *words, *files], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    try:
        said = json.loads(run.stdout)
    except ValueError:
        sys.exit(f"semgrep did not run: {run.stderr or run.stdout}")
    places = {(r["path"], r["start"]["line"], r["check_id"].rsplit(".", 1)[1]) for r in said["results"]}
    unread = [str(e.get("message", e)) for e in said["errors"]]
    return places, unread + [f"{f}: not looked at" for f in sorted(set(files) - set(said["paths"]["scanned"]))]


def planted(files: list[str], word: str) -> set[Place]:
    """The lines under a mark, with their rule."""
    lines = ((f, n, line) for f in files for n, line in enumerate((ROOT / f).read_text("utf-8").split("\n"), 1))
    return {(f, n + 1, mark[2]) for f, n, line in lines for mark in SEEN.finditer(line) if mark[1] == word}


def faults(semgrep: Path) -> list[str]:
    """A sentence for each line that breaks a rule, and for each planted line that does not."""
    files = targets()
    examples = [f for f in files if f.startswith(FORBIDDEN)]
    found, said = findings(semgrep, files)
    wanted, allowed = planted(examples, "ruleid"), planted(examples, "ok")
    in_product = {place for place in found if not place[0].startswith(FORBIDDEN)}
    known = set(re.findall(r"- id: (\S+)", (ROOT / CONFIG).read_text(encoding="utf-8")))
    said += [f"{f}:{n}: breaks the rule {rule} of {CONFIG}" for f, n, rule in sorted(in_product)]
    said += [f"{f}:{n}: {rule} does not find this line" for f, n, rule in sorted(wanted - found)]
    said += [f"{f}:{n}: {rule} finds more than it should" for f, n, rule in sorted(found - in_product - wanted)]
    for word, marks in (("ruleid", wanted), ("ok", allowed)):
        said += [f"{FORBIDDEN}: no line `{word}: {rule}`" for rule in sorted(known - {m[2] for m in marks})]
    return said


if __name__ == "__main__":
    wrong = faults(Path(sys.argv[1]).absolute())
    print("\n".join(wrong) or "rules: nothing found in the product, every planted line found")
    sys.exit(bool(wrong))
