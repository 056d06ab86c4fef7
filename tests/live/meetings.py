"""Meetings on a real server, brought to a moment over HTTP by the people in it."""

from __future__ import annotations

import html
import re

from server.person import Person
from tests.conftest import Server

SIX = ("Owen", "Cora", "Carl", "Cleo", "Cem", "Cato")
POINTER = re.compile(r'do/next" name="at" value="([^"]+)"')
CASE = {"rev": "1", "situation": "Er is iets", "difficulty": "Lastig", "question": "Een vraag van één?"}


class Meeting:
    """A circle on the server: Fay leads, the others take part, a big screen hangs on the wall."""

    def __init__(self, lead: Person, people: dict[str, Person], screen: Person) -> None:
        self.lead, self.people, self.screen = lead, people, screen

    async def do(self, name: str, verb: str, **fields: str) -> None:
        answer = await self.people[name].act(verb, **fields)
        assert answer.status_code == 204, (verb, answer.text)

    async def press(self, verb: str, times: int = 1) -> None:
        """The facilitator's act with the pointer of the cockpit as it is."""
        for _ in range(times):
            at = POINTER.search(await self.lead.page("/leiden"))
            assert at
            answer = await self.lead.act(verb, at=html.unescape(at[1]))
            if "te weinig antwoorden" in answer.text:  # then who gave nothing says so
                for one in self.people.values():
                    await one.act("done")
                answer = await self.lead.act(verb, at=html.unescape(at[1]))
            assert answer.status_code == 204, answer.text

    async def cases(self, name: str) -> list[str]:
        return re.findall(r'name="dots-([^"]+)"', await self.people[name].page())


async def meeting(
    server: Server, names: tuple[str, ...] = SIX, method: str = "five-step", chairs: str = "8"
) -> Meeting:
    lead = await Person(server.url).begin("Mentoren", "Fay", method=method, chairs=chairs)
    people = {n: await Person(server.url, "en" if n == "Carl" else "nl").join(lead.code, n) for n in names}
    screen = Person(server.url, alias=lead.alias)
    symbols = re.search(r'class="symbols"[^>]*>(.*?)</', (await screen.http.get("/scherm")).text, re.S)
    assert symbols
    csrf = re.search(r'name="csrf" value="([^"]{86})"', await lead.page("/leiden"))
    assert csrf
    typed = re.sub(r"<[^>]+>|\s", "", symbols[1])
    await lead.http.post(f"/r/{lead.alias}/koppel", data={"csrf": csrf[1], "symbols": typed})
    assert (await screen.http.get("/scherm")).status_code == 303
    return Meeting(lead, people, screen)


async def writing(server: Server) -> Meeting:
    room = await meeting(server)
    await room.press("next", 3)
    return room


async def laid(server: Server) -> Meeting:
    room = await writing(server)
    await room.do("Owen", "lay", **CASE)
    return room


async def small(server: Server) -> Meeting:
    room = await meeting(server, SIX[:3])
    await room.press("next", 3)
    return room


async def consent(server: Server) -> Meeting:
    room = await laid(server)
    await room.press("next")
    return room


async def voting(server: Server, rest: int = 4) -> Meeting:
    room = await writing(server)
    for name in SIX[:rest]:
        await room.do(name, "lay", **{**CASE, "question": f"Vraag {name}?"})
    await room.press("next", 2)
    return room


async def chosen(server: Server) -> Meeting:
    room = await voting(server)
    await room.do("Owen", "chosen", rev="1")
    return room


async def asking(server: Server) -> Meeting:
    room = await voting(server)
    await room.press("next")
    return room


async def twenty(server: Server) -> Meeting:
    room = await asking(server)
    await room.do("Owen", "answer", choice="bring")
    await room.press("next")
    return room


async def closing(server: Server) -> Meeting:
    room = await voting(server)
    await room.press("skip")
    return room


async def rating(server: Server) -> Meeting:
    room = await closing(server)
    await room.press("next")
    return room


async def telling(server: Server, method: str, steps: int) -> Meeting:
    room = await meeting(server, ("Cleo", "Owen", "Cora", "Carl"), method)
    await room.press("next", 3)
    await room.press("tell")
    await room.do("Cleo", "it-is-me")
    await room.do("Cleo", "say-yes", method=method)
    await room.press("next", steps)
    return room


async def cards(server: Server) -> Meeting:
    room = await telling(server, "gossip", 2)
    for name in ("Owen", "Cora", "Carl"):  # three write: each says that it may be without a name
        await room.do(name, "small")
    return room


async def scale(server: Server) -> Meeting:
    return await telling(server, "gossip", 6)


async def weighing(server: Server) -> Meeting:
    return await telling(server, "moral-deliberation", 8)
