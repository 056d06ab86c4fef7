"""`make sweep`: a whole meeting with a mark in everything, every byte that was written, and the leaks it must catch."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.sweep import groups, trace
from tests.sweep.verdict import STAGES, Verdict
from tests.sweep.whole import Whole
from tests.tools.proofs import keep, table

# What is planted, and a word of what must be said about it.
CONTROLS = {
    "no_secure_delete": "sealed row in database when erased",
    "write_ahead_log": "sealed row in database when erased",
    "default_logs": "address in log",
    "last_seen": "acts without a name that name somebody",
    "file_gone_at_once": "kring-gone-",
    "shared_memory": "/dev/shm",
    "told_to_another": "addresses spoken to",
    "tag_on_the_bus": "case tag in bus",
    "not_sealed": "case text in database",
    "not_padded": "sizes that are no power of two",
    "key_kept": "room key in keyring when erased",
    "packed_text": "case text in elsewhere",
    "secret_in_base64": "K in log",
    "secret_kept": "K in elsewhere",
    "text_in_log": "case text in log",
}

# Those that one server can have at once, each with a word of its own; the others change how everything is stored.
TOGETHER = (
    "default_logs", "last_seen", "file_gone_at_once", "shared_memory", "told_to_another", "tag_on_the_bus", "key_kept",
    "packed_text", "secret_in_base64", "secret_kept", "text_in_log", "no_secure_delete",
)  # fmt: skip
ALONE = tuple(leak for leak in CONTROLS if leak not in TOGETHER)


def sweep(*leaks: str, short: bool) -> Verdict:
    """One sweep in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(Whole(Path(folder), *leaks, short=short).run())


def main() -> int:
    """Prints and keeps the table; 1 when something is where it must not be, or a planted leak was not caught."""
    if why := trace.permitted():
        print(why, file=sys.stderr)
        return 1
    found = sweep(short=False)
    wrong = found.wrong()
    caught = []
    for leaks in (TOGETHER, *((alone,) for alone in ALONE)):
        heard = sweep(*leaks, short=True).wrong()
        for leak in leaks:
            said = [w for w in heard if CONTROLS[leak] in w]
            wrong += [] if said else [f"not caught: {leak}"]
            caught.append((leak.replace("_", " "), said[0] if said else "**NOT CAUGHT**"))
    of_groups, said = _groups(), _groups(*groups.CONTROLS).wrong()
    wrong += of_groups.wrong()
    for leak, words in groups.CONTROLS.items():
        told = [w for w in said if words in w]
        wrong += [] if told else [f"not caught: {leak}"]
        caught.append((leak.replace("_", " ") + ", a group", told[0] if told else "**NOT CAUGHT**"))
    keep("sweep", "make sweep", _body(found, of_groups, caught, wrong))
    return bool(wrong)


def _groups(*leaks: str) -> groups.Sweep:
    """The sweep of a group in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        return groups.sweep(Path(folder), *leaks)


def _body(found: Verdict, group: groups.Sweep, caught: list[tuple[str, str]], wrong: list[str]) -> str:
    also = [(name, len(what), 0) for name, what in sorted(group.checks.items())]
    checks = [(name, len(what), 0) for name, what in sorted(found.checks.items())]
    return f"""# What a meeting leaves on disk

A whole meeting of seven devices on two processes with Redis: a kill -9 while people write, two backups (the database
without the keyring), a bug that holds a text, a crash that would dump core, the end, erasing, and a second circle that
is forgotten for a month. Everything has a mark. The list of files is not a list of folders: strace tells what the
processes wrote, to which path, with which bytes, and to whom they spoke. Each mark is looked for as UTF-8, UTF-16, hex,
URL- and JSON-escaped, and base64 in three alignments, and in what zlib, gzip and brotli unpack.

A number is how often it was found. *document* is the room's document, opened with its key. *written* is everything
that was ever written to any file, also what was removed at once. A number in bold is wrong.

{table(["what", "where", *STAGES], found.rows())}

{table(["also", "found", "may be"], checks)}

## What a group leaves

A group of six and its guide on a server with Redis: a plan, what they agreed, a find, a link to one more device,
somebody who leaves before they meet; a meeting in which a member leads and the guide whispers; its circle told the
group what it leaves, and was erased; then the group was, while a second circle was open, which keeps its own time.
*Document of the group* is every document that is no room, of whatever kind, opened with its key; *document of the
room* every room's.

{table(["what", "where", *groups.STAGES], group.rows())}

{table(["also", "found", "may be"], also)}

The same command plants a fault and must say so:

{table(["planted", "caught as"], caught)}

{"Nothing is where it must not be." if not wrong else "**Wrong:** " + "; ".join(wrong)}
"""


if __name__ == "__main__":
    sys.exit(main())
