"""Attendance on a real server: what a closed circle leaves, who sees and may do what, and what erasing leaves."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx
import msgspec
import pytest

from rooms.trajectory.group import Group
from rooms.trajectory.register import Line, Named, Register, Sheet
from server import attendance, lives
from server.bus import LocalBus
from server.documents import NoRoom
from server.keyring import Keyring
from server.person import Person
from server.steady import on_the_hour
from server.store import Store
from server.sweep import sweep_once
from tests.adversary.rooms import document
from tests.conftest import Server
from tests.server.test_groupdoors import Browser, Cast, cast, id_of
from tests.server.test_store import config_in

POINTER = re.compile(r'do/next" name="at" value="([^"]+)"')
FULL, NUMBER = "Joost van der Wal", "REG-4711"
PAGE = "/aanwezigheid"


@pytest.fixture(scope="module")
async def hasty(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """A server on which a minute of attendance lasts five thousandths of a second."""
    server = await Server(tmp_path_factory.mktemp("attended") / "data").hurry("minute=5", "rooms=100000").start()
    yield server
    server.stop()


@pytest.mark.parametrize(
    ("began", "time", "minute"),
    [
        ("2026-11-18T14:00+01:00", "15:30", 90),
        ("2026-11-18T14:00+01:00", "13:50", 0),
        ("2026-11-18T23:00+01:00", "00:30", 90),
        ("2026-03-29T01:30+01:00", "03:30", 60),  # summer time begins
        ("2026-10-25T01:30+02:00", "03:30", 180),  # and ends
        ("2026-10-24T23:00+02:00", "03:30", 330),
        ("2026-11-18T14:00+01:00", "25:00", -1),
    ],
)
def test_a_time_of_day_is_a_minute_of_the_meeting(began: str, time: str, minute: int) -> None:
    one = Sheet(
        id="s" * 12, number=1, day="", began=int(datetime.fromisoformat(began).timestamp()) // 60, planned=0, net=0
    )
    assert attendance.minute_of(Group("g0123456789ab", "Zuid", zone="Europe/Amsterdam"), one, time) == minute


@dataclass
class Met:
    """A group whose first meeting was held: by the guide, and two members; its organiser and another member were not
    there."""

    cast: Cast
    absent: Browser
    lead: Person

    @property
    def alias(self) -> str:
        return self.cast.member.alias

    def register(self, server: Server) -> dict:  # type: ignore[type-arg]
        return document(server, document(server, self.alias)["register"])

    def sheet(self, server: Server) -> dict:  # type: ignore[type-arg]
        (one,) = self.register(server)["sheets"].values()
        return dict(one)


async def met(server: Server, *, seen: bool = True) -> Met:
    """Opened, entered, led past every step to its end, closed, and seen on the group's page."""
    who = await cast(server)
    absent = await Browser(server).join(who.code, "Fatima")
    answer = await who.guide.act("open", nr="0")
    lead = Person(server.url)
    lead.http.cookies.update(who.guide.http.cookies)
    lead.alias = re.search(r"/r/([0-9a-f]{12})", answer.headers["location"])[1]  # type: ignore[index]
    for one in (who.member, who.other):
        assert (await one.act("open", nr="0")).status_code == 303
    await lead.next()
    for _ in range(30):
        page = await lead.page("/leiden")
        if "do/close" in page:
            break
        await lead.send(page, "skip", {"at": html.unescape(POINTER.search(page)[1])})  # type: ignore[index]
    assert (await lead.act("close")).status_code == 204
    if seen:
        await who.member.page()
    return Met(who, absent, lead)


async def confirm(browser: Browser, sheet: dict) -> httpx.Response:  # type: ignore[type-arg]
    """The tap on what the page shows of one's own line."""
    page = await browser.page(PAGE)
    seen = re.search(r'do/confirm".*?name="seen" value="([^"]+)"', page, re.DOTALL)[1]  # type: ignore[index]
    return await browser.act("confirm", PAGE, sheet=sheet["id"], seen=seen)


