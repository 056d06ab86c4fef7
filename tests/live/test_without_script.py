"""A page without a script does what the same page does with one: its forms go as the server drew them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest

from server.person import Person
from tests.adversary.rooms import document
from tests.attacks.test_identity import seat_of
from tests.conftest import Server
from tests.live import meetings
from tests.live.meetings import Meeting

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


def drawn(page: str, verb: str) -> dict[str, str]:
    """The hidden fields of a form as it stands on the page."""
    form = re.search(rf'<form method="post" action="/r/\w+/do/{verb}"(.*?)</form>', page, re.S)
    return dict(HIDDEN.findall(form[1])) if form else {}


async def sent(who: Person, verb: str, **fields: str) -> int:
    return (await who.http.post(f"/r/{who.alias}/do/{verb}", data=fields)).status_code


async def page_with(room: Meeting, verb: str) -> str:
    for _ in range(8):
        page = await room.people["Owen"].page()
        if f'do/{verb}"' in page:
            break
        await room.press("skip")
    return page


async def test_a_question_a_card_and_a_chair_are_added_without_a_script(server: Server) -> None:
    room = await meetings.telling(server, "socratic", 1)
    owen, common = room.people["Owen"], re.compile(r'<form id="act"(.*?)</form>', re.S)
    for verb, text in (("ask", "Mijn vraag is deze?"), ("place", "Toen ging ik weg")):
        fields = drawn(await page_with(room, verb), verb)
        assert fields["op"] == ""
        assert await sent(owen, verb, **fields, text=text) == 303
        assert await sent(owen, verb, **{**fields, "op": "short"}, text=text) == 409
        assert text in await room.lead.page("/leiden")
    for name in ("Ruth", "Roos"):
        page = await room.lead.page("/leiden")
        fields = dict(HIDDEN.findall(common.search(page)[1]))  # type: ignore[index]
        assert await sent(room.lead, "add-seat", **fields, name=name) == 303
        assert name in await room.lead.page("/leiden")
    page = await owen.page()
    assert (await owen.send(page, "ask", {"op": "", "text": "Een vraag?"})).status_code == 409  # a script names its own


async def test_without_a_script_removing_somebody_asks_first(server: Server) -> None:
    room = await meetings.telling(server, "socratic", 1)
    lead, common = room.lead, re.compile(r'<form id="act"(.*?)</form>', re.S)
    fields = dict(HIDDEN.findall(common.search(await lead.page("/leiden"))[1]))  # type: ignore[index]
    carl = seat_of(server, lead, "Carl")
    page = await lead.http.post(f"/r/{lead.alias}/do/remove", data={**fields, "seat": carl})
    assert (page.status_code, "Wil je Carl verwijderen?" in page.text) == (200, True)
    assert document(server, lead.alias)["seats"][carl]["presence"] == "here"
    form = dict(HIDDEN.findall(page.text))
    assert form["seat"] == carl
    assert await sent(lead, "remove", **form, sure="1") == 303
    assert document(server, lead.alias)["seats"][carl]["presence"] == "removed"


async def test_in_the_list_of_a_hall_giving_the_lead_away_asks_first(server: Server) -> None:
    room = await meetings.meeting(server, chairs="70")
    lead, carl = room.lead, seat_of(server, room.lead, "Carl")
    page = await lead.page("/mensen")
    form = dict(HIDDEN.findall(next(f for f in page.split("<form") if "do/hand-over" in f and carl in f)))
    asked = await lead.http.post(f"/r/{lead.alias}/do/hand-over", data=form)
    assert (asked.status_code, "Wil je Carl de leiding geven?" in asked.text) == (200, True)
    assert not document(server, lead.alias)["seats"][carl]["lead"]
    assert await sent(lead, "hand-over", **dict(HIDDEN.findall(asked.text)), sure="1") == 303
    assert document(server, lead.alias)["seats"][carl]["lead"]


async def test_a_tap_that_moves_a_card_says_what_it_saw_beside_it(server: Server) -> None:
    room = await meetings.telling(server, "u-procedure", 1)
    owen, page = room.people["Owen"], await page_with(room, "place")
    line = re.search(r'do/place".*?name="input" value="([\w-]+)"', page, re.S)
    assert line
    for text in ("een", "twee", "drie"):
        assert (await owen.act("place", input=line[1], text=text)).status_code == 204
    page = await room.lead.page("/leiden")
    taps = re.findall(r'do/move" name="card" value="([\w:-]+)"\s+aria-label="(Eerder|Later): (\w+)', page)
    by = {(way, text): value for value, way, text in taps}
    for way, text, after in (
        ("Eerder", "drie", ["een", "drie", "twee"]),
        ("Later", "een", ["een", "drie", "twee"]),  # it saw another one beside it
        ("Eerder", "een", ["een", "drie", "twee"]),
    ):
        for _ in range(2):
            assert (await room.lead.send(page, "move", {"card": by[way, text]})).status_code == 204
            lying = re.findall(r'class="words">(een|twee|drie)<', await room.lead.page("/leiden"))
            assert lying == after, (way, text)


@pytest.mark.long
async def test_who_saves_a_shared_list_that_somebody_else_just_changed_keeps_both(server: Server) -> None:
    room = await meetings.telling(server, "moral-deliberation", 1)
    owen, cora = room.people["Owen"], room.people["Cora"]
    for _ in range(14):
        page = await owen.page()
        if 'name="input" value="agreed"' in page:
            break
        await room.press("skip")
    seen = re.compile(r'name="versions" value="(\d+)">\s*<input type="hidden" name="input" value="agreed"')
    form = {"input": "agreed", "versions": seen.search(page)[1]}  # type: ignore[index]
    answer = await cora.send(await cora.page(), "text", {**form, "text": "Cora: belt de ouders"})
    assert answer.status_code == 204
    csrf = re.search('name="csrf" value="([^"]{86})"', page)[1]  # type: ignore[index]
    for headers in ({"x-kring": "1"}, {}):
        fields = {**form, "csrf": csrf, "text": "Owen: maakt het rooster"}
        no = await owen.http.post(f"/r/{owen.alias}/do/text", data=fields, headers=headers)
        assert no.status_code == 409
        assert "Er kwam net iets bij. Lees het even, en bewaar dan opnieuw." in no.text
    assert "Owen: maakt het rooster" in no.text  # the page without a script holds what was typed, and what came
    assert "belt de ouders" in no.text
    again = {**form, "versions": seen.search(no.text)[1], "text": "Cora belt, Owen maakt het rooster"}  # type: ignore[index]
    assert (await owen.send(page, "text", again)).status_code == 204


async def test_what_a_script_sends_padded_is_taken_as_it_is(server: Server) -> None:
    """Even stop, and a case off the table."""
    room = await meetings.voting(server)
    await room.press("back")
    owen = room.people["Owen"]
    tap = re.compile(r'formaction="/r/\w+/do/(take-back|stop)"\s+name="(\w+)" value="([^"]*)"')
    shown = {"take-back": "Deze casus is teruggenomen.", "stop": "Even stil"}
    for verb in ("take-back", "stop"):
        page = await owen.page()
        csrf = re.search(r'<form id="act".*?name="csrf" value="([^"]{86})"', page, re.S)[1]  # type: ignore[index]
        name, value = {word: rest for word, *rest in tap.findall(page)}[verb]
        assert await sent(owen, verb, csrf=csrf, op="", **{name: value}) == 303
        assert shown[verb] in await room.people["Cora"].page()


async def asked(who: Person, page: str, verb: str, tail: str = "") -> dict[str, str]:
    """The form of the question that a tap on this act of a page gets, which did nothing yet."""
    common = re.search(r'<form id="act"(.*?)</form>', page, re.S)
    assert common
    answer = await who.http.post(f"/r/{who.alias}/do/{verb}", data=dict(HIDDEN.findall(common[1])))
    assert answer.status_code == 200
    word = {"erase": "Ja, wis alles nu", "close": "Ja, de kring is rond"}[verb]
    assert re.search(rf'<button class="quiet wide" name="sure" value="1">\s*{word}\s*</button>', answer.text)
    assert f'href="/r/{who.alias}{tail}">Terug<' in answer.text
    return {**drawn(answer.text, verb), "sure": "1"}


async def test_what_ends_a_meeting_for_all_is_asked_on_a_page_first(server: Server) -> None:
    room = await meetings.rating(server)
    lead, owen = room.lead, room.people["Owen"]
    fields = await asked(lead, await lead.page("/leiden"), "close", "/leiden")
    assert 'do/close"' in await lead.page("/leiden"), "nothing happened yet"
    no = await owen.http.post(f"/r/{owen.alias}/do/close", data={**drawn(await owen.page(), "evaluate"), "sure": ""})
    assert no.status_code == 409, "who does not lead is not asked"

    closed = await lead.http.post(f"/r/{lead.alias}/do/close", data=fields)
    assert (closed.status_code, closed.headers["location"]) == (303, f"/r/{lead.alias}/leiden")
    for tail in ("/leiden", ""):
        page = await lead.page(tail)
        assert "Deze kring is rond." in page or "De kring is rond." in page
        fields = await asked(lead, page, "erase", tail)
    assert (await owen.http.get(f"/r/{owen.alias}")).status_code == 200, "it is all still there"

    assert await sent(lead, "erase", **fields) == 303
    assert (await owen.http.get(f"/r/{owen.alias}")).status_code == 410


async def test_the_reports_own_question_is_not_asked_again(server: Server) -> None:
    room = await meetings.closing(server)
    for who in room.people.values():
        assert (await who.act("agree-report", x="1")).status_code == 204
    assert (await room.lead.next()).status_code == 204
    assert (await room.lead.act("close")).status_code == 204
    page = await room.lead.page("/verslag")
    assert re.search(r"<details>\s*<summary>Wis het nu</summary>.*<button [^>]*name=\"sure\" value=\"1\"", page, re.S)

    csrf = re.search('name="csrf" value="([^"]{86})"', page)[1]  # type: ignore[index]
    assert await sent(room.lead, "erase", csrf=csrf, sure="1") == 303


async def test_what_no_field_takes_any_more_is_given_back_on_the_page_that_says_so(server: Server) -> None:
    """The cards were opened meanwhile: the form is gone, and what was written in it stands beside the sentence."""
    room = await meetings.telling(server, "five-step", 2)
    cora = room.people["Cora"]
    await room.press("next")
    for name in ("Owen", "Cora", "Carl"):
        await room.do(name, "small")
    fields = drawn(await cora.page(), "card")
    assert fields
    for name in ("Owen", "Carl"):
        await room.do(name, "card", input="cores", slot="0", rev="1", text=f"De kern van {name}")
    await room.press("next")
    answer = await cora.http.post(f"/r/{cora.alias}/do/card", data={**fields, "text": "De kern is dat hij wacht"})
    assert answer.status_code == 409
    assert "Wat je schreef, staat nog op je toestel." in answer.text
    assert answer.text.count("De kern is dat hij wacht") == 1
    field = re.search(r"<textarea readonly[^>]*>(.*?)</textarea>", answer.text, re.S)
    assert field
    assert field[1].strip() == "De kern is dat hij wacht"


async def test_wrong_symbols_of_a_screen_are_a_sentence_without_a_script_too(server: Server) -> None:
    room = await meetings.meeting(server)
    fields = dict(HIDDEN.findall(await room.lead.page("/leiden")))
    answer = await room.lead.http.post(f"/r/{room.lead.alias}/koppel", data={"csrf": fields["csrf"], "symbols": "QQQQ"})
    assert answer.status_code == 409


class Ballot(HTMLParser):
    """The form of a ballot as a browser fills it in: what it sends as it stands, and with this case chosen."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.stands: dict[str, str] = {}
        self.ones: list[str] = []
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = has.get("action", "").endswith("/do/own")
        elif self._inside and has.get("type") == "radio":
            self.ones.append(has["value"])
            self.stands |= {has["name"]: has["value"]} if "checked" in has else {}
        elif self._inside and tag in ("input", "button"):
            self.stands[has["name"]] = has.get("value", "")


