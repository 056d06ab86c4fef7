"""A group on a real server: who may do and see what, keys, dates, erasing, and what lies on the disk."""

from __future__ import annotations

import asyncio
import contextlib
import html
import re
import sqlite3
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import msgspec
import pytest

from rooms import promises
from rooms.room import Room
from server import groupacts, identity
from server.person import KEPT, Person
from tests.adversary.rooms import document
from tests.conftest import ROOT, Server
from tests.live.test_handround import hand
from tests.said import sentence

CSRF = re.compile(r'name="csrf" value="([^"]{86})"')
KEY = re.compile(r"#key=([2-9B-Z-]{19})<")
CODE = re.compile(r'class="bigcode">([2-9B-Z]{4}-[2-9B-Z]{4})<')
MEMBER = re.compile(r'name="member" value="([0-9a-f]{12})"')
TEMPLATES = ROOT / "templates"
SHELF, AGREEMENT = "Eerst stil zijn werkt.", "We zijn op tijd."


@dataclass
class Browser:
    """One browser with the cookies of a group."""

    server: Server
    alias: str = ""
    key: str = ""
    http: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        headers = {"origin": self.server.url, "accept-language": "nl"}
        kept = httpx.Limits(keepalive_expiry=KEPT)
        self.http = httpx.AsyncClient(base_url=self.server.url, headers=headers, timeout=20, limits=kept)

    async def page(self, tail: str = "") -> str:
        answer = await self.http.get(f"/g/{self.alias}{tail}")
        return html.unescape(answer.text) if answer.status_code == 200 else ""

    async def act(self, verb: str, tail: str = "", **fields: str) -> httpx.Response:
        found = CSRF.search((await self.http.get(f"/g/{self.alias}{tail}")).text)
        form = {"csrf": found[1] if found else "", "page": tail.strip("/"), **fields}
        return await self.http.post(f"/g/{self.alias}/do/{verb}", data=form)

    async def begin(self, name: str) -> str:
        """Begins a group; the code to come in by."""
        answer = await self.http.post("/groep", data={"group": name, "zone": "Europe/Amsterdam"})
        assert answer.status_code == 200
        self._keep(answer.text)
        found = CODE.search(await self.page("/leden"))
        assert found
        return found[1]

    async def join(self, code: str, name: str) -> Browser:
        answer = await self.http.post("/", data={"code": code, "name": name})
        assert answer.status_code == 200, answer.text
        self._keep(answer.text)
        return self

    async def bring(self, alias: str, key: str) -> httpx.Response:
        self.alias = alias
        return await self.http.post(f"/g/{alias}/sleutel", data={"key": key})

    def _keep(self, text: str) -> None:
        found, where = KEY.search(text), re.search(r"/g/(g[0-9a-f]{12})", text)
        assert found and where
        self.key, self.alias = found[1], where[1]


@dataclass
class Cast:
    organiser: Browser
    guide: Browser
    member: Browser
    other: Browser
    code: str


async def cast(server: Server) -> Cast:
    """A group with its organiser, a guide and two members, on the road in ten."""
    organiser = Browser(server)
    code = await organiser.begin("Mentoren Zuid")
    people = [await Browser(server).join(code, name) for name in ("Marijke", "Joost", "Anouk")]
    whose = {name: await id_of(server, people[0].alias, name) for name in ("Marijke",)}
    assert (await organiser.act("guide", "/leden", member=whose["Marijke"], yes="1")).status_code == 303
    taken = await organiser.act("take", "/plan", road="ten", count="10", first="2026-12-02", time="14:00", minutes="90")
    assert taken.status_code == 303
    await people[1].act("find", text=SHELF, op="0123456789ab")
    await people[1].act("agreement", "/leden", text=AGREEMENT, rev=rev_of(""))
    return Cast(organiser, *people, code)


