"""What a host can do wrong: what would expose people stops the start with a sentence; what is only odd is harmless."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from server import doctor, sqlitefile
from server.config import Config, ConfigError
from server.person import Person
from tests.conftest import ROOT, Server
from tests.server.faults import stopped


def settings(tmp_path: Path, **env: str) -> Config:
    return Config.from_env({"KRING_DATA": str(tmp_path / "data"), **env})


FAR = [
    "http://kring.example.org",
    "http://8.8.8.8:8000",
    "https://kring.example.org,http://kring.example.org",
    "http://[2a00::1]",
]
ODD = [
    "kring.example.org", "ftp://kring.lan", "https://", "https://kring.example.org/pad", "https://u:p@kring.example.org",
    "https://kring.example.org?x", "https://kring.example.org#x", "http://[::1", "https://kring.example.org:99999", ",",
    "https://Kring.example.org", "https://kring.example.org:443", "http://kring.lan:80",
    "https://kr\u00efng.example", "*",
]  # fmt: skip
NEAR = [
    "http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000", "http://192.168.1.7:8000", "http://10.1.2.3",
    "http://172.20.0.2", "http://[fd00::7]:8000", "http://[fe80::1]", "http://kring.local", "http://kring.lan:8000",
    "http://kring:8000", "https://kring.example.org", "https://kring.example.org:8443",
]  # fmt: skip


@pytest.mark.parametrize("origin", [*FAR, *ODD])
def test_an_address_that_would_expose_people_or_never_work_stops_the_start(tmp_path: Path, origin: str) -> None:
    """O02."""
    with pytest.raises(ConfigError, match="KRING_ORIGIN"):
        settings(tmp_path, KRING_ORIGIN=origin)


@pytest.mark.parametrize("origin", NEAR)
def test_this_machine_private_addresses_and_https_are_fine(tmp_path: Path, origin: str) -> None:
    assert settings(tmp_path, KRING_ORIGIN=origin).origins == (origin,)


def test_a_public_address_to_listen_on_needs_an_origin(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="KRING_ORIGIN"):
        settings(tmp_path, KRING_HOST="8.8.8.8")
    assert settings(tmp_path, KRING_HOST="8.8.8.8", KRING_ORIGIN="https://kring.example.org").secure
    assert settings(tmp_path, KRING_HOST="fd00::7").origins[0] == "http://[fd00::7]:8000"


@pytest.mark.parametrize("proxies", ["*", "0.0.0.0/0", "::/0", "proxy", "127.0.0.1,*", "10.0.0.1/8"])
def test_proxies_are_named_by_address(tmp_path: Path, proxies: str) -> None:
    with pytest.raises(ConfigError, match="KRING_FORWARDED_ALLOW_IPS"):
        settings(tmp_path, KRING_FORWARDED_ALLOW_IPS=proxies)


def test_named_proxies_are_taken_as_they_are(tmp_path: Path) -> None:
    given = " 127.0.0.1, 172.30.77.0/24 ,::1"
    assert settings(tmp_path, KRING_FORWARDED_ALLOW_IPS=given).forwarded_allow_ips == "127.0.0.1,172.30.77.0/24,::1"
    assert 'KRING_FORWARDED_ALLOW_IPS: "*"' not in (ROOT / "compose.yaml").read_text()


def test_keys_are_found_inside_the_data_also_behind_a_link(tmp_path: Path) -> None:
    """O01: a backup of the data would hold the keys."""
    (tmp_path / "data" / "keys").mkdir(parents=True)
    (tmp_path / "elsewhere").symlink_to(tmp_path / "data" / "keys")
    for where in ("data", "data/keys", "data/x/../keys", "elsewhere"):
        with pytest.raises(ConfigError, match="KRING_KEYRING"):
            settings(tmp_path, KRING_KEYRING=str(tmp_path / where))
    assert settings(tmp_path, KRING_KEYRING=str(tmp_path / "data-keys")).keyring.name == "data-keys"


@pytest.mark.parametrize("what", ["data", "data-keyring"])
async def test_a_folder_that_everybody_can_read_stops_the_start(tmp_path: Path, what: str) -> None:
    """O01."""
    (tmp_path / what).mkdir()
    (tmp_path / what).chmod(0o755)
    said = await stopped(Server(tmp_path / "data"))
    assert f"kring: cannot use {tmp_path / what}: other users of this machine can read it" in said
    assert f"chmod -R o= {tmp_path / what}" in said
    assert "Traceback" not in said


async def test_what_a_server_makes_itself_only_its_user_can_read(tmp_path: Path) -> None:
    server = await Server(tmp_path / "data").start()
    await Person(server.url).begin("Mentoren", "Fay")
    made = [
        tmp_path / "data",
        tmp_path / "data-keyring",
        *(tmp_path / "data-keyring").iterdir(),
        tmp_path / "data" / "lock",
    ]
    assert not [p for p in made if p.stat().st_mode & 0o077]
    server.stop()


def test_a_setting_that_sqlite_does_not_take_stops_the_start(tmp_path: Path) -> None:
    """O01: here one that no SQLite takes."""
    code = (
        "from server import sqlitefile, __main__; "
        "sqlitefile.PRAGMAS = (*sqlitefile.PRAGMAS[:2], ('secure_delete', 7), *sqlitefile.PRAGMAS[3:]); "
        "from server.store import Store; from server.keyring import Keyring; from server.config import Config; "
        "import asyncio, os; c = Config.from_env(os.environ); asyncio.run(Store(c, Keyring(c.keyring)).open())"
    )
    env = {"KRING_DATA": str(tmp_path / "data"), "PATH": "/usr/bin:/bin"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "kring: SQLite does not take secure_delete=7" in done.stderr
    assert sqlitefile.PRAGMAS[2] == ("secure_delete", 1)


def test_no_library_is_below_its_floor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """O05."""
    config = settings(tmp_path)
    assert {f.level for f in doctor.versions(config)} == {"ok"}
    monkeypatch.setitem(doctor.FLOORS, "starlette", "99.0")
    assert {f.level for f in doctor.versions(config)} == {"wrong"}


def test_the_doctor_sees_one_budget_for_all_behind_a_proxy_that_is_not_named(tmp_path: Path) -> None:
    behind = replace(settings(tmp_path), origins=("https://kring.example.org",))
    assert [f.level for f in doctor.origins(behind)] == ["ok", "warn"]
    assert [f.level for f in doctor.origins(replace(behind, forwarded_allow_ips="127.0.0.1"))] == ["ok"]


@pytest.mark.long
async def test_another_zone_another_locale_and_debug_are_harmless(tmp_path: Path) -> None:
    """O03, O08: no traceback in a page whatever the level of the log, and nothing rests on where the machine stands."""
    odd = {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "tr_TR.UTF-8",
        "LANG": "C",
        "PYTHONUTF8": "0",
        "KRING_LOG_LEVEL": "debug",
    }
    server = Server(tmp_path / "data", **odd)
    server.command = [sys.executable, "-m", "tests.adversary.planted", "a_bug"]
    await server.start()
    lead = await Person(server.url).begin("Mentoren", "Fay", method="five-step")
    people = [await Person(server.url).join(lead.code.lower(), name) for name in ("Iris", "\u0130lk", "Owen", "Cora")]
    for _ in range(3):
        assert (await lead.next()).status_code == 204
    case = {"rev": "1", "situation": "", "difficulty": "", "question": "geheim " * 200}
    for who, headers in zip(people, ({}, {"x-kring": "1"}), strict=False):
        csrf = (await who.page()).split('name="csrf" value="')[1][:86]
        answer = await who.http.post(f"/r/{lead.alias}/do/lay", data={**case, "csrf": csrf}, headers=headers)
        assert answer.status_code == 500
        assert ("geheim" in answer.text) == (not headers)  # without a script it gives back what its own writer wrote
        told = re.sub(r"<textarea readonly.*?</textarea>", "", answer.text, flags=re.DOTALL)
        for word in ("Traceback", "ValueError", "geheim", ".py", "line "):
            assert word not in told
    server.stop()
