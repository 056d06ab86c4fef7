"""A device handed round: people without a phone write and choose on it, each with a secret of their own."""

from __future__ import annotations

import html
import re

from server.person import Person
from tests.adversary.rooms import document
from tests.conftest import Server


def offered(page: str) -> dict[str, str]:
    """Who the device can be handed to: name and seat."""
    found = re.findall(r'name="seat" value="(\w+)">(?:Aan |To )([^<]+)<', page)
    return {html.unescape(name): seat for seat, name in found}


async def hand(device: Person, to: str) -> str:
    """Hands the device on and opens the page of who holds it now."""
    seat = offered(await device.page())[to]
    answer = await device.act("hand-round", seat=seat)
    assert answer.status_code == 200
    assert f"Geef dit toestel aan {to}." in html.unescape(answer.text)
    return await device.page()


async def test_two_people_on_one_device_write_two_cases(server: Server) -> None:
    lead = await Person(server.url).begin("Mentoren", "Fay", method="five-step")
    people = [await Person(server.url).join(lead.code, name) for name in ("Owen", "Cora", "Carl", "Cleo")]
    assert (await lead.act("add-seat", name="Ruth")).status_code == 204
    assert (await lead.act("add-seat", name="Roos")).status_code == 204
    device = people[0]
    assert set(offered(await device.page())) == {"Ruth", "Roos"}
    for _ in range(3):
        await lead.next()
    case = {"rev": "1", "situation": "", "difficulty": ""}
    assert (await device.act("lay", question="Vraag van Owen?", **case)).status_code == 204

    page = await hand(device, "Ruth")
    assert "Vraag van Owen?" not in page
    assert 'name="question"' in page
    assert "data-shared" in page
    assert set(offered(page)) == {"Roos", "Owen"}
    assert (await device.act("lay", question="Vraag van Ruth?", **case)).status_code == 204
    assert "Vraag van Ruth?" in await device.page()

    assert "Vraag van Ruth?" not in await hand(device, "Roos")
    assert (await device.act("nothing")).status_code == 204
    page = await hand(device, "Owen")
    assert "Vraag van Owen?" in page
    assert "Vraag van Ruth?" not in page
    assert "data-shared" not in page
    assert "Vraag van Ruth?" in await hand(device, "Ruth")

    written = next(r for r in document(server, lead.alias)["rounds"].values() if r["papers"])
    assert sorted(p["texts"][2] for p in written["papers"].values()) == ["Vraag van Owen?", "Vraag van Ruth?"]
    assert len(written["ready"]) == 3
    assert not any(p["seat"] for p in written["papers"].values())


async def test_a_device_is_handed_only_to_who_has_none(server: Server) -> None:
    lead = await Person(server.url).begin("Mentoren", "Fay", method="five-step")
    owen, cora = [await Person(server.url).join(lead.code, name) for name in ("Owen", "Cora")]
    await lead.act("add-seat", name="Ruth")
    seats = {s["name"]: i for i, s in document(server, lead.alias)["seats"].items()}

    assert (await owen.act("hand-round", seat=seats["Cora"])).status_code == 409
    assert (await owen.act("hand-round", seat="nobody")).status_code == 403
    assert "Cora" in await cora.page()
    assert (await owen.act("hand-round", seat=seats["Ruth"])).status_code == 200
    assert (await owen.act("hand-round", seat=seats["Cora"])).status_code == 409


async def test_a_device_handed_on_twice_or_with_its_answer_lost_is_handed_on_once(server: Server) -> None:
    lead = await Person(server.url).begin("Mentoren", "Fay", method="five-step")
    owen, cora = [await Person(server.url).join(lead.code, name) for name in ("Owen", "Cora")]
    for name in ("Ruth", "Roos"):
        await lead.act("add-seat", name=name)
    for name in ("Ruth", "Roos"):  # Roos gets it from Ruth, who holds what was made for her
        page, before = await owen.page(), list(owen.http.cookies.jar)
        seat, version = offered(page)[name], 0
        for _ in range(3):
            owen.http.cookies.clear()
            for cookie in before:
                owen.http.cookies.jar.set_cookie(cookie)
            answer = await owen.send(page, "hand-round", {"seat": seat})
            assert answer.status_code == 200, html.unescape(answer.text)
            assert f"Geef dit toestel aan {name}." in html.unescape(answer.text)
            version = version or document(server, lead.alias)["version"]
        assert document(server, lead.alias)["version"] == version
        assert [d["seat"] for d in document(server, lead.alias)["devices"].values()].count(seat) == 1
        assert (await cora.act("hand-round", seat=seat)).status_code == 409
        assert (await owen.act("where", x="remote")).status_code == 204
        assert document(server, lead.alias)["seats"][seat]["remote"]