def person(answer: httpx.Response, browser: Browser) -> Person:
    """The same browser in the circle that it came into."""
    one, where = Person(browser.server.url), re.search(r"/r/([0-9a-f]{12})", answer.headers["location"])
    assert where
    one.http.cookies.update(browser.http.cookies)
    one.alias = where[1]
    return one


def ids(server: Server) -> list[str]:
    """All that is kept there, by its id."""
    with contextlib.closing(sqlite3.connect(f"file:{server.data / 'kring.db'}?mode=ro", uri=True)) as db:
        return [row[0] for row in db.execute("select id from room")]


def cookie_of(answer: httpx.Response) -> tuple[str, str]:
    """The circle that an answer leads to, and the secret it gives for it."""
    alias = re.search(r"/r/([0-9a-f]{12})", answer.headers["location"])[1]  # type: ignore[index]
    return alias, answer.cookies[f"kring-{alias}"].partition(".")[0]


def rev_of(agreement: str) -> str:
    return identity.fingerprint(agreement.encode())[:16]


async def id_of(server: Server, alias: str, name: str) -> str:
    return next(i for i, m in document(server, alias)["members"].items() if m["name"] == name)


async def test_the_organiser_sees_less_than_a_member_and_the_page_says_what(server: Server) -> None:
    who = await cast(server)
    for tail in ("", "/plan", "/leden"):
        page = await who.organiser.page(tail)
        assert SHELF not in page and AGREEMENT not in page
    assert "Jij organiseert deze groep." in await who.organiser.page()
    assert SHELF in await who.member.page() and AGREEMENT in await who.other.page("/leden")
    stranger = Browser(server, who.member.alias)
    tails = ("", "/plan", "/leden", "/agenda.ics")
    assert [(await stranger.http.get(f"/g/{stranger.alias}{t}")).status_code for t in tails] == [404] * 4
    gone = await stranger.http.get("/g/g000000000000")
    assert gone.status_code == 404 and "Deze groep kennen we niet" in gone.text
    assert (
        gone.text == (await stranger.http.get(f"/g/{stranger.alias}")).text
    )  # of a group that is, as of one that is not


#: who may: o organiser, g guide, m member
MATRIX = {
    "take": "ogm", "move": "ogm", "set-up": "ogm", "skip": "ogm", "add": "ogm", "code": "ogm", "lend": "ogm",
    "only-here": "ogm", "find": "gm", "drop-find": "m", "agreement": "gm", "agree": "gm", "guide": "o", "remove": "og",
    "open": "gm", "enter": "gm", "leave": "gm", "anew": "ogm", "erase": "o",
}  # fmt: skip
ATTENDANCE = ("registers", "confirm", "propose", "say", "proof")  # whose table is in test_attendance
REPORT = ("report-draft", "report-write", "report-agree", "report-open")  # in test_clientreport
SHORT = ("find", "drop-find", "guide", "remove", "open", "erase")
TAKE = {"road": "year", "count": "4", "first": "2027-01-05", "time": "09:00", "minutes": "60", "weeks": "8"}
MOVE = {"nr": "2", "day": "2027-02-01", "time": "10:00", "minutes": "90"}


