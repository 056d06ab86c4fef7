"""The doctor finds each planted fault of an installation, and nothing on a sound one."""

from __future__ import annotations

import ipaddress
import os
import re
import resource
import socket
import sqlite3
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from server import doctor
from server.config import Config
from tests.browser.circles import until
from tests.conftest import ROOT, Redis, free_port


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A sound installation: keys elsewhere, a database that a server made."""
    keys = tmp_path / "keys"
    for folder in (tmp_path / "data", keys):
        folder.mkdir(mode=0o700)
    (keys / "_pepper").write_bytes(os.urandom(32))
    (keys / "_pepper").chmod(0o600)
    (keys / "inner").mkdir(mode=0o700)
    with sqlite3.connect(tmp_path / "data" / "kring.db") as file:
        file.execute("create table room (id text primary key)")
    found = Config.from_env({"KRING_DATA": str(tmp_path / "data"), "KRING_KEYRING": str(keys / "inner")})
    return replace(found, origins=("http://127.0.0.1:8000",))


def levels(found: Iterator[doctor.Finding]) -> set[str]:
    return {f.level for f in found}


def said(found: Iterator[doctor.Finding]) -> list[tuple[str, str]]:
    return [(f.level, f.what) for f in found]


def test_a_sound_installation_has_nothing_to_mend(config: Config, tmp_path: Path) -> None:
    for check in (
        doctor.origins,
        doctor.keyring,
        doctor.signing,
        doctor.disk,
        doctor.database,
        doctor.versions,
        doctor.bus,
    ):
        assert levels(check(config)) <= {"ok"}, check
    nothing = tmp_path / "swaps"
    nothing.write_text("Filename Type Size Used Priority\n")
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
    assert levels(doctor.memory(config, nothing)) == {"ok"}
    resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))
    assert levels(doctor.clock(config, (nothing,))) == {"ok"}


def test_each_planted_fault_of_the_way_in_is_found(config: Config) -> None:
    plain = replace(config, origins=("http://192.168.1.7:8000",))
    assert said(doctor.origins(plain)) == [("warn", "without HTTPS: http://192.168.1.7:8000")]
    nobody = replace(config, origins=(f"https://127.0.0.1:{free_port()}",))
    [(level, what)] = said(doctor.certificates(nobody))
    assert (level, "cannot be reached as a browser would" in what) == ("wrong", True)


def test_each_planted_fault_of_the_keyring_is_found(config: Config, tmp_path: Path) -> None:
    beside = replace(config, keyring=tmp_path / "keys")
    assert said(doctor.keyring(beside))[0] == ("warn", f"the keyring lies beside the data, in {tmp_path}")
    none = replace(config, keyring=tmp_path / "keys" / "none")
    assert said(doctor.keyring(none)) == [("warn", f"there is no keyring at {none.keyring} yet")]
    config.keyring.chmod(0o755)
    assert said(doctor.keyring(config)) == [("wrong", "others can read the keyring: inner")]


def test_each_planted_fault_of_the_data_is_found(config: Config) -> None:
    config.data.chmod(0o755)
    assert ("warn", "others can read the data folder") in said(doctor.disk(config))
    (config.data / "kring.db").write_bytes(b"this is no database" * 500)
    [(level, what)] = said(doctor.database(config))
    assert (level, what[:28]) == ("wrong", "the database cannot be read:")


def test_each_planted_fault_of_libraries_and_clock_is_found(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(doctor.FLOORS, "h11", "99.0")
    assert said(doctor.versions(config)) == [("wrong", f"h11 {version('h11')} has a known fault")]
    nobody = ("warn", "nobody says that the clock is kept by the network")
    assert said(doctor.clock(config, (tmp_path / "nowhere",))) == [nobody]


def test_a_key_to_sign_with_that_is_none_is_found(config: Config) -> None:
    assert said(doctor.signing(config)) == []  # made when it is first asked for
    file = config.keyring / "_signing"
    file.write_bytes(os.urandom(32))
    [(level, what)] = said(doctor.signing(config))
    assert level == "ok" and "keep a copy of _signing" in what
    file.write_bytes(b"half")
    assert said(doctor.signing(config)) == [("wrong", "the key that signs certificates is not one of 32 bytes")]


def test_a_script_without_a_font_is_found(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "SCRIPTS", {"Latin": "Aé", "Nobody's": "\U0005abcd"})
    assert said(doctor.fonts(config)) == [("warn", "no font for names in Nobody's")]
    monkeypatch.setattr(doctor, "SCRIPTS", {"Latin": "Aé"})
    assert levels(doctor.fonts(config)) == {"ok"}


def answers(client: doctor.redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except doctor.redis.RedisError:
        return False


KEEPS_NOTHING = ("ok", "Redis answers, keeps nothing, and is not open")
ON_DISK = ("warn", "Redis writes to disk")
SLOW = ("warn", "Redis keeps a list of slow commands, with what was in them and when")
OPEN = ("warn", "Redis listens to others without a password")


async def quiet(redis: Redis) -> doctor.redis.Redis:
    """A client of a Redis that is set as it should be."""
    client = doctor.redis.Redis.from_url(redis.url)
    await until(lambda: answers(client), 5)
    client.config_set("bind", "127.0.0.1")
    client.config_set("slowlog-max-len", "0")
    return client


def settings_of(config: Config, url: str) -> list[tuple[str, str]]:
    """What is said of a Redis but for its version, which is the machine's."""
    return said(doctor.bus(replace(config, redis_url=url)))[:-1]


