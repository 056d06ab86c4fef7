"""What a process and its children wrote and to whom they spoke: from strace, not from a list of folders."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

CALLS = (
    "open,openat,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,link,linkat,symlink,symlinkat,mknod,"
    "mknodat,truncate,ftruncate,memfd_create,write,pwrite64,writev,pwritev,pwritev2,sendfile,copy_file_range,splice,"
    "connect,sendto,sendmsg,sendmmsg,mmap,io_uring_setup,shmget"
)
LARGEST = 1 << 22  # bytes of one write that are kept; more than any
_LINE = re.compile(rb"^(?:(\d+\.\d+) )?(\w+)\((.*)\) += (-?\d+|\?|0x[0-9a-f]+)(?:<([^>]*)>)?", re.S)
_TEXT = re.compile(rb'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_OFFSET = re.compile(rb", (\d+)$")
_FD = re.compile(rb"^(?:\d+|AT_FDCWD)<([^>]*)>")
_PORT, _ADDRESS = (
    re.compile(rb"sin6?_port=htons\((\d+)\)"),
    re.compile(rb'inet_(?:addr|pton)\((?:AF_INET6, )?"([^"]*)"'),
)
WRITES = {b"write", b"pwrite64", b"writev", b"pwritev", b"pwritev2"}
NAMES = {b"rename", b"renameat", b"renameat2", b"unlink", b"unlinkat", b"mkdir", b"mkdirat", b"link", b"linkat"}
NAMES |= {b"symlink", b"symlinkat", b"mknod", b"mknodat", b"truncate"}
UNSEEN = {b"io_uring_setup", b"shmget", b"sendfile", b"copy_file_range", b"splice"}  # content goes past the trace


@dataclass(frozen=True)
class Event:
    """What was done to a path: when (seconds since 1970; 0 in a trace without times), the bytes, and where in the file
    they went, if the call said so; without bytes it was opened for writing, made, renamed, cut or removed."""

    at: float
    path: str
    body: bytes = b""
    offset: int = -1


@dataclass
class Traced:
    """`touched`: every path opened for writing, made, renamed, cut or removed. `written`: the bytes, by path. `events`:
    both, in the order of their times."""

    touched: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    written: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    spoke: set[str] = field(default_factory=set)
    unseen: set[str] = field(default_factory=set)
    events: list[Event] = field(default_factory=list)


def permitted() -> str:
    """'' when strace may trace here, else a sentence that says why not."""
    if shutil.which("strace") is None:
        return "The sweep needs strace in the PATH."
    tried = subprocess.run(["strace", "-qq", "-e", "trace=none", "true"], capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else f"strace may not trace here: {tried.stderr.strip()}"


def command(prefix: Path, program: list[str], *, times: bool = False) -> list[str]:
    """The program under strace, which stands aside: the process that is started is the program itself. With `times`
    the trace says when each call was made."""
    own = ["strace", "-D", "-ff", "--seccomp-bpf", "-qq", "-yy", "-xx", "-s", str(LARGEST), "-e", "signal=none"]
    no_ring = ["-e", "inject=io_uring_setup:error=ENOSYS"]  # libuv would go past the trace; it takes epoll then
    return [*own, "-e", f"trace={CALLS}", *(["-ttt"] if times else []), *no_ring, "-o", str(prefix), *program]


def read(prefix: Path, cwd: Path) -> Traced:
    """All that was traced under this prefix. Relative names are taken from `cwd`, where the program began."""
    found = Traced()
    _until_done(prefix)
    for path in sorted(prefix.parent.glob(f"{prefix.name}.*")):
        for line in path.read_bytes().split(b"\n"):
            if parts := _LINE.match(line):
                _take(found, float(parts[1] or 0), parts[2], parts[3], parts[4], parts[5] or b"", cwd)
            elif b"<unfinished" not in line and line.strip():
                found.unseen.add(f"unread line: {line[:60]!r}")
    found.events.sort(key=lambda event: event.at)
    return found


def _until_done(prefix: Path) -> None:
    """The tracer writes its last lines just after the program ended, and then ends itself."""
    until = time.monotonic() + 30
    while any(str(prefix).encode() in line for line in _running()):
        assert time.monotonic() < until, "the tracer goes on"
        time.sleep(0.03)  # polls for a sign: that the tracer is gone


def _running() -> Iterator[bytes]:
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            yield path.read_bytes()


def _take(found: Traced, at: float, call: bytes, args: bytes, result: bytes, target: bytes, cwd: Path) -> None:
    if call in (b"connect", b"sendto", b"sendmsg", b"sendmmsg"):
        found.spoke |= set(_spoken(args))
    if result.startswith(b"-"):
        return
    if call in (b"open", b"openat", b"creat"):
        if call == b"creat" or re.search(rb"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC", args.rsplit(b'"', 1)[-1]):
            _touch(found, at, _path(target))
    elif call in WRITES:
        _write(found, at, args)
    elif call in NAMES:
        names = [str(cwd / _text(m[1]).decode()) for m in _TEXT.finditer(args)]
        _touch(found, at, *names)
        if call in (b"unlink", b"unlinkat"):
            found.removed |= set(names)
    elif call == b"memfd_create":
        _touch(found, at, "memfd:" + b"".join(_text(m[1]) for m in _TEXT.finditer(args)).decode())
    elif call == b"mmap" and b"MAP_SHARED" in args and b"PROT_WRITE" in args and b"MAP_ANONYMOUS" not in args:
        found.unseen.add(f"mmap {args[:300]!r}")
    elif call in UNSEEN:
        found.unseen.add(call.decode())


def _touch(found: Traced, at: float, *paths: str) -> None:
    found.touched |= set(paths)
    found.events += [Event(at, path) for path in paths]


def _write(found: Traced, at: float, args: bytes) -> None:
    fd = _FD.match(args)
    where = _path(fd[1]) if fd else "?"
    if re.match(r"(TCP|UDP|UNIX|NETLINK|socket|anon_inode)", where):
        return  # a line to a client or to Redis; who is at the other end is in `spoke`
    texts = list(_TEXT.finditer(args))
    if any(m[2] for m in texts):
        found.unseen.add(f"a long write to {where}")
    body, offset = b"".join(_text(m[1]) for m in texts), _OFFSET.search(args)
    found.written[where].append(body)
    found.events.append(Event(at, where, body, int(offset[1]) if offset else -1))


def _spoken(args: bytes) -> Iterator[str]:
    for part in args.split(b"sa_family=")[1:]:
        family = part.split(b",")[0].split(b"}")[0].decode()
        port, address = _PORT.search(part), _ADDRESS.search(part)
        if port and address:
            yield f"{_text(address[1]).decode()}:{port[1].decode()}"
        elif family == "AF_UNIX":
            yield "unix:" + b"".join(_text(m[1]) for m in _TEXT.finditer(part)).decode(errors="replace")
        elif family not in ("AF_UNSPEC", "AF_NETLINK"):
            yield family


def _path(raw: bytes) -> str:
    """A path as strace prints it behind a descriptor: in hex, or a word such as TCP:[..]."""
    return (_text(raw) if raw.startswith(b"\\x") else raw).decode(errors="replace").removesuffix(" (deleted)")


def _text(raw: bytes) -> bytes:
    return bytes.fromhex(raw.replace(b"\\x", b"").decode()) if raw.startswith(b"\\x") else raw
