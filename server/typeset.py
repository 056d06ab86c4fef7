"""Typesetting: a template of templates/typeset and its data become a PDF, in memory, in a process that ends with it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates" / "typeset"
SECONDS = 30  # a page takes some tenths of one; on a machine that does much else, some more


class NotSet(Exception):
    """The engine made no PDF of it. Why is not told: what it says holds what people wrote."""


def pdf(template: str, data: Mapping[str, object]) -> bytes:
    """The PDF that templates/typeset/<template>.typ makes of data, which it reads with `json(bytes(sys.inputs.data))`:
    what people wrote is never part of what is compiled. Tagged for who cannot see it, without a time; the same data are
    the same bytes. It waits for another process: call it in a thread. Raises NotSet.

    A process of its own, since the engine remembers the texts of earlier pages for as long as its process lives."""
    command = [sys.executable, "-m", "server.typeset", str(TEMPLATES / f"{template}.typ")]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and no word of anybody in its command
            command, input=json.dumps(data).encode(), capture_output=True, cwd=ROOT, timeout=SECONDS, check=True
        )
    except subprocess.SubprocessError:
        raise NotSet from None
    return done.stdout


def main() -> None:
    """The other process: data come in, a PDF goes out."""
    import typst  # only here: it is as large as all other libraries together

    path, data = Path(sys.argv[1]), sys.stdin.buffer.read().decode()
    engine = typst.Compiler(path.read_bytes(), root=path.parent, sys_inputs={"data": data})
    made = engine.compile(format="pdf", timestamp=0)
    assert isinstance(made, bytes)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