async def test_a_closed_circle_leaves_lines_that_each_member_confirms(hasty: Server) -> None:
    one = await met(hasty)
    page = await one.cast.member.page(PAGE)
    assert "Klopt" in page and page.count("nog niet bevestigd") == 3
    sheet = one.sheet(hasty)
    assert {line["name"] for line in sheet["lines"].values()} == {"Marijke", "Joost", "Anouk"}
    assert all(line["net"] > 0 for line in sheet["lines"].values()) and sheet["scope"]
    stale = await one.cast.member.act("confirm", PAGE, sheet=sheet["id"], seen="0.1.1")
    assert stale.status_code == 409 and "intussen veranderd" in stale.text
    assert (await confirm(one.cast.member, sheet)).status_code == 303
    page = await one.cast.member.page(PAGE)
    assert 'class="filled">Klopt' not in page and page.count("nog niet bevestigd") == 2
    assert 'class="filled">Klopt' not in await one.absent.page(PAGE)


async def test_a_line_changes_by_the_word_of_two_others_and_one_alone_changes_nothing(hasty: Server) -> None:
    one = await met(hasty)
    sheet, joost = one.sheet(hasty), await id_of(hasty, one.alias, "Joost")
    was = sheet["lines"][joost]
    times = re.findall(r'type="time" name="(?:came|left)" required value="([^"]+)"', await one.cast.member.page(PAGE))
    wanted = {"came": times[0], "left": times[1], "net": str(was["net"] - 1)}
    assert (await one.cast.member.act("propose", PAGE, sheet=sheet["id"], member=joost, **wanted)).status_code == 303
    assert one.sheet(hasty)["lines"][joost] == was
    for browser, net in ((one.cast.guide, was["net"]), (one.cast.other, was["net"] - 1)):
        page = await browser.page(PAGE)
        assert "Voorstel voor Joost:" in page
        seen = re.search(r'Voorstel voor.*?name="seen" value="([^"]+)"', page, re.DOTALL)[1]  # type: ignore[index]
        said = await browser.act("say", PAGE, sheet=sheet["id"], member=joost, seen=seen, yes="1")
        assert said.status_code == 303 and one.sheet(hasty)["lines"][joost]["net"] == net
    bad = await one.cast.member.act("propose", PAGE, sheet=sheet["id"], member=joost, came="later", left="x", net="y")
    assert bad.status_code == 409 and "Deze minuten kloppen niet" in bad.text


async def test_the_organiser_sees_two_numbers_and_a_stranger_nothing(hasty: Server) -> None:
    one = await met(hasty)
    await one.cast.member.act("proof", PAGE, full=FULL, number=NUMBER)
    page = await one.cast.organiser.page(PAGE)
    assert "Van één bijeenkomst is de aanwezigheid bewaard." in page
    for hidden in ("Joost", "Marijke", FULL, NUMBER, "min</span>", "bladen"):
        assert hidden not in page
    assert (await one.cast.organiser.http.get(f"/g/{one.alias}{PAGE}.csv")).status_code == 403
    stranger = Browser(hasty, one.alias)
    assert [(await stranger.http.get(f"/g/{one.alias}{PAGE}{t}")).status_code for t in ("", ".csv")] == [404, 404]


#: who may: o organiser, g guide, m a member who was there, a one who was not
MATRIX = {"say": "gm", "confirm": "gm", "propose": "gma", "proof": "gma", "registers": "ogma"}


