"""Who left, by a tap of their own or by mistake of who leads, is called back from the cockpit, and is who they were."""

from __future__ import annotations

import re

import pytest

from server.person import Person
from tests.adversary.rooms import document
from tests.attacks.test_identity import seat_of
from tests.conftest import Server
from tests.live import meetings

BACK = re.compile(r'do/call-back" name="seat" value="(\w+)"')
RISEN = "Je bent van tafel opgestaan."


async def test_an_owner_who_was_marked_as_left_is_called_back_and_is_the_owner_again(server: Server) -> None:
    room = await meetings.telling(server, "five-step", 1)
    lead, cleo = room.lead, room.people["Cleo"]
    seat = seat_of(server, lead, "Cleo")
    before = document(server, lead.alias)
    assert BACK.findall(await lead.page("/leiden")) == []
    assert (await lead.act("mark-left", seat=seat)).status_code == 204
    assert RISEN in await cleo.page()
    assert BACK.findall(await lead.page("/leiden")) == [seat]
    assert (await lead.act("call-back", seat=seat)).status_code == 204

    page = await cleo.page()
    assert f'data-seat="{seat}"' in page
    assert (await cleo.send(page, "text", {"input": "question-v1", "text": "Hoe nu verder?"})).status_code == 204
    assert "Hoe nu verder?" in await room.people["Cora"].page()
    now = document(server, lead.alias)
    assert (now["devices"], now["seats"]) == (before["devices"], before["seats"])
    assert BACK.findall(await lead.page("/leiden")) == []


async def test_who_stood_up_asks_and_is_called_back_but_who_was_removed_is_not(server: Server) -> None:
    room = await meetings.meeting(server, ("Owen", "Cora", "Carl"))
    lead, owen = room.lead, room.people["Owen"]
    seat = seat_of(server, lead, "Owen")
    await room.do("Owen", "leave")
    typed = await owen.http.post("/", data={"code": lead.code})
    assert typed.headers["location"] == f"/r/{lead.alias}"  # the code leads to the same page
    page = await owen.page()
    assert RISEN in page
    assert f'href="/r/{lead.alias}">Ik ben teruggeroepen' in page
    namesake = await Person(server.url).join(lead.code, "Owen")
    removed = seat_of(server, lead, "Cora")
    assert (await lead.act("remove", seat=removed)).status_code == 204
    assert BACK.findall(await lead.page("/leiden")) == [seat]
    for who in (room.people["Cora"], room.people["Carl"]):
        assert "call-back" not in await who.page()
        assert "Ik ben teruggeroepen" not in await who.page()
    assert (await lead.act("call-back", seat=removed)).status_code == 409
    assert (await lead.act("call-back", seat=seat)).status_code == 204
    assert "Owen 2" in await owen.page()
    assert RISEN not in await namesake.page()


@pytest.mark.parametrize("lang", ["nl", "en"])
async def test_without_a_script_the_button_in_the_menu_calls_back(server: Server, lang: str) -> None:
    lead = await Person(server.url, lang).begin("Mentoren", "Fay")
    owen = await Person(server.url).join(lead.code, "Owen")
    await owen.act("leave")
    page = await lead.page("/leiden")
    assert {"nl": "Vertrokken", "en": "Have left"}[lang] in page
    csrf = re.search(r'name="csrf" value="([^"]{86})"', page)
    assert csrf
    form = {"csrf": csrf[1], "seat": BACK.findall(page)[0], "page": "leiden"}
    answer = await lead.http.post(f"/r/{lead.alias}/do/call-back", data=form)
    assert answer.headers["location"] == f"/r/{lead.alias}/leiden"
    assert RISEN not in await owen.page()