@pytest.mark.parametrize(
    ("setting", "value", "finding"),
    [("appendonly", "yes", ON_DISK), ("save", "60 1", ON_DISK), ("slowlog-max-len", "128", SLOW)],
)
async def test_redis_that_keeps_anything_is_found(
    config: Config, redis: Redis, setting: str, value: str, finding: tuple[str, str]
) -> None:
    client = await quiet(redis)
    assert settings_of(config, redis.url) == [KEEPS_NOTHING]
    client.config_set(setting, value)
    assert settings_of(config, redis.url) == [finding]


async def test_redis_that_does_not_answer_is_found(config: Config, redis: Redis) -> None:
    await quiet(redis)
    redis.kill()
    [(level, what)] = said(doctor.bus(replace(config, redis_url=redis.url)))
    assert (level, what[:20]) == ("warn", "Redis does not tell:")


async def test_redis_that_others_reach_without_a_password_is_found(config: Config, redis: Redis) -> None:
    """O06."""
    client = await quiet(redis)
    client.config_set("bind", "127.0.0.1 -::1")
    assert settings_of(config, redis.url) == [KEEPS_NOTHING]
    client.config_set("bind", "* -::*")
    assert settings_of(config, redis.url) == [OPEN]
    client.config_set("slowlog-max-len", "9")
    assert settings_of(config, redis.url) == [SLOW, OPEN]  # one fault hides no other
    client.config_set("slowlog-max-len", "0")
    client.config_set("requirepass", "geheim")
    assert settings_of(config, redis.url.replace("//", "//:geheim@")) == [KEEPS_NOTHING]


@pytest.mark.parametrize(
    ("number", "floor"),
    [
        ("6.2.22", "8.2.9"),
        ("7.0.15", "8.2.9"),
        ("8.2.8", "8.2.9"),
        ("8.3.9", "8.4.6"),
        ("8.4.5", "8.4.6"),
        ("8.6.5", "8.6.6"),
        ("8.8.1", "8.8.2"),
        ("8.10.0", "8.10.1"),
        *((v, "") for v in ("8.2.9", "8.2.10", "8.4.6", "8.6.6", "8.8.2", "8.10.1", "8.12.0", "9.0.0")),
    ],
)
def test_a_redis_below_the_floor_of_its_branch_is_found(number: str, floor: str) -> None:
    found = doctor.redis_floor(number)
    if floor:
        assert (found.level, found.what) == ("warn", f"Redis {number} is older than {floor}")
        assert found.do == f"At least {floor}, or your distribution's patched build."
    else:
        assert (found.level, found.what) == ("ok", f"Redis {number} has no known fault that concerns us")


async def test_the_version_is_the_one_that_runs(config: Config, redis: Redis) -> None:
    await quiet(redis)
    told = subprocess.run(["redis-server", "--version"], capture_output=True, text=True, check=True).stdout
    found = list(doctor.bus(replace(config, redis_url=redis.url)))[-1]
    assert found == doctor.redis_floor(re.findall(r"v=([\d.]+)", told)[0])


def test_what_compose_starts_is_what_the_doctor_asks_for() -> None:
    text = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    [image] = re.findall(r"image: redis:([\d.]+)-alpine", text)
    assert doctor.redis_floor(image).level == "ok"
    [command] = re.findall(r'command: \["redis-server", (.+)\]', text)
    given = dict(re.findall(r'"--([a-z-]+)", "(\w*)"', command))
    assert list(doctor.keeps(given)) == []


