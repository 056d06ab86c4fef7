"""Who may act as whom: forms from elsewhere, others' values, cookies and keys used again, late or in another room."""

from __future__ import annotations

import asyncio
import html
import re
from pathlib import Path

import httpx
import pytest

from rooms import devices
from server import identity
from server.person import Person
from tests.adversary.rooms import document
from tests.attacks.doorways import open_doors
from tests.browser.circles import circle
from tests.conftest import Server
from tests.live.meetings import CASE
from tests.live.test_live import closed_with, socket
from tests.people import Circle

CSRF = re.compile(r'name="csrf" value="([^"]{86})"')
ELSEWHERE: list[dict[str, str]] = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": "http://127.0.0.1"},
    {"origin": "http://127.0.0.1.evil.example"},
    {"origin": ""},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "SAME-ORIGIN"},
]


async def value_of(who: Person, tail: str = "") -> str:
    found = CSRF.search(await who.page(tail))
    assert found
    return found[1]


async def post(who: Person, verb: str, **form: str) -> httpx.Response:
    """An act as a page without a script sends it."""
    return await who.http.post(f"/r/{who.alias}/do/{verb}", data=form)


@pytest.mark.parametrize("path", ["/", "/nieuw", "/taal", "/r/{}/do/leave", "/r/{}/do/unlock", "/r/{}/koppel"])
async def test_no_form_is_taken_from_elsewhere(server: Server, path: str) -> None:
    """S01: whatever the form, and with the right value in it."""
    lead, (owen,) = await circle(server.url, "Owen")
    form = {"csrf": await value_of(owen), "code": "2222-2222", "key": lead.key, "group": "Groep", "name": "Gea"}
    for headers in ELSEWHERE:
        answer = await owen.http.post(path.format(owen.alias), data=form, headers=headers)
        assert answer.status_code == 403, headers
    bare = httpx.AsyncClient(base_url=server.url, cookies=owen.http.cookies)
    assert (await bare.post(path.format(owen.alias), data=form)).status_code == 403  # says nothing of where it is from
    assert document(server, owen.alias)["seats"][seat_of(server, owen, "Owen")]["presence"] == "here"


def seat_of(server: Server, who: Person, name: str) -> str:
    return next(i for i, s in document(server, who.alias)["seats"].items() if s["name"] == name)


async def test_a_form_with_another_value_changes_nothing_and_keeps_what_was_typed(server: Server) -> None:
    """S02: none, somebody else's, another room's, one of before."""
    _, people = await circle(server.url, steps=3)
    _, (elsewhere,) = await circle(server.url, "Owen", steps=0)
    owen, cora = people[0], people[1]
    old = identity.csrf_token(identity.new_secret(), owen.alias)  # of a secret this device had before
    before = document(server, owen.alias)
    for value in ("", "x", await value_of(cora), await value_of(elsewhere), old, "\u00e9" * 86, "A" * 86):
        answer = await post(owen, "lay", csrf=value, **CASE)
        assert answer.status_code == 403
        assert CASE["question"] in html.unescape(answer.text)
        assert "Wat je schreef, staat er nog" in answer.text
        assert (await owen.http.post(f"/r/{owen.alias}/do/lay", data=CASE, headers={"x-kring": "1"})).status_code == 403
    assert document(server, owen.alias) == before

    again = CSRF.search(answer.text)  # the page that came back holds the right one
    assert again
    assert (await post(owen, "lay", csrf=again[1], **CASE)).status_code == 303


