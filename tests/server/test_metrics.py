"""Who runs the server watches how busy it is, and learns nothing about anybody."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
import pytest

from server.config import Config, ConfigError
from server.metrics import ACTS, HELP, PEOPLE
from tests.conftest import ROOT, Server
from tests.live.meetings import CASE, writing

TOKEN = "t" * 32
SHOWN = {"authorization": f"Bearer {TOKEN}"}


async def asked(server: Server, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(base_url=server.url) as http:
        return await http.get("/metrics", headers=headers)


@pytest.mark.parametrize("token", ["short", "with a space in it", "é" * 20, "x" * 201])
def test_a_token_that_is_none_stops_the_start(token: str) -> None:
    with pytest.raises(ConfigError, match="KRING_METRICS_TOKEN"):
        Config.from_env({"KRING_METRICS_TOKEN": token})


async def test_without_the_token_there_is_no_such_page(tmp_path: Path) -> None:
    server = await Server(tmp_path / "data", KRING_METRICS_TOKEN=TOKEN).start()
    nowhere = (await asked(server)).text
    for headers in ({}, {"authorization": "Bearer " + "x" * 32}, {"authorization": TOKEN}):
        answer = await asked(server, **headers)
        assert (answer.status_code, answer.text) == (404, nowhere)
    right = await asked(server, **SHOWN)
    assert (right.status_code, right.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert set(re.findall(r"^(kring_\w+) ", right.text, re.M)) == HELP.keys()
    server.stop()
    plain = await Server(tmp_path / "other").start()
    assert (await asked(plain, authorization="Bearer none")).status_code == 404
    plain.stop()


async def test_who_asks_all_the_time_does_not_see_that_somebody_acted(tmp_path: Path) -> None:
    server = await Server(tmp_path / "data", KRING_METRICS_TOKEN=TOKEN).start()
    room = await writing(server)
    compared = 0
    for n, name in enumerate(("Owen", "Cora", "Carl", "Cleo", "Cem")):
        before = (await asked(server, **SHOWN)).text
        await room.do(name, "lay", **{**CASE, "rev": str(n + 1)})
        after = (await asked(server, **SHOWN)).text
        if before.rpartition("kring_minute")[2] == after.rpartition("kring_minute")[2]:
            compared += 1
            assert before == after
    assert compared
    server.stop()


async def test_what_people_did_is_told_in_steps() -> None:
    """Also from one minute to the next: by a page made by hand."""
    from server.metrics import Metrics

    class Made:
        def __init__(self, **named: object) -> None:
            self.__dict__.update(named)

    def page(verbs: int, sockets: int) -> dict[str, float]:
        rooms = {"a": Made(clients=range(sockets))}
        store = Made(verbs=verbs, commits=verbs, db=Made(healthy=True))
        text = Metrics(store, Made(rooms=rooms), Made(healthy=True))._page(0)  # type: ignore[arg-type]
        found = re.findall(r"^(kring_\w+) (\S+)$", text, re.M)
        return {name: float(value) for name, value in found if "memory" not in name}

    assert page(1, 1) == page(ACTS - 1, PEOPLE - 1)
    assert page(ACTS, PEOPLE)["kring_acts_total"] == ACTS  # the control: it does tell what a host has to know
    assert page(ACTS, PEOPLE)["kring_sockets"] == PEOPLE
    assert not [name for name in page(1, 1) if "{" in name]


def test_the_dashboard_asks_for_what_there_is() -> None:
    board = json.loads((ROOT / "docs/grafana.json").read_text(encoding="utf-8"))
    asked_for = {
        name for panel in board["panels"] for t in panel["targets"] for name in re.findall(r"kring_\w+", t["expr"])
    }
    assert asked_for
    assert asked_for <= HELP.keys()
