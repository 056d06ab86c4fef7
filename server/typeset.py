"""Typesetting: a template of templates/typeset and its data become a PDF, in memory, in a process that ends with it."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "templates" / "typeset"
SECONDS = 30  # a page takes some tenths of one; on a machine that does much else, some more
SETTING = asyncio.Semaphore(1)  # one at a time: it takes a core, and people in circles need the other
NO_LETTER = 3  # how the other process ends that has no font for something
_LACKS = re.compile(r'the text `"((?:[^"\\]|\\.)+)"` could not be displayed')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


class NotSet(Exception):
    """The engine made no PDF of it. Why is not told: what it says holds what people wrote."""


class NoLetters(NotSet):
    """No font on this machine has these letters."""

    def __init__(self, letters: frozenset[str]) -> None:
        super().__init__()
        self.letters = letters


async def turned(template: str, data: Mapping[str, object], *, universal: bool = False) -> bytes:
    """As `pdf`, beside the loop and in its turn. Raises NotSet."""
    async with SETTING:
        return await asyncio.to_thread(pdf, template, data, universal=universal)


def pdf(template: str, data: Mapping[str, object], *, universal: bool = False) -> bytes:
    """The PDF that templates/typeset/<template>.typ makes of data, which it reads with `json(bytes(sys.inputs.data))`:
    what people wrote is never part of what is compiled. Tagged for who cannot see it, without a time; the same data are
    the same bytes. `universal` is PDF/UA-1: tagged whole, and no letter is an empty box. It waits for another process:
    call it in a thread. Raises NotSet, and NoLetters where a universal one has a letter that no font has.

    A process of its own, since the engine remembers the texts of earlier pages for as long as its process lives."""
    command = [
        sys.executable,
        "-m",
        "server.typeset",
        str(TEMPLATES / f"{template}.typ"),
        *(["universal"] if universal else []),
    ]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and no word of anybody in its command
            command, input=json.dumps(data).encode(), capture_output=True, cwd=ROOT, timeout=SECONDS, check=True
        )
    except subprocess.CalledProcessError as no:
        raise (NoLetters(frozenset(json.loads(no.stdout))) if no.returncode == NO_LETTER else NotSet()) from None
    except subprocess.SubprocessError:
        raise NotSet from None
    return done.stdout


def lacking(letters: str) -> frozenset[str]:
    """Those of these letters for which no font of this machine has a shape. Raises NotSet."""
    try:
        pdf("letters", {"letters": letters}, universal=True)
    except NoLetters as no:
        return no.letters
    return frozenset()


def main() -> None:
    """The other process: data come in, a PDF goes out, or the letters that no font has."""
    import typst  # only here: it is as large as all other libraries together

    path, data = Path(sys.argv[1]), sys.stdin.buffer.read().decode()
    engine = typst.Compiler(path.read_bytes(), root=path.parent, sys_inputs={"data": data})
    try:
        made = engine.compile(format="pdf", timestamp=0, pdf_standards=["ua-1"] if sys.argv[2:] else [])
    except typst.TypstError as no:
        lacks = {_ESCAPED.sub(lambda m: chr(int(m[1], 16)), text) for text in _LACKS.findall(no.diagnostic)}
        if not lacks:
            raise
        sys.stdout.buffer.write(json.dumps(sorted(lacks)).encode())
        sys.exit(NO_LETTER)
    assert isinstance(made, bytes)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()
