"""The command `kring`: starts the server, lists the methods, runs a demo circle."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
from pathlib import Path
from typing import Any

import uvicorn

from server.config import Config, ConfigError
from server.wire import make_room_for_connections


def main() -> None:
    """Reads the command line; settings come from KRING_* in the environment."""
    parser = argparse.ArgumentParser(prog="kring", description="A live room for intervisie.")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("serve", help="start the server (the default)")
    methods = commands.add_parser("methods", help="list the methods, or check a file of your own")
    methods.add_argument("--json", action="store_true", help="for machines: with phases and inputs")
    methods.add_argument("check", nargs="?", choices=("check",), help="look at a file and name its faults")
    methods.add_argument("file", nargs="?", help="the method file, TOML")
    methods.add_argument("--lang", choices=("nl", "en"), default="en", help="the language of the faults")
    commands.add_parser("doctor", help="look at this installation and say what to do")
    demo = commands.add_parser("demo", help="start the server with a circle of simulated people")
    demo.add_argument("--method", default="five-step", help="the id of the method they play; kring methods lists them")
    demo.add_argument("--lang", choices=("nl", "en"), default="nl", help="the language they speak")
    demo.add_argument("--pace", type=float, default=1.0, help="how long they think; 0.5 is twice as fast")
    chosen = parser.parse_args()
    if chosen.command == "methods":
        _methods(chosen)
        return
    try:
        config = Config.from_env(os.environ)
    except ConfigError as wrong:
        sys.exit(f"kring: {wrong}")
    if chosen.command == "doctor":
        from server.doctor import examine, report

        findings = examine(config)
        print(report(findings))
        sys.exit(any(f.level == "wrong" for f in findings))
    if chosen.command == "demo":
        _demo(config, chosen)
        return
    serve(config)


def serve(config: Config) -> None:
    """Runs the server until it is told to stop; prints where it can be reached."""
    _greet(config)
    make_room_for_connections()
    uvicorn.run(**_options(config))


def _demo(config: Config, chosen: argparse.Namespace) -> None:
    from rooms.methodfiles import catalogue
    from server.demo import run

    if chosen.method not in catalogue():
        sys.exit(f"kring: there is no method {chosen.method!r}; kring methods lists the ids of all that there are")
    _greet(config)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(config, {**_options(config), "workers": 1}, chosen.method, chosen.lang, chosen.pace))


def _options(config: Config) -> dict[str, Any]:
    from server.logs import log_config

    return {
        "app": "server.__main__:app",
        "factory": True,
        "host": config.host,
        "port": config.port,
        "workers": config.workers,
        "log_config": log_config(config.log_level),
        "access_log": False,
        "server_header": False,
        "date_header": True,
        "ws_max_size": 4096,
        "ws_per_message_deflate": False,
        "ws_ping_interval": 15,
        "ws_ping_timeout": 15,
        "timeout_keep_alive": 5,
        "timeout_graceful_shutdown": 8,
        "limit_concurrency": 16_000,  # room_for_connections in server.wire says no before
        "http": "server.wire:Http",
        "ws": "server.wiresocket:Socket",
        "proxy_headers": bool(config.forwarded_allow_ips),
        "forwarded_allow_ips": config.forwarded_allow_ips or None,
    }


def app():  # type: ignore[no-untyped-def]
    """The application factory for uvicorn, in this process or in a worker."""
    from server.app import create_app

    _leave_no_core()
    return create_app(Config.from_env(os.environ))


def _leave_no_core() -> None:
    """A crash writes no memory to disk: secrets and texts pass through it. Every process does this for itself. One byte
    is too little for a file; and where a program is handed the dump, which no other limit holds back, Linux takes just
    this one to mean that there is none (core(5), fs/coredump.c)."""
    with contextlib.suppress(ImportError):  # there is no such limit on Windows
        import resource

        least = min(1, resource.getrlimit(resource.RLIMIT_CORE)[1] % 2**63)  # the highest means without a limit
        resource.setrlimit(resource.RLIMIT_CORE, (least, least))


def _greet(config: Config) -> None:
    print(f"Kring: {config.origins[0]}", flush=True)
    others = [o for o in config.origins if "127.0.0.1" not in o and "localhost" not in o and "[::1]" not in o]
    if others and config.host not in ("127.0.0.1", "::1"):
        from server.qr import terminal

        print(f"On this network: {others[0]}\n{terminal(others[0])}", flush=True)


def _methods(chosen: argparse.Namespace) -> None:
    from server import listing

    if chosen.check:
        if not chosen.file:
            sys.exit("kring: name the file to check: kring methods check FILE")
        said, fine = listing.checked(Path(chosen.file), chosen.lang)
        print(said)
        sys.exit(not fine)
    print(listing.as_json() if chosen.json else listing.listed())


if __name__ == "__main__":
    main()