async def test_each_act_is_for_whom_it_is_for_and_a_refusal_changes_nothing(hasty: Server) -> None:
    one = await met(hasty)
    names = ("Marijke", "Joost", "Anouk", "Fatima")
    sheet, ids = one.sheet(hasty), {name: await id_of(hasty, one.alias, name) for name in names}
    asked = {"sheet": sheet["id"], "member": ids["Anouk"], **_times(one, sheet)}
    assert (await one.cast.other.act("propose", PAGE, **asked)).status_code == 303
    (change,) = one.sheet(hasty)["changes"].values()
    seen = f"{change.get('came', 0)}.{change['left']}.{change['net']}"
    everybody = {
        "o": one.cast.organiser, "a": one.absent, "x": Browser(hasty, one.alias), "g": one.cast.guide,
        "m": one.cast.member,
    }  # fmt: skip
    for verb, may in MATRIX.items():
        for role, browser in everybody.items():
            own = {"g": "Marijke", "m": "Joost", "a": "Fatima"}.get(role, "Joost")
            fields = {
                "say": {"sheet": sheet["id"], "member": ids["Anouk"], "seen": seen, "yes": "1"},
                "confirm": {"sheet": sheet["id"], "seen": rev_of(sheet, ids[own])},
                "propose": {"sheet": sheet["id"], "member": ids[own], **_times(one, sheet)},
                "proof": {"full": f"{own} Volledig", "number": "1"},
                "registers": {f"register-{'vit' if role in 'og' else 'gp'}": "1"},
            }[verb]
            before = one.register(hasty), document(hasty, one.alias).get("profiles")
            answer = await browser.act(verb, "/plan", **fields)
            after = one.register(hasty), document(hasty, one.alias).get("profiles")
            wanted = 404 if role == "x" else 303 if role in may else 409
            assert answer.status_code == wanted, (verb, role, answer.text[:300])
            assert (after != before) is (role in may), (verb, role)
    assert one.sheet(hasty)["lines"][ids["Anouk"]]["net"] == change["net"], "two said yes"


def rev_of(sheet: dict, member: str) -> str:  # type: ignore[type-arg]
    """A line as who taps saw it; nothing for who has none."""
    line = sheet["lines"].get(member)
    return f"{line.get('came', 0)}.{line['left']}.{line['net']}" if line else ""


def _times(one: Met, sheet: dict) -> dict[str, str]:  # type: ignore[type-arg]
    hour, minute = divmod(sheet["began"] % 1440 + 60, 60)  # Amsterdam, in winter
    return {"came": f"{hour % 24:02d}:{minute:02d}", "left": f"{(hour + 2) % 24:02d}:{minute:02d}", "net": "60"}


async def test_full_name_and_number_are_on_ones_own_page_and_on_the_sheet_of_who_says_so(hasty: Server) -> None:
    one = await met(hasty)
    await one.cast.member.act("proof", PAGE, full=FULL, number=NUMBER)
    own, others = one.cast.member, (one.cast.guide, one.cast.other, one.absent, one.cast.organiser)
    assert FULL in await own.page(PAGE)
    for browser in others:
        assert FULL not in await browser.page(PAGE) and NUMBER not in await browser.page(PAGE)
    sheet = (await one.cast.guide.http.get(f"/g/{one.alias}{PAGE}.csv")).text
    assert FULL not in sheet and "Joost" in sheet
    await own.act("proof", PAGE, **{"full": FULL, "number": NUMBER, "on-sheet": "1"})
    assert FULL in (await one.cast.guide.http.get(f"/g/{one.alias}{PAGE}.csv")).text
    await own.act("proof", PAGE, full="", number="")
    assert FULL not in msgspec.json.encode(one.register(hasty)).decode()


