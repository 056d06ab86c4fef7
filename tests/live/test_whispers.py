"""Whispering over HTTP and sockets: nobody but the guide and who leads hears, counts or reads anything of a cue."""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack

import pytest

from server.person import Person
from tests.conftest import Server
from tests.live import meetings
from tests.live.meetings import Meeting
from tests.live.test_live import socket
from tests.live.test_nothing_reaches_others import MOVING, Ear, both

LONG = "Kanarie: " + "laat Owen eerst uitpraten, " * 4
OTHERS = ("Owen", "Carl")


async def guided(server: Server) -> tuple[Meeting, Person]:
    """Fay watches as the guide, and Cora leads; both, and Cora's page to lead with."""
    room = await meetings.meeting(server)
    cora = room.people["Cora"]
    seats = dict(
        re.findall(r'<b>(\w+)</b>.*?do/hand-over" name="seat" value="(\w+)"', await room.lead.page("/leiden"), re.S)
    )
    assert (await room.lead.act("hand-over", seat=seats["Cora"])).status_code == 204
    assert (await room.lead.act("task", x="guide")).status_code == 204
    return room, cora


async def read(room: Meeting) -> list[tuple[int, list[tuple[str, str]], str]]:
    """What others get who ask for their page, with all headers, the length of it among them."""
    found = []
    for who, tail in (*((room.people[name], "") for name in OTHERS), (room.screen, "/scherm")):
        answer = await who.http.get(f"/r/{who.alias}{tail}")
        headers = sorted((k, v) for k, v in answer.headers.items() if k != "date")
        found.append((answer.status_code, headers, MOVING.sub("", answer.text)))
    return found


async def told(server: Server, verb: str, **fields: str) -> tuple[list[str], str]:
    """What differs for others by this act of the guide, and the cockpit after it."""
    room, cora = await guided(server)
    ears = [Ear(name) for name in (*OTHERS, "screen")]
    people = (*(room.people[name] for name in OTHERS), room.screen)
    async with AsyncExitStack() as stack, asyncio.TaskGroup() as group:
        listening = []
        for ear, person in zip(ears, people, strict=True):
            place = "screen" if ear.name == "screen" else "seat"
            ws = await stack.enter_async_context(socket(person, place))
            listening.append(group.create_task(ear.listen(ws)))
            await ear.until(1 if place == "screen" else 2)
        control, before = await both(room, ears), await read(room)
        frames = [(len(ear.heard), ear.counter) for ear in ears]
        assert (await room.lead.act(verb, **fields)).status_code == 204
        after, cockpit = await read(room), await cora.page("/leiden")
        fence = await both(room, ears)
        for one in listening:
            one.cancel()
    found = [f"page {i}" for i, (was, now) in enumerate(zip(before, after, strict=True)) if was != now]
    for ear, (heard, counter), was, now in zip(ears, frames, control, fence, strict=True):
        if (len(ear.heard), ear.counter) != (heard + 2, counter + 2) or was != now:
            found.append(f"{ear.name}: {was} {now}")
    return found, cockpit


@pytest.mark.parametrize("fields", [{"ready": "silence"}, {"text": LONG}], ids=["ready", "own words"])
async def test_a_cue_reaches_the_cockpit_and_changes_nothing_for_anybody_else(
    server: Server, fields: dict[str, str]
) -> None:
    found, cockpit = await told(server, "whisper", **fields)

    assert found == []
    assert "Kanarie" in cockpit or "Laat het even stil." in cockpit


async def test_the_same_comparison_sees_what_others_may_see(server: Server) -> None:
    found, _ = await told(server, "task", x="")  # the circle may know that there is no guide any more

    assert [one for one in found if one.startswith("page")]
    assert [one for one in found if one.startswith("Owen")]


async def test_without_a_script_a_guide_whispers_with_a_form_and_a_button(server: Server) -> None:
    room, cora = await guided(server)
    page = await room.lead.page()
    csrf = re.search(r'name="csrf" value="([^"]{86})"', page)
    assert csrf
    for fields, words in (({"text": "Vat even samen"}, "Vat even samen"), ({"ready": "time"}, "Let op de tijd.")):
        answer = await room.lead.http.post(
            f"/r/{room.lead.alias}/do/whisper", data={"csrf": csrf[1], "op": "", **fields}
        )
        assert (answer.status_code, answer.headers["location"]) == (303, f"/r/{room.lead.alias}")
        assert words in await cora.page("/leiden")

    too_long = {"csrf": csrf[1], "op": "", "text": "x" * 141}
    refused = await room.lead.http.post(f"/r/{room.lead.alias}/do/whisper", data=too_long)
    assert refused.status_code == 409
    assert "x" * 141 in refused.text  # what was typed stays


async def test_a_participant_who_stopped_guiding_and_a_leaders_key_whisper_nothing(server: Server) -> None:
    room, cora = await guided(server)
    for name in ("Owen", "Cora"):
        answer = await room.people[name].act("whisper", ready="sum")
        assert (answer.status_code, "als begeleider" in answer.text) == (409, True)
    assert (await room.people["Owen"].act("no-cues", x="1")).status_code == 409
    assert (await room.people["Owen"].act("cue-away", cue="a" * 16)).status_code == 409
    assert (await room.people["Owen"].act("task", x="guide")).status_code == 409  # there is one
    assert (await room.lead.act("task", x="")).status_code == 204
    assert (await room.lead.act("whisper", ready="sum")).status_code == 409
    assert "Vat samen." not in await cora.page("/leiden")


async def test_who_leads_lets_somebody_guide_from_the_cockpit_and_nobody_takes_that_alone(server: Server) -> None:
    room = await meetings.meeting(server)
    owen = room.people["Owen"]
    assert (await owen.act("task", x="guide")).status_code == 409
    offered = re.search(
        r'<b>Owen</b><button[^>]*do/let-guide" name="seat" value="(\w+)"', await room.lead.page("/leiden")
    )
    assert offered
    assert (await owen.act("let-guide", seat=offered[1])).status_code == 409
    assert (await room.lead.act("let-guide", seat=offered[1])).status_code == 204
    assert "Een hint voor Fay" in await owen.page()
    assert "do/let-guide" not in await room.lead.page("/leiden")
