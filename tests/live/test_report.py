"""The page of the report: not before the end, not without everybody's yes, not for who is outside."""

from __future__ import annotations

import html

from server.person import Person
from tests.conftest import Server
from tests.live import meetings


async def test_without_everybodys_yes_the_report_is_refused_with_a_sentence(server: Server) -> None:
    room = await meetings.closing(server)
    people = list(room.people.values())
    early = await people[0].http.get(f"/r/{room.lead.alias}/verslag")
    assert early.status_code == 409
    assert "pas als de kring gesloten is" in early.text
    for who in people[1:]:
        assert (await who.act("agree-report", x="1")).status_code == 204
    await _close(room.lead)

    for who in (room.lead, *people):
        answer = await who.http.get(f"/r/{who.alias}/verslag")
        assert answer.status_code == 409
        sentences = {"nl": "alleen als iedereen die meedoet ja zei", "en": "takes a yes from everyone who takes part"}
        assert sentences[who.lang] in html.unescape(answer.text)


async def test_with_everybodys_yes_the_report_is_there_for_who_sat_at_the_table(server: Server) -> None:
    room = await meetings.closing(server)
    for who in room.people.values():
        assert (await who.act("agree-report", x="1")).status_code == 204
        assert 'aria-pressed="true"' in await who.page()
    await _close(room.lead)

    assert (await room.lead.http.get(f"/r/{room.lead.alias}/verslag")).status_code == 200
    assert (await Person(server.url).http.get(f"/r/{room.lead.alias}/verslag")).status_code == 404


async def _close(lead: Person) -> None:
    assert (await lead.next()).status_code == 204
    assert (await lead.act("close")).status_code == 204