@pytest.fixture(scope="module")
async def roomy(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """A server on which an address begins as many groups as it likes."""
    server = await Server(tmp_path_factory.mktemp("groups") / "data").hurry("rooms=100000").start()
    yield server
    server.stop()


async def otherwise(server: Server, verb: str, roles: str = "ogmx") -> list[str]:
    """What goes otherwise than the table says, for each of these in a group of their own."""
    found = []
    for role in roles:
        who = await cast(server)
        one = {"o": who.organiser, "g": who.guide, "m": who.member, "x": Browser(server, who.member.alias)}[role]
        before = kept(server, who.member.alias)
        answer = await one.act(verb, "/leden", **await form_of(server, who, verb))
        allowed = role in MATRIX[verb]
        if (answer.status_code in (200, 303)) is not allowed or role == "x" and answer.status_code != 404:
            found.append(f"{verb} by {role}: {answer.status_code}")
        if verb == "erase" and allowed:
            found += [f"{verb} by {role} leaves a page"] if await who.member.page() else []
            continue
        quiet = verb == "agree" and role == "m" or verb == "only-here"  # nothing to change
        if (kept(server, who.member.alias) != before) is not (allowed and not quiet):
            found.append(f"{verb} by {role}: changed or not")
    return found


def kept(server: Server, alias: str) -> dict[str, object]:
    """The group as it lies there."""
    return {k: v for k, v in document(server, alias).items() if k not in ("version", "_row")}


async def form_of(server: Server, who: Cast, verb: str) -> dict[str, str]:
    """The fields of a form that does something, if it is taken."""
    anouk = await id_of(server, who.member.alias, "Anouk")
    return {
        "take": TAKE, "move": MOVE, "set-up": {"nr": "4", "guidance": "self", "method": "five-step"},
        "skip": {"nr": "5", "yes": "1"}, "find": {"text": "Nog iets.", "op": "aa"}, "code": {"yes": "1"},
        "drop-find": {"find": "0123456789ab"}, "agreement": {"text": "Anders.", "rev": rev_of(AGREEMENT)},
        "agree": {"rev": rev_of(AGREEMENT)}, "guide": {"member": anouk, "yes": "1"},
        "remove": {"member": anouk}, "open": {"nr": "0"}, "enter": {"nr": "0"},
    }.get(verb, {})  # fmt: skip


@pytest.mark.parametrize("verb", [v if v in SHORT else pytest.param(v, marks=pytest.mark.long) for v in MATRIX])
async def test_each_verb_is_for_whom_it_is_for_and_a_refusal_changes_nothing(roomy: Server, verb: str) -> None:
    assert await otherwise(roomy, verb) == []


def test_every_verb_that_is_known_or_has_a_form_stands_in_the_table() -> None:
    pages = "".join(path.read_text() for path in TEMPLATES.rglob("*group*.html"))
    formed = set(re.findall(r'form\(group, csrf, "([^"]+)"', pages))
    assert len(formed) > 12 and {*groupacts.VERBS, *formed, "enter"} == {*MATRIX, *ATTENDANCE, *REPORT}


@pytest.mark.long
@pytest.mark.parametrize("planted", ["anybody_organises guide m", "anybody_is_inside find o"])
async def test_a_verb_that_does_not_ask_who_acts_is_noticed(tmp_path: Path, planted: str) -> None:
    leak, verb, who = planted.split()
    server = Server(tmp_path / "data")
    server.command = [sys.executable, "-m", "tests.adversary.planted", "no_budgets", leak]
    await server.start()

    assert await otherwise(server, verb, who) != []
    server.stop()


TAILS = (
    "", "/plan", "/leden", "/agenda.ics", "/aanwezigheid", "/aanwezigheid.csv", "/aanwezigheid/bewijs.pdf",
    "/aanwezigheid/0.pdf",
)  # fmt: skip


async def outsiders(server: Server, who: Cast) -> dict[str, Browser]:
    """Everybody who is in this group no more, or never was, with all that they may still hold."""
    alias, found = who.member.alias, {"stranger": Browser(server, who.member.alias)}
    for name in ("left", "removed"):
        one = await Browser(server).join(who.code, name)
        cookies = dict(one.http.cookies)
        if name == "left":
            await one.act("leave", "/leden")
        else:
            await who.organiser.act("remove", "/leden", member=await id_of(server, alias, name))
        one.http.cookies.clear()
        one.http.cookies.update(cookies)
        found[name] = one
    other = (await cast(server)).member
    other.http.cookies.set(f"kring-{alias}", other.http.cookies[f"kring-{other.alias}"])
    other.alias, found["of another group"] = alias, other
    lent = KEY.search((await who.member.act("lend", "/leden")).text)
    assert lent and (await Browser(server).bring(alias, lent[1])).status_code == 303
    late = Browser(server)
    assert (await late.bring(alias, lent[1])).status_code == 404
    return {**found, "with a used link": late}


async def test_who_is_not_in_a_group_gets_no_page_of_it_and_does_nothing_in_it(roomy: Server) -> None:
    """One answer for all, as of a group that is not there."""
    who = await cast(roomy)
    them = await outsiders(roomy, who)
    before = kept(roomy, who.member.alias)
    nothing = (await Browser(roomy).http.get("/g/g000000000000")).text
    for name, one in them.items():
        secret = identity.decode(one.http.cookies.get(f"kring-{one.alias}", "")) or bytes(32)
        for tail in TAILS:
            answer = await one.http.get(f"/g/{one.alias}{tail}")
            same = nothing.replace("/g/g000000000000", f"/g/{one.alias}{tail}")
            assert (answer.status_code, answer.text) == (404, same), (name, tail)
        for verb in (*MATRIX, *ATTENDANCE, *REPORT):
            form = {"csrf": identity.csrf_token(secret, one.alias), **await form_of(roomy, who, verb)}
            answer = await one.http.post(f"/g/{one.alias}/do/{verb}", data=form)
            assert answer.status_code == 404, (name, verb)
    assert kept(roomy, who.member.alias) == before


@pytest.mark.long
@pytest.mark.parametrize("role", ["o", pytest.param("m", marks=pytest.mark.long)])
async def test_no_verb_is_done_without_the_value_of_its_own_page_or_from_elsewhere(roomy: Server, role: str) -> None:
    who, other = await cast(roomy), await cast(roomy)
    one, theirs = (who.organiser, other.organiser) if role == "o" else (who.member, other.member)
    foreign = CSRF.search((await theirs.http.get(f"/g/{theirs.alias}/leden")).text)
    own = CSRF.search((await one.http.get(f"/g/{one.alias}/leden")).text)
    assert foreign and own
    before = kept(roomy, one.alias)
    for verb in (*MATRIX, *ATTENDANCE, *REPORT):
        form, path = await form_of(roomy, who, verb), f"/g/{one.alias}/do/{verb}"
        for value in ("", "x", foreign[1], own[1][:-1] + ("A" if own[1][-1] != "A" else "E")):
            assert (await one.http.post(path, data={**form, "csrf": value})).status_code == 403, verb
        for origin in ("https://evil.example", "null"):
            answer = await one.http.post(path, data={**form, "csrf": own[1]}, headers={"origin": origin})
            assert answer.status_code == 403, verb
        assert (await one.http.get(path)).status_code in (404, 405), verb
    assert kept(roomy, one.alias) == before


async def test_a_form_of_another_group_or_from_elsewhere_is_not_taken(server: Server) -> None:
    first, second = await cast(server), await cast(server)
    theirs = CSRF.search((await second.member.http.get(f"/g/{second.member.alias}")).text)
    assert theirs
    before = document(server, first.member.alias)
    for value in ("", "x", theirs[1]):
        answer = await first.member.http.post(
            f"/g/{first.member.alias}/do/find", data={"csrf": value, "text": "Niet kwijt.", "op": "zz"}
        )
        assert answer.status_code == 403 and "Niet kwijt." in answer.text
    away = await first.member.http.post(
        f"/g/{first.member.alias}/do/add", data={"csrf": theirs[1]}, headers={"origin": "https://evil.example"}
    )
    assert away.status_code == 403 and document(server, first.member.alias) == before


async def test_the_sheet_opens_another_device_and_a_link_opens_one(server: Server) -> None:
    who = await cast(server)
    alias = who.member.alias
    phone = Browser(server)
    assert (await phone.bring(alias, who.member.key.lower().replace("-", " "))).status_code == 303
    assert "Jij" in (await phone.page("/leden")) or "jij" in await phone.page("/leden")
    lent = KEY.search((await phone.act("lend", "/leden")).text)
    assert lent
    tablet, second = Browser(server), Browser(server)
    assert (await tablet.bring(alias, lent[1])).status_code == 303
    for key in (lent[1], "2222-2222-2222-2222", ""):
        assert (await second.bring(alias, key)).status_code == 404
    await tablet.act("only-here", "/leden")
    assert await who.member.page() == "" and await phone.page() == "" and await tablet.page()


async def test_a_key_that_opens_nothing_leaves_the_form_and_says_why(server: Server) -> None:
    who = await cast(server)
    alias = who.member.alias
    wrong = await Browser(server).bring(alias, "2222-2222-2222-2222")
    none = await Browser(server).bring("g000000000000", "2222-2222-2222-2222")
    assert wrong.status_code == none.status_code == 404 and 'value="2222-2222-2222-2222"' in wrong.text
    assert wrong.text.replace(alias, "") == none.text.replace("g000000000000", "")
    for _ in range(7):
        assert (await Browser(server).bring(alias, who.member.key)).status_code == 303
    full = await Browser(server).bring(alias, who.member.key)
    assert full.status_code == 409 and "Dit zijn al 8 toestellen." in full.text


async def test_a_link_that_another_member_made_takes_no_device_over(server: Server) -> None:
    who = await cast(server)
    lent = KEY.search((await who.other.act("lend", "/leden")).text)
    assert lent
    answer = await who.member.bring(who.member.alias, lent[1])
    assert answer.status_code == 409 and "van een ander lid" in answer.text
    assert "<b>Joost</b> · jij" in await who.member.page("/leden")
    assert (await who.organiser.bring(who.member.alias, lent[1])).status_code == 303  # the organiser's is both


async def test_who_comes_in_twice_holds_a_sheet_that_opens(server: Server) -> None:
    who = await cast(server)
    twice = Browser(server)
    await twice.http.post("/", data={"code": who.code})  # asks the name, and gives the cookie of who takes a chair
    form = {"code": who.code, "name": "Bram"}
    cookies = dict(twice.http.cookies)
    await twice.http.post("/", data=form)
    twice.http.cookies.clear()
    twice.http.cookies.update(cookies)  # sent before the answer came
    again = await twice.http.post("/", data=form)
    shown = KEY.search(again.text)
    assert shown and sum(m["name"] == "Bram" for m in document(server, who.member.alias)["members"].values()) == 1
    assert (await Browser(server).bring(who.member.alias, shown[1])).status_code == 303


async def test_nobody_writes_over_an_agreement_that_another_changed(server: Server) -> None:
    who = await cast(server)
    seen = rev_of(AGREEMENT)
    assert (await who.other.act("agreement", "/leden", text="Op tijd en er zijn.", rev=seen)).status_code == 303
    late = await who.member.act("agreement", "/leden", text="Op tijd, met koffie.", rev=seen)
    assert late.status_code == 409
    assert "Op tijd en er zijn." in late.text and "Op tijd, met koffie." in late.text


async def test_a_find_has_a_short_name_whatever_is_sent(server: Server) -> None:
    who = await cast(server)
    for op in ("x" * 9000, "../..", ""):
        assert (await who.member.act("find", text="Nog iets.", op=op)).status_code == 303
    assert {len(name) for name in document(server, who.member.alias)["shelf"]} == {12}


async def test_two_who_open_a_meeting_at_once_are_in_one_circle(server: Server) -> None:
    who = await cast(server)
    answers = await asyncio.gather(*(b.act("open", nr="0") for b in (who.guide, who.member, who.other)))
    rooms = {re.search(r"/r/([0-9a-f]{12})", a.headers["location"])[1] for a in answers}  # type: ignore[index]
    assert len(rooms) == 1
    room = document(server, rooms.pop())
    assert {s["name"] for s in room["seats"].values()} == {"Marijke", "Joost", "Anouk"}
    assert sum(s.get("lead", False) for s in room["seats"].values()) == 1
    assert len({s["member"] for s in room["seats"].values()}) == 3


async def test_a_meeting_that_is_not_to_be_opened_leaves_no_circle(tmp_path: Path) -> None:
    server = await Server(tmp_path / "data").start()
    who = await cast(server)
    await who.member.act("skip", "/plan", nr="0", yes="1")
    before = set(ids(server))
    for nr in ("0", "99", "x"):
        assert (await who.member.act("open", nr=nr)).status_code == 409
    assert set(ids(server)) == before == {who.member.alias}
    server.stop()


async def test_what_a_circle_leaves_is_kept_when_who_leads_closes_and_erases_it_at_once(server: Server) -> None:
    who = await cast(server)
    lead = person(await who.guide.act("open", nr="0"), who.guide)
    await who.member.act("open", nr="0")
    for _ in range(30):
        if "do/close" in (page := await lead.page("/leiden")):
            break
        at = re.search(r'do/skip" name="at" value="([^"]+)"', page) or re.search(
            r'do/next" name="at" value="([^"]+)"', page
        )
        assert at
        verb = "skip" if "do/skip" in page else "next"
        assert (await lead.act(verb, at=html.unescape(at[1]))).status_code == 204
    assert (await lead.act("close")).status_code == 204
    assert (await lead.act("erase")).status_code == 303
    first = document(server, who.member.alias)["meetings"][0]
    assert len(first["held"]["present"]) == 2 and not first.get("room")


async def test_a_circle_gets_another_secret_than_its_group(server: Server) -> None:
    """Who was asked for a name carries a secret for it; it is the group's from then on and no circle's."""
    who = await cast(server)
    fresh = Browser(server)
    asked = await fresh.http.post("/", data={"code": who.code})
    assert asked.status_code == 200 and "kring-nieuw" in fresh.http.cookies
    await fresh.join(who.code, "Fatima")
    for browser in (who.member, fresh):  # the first opens it, the second comes in
        alias = person(await browser.act("open", nr="0"), browser).alias
        cookies = {name: value.partition(".")[0] for name, value in browser.http.cookies.items()}
        assert {f"kring-{browser.alias}", f"kring-{alias}"} <= cookies.keys()
        assert len(set(cookies.values())) == len(cookies)


async def test_who_taps_twice_opens_one_circle_and_takes_one_chair_in_it(server: Server) -> None:
    who = await cast(server)
    for one in (who.guide, who.member):  # the first opens it, the second comes in
        page = await one.page()
        form = {"csrf": CSRF.search(page)[1], "nr": "0"}  # type: ignore[index]
        cookies = {"cookie": "; ".join(f"{n}={v}" for n, v in one.http.cookies.items())}
        async with httpx.AsyncClient(base_url=server.url, headers={"origin": server.url}) as tab:
            twice = [tab.post(f"/g/{one.alias}/do/open", data=form, headers=cookies) for _ in range(2)]
            answers = await asyncio.gather(*twice)
        assert [a.status_code for a in answers] == [303, 303]
        rooms, secrets = zip(*(cookie_of(a) for a in answers), strict=True)
        assert len(set(rooms)) == len(set(secrets)) == 1
    assert len(document(server, rooms[0])["seats"]) == 2


async def test_a_member_who_types_the_circles_code_is_no_guest_and_a_guest_locks_nobody_out(server: Server) -> None:
    who = await cast(server)
    room, _ = cookie_of(await who.guide.act("open", nr="0"))
    code = document(server, room)["code"]
    guest = Browser(server)
    assert (await guest.http.post("/", data={"code": code, "name": "Joost"})).status_code == 303
    typed = await who.other.http.post("/", data={"code": code})
    assert typed.status_code == 303 and cookie_of(typed)[0] == room
    assert (await who.member.act("open", nr="0")).status_code == 303
    people = {s["name"]: s.get("member", "") for s in document(server, room)["seats"].values()}
    assert people["Joost"] == "" and people["Joost 2"] and people["Anouk"]


async def test_a_device_finds_its_groups_again_and_nobody_elses(server: Server) -> None:
    who = await cast(server)
    found, none = await who.member.http.get("/groep"), await Browser(server).http.get("/groep")
    assert f'href="/g/{who.member.alias}">Mentoren Zuid<' in found.text and "Mentoren Zuid" not in none.text
    made_up = {"cookie": f"kring-{who.member.alias}={identity.encode(identity.new_secret())}"}
    assert "Mentoren Zuid" not in (await Browser(server).http.get("/groep", headers=made_up)).text


async def test_the_circle_of_a_group_says_beside_a_field_what_the_group_keeps(server: Server) -> None:
    who = await cast(server)
    await who.guide.act("open", nr="0")
    room = document(server, who.guide.alias)["meetings"][0]["room"]
    promised = promises.all_now(msgspec.convert(document(server, room), Room))
    assert sentence(promised["evaluation"]).endswith("Een vaste groep bewaart het middelste antwoord.")
    assert sentence(promised["it-is-me"]).endswith("Een vaste groep onthoudt dat jij iets inbracht, en niet wat.")
    assert "groep" not in sentence(promises.INPUTS["it-is-me"]) + sentence(promises.INPUTS["evaluation"])


async def test_while_a_device_goes_round_who_holds_it_is_no_member(server: Server) -> None:
    who = await cast(server)
    answer = await who.guide.act("open", nr="0")
    lead, member = (Person(server.url, alias=cookie_of(answer)[0]) for _ in range(2))
    lead.http.cookies.update(who.guide.http.cookies)
    await who.member.act("open", nr="0")
    member.http.cookies.update(who.member.http.cookies)
    assert (await lead.act("add-seat", name="Ruth")).status_code == 204
    await hand(member, "Ruth")
    held = await member.http.get(f"/g/{who.member.alias}")
    assert held.status_code == 403 and "gaat nu rond" in held.text and SHELF not in held.text
    await hand(member, "Joost")
    assert (await member.http.get(f"/g/{who.member.alias}")).status_code == 200


async def test_what_a_circle_leaves_is_with_the_group_when_it_is_closed_expired_or_erased(tmp_path: Path) -> None:
    server = await Server(tmp_path / "data").start()
    who = await cast(server)
    lead = person(await who.guide.act("open", nr="0"), who.guide)
    await who.member.act("open", nr="0")
    assert (await lead.act("erase")).status_code == 303
    page = await who.member.page()
    assert "Ga de kring in" not in page and "Zet de stoelen klaar" in page  # it was erased before it was a meeting
    server.stop()


async def test_the_calendar_has_each_meeting_and_says_that_one_was_moved(server: Server) -> None:
    who = await cast(server)
    await who.member.act("move", "/plan", nr="1", day="2027-01-13", time="09:30", minutes="120")
    await who.member.act("skip", "/plan", nr="2", yes="1")
    text = (await who.other.http.get(f"/g/{who.other.alias}/agenda.ics")).text
    assert text.endswith("END:VCALENDAR\r\n") and max(len(line.encode()) for line in text.split("\r\n")) <= 75
    events = text.replace("\r\n ", "").split("BEGIN:VEVENT")[1:]
    assert len(events) == 10
    assert "DTSTART:20261202T130000Z" in events[0] and "SEQUENCE:0" in events[0]
    assert "DTSTART:20270113T083000Z" in events[1] and "SEQUENCE:1" in events[1]
    assert "STATUS:CANCELLED" in events[2]
    assert len({re.search(r"UID:(.*)", e)[1] for e in events}) == 10  # type: ignore[index]
    assert f"/g/{who.other.alias}" in events[0]


async def test_the_calendar_has_a_day_without_a_time_and_says_what_is_off(server: Server) -> None:
    who = await cast(server)
    await who.member.act("move", "/plan", nr="1", day="2027-01-13", time="", minutes="120")
    await who.member.act("take", "/plan", **{**TAKE, "count": "4", "time": "", "weeks": ""})
    text = (await who.other.http.get(f"/g/{who.other.alias}/agenda.ics")).text.replace("\r\n ", "")
    events = text.split("BEGIN:VEVENT")[1:]
    assert "DTSTART;VALUE=DATE:20270105\r\nDTEND;VALUE=DATE:20270106" in events[0]
    assert "DTSTART;VALUE=DATE:20270330" in events[1] and "SEQUENCE:2" in events[1]  # twelve weeks, as the road says
    assert [("STATUS:CANCELLED" in e) for e in events] == [False] * 4 + [True] * 6


async def test_a_date_that_no_calendar_holds_is_refused_with_what_was_typed(server: Server) -> None:
    who = await cast(server)
    for day in ("0001-01-01", "9999-12-31"):
        answer = await who.member.act("move", "/plan", nr="1", day=day, time="23:59", minutes="33")
        assert answer.status_code == 409 and f'value="{day}"' in answer.text and 'value="33"' in answer.text
    assert (await who.member.http.get(f"/g/{who.member.alias}/agenda.ics")).status_code == 200


async def test_bad_dates_and_numbers_get_a_sentence_and_keep_the_form(server: Server) -> None:
    who = await cast(server)
    for fields in ({"first": "morgen"}, {"count": "99"}, {"minutes": "5"}, {"road": "none"}, {"time": "noon"}):
        answer = await who.member.act("take", "/plan", **{**TAKE, **fields})
        assert answer.status_code == 409 and 'role="alert"' in answer.text
    assert len(document(server, who.member.alias)["meetings"]) == 10


async def test_nothing_of_a_group_is_readable_on_disk_and_erasing_leaves_nothing(tmp_path: Path) -> None:
    server = await Server(tmp_path / "data").start()
    who = await cast(server)
    alias = who.member.alias
    words = [w.encode() for w in (SHELF, AGREEMENT, "Mentoren Zuid", "Joost", who.member.key, who.code)]

    def lies(what: bytes) -> list[str]:
        return [str(p) for p in tmp_path.rglob("*") if p.is_file() and what in p.read_bytes()]

    assert [w for w in words if lies(w)] == []
    assert lies(alias.encode()), "the control: the search finds"
    assert (await who.organiser.act("erase", "/leden")).status_code == 303
    server.stop()
    assert lies(alias.encode()) == [] and not list(tmp_path.rglob(f"*{alias}*"))


async def test_a_group_is_found_by_its_code_at_the_same_door_as_a_circle(server: Server) -> None:
    who = await cast(server)
    stranger = Browser(server)
    asked = await stranger.http.post("/", data={"code": who.code})
    assert "Mentoren Zuid" in asked.text and 'name="name"' in asked.text and "Joost" not in asked.text
    taken = await stranger.http.post("/", data={"code": who.code, "name": "Joost"})
    assert taken.status_code == 409 and 'value="Joost"' in taken.text
    await who.organiser.act("code", "/leden", yes="0")
    assert (await stranger.http.post("/", data={"code": who.code})).status_code == 404


async def test_who_leaves_is_out_on_every_device(server: Server) -> None:
    who = await cast(server)
    phone = Browser(server)
    await phone.bring(who.member.alias, who.member.key)
    assert (await who.member.act("leave", "/leden")).status_code == 303
    assert await who.member.page() == "" and await phone.page() == ""
    assert (await Browser(server).bring(who.member.alias, who.member.key)).status_code == 404
    assert SHELF not in await who.other.page()
