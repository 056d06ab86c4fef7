"""A real PostgreSQL for the tests: in a folder of its own, on a unix socket, as a user who is not root."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

DEBIAN = Path("/usr/lib/postgresql")  # where its servers lie, outside everybody's PATH
SETTINGS = {  # what is not the server's own default
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "log_min_messages": "warning",
}


def program(name: str) -> str:
    """One of PostgreSQL's programs."""
    found = shutil.which(name) or next((str(path) for path in sorted(DEBIAN.glob(f"*/bin/{name}"), reverse=True)), None)
    assert found, f"the tests need {name} of PostgreSQL: apt-get install postgresql"
    return found


def psql(text: str, url: str) -> str:
    """What a database answers, without the end of its last line: a line for each row, its values between bars."""
    command = [program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", url, "-c", text]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.rstrip("\n")


class Postgres:
    """One PostgreSQL, made anew, that may be stopped and killed; `settings` are added to its command line."""

    def __init__(self, **settings: str) -> None:
        self.settings = {**SETTINGS, **settings}
        self.folder = Path(tempfile.mkdtemp(prefix="kring-pg-"))
        self.data, self.log = self.folder / "data", self.folder / "log"
        self.who: dict[str, object] = {}
        if os.geteuid() == 0:
            entry = pwd.getpwnam("postgres")
            self.who = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
            os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        self._run("initdb", "-D", str(self.data), "-U", "kring", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")

    def start(self) -> Postgres:
        """Ready to be asked when this returns."""
        command = [program("postgres"), "-D", str(self.data), "-k", str(self.folder)]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        with self.log.open("ab") as log:
            for _ in range(100):  # after a kill the old processes go when they notice
                self.process = subprocess.Popen(
                    command, cwd=self.folder, stdout=log, stderr=log, start_new_session=True, **self.who
                )
                while self.process.poll() is None:
                    if not self._run("pg_isready", "-q", "-h", str(self.folder), fine=False).returncode:
                        return self
        raise AssertionError(self.log.read_text()[-2000:])

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: it ends who is connected, and ends well. SIGQUIT: at once; it has to recover at its start."""
        self.process.send_signal(how)
        self.process.wait(60)

    def kill9(self) -> None:
        """All its processes die at once, in the middle of whatever they do. Alone the first one would be outlived by
        the others until they have nothing to do."""
        self.process.send_signal(signal.SIGSTOP)
        for pid in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        self.stop(signal.SIGKILL)

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases, over the socket."""
        return f"postgresql://kring@/{database}?host={quote(str(self.folder), safe='/')}"

    def new(self, prefix: str = "kring") -> str:
        """The address of a new, empty database."""
        name = f"{prefix}_{uuid.uuid4().hex[:12]}"
        self.sql(f"create database {name}")
        return self.url(name)

    def sql(self, text: str, url: str = "") -> str:
        """What the server answers, as psql writes it: a line for each row."""
        return self._run("psql", "-XAtq", "-v", "ON_ERROR_STOP=1", url or self.url(), "-c", text).stdout

    def cut(self) -> int:
        """Ends the connections of everybody else; how many there were."""
        others = "pid <> pg_backend_pid() and backend_type = 'client backend' and application_name <> 'holding'"
        return int(
            self.sql(f"select count(pg_terminate_backend(pid)) from pg_stat_activity where {others}").strip() or 0
        )

    @contextlib.contextmanager
    def holding(self, text: str, url: str) -> Iterator[None]:
        """Another program that said this, and waits with what comes after; it is not cut off by `cut`."""
        command = [program("psql"), "-XAtq", url]
        env = {**os.environ, "PGAPPNAME": "holding"}
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as other:
            assert other.stdin and other.stdout
            other.stdin.write(text + ";\n\\echo said\n")
            other.stdin.flush()
            while other.stdout.readline().strip() != "said":
                pass
            yield
            other.stdin.close()

    async def later(self, sql: str, wanted: str) -> None:
        """Asks until the answer is the one that is waited for."""
        async with asyncio.timeout(30):
            while (await asyncio.to_thread(self.sql, sql)).strip() != wanted:
                await asyncio.sleep(0.02)  # polls for a sign

    def remove(self) -> None:
        """Ends it and takes its folder away."""
        with contextlib.suppress(AttributeError, ProcessLookupError):
            if self.process.poll() is None:
                self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, name: str, *words: str, fine: bool = True) -> subprocess.CompletedProcess[str]:
        who = {} if name in ("psql", "pg_isready") else self.who
        env = {**os.environ, "PGUSER": "kring"}
        said = subprocess.run(
            [program(name), *words], capture_output=True, text=True, check=False, cwd=self.folder, env=env, **who
        )
        assert not fine or not said.returncode, said.stderr
        return said