async def test_in_a_hall_a_ballot_without_a_vote_is_as_long_as_one_with(server: Server) -> None:
    room = await meetings.meeting(server, chairs="70")
    assert (await room.lead.act("ballot", x="one")).status_code == 204
    await room.press("next", 3)
    for name in meetings.SIX:
        await room.do(name, "lay", **{**meetings.CASE, "question": f"Vraag {name}?"})
    await room.press("next", 2)
    owen, lengths = room.people["Owen"], set()
    for vote in (0, 1, -1):  # a case, another, and none after all
        found = Ballot(await owen.page("/tafel"))
        assert len(found.ones) == len(meetings.SIX) + 1
        for one in found.ones:
            lengths.add(len(urlencode({**found.stands, "one": one})))
        given = {**found.stands, "one": found.ones[vote]}
        answer = await owen.http.post(f"/r/{owen.alias}/do/own", data=given, headers={"x-kring": "1"})
        assert answer.status_code == 204, answer.text
        shown = Ballot(await owen.page("/tafel")).stands
        assert shown["one"] == found.ones[vote]
        lengths.add(len(urlencode(shown)))
        kept = [b["dots"] for one in document(server, owen.alias)["rounds"].values() for b in one["ballots"].values()]
        assert kept == [{found.ones[vote]: 1} if vote >= 0 else {}]
    assert len(lengths) == 1