async def test_asking_changes_nothing(server: Server) -> None:
    """S03: no verb by GET, HEAD or a disguise, however much its address says."""
    lead, (owen,) = await circle(server.url, "Owen")
    csrf = await value_of(owen)
    before = document(server, owen.alias)
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"):
        for verb in ("leave", "forget", "erase", "invite-device", "unlock"):
            query = f"?csrf={csrf}&_method=POST&key={lead.key}"
            answer = await owen.http.request(
                method, f"/r/{owen.alias}/do/{verb}{query}", headers={"x-http-method-override": "POST"}
            )
            assert answer.status_code == 405, (method, verb)
    for path in (f"/?code={lead.code}&name=Mallory", "/nieuw?group=Groep&name=Gea&_method=POST"):
        assert (await Person(server.url).http.get(path)).status_code == 200
    disguised = await owen.http.post(f"/r/{owen.alias}?_method=DELETE", data={"csrf": csrf, "_method": "DELETE"})
    assert disguised.status_code == 405
    assert document(server, owen.alias) == before
    assert (await post(owen, "leave", csrf=csrf)).status_code == 303  # the control: it was how it was asked


async def test_the_checks_find_a_server_without_them(tmp_path: Path) -> None:
    server = await open_doors(tmp_path, "any_value")
    _, (owen,) = await circle(server.url, "Owen")
    answer = await owen.http.post(
        f"/r/{owen.alias}/do/leave", data={"csrf": ""}, headers={"origin": "https://evil.example"}
    )
    assert answer.status_code == 303
    assert document(server, owen.alias)["seats"][seat_of(server, owen, "Owen")]["presence"] == "left"
    server.stop()


async def test_who_is_removed_is_out_within_a_second_and_the_code_is_another(server: Server) -> None:
    """S06, kick: every line closes, the cookie opens nothing, the code that was seen is nobody's."""
    lead, (owen, cora) = await circle(server.url, "Owen", "Cora")
    csrf, seat = await value_of(owen), seat_of(server, owen, "Owen")
    async with socket(owen) as one, socket(owen) as two:
        async with asyncio.timeout(1):
            assert (await lead.act("remove", seat=seat)).status_code == 204
            assert [await closed_with(one), await closed_with(two)] == [4401, 4401]
    room = document(server, owen.alias)
    assert (room["door"], room["code"] != lead.code) == (False, True)
    assert (await post(owen, "agree", csrf=csrf, x="yes")).status_code in (403, 409)
    assert (await Person(server.url).http.post("/", data={"code": lead.code})).status_code == 404
    assert (await owen.http.get(f"/r/{owen.alias}/verslag")).status_code == 404
    assert (await owen.http.get(f"/r/{owen.alias}")).status_code == 403
    assert (await cora.http.get(f"/r/{cora.alias}")).status_code == 200


async def test_a_secret_that_was_given_up_or_erased_opens_nothing(server: Server) -> None:
    """S06: a copy of a cookie, used after its device forgot it, and after the room is gone."""
    lead, (owen, cora) = await circle(server.url, "Owen", "Cora")
    copy, other = Person(server.url, alias=owen.alias), Person(server.url, alias=owen.alias)
    copy.http.cookies.update(owen.http.cookies)
    other.http.cookies.update(cora.http.cookies)
    csrf = await value_of(copy)
    gone = await post(owen, "forget", csrf=await value_of(owen))
    assert gone.headers["location"] == f"/#weg={owen.alias}"
    assert not owen.http.cookies
    stranger = await Person(server.url).http.get(f"/r/{owen.alias}")
    assert (await copy.http.get(f"/r/{owen.alias}")).text == stranger.text
    assert (await post(copy, "where", csrf=csrf, x="remote")).status_code == 404

    assert (await lead.act("erase")).status_code == 303
    assert (await other.http.get(f"/r/{owen.alias}")).status_code == 410  # who held a seat is told
    assert (await copy.http.post(f"/r/{owen.alias}/do/unlock", data={"key": lead.key})).status_code == 404


