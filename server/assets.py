"""Static files: hashed names that never change, compressed at most once, kept in memory."""

from __future__ import annotations

import gzip
import hashlib
import json
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import brotli
from rjsmin import jsmin
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

FIXED = "fonts/literata-1.woff2"  # a stylesheet cannot know a hashed name
BINARY = ("font/", "image/png")  # small already
SHEETS: dict[str, tuple[str, ...]] = {  # one stylesheet per kind of page: fewer requests, they compress better
    "door": ("base", "page", "chairs", "ring", "door"),
    "create": ("base", "page", "chairs", "ring", "door", "create"),
    "group": ("base", "page", "chairs", "ring", "door", "group"),
    "report": ("base", "page", "chairs", "ring", "door", "report"),
    "paper": ("base", "page", "chairs", "paper"),
    "reader": ("base", "page", "chairs", "ring", "door", "reader"),
    "reflect": ("base", "page", "chairs", "reflect"),
    "check": ("base", "page", "check"),
    "seat": ("base", "chairs", "ring", "room", "seat"),
    "lead": ("base", "chairs", "ring", "room", "shared", "lead"),
    "screen": ("base", "chairs", "ring", "room", "shared", "screen"),
    "board": ("board",),
    "hall": ("hall",),
    "whisper": ("whisper",),
}
# One module each, with what it says in a language: blocks, in which the same word may be used, each of some files.
SCRIPTS = {"room": (("live",), ("kept", "sent", "acts")), "door": (("live",),)}
# Modules that a page fetches when it needs them; their addresses are among what it says.
LATER = {"hint": ("questions", "names", "hint"), "carry": ("carry",), "device": ("device",), "left": ("left",)}
# Modules of one page, which names them itself.
OWN = {"reflect": ("reports", "reportfiles", "reflect")}
_COMMENT = re.compile(r"""("[^"]*")|/\*.*?\*/""", re.DOTALL)
_BLANKS = re.compile(r"""("[^"]*")|\s*;?\s*(\})\s*|\s*([{;,])\s*|(:)\s+|\s+""")


@dataclass(frozen=True)
class File:
    """One file; made smaller when a browser first asks for it, and kept so."""

    kind: str
    raw: bytes

    @cached_property
    def br(self) -> bytes:
        """In brotli, as small as it gets."""
        packed: bytes = brotli.compress(self.raw, quality=11)
        return packed

    @cached_property
    def gz(self) -> bytes:
        """In gzip."""
        return gzip.compress(self.raw, 9, mtime=0)


class Assets:
    """Everything under a directory, as /s/<name>.<10 hex>.<ext>; stylesheets and scripts put together as SHEETS
    and SCRIPTS say, without comments and indentation; `says` holds per language the scripts' own sentences, those of
    a module of LATER or OWN under its name and the others under "page"."""

    def __init__(self, root: Path, says: Mapping[str, Mapping[str, Mapping[str, str]]]) -> None:
        self._urls: dict[str, str] = {}
        self._files: dict[str, File] = {}
        for path in sorted(p for p in root.rglob("*") if p.is_file() and p.suffix != ".css"):
            own = path.parent.name == "js"
            self._add(path.relative_to(root), jsmin(_text(path)).encode() if own else path.read_bytes())
        lean = {path.stem: lean_css(_text(path)) for path in root.glob("*.css")}
        for name, parts in SHEETS.items():
            self._add(Path(f"{name}.css"), "".join(lean[part] for part in parts).encode())
        for lang, sentences in says.items():
            for name, files in {**LATER, **OWN}.items():
                code = _say(sentences[name]) + _joined(root, files)
                self._add(Path(f"{name}.{lang}.js"), code.encode())
            say = _say({**sentences["page"], **{name: self.url(f"{name}.{lang}.js") for name in LATER}})
            for name, blocks in SCRIPTS.items():
                code = "".join("{\n" + _joined(root, files) + "}\n" for files in blocks)
                self._add(Path(f"{name}.{lang}.js"), (say + code).encode())

    def _add(self, path: Path, raw: bytes) -> None:
        name = path.as_posix()
        kind = {".woff2": "font/woff2", ".js": "text/javascript"}.get(path.suffix) or mimetypes.guess_type(name)[0]
        file = File(kind or "application/octet-stream", raw)
        public = f"{path.stem}.{hashlib.sha256(raw).hexdigest()[:10]}{path.suffix}"
        if name == FIXED:
            public = path.name
        self._urls[name], self._files[public] = f"/s/{public}", file

    def url(self, name: str) -> str:
        """The address of a file; raises KeyError for a file that is not there."""
        return self._urls[name]

    async def serve(self, request: Request) -> Response:
        """GET /s/<name>: the file for ever, or 404."""
        file = self._files.get(request.path_params["name"])
        if file is None:
            return PlainTextResponse("404\n", 404)
        return answer(request, file, {"cache-control": "max-age=31536000, immutable"})


def answer(request: Request, file: File, headers: Mapping[str, str] | None = None) -> Response:
    """A file as small as this browser takes it."""
    accepted = {part.split(";")[0].strip() for part in request.headers.get("accept-encoding", "").split(",")}
    body, encoding = file.raw, ""
    if not file.kind.startswith(BINARY):
        if "br" in accepted:
            body, encoding = file.br, "br"
        elif "gzip" in accepted:
            body, encoding = file.gz, "gzip"
    given = {**(headers or {}), "vary": "accept-encoding"}
    if encoding:
        given["content-encoding"] = encoding
    return Response(body, media_type=file.kind, headers=given)


def _say(sentences: Mapping[str, str]) -> str:
    return f"const say={json.dumps(sentences, ensure_ascii=False, separators=(',', ':'))};\n"


def _joined(root: Path, files: tuple[str, ...]) -> str:
    """Script files that are one, without what is there for their reader."""
    return "".join(jsmin(_text(root / f"js/{name}.js")) + "\n" for name in files)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")  # whatever the locale of the machine


def lean_css(text: str) -> str:
    """A stylesheet without comments, with one blank for many, none beside a brace, comma or semicolon or after a
    colon, and no semicolon before a closing brace."""
    bare = _COMMENT.sub(lambda m: m[1] or " ", text)
    return _BLANKS.sub(lambda m: next(filter(None, m.groups()), " "), bare)