async def test_a_spreadsheet_takes_no_cell_for_a_formula(hasty: Server) -> None:
    one = await met(hasty)
    formula = '=HYPERLINK("http://evil.example";"x")'
    await one.cast.member.act("proof", PAGE, **{"full": formula, "number": "@1+1", "on-sheet": "1"})
    answer = await one.cast.guide.http.get(f"/g/{one.alias}{PAGE}.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][6] == "Naam" and len(rows) == 4 and len({len(row) for row in rows}) == 1
    assert [row[6:8] for row in rows if formula in row[6]] == [[f"'{formula}", "'@1+1"]]


async def test_it_is_all_there_in_english(hasty: Server) -> None:
    one = await met(hasty)
    one.cast.member.http.headers["accept-language"] = "en"
    page = await one.cast.member.page(PAGE)
    assert "Your attendance" in page and "That is right" in page and "not confirmed yet" in page
    rows = (await one.cast.member.http.get(f"/g/{one.alias}{PAGE}.csv")).content.decode("utf-8-sig")
    assert rows.startswith("Meeting,Date,")
    assert "Does it count for a register?" in await one.cast.member.page("/plan")


async def test_who_leaves_or_is_removed_takes_their_name_along_and_leaves_a_line(hasty: Server) -> None:
    one = await met(hasty)
    anouk = await id_of(hasty, one.alias, "Anouk")
    for browser in (one.cast.member, one.cast.other):
        await browser.act("proof", PAGE, full=FULL, number=NUMBER)
    assert len(one.register(hasty)["names"]) == 2
    await one.cast.member.act("leave", "/leden")
    await one.cast.organiser.act("remove", "/leden", member=anouk)
    assert one.register(hasty).get("names", {}) == {} and len(one.sheet(hasty)["lines"]) == 3


async def test_erasing_a_room_leaves_its_attendance_and_nothing_else(hasty: Server) -> None:
    one = await met(hasty, seen=False)
    room = document(hasty, one.lead.alias)
    assert document(hasty, one.alias).get("register", "") == "", "nobody looked yet"
    assert (await one.lead.act("erase")).status_code == 303
    kept = msgspec.json.encode(one.register(hasty)).decode()
    assert len(one.sheet(hasty)["lines"]) == 3
    for gone in (one.lead.alias, *room["seats"], *room["devices"], *(r["id"] for r in room["rounds"].values())):
        assert gone not in kept
    assert not list(hasty.data.parent.rglob(f"*{one.lead.alias}*"))


async def test_erasing_a_group_erases_its_register_and_both_keys(hasty: Server) -> None:
    one = await met(hasty)
    group, register = one.alias, document(hasty, one.alias)["register"]
    keys = Path(f"{hasty.data}-keyring")
    assert (keys / group).exists() and (keys / register).exists(), "the control: they are where we look"
    assert (keys / group).read_bytes() != (keys / register).read_bytes()
    assert (await one.cast.organiser.act("erase", "/leden")).status_code == 303
    assert not (keys / group).exists() and not (keys / register).exists()
    with pytest.raises(TypeError):
        document(hasty, register)


# At the store.


DAY, NOW = 86_400_000, 1_795_000_000_000


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    config = config_in(tmp_path)
    one = Store(config, Keyring(config.keyring), lambda d: lives.due(d, DAY), lives.closes, lives.noted)
    await one.open()
    yield one
    await one.close()


async def kept(store: Store) -> None:
    lines = {"m" * 12: Line("Joost", 0, 120, 120)}
    sheet = Sheet(id="s" * 12, number=1, day="2026-11-18", began=NOW // 60_000, planned=120, net=120, lines=lines)
    names = {"m" * 12: Named(FULL, NUMBER)}
    await store.create(Group("g0123456789ab", "Zuid", register="a0123456789ab", until=NOW), NOW)
    await store.create(Register("a0123456789ab", sheets={sheet.id: sheet}, names=names, until=NOW), NOW)


async def test_a_group_that_had_its_time_is_erased_with_its_register(store: Store) -> None:
    await kept(store)
    bus = LocalBus()
    await bus.start(lambda _: None, lambda: None, lambda _: None)
    await sweep_once(store, bus, on_the_hour(NOW) - 1)
    assert (await store.register("a0123456789ab")).names
    await sweep_once(store, bus, on_the_hour(NOW))
    for load in (store.group("g0123456789ab"), store.register("a0123456789ab")):
        with pytest.raises(NoRoom):
            await load
    assert await store.db.rows("select id from room") == []
    assert not [f.name for f in store.config.keyring.iterdir() if f.name.endswith("0123456789ab")]


def test_a_backup_brings_no_name_back_that_was_taken_away() -> None:
    was = Register("a0123456789ab", names={"m": Named(FULL, NUMBER)})
    assert lives.closes(was, Register("a0123456789ab"))
    assert lives.closes(was, Register("a0123456789ab", names={"m": Named("Joost", NUMBER)}))
    assert not lives.closes(Register("a0123456789ab"), was)


async def test_a_register_is_no_room_and_no_group_and_lies_sealed(store: Store) -> None:
    await kept(store)
    for load in (store.load("a0123456789ab"), store.group("a0123456789ab"), store.register("g0123456789ab")):
        with pytest.raises(NoRoom):
            await load
    raw = b"".join(f.read_bytes() for f in store.config.data.parent.rglob("*") if f.is_file())
    assert FULL.encode() not in raw and NUMBER.encode() not in raw and b"a0123456789ab" in raw


async def test_a_members_own_certificate_says_what_was_confirmed_and_can_be_checked(hasty: Server) -> None:
    one = await met(hasty)
    mine, tail = one.cast.member, f"/g/{one.alias}{PAGE}/bewijs.pdf"
    nameless = await mine.http.get(tail)
    assert nameless.status_code == 409 and "Schrijf eerst je volledige naam op." in html.unescape(nameless.text)
    await mine.act("proof", PAGE, full=FULL, number=NUMBER)
    early = await mine.http.get(tail)
    assert early.status_code == 409 and "Bevestig eerst een bijeenkomst waar je was." in html.unescape(early.text)

    sheet = one.sheet(hasty)
    await confirm(mine, sheet)
    answer = await mine.http.get(tail, params={"subject": "role"})
    assert answer.headers["content-type"] == "application/pdf" and answer.content.startswith(b"%PDF")
    proof = re.search(rb"KRING1[^\s()<]+", answer.content)
    assert proof
    told = html.unescape((await mine.http.post("/controle", data={"proof": proof[0].decode()})).text)
    line = next(line for line in sheet["lines"].values() if line["name"] == "Joost")
    spent = f"{line['net'] % 60} minu" if line["net"] % 60 else f"{line['net'] // 60} uur"
    for word in ("Dit bewijs is echt.", FULL, NUMBER, "Mentoren", "Marijke", "1 van 1", spent):
        assert word in told, word
    assert "Anouk" not in told and "Kring kijkt ze niet na." in told
    for other in (one.cast.organiser, Browser(hasty)):
        assert (await other.http.get(tail)).status_code in (303, 403, 404)
    odd = await mine.http.get(tail, params={"subject": "nonsense"})
    assert odd.status_code == 409 and "Kies een onderwerp uit de lijst." in html.unescape(odd.text)


async def test_a_sheet_to_sign_is_for_members_only_and_an_unknown_one_is_no_fault(hasty: Server) -> None:
    one = await met(hasty)
    tail = f"/g/{one.alias}{PAGE}/{one.sheet(hasty)['id']}.pdf"
    answer = await one.cast.other.http.get(tail)
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
    assert answer.headers["content-disposition"] == 'attachment; filename="kring-presentielijst.pdf"'
    unknown = await one.cast.other.http.get(f"/g/{one.alias}{PAGE}/abc.pdf")
    assert unknown.status_code == 409 and "geen aanwezigheid bewaard" in html.unescape(unknown.text)
    for other in (one.cast.organiser, Browser(hasty)):
        assert (await other.http.get(tail)).status_code in (303, 403, 404)


async def test_who_is_named_the_guide_after_the_meeting_stands_on_no_certificate(hasty: Server) -> None:
    one = await met(hasty)
    mine, other = one.cast.member, one.cast.other
    await mine.act("proof", PAGE, full=FULL)
    await other.act("proof", PAGE, **{"full": "Anouk de Beer", "number": "A-77", "on-sheet": "1"})
    await confirm(mine, one.sheet(hasty))
    anouk = await id_of(hasty, one.alias, "Anouk")
    assert (await one.cast.organiser.act("guide", "/leden", member=anouk, yes="1")).status_code == 303
    answer = await mine.http.get(f"/g/{one.alias}{PAGE}/bewijs.pdf")
    proof = re.search(rb"KRING1[^\s()<]+", answer.content)
    assert proof
    told = html.unescape((await mine.http.post("/controle", data={"proof": proof[0].decode()})).text)
    assert FULL in told and "met begeleider" in told, "the control: it is this certificate"
    assert "Anouk de Beer" not in told and "A-77" not in told