@pytest.mark.parametrize("cores", [False, True])
@pytest.mark.parametrize("swap", [False, True])
def test_swap_and_core_dumps_are_found_each_by_itself(config: Config, tmp_path: Path, swap: bool, cores: bool) -> None:
    """O07."""
    swaps = tmp_path / "swaps"
    swaps.write_text("Filename Type Size Used Priority\n" + "/dev/sda2 partition 1 0 -2\n" * swap)
    with core_dumps(cores):
        found = said(doctor.memory(config, swaps))
    expected = [("warn", "swap is on: /dev/sda2")] * swap + [("warn", "core dumps are on")] * cores
    assert found == (expected or [("ok", "no swap and no core dumps")])


@pytest.mark.parametrize(("least", "sound"), [(0, False), (1, True)])
def test_where_a_program_gets_the_core_dumps_only_one_byte_holds_them_back(
    config: Config, tmp_path: Path, least: int, sound: bool
) -> None:
    swaps, pattern = tmp_path / "swaps", tmp_path / "core_pattern"
    swaps.write_text("Filename Type Size Used Priority\n")
    pattern.write_text("|/usr/lib/systemd/systemd-coredump %P\n")
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if hard == 0:
        pytest.skip("this machine allows no core dumps")
    resource.setrlimit(resource.RLIMIT_CORE, (least, hard))
    try:
        assert levels(doctor.memory(config, swaps, pattern)) == ({"ok"} if sound else {"warn"})
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


@contextmanager
def core_dumps(on: bool) -> Iterator[None]:
    """Whether a crash of this process would be written to disk, for a moment."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    if on and not hard:
        pytest.skip("this machine allows no core dumps")
    resource.setrlimit(resource.RLIMIT_CORE, (hard if on else 0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


def test_a_disk_with_little_room_is_found(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """O07."""
    for room, level in ((0, "ok"), (1 << 62, "warn")):
        monkeypatch.setattr(doctor, "ROOM", room)
        [(found, what)] = said(doctor.disk(config))
        assert found == level
        assert re.fullmatch(r"\d+ GiB free for the data" if level == "ok" else r"\d+ MiB free for the data", what)


@pytest.mark.parametrize(
    ("days", "level", "what"),
    [
        (30, "ok", "has a certificate for 30 days"),
        (13, "warn", "has a certificate for 13 days"),
        (-1, "wrong", "certificate has expired"),
    ],
)
def test_a_certificate_near_its_end_is_found(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int, level: str, what: str
) -> None:
    """O07."""
    paper = tmp_path / "paper.pem"
    paper.write_bytes(certificate(days))
    monkeypatch.setenv("SSL_CERT_FILE", str(paper))  # whom this process trusts
    with tls(paper) as port:
        [found] = doctor.certificates(replace(config, origins=(f"https://127.0.0.1:{port}",)))
    assert found.level == level
    assert what in found.what
    assert found.do == {"ok": "", "warn": "Renew it."}.get(level, "Check the proxy, its certificate and the name.")


def certificate(days: int) -> bytes:
    """A key and its own certificate for 127.0.0.1 that ends in so many days."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kring")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(30)).not_valid_after(now + timedelta(days, seconds=60))
    may = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement", "content_commitment"), False)
    may |= dict.fromkeys(("crl_sign", "encipher_only", "decipher_only"), False)
    for extension, critical in (
        (x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False),
        (x509.BasicConstraints(ca=True, path_length=0), True),
        (x509.KeyUsage(digital_signature=True, key_cert_sign=True, **may), True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
    ):
        made = made.add_extension(extension, critical)
    plain = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return private + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@contextmanager
def tls(paper: Path) -> Iterator[int]:
    """A server that shows this certificate to one who asks."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(paper)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError), context.wrap_socket(listener.accept()[0], server_side=True) as line:
                line.recv(1)

        thread = threading.Thread(target=serve)
        thread.start()
        yield int(listener.getsockname()[1])
        thread.join(10)


def test_the_command_prints_and_tells_by_its_end(config: Config) -> None:
    env = {**os.environ, "KRING_DATA": str(config.data), "KRING_KEYRING": str(config.keyring)}
    command = [sys.executable, "-m", "server", "doctor"]
    sound = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    config.keyring.chmod(0o755)
    broken = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    assert (sound.returncode, broken.returncode) == (0, 1), sound.stdout + broken.stdout
    assert f"chmod -R go= {config.keyring}" in broken.stdout
