"""A second device of the same person reads along, is not counted, and writes nothing."""

from __future__ import annotations

import html
import re

from server.person import Person
from tests.adversary.rooms import document
from tests.conftest import Server


async def test_a_second_device_follows_with_a_key_that_works_once(server: Server) -> None:
    lead = await Person(server.url).begin("Mentoren", "Fay", method="five-step")
    owen, cora = [await Person(server.url).join(lead.code, name) for name in ("Owen", "Cora")]
    shown = (await owen.act("invite-device")).text
    key = re.search(r"/volg#key=([\w-]+)", html.unescape(shown))
    assert key
    assert "<svg" in shown

    second = Person(server.url, alias=owen.alias)
    assert (await second.http.get(f"/r/{owen.alias}/volg")).status_code == 200
    answer = await second.http.post(f"/r/{owen.alias}/do/follow", data={"key": key[1]})
    assert answer.status_code == 303
    page = await second.page()
    assert "Dit toestel leest mee." in page
    before = document(server, lead.alias)
    assert len(before["seats"]) == 3  # Fay, Owen, Cora: nobody came in
    assert (await second.act("where", x="remote")).status_code == 403
    assert (await second.act("invite-device")).status_code == 403
    assert document(server, lead.alias)["seats"] == before["seats"]

    third = Person(server.url, alias=owen.alias)
    again = await third.http.post(f"/r/{owen.alias}/do/follow", data={"key": key[1]})
    assert again.status_code == 404
    wrong = await third.http.post(f"/r/{owen.alias}/do/unlock", data={"key": key[1]})
    assert wrong.status_code == 404
    assert "Cora" in await cora.page()


async def test_what_was_written_on_the_first_is_not_shown_on_the_second(server: Server) -> None:
    lead = await Person(server.url).begin("Mentoren", "Fay", method="five-step")
    people = [await Person(server.url).join(lead.code, name) for name in ("Owen", "Cora", "Carl", "Cleo", "Cem")]
    key = re.search(r"/volg#key=([\w-]+)", (await people[0].act("invite-device")).text)
    assert key
    second = Person(server.url, alias=lead.alias)
    await second.http.post(f"/r/{lead.alias}/do/follow", data={"key": key[1]})
    for _ in range(3):
        await lead.next()
    await people[0].act("lay", rev="1", situation="", difficulty="", question="Vraag van Owen?")

    assert "Vraag van Owen?" in await people[0].page()
    assert "Vraag van Owen?" not in await second.page()