async def test_what_belongs_to_one_room_means_nothing_in_another(server: Server) -> None:
    """S07: cookie, value, key, invitation and seat of room A in room B."""
    lead_a, (owen, cora) = await circle(server.url, "Owen", "Cora")
    lead_b, (gus,) = await circle(server.url, "Gus")
    invited = re.search(r"#key=([\w-]+)", html.unescape((await owen.act("invite-device")).text))
    assert invited
    b, stranger = lead_b.alias, Person(server.url)
    unknown = await stranger.http.get(f"/r/{b}")
    before = document(server, b)
    spoof = Person(server.url, alias=b)
    spoof.http.cookies.set(f"kring-{b}", owen.http.cookies[f"kring-{owen.alias}"])
    answers = [
        await spoof.http.get(f"/r/{b}"),
        await spoof.http.post(f"/r/{b}/do/leave", data={"csrf": await value_of(owen)}),
        *[
            await spoof.http.post(f"/r/{b}/do/{v}", data={"key": k})
            for v in ("unlock", "follow")
            for k in (lead_a.key, invited[1])
        ],
    ]
    assert {a.status_code for a in answers} == {404}
    assert {a.text for a in answers} == {unknown.text}
    assert (await post(gus, "leave", csrf=await value_of(owen))).status_code == 403
    for verb in ("remove", "hand-over", "outside", "mark-left"):
        there, nowhere = [await lead_b.act(verb, seat=s) for s in (seat_of(server, owen, "Owen"), "0" * 12)]
        assert (there.status_code, there.text) == (nowhere.status_code, nowhere.text), verb
    assert document(server, b)["seats"] == before["seats"]


async def test_an_invitation_works_once_also_when_it_is_shown_eight_times_at_once(server: Server) -> None:
    """S09."""
    _, (owen,) = await circle(server.url, "Owen")
    first = re.search(r"#key=([\w-]+)", html.unescape((await owen.act("invite-device")).text))
    found = re.search(r"#key=([\w-]+)", html.unescape((await owen.act("invite-device")).text))
    assert first
    assert found
    asks = [
        Person(server.url, alias=owen.alias).http.post(f"/r/{owen.alias}/do/follow", data={"key": found[1]})
        for _ in range(8)
    ]
    codes = [a.status_code for a in await asyncio.gather(*asks)]
    assert sorted(codes) == [303] + [404] * 7
    late = await Person(server.url).http.post(f"/r/{owen.alias}/do/follow", data={"key": first[1]})
    assert late.status_code == 404  # a newer one was made


def test_an_invitation_ends_after_ten_minutes() -> None:
    one = Circle("Owen")
    one.by("Owen", devices.invite_device, "k2", one.now)
    with pytest.raises(Exception, match="geldt niet meer"):
        devices.follow(one.room, "h", "k2", one.now + 600_001)
    assert "h" in devices.follow(one.room, "h", "k2", one.now + 600_000).devices


async def test_a_link_that_somebody_sends_takes_no_seat_away(server: Server) -> None:
    """A key in a link is posted by the page itself: on a device with a chair it must not replace the secret."""
    lead, (owen, cora) = await circle(server.url, "Owen", "Cora")
    key = re.search(r"#key=([\w-]+)", html.unescape((await cora.act("invite-device")).text))
    assert key
    before = dict(owen.http.cookies)
    for verb, secret in (("follow", key[1]), ("unlock", lead.key), ("unlock", "wrong")):
        answer = await post(owen, verb, key=secret)
        assert answer.status_code == 409
        assert "heeft al een stoel" in answer.text
    assert dict(owen.http.cookies) == before
    assert "Owen" in await owen.page()


async def test_a_form_sent_twice_takes_one_chair(server: Server) -> None:
    """A double tap on "Neem plaats": both requests carry what the page before them gave."""
    lead, _ = await circle(server.url, "Cora")
    owen = Person(server.url)
    await owen.http.post("/", data={"code": lead.code})
    form = {"code": lead.code, "name": "Owen"}
    answers = await asyncio.gather(*(owen.http.post("/", data=form) for _ in range(5)))
    assert {a.status_code for a in answers} == {303}
    room = document(server, lead.alias)
    assert [s["name"] for s in room["seats"].values()].count("Owen") == 1
    owen.alias = lead.alias
    assert "Owen" in await owen.page()


async def test_who_heard_no_answer_and_begins_anew_has_the_chair_that_was_taken(server: Server) -> None:
    """The cookie of the answer never came; the code is scanned again and the name typed again."""
    lead, _ = await circle(server.url, "Cora")
    owen = Person(server.url)
    await owen.http.post("/", data={"code": lead.code})
    kept = dict(owen.http.cookies)
    await owen.http.post("/", data={"code": lead.code, "name": "Owen"})
    owen.http.cookies.clear()
    owen.http.cookies.update(kept)  # the answer was lost
    await owen.http.post("/", data={"code": lead.code})
    answer = await owen.http.post("/", data={"code": lead.code, "name": "Owen"})
    assert answer.status_code == 303
    assert [s["name"] for s in document(server, lead.alias)["seats"].values()].count("Owen") == 1
    owen.alias = lead.alias
    assert "Owen" in await owen.page()
    again = await owen.http.post("/", data={"code": lead.code, "name": "Roos"})  # a chair that is known is known
    assert again.status_code == 303


async def test_a_device_that_heard_no_answer_to_forgetting_forgets_once_more(server: Server) -> None:
    lead, people = await circle(server.url, "Owen", "Cora")
    owen, page = people[0], await people[0].page()
    kept = dict(owen.http.cookies)
    for n in range(2):
        answer = await owen.send(page, "forget", {})
        assert answer.status_code == 303, n
        assert answer.headers["location"] == f"/#weg={owen.alias}"
        assert "max-age=0" in str(answer.headers.get_list("set-cookie")).lower()
        owen.http.cookies.clear()
        owen.http.cookies.update(kept)  # the answer was lost
    csrf = re.search(r'name="csrf" value="([^"]+)"', page)
    assert csrf
    for cookies, value in (({}, csrf[1]), (kept, "x"), (dict(people[1].http.cookies), csrf[1])):
        stranger = Person(server.url, alias=owen.alias)
        stranger.http.cookies.update(cookies)
        form = {"csrf": value, "op": "a" * 32}
        answer = await stranger.http.post(f"/r/{owen.alias}/do/forget", data=form, headers={"x-kring": "1"})
        assert answer.status_code in (403, 404)


@pytest.mark.parametrize(
    "name", ["owen", "OWEN", "\uff2f\uff57\uff45\uff4e", "Ow\u200ben", "O wen", "\u00a0Owen\u00a0", "\u24c4wen"]
)
async def test_a_name_that_looks_like_another_is_taken(server: Server, name: str) -> None:
    lead, _ = await circle(server.url, "Owen")
    answer = await Person(server.url).http.post("/", data={"code": lead.code, "name": name})
    assert answer.status_code == 409
    assert "Er zit al een" in answer.text


async def test_who_knocks_has_a_value_for_knocking_only(server: Server) -> None:
    lead, (owen,) = await circle(server.url, "Owen")
    await lead.act("door", x="0")
    late = await Person(server.url).join(lead.code, "Noor")
    csrf = await value_of(late)
    assert (await post(late, "agree", csrf=csrf, x="yes")).status_code == 403
    assert (await post(late, "invite-device", csrf=csrf)).status_code == 403
    assert (await post(owen, "agree", csrf=csrf, x="yes")).status_code == 403
    assert (await late.http.get(f"/r/{lead.alias}/qr.svg")).status_code == 404
    assert (await late.http.get(f"/r/{lead.alias}/verslag")).status_code == 404


async def test_the_operation_of_somebody_else_is_not_mine(server: Server) -> None:
    """An append with an id that another seat used: neither takes the other's place."""
    lead, (owen,) = await circle(server.url, "Owen")
    op = "a" * 32
    assert (await lead.act("add-seat", name="Ruth", op=op)).status_code == 204
    assert (await owen.act("add-seat", name="Roos", op=op)).status_code in (204, 409)
    assert sorted(s["name"] for s in document(server, owen.alias)["seats"].values()) == ["Fay", "Owen", "Ruth"]
