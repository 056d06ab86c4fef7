"""A method by writing only a file: it is led like any other, and its faults come back with their lines and the text."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from rooms.methodfiles import CATALOGUE
from server.person import Person
from tests.adversary.rooms import document
from tests.conftest import ROOT, Server

OWN = """
id = "walk"
name = {nl = "Wandelmethode", en = "Walking method"}
use = {nl = "Als je liever loopt.", en = "When you would rather walk."}
size = {min = 3, ideal_min = 4, ideal_max = 6, max = 8}

[[phases]]
id = "start"
name = {nl = "Vertrek", en = "Setting off"}
minutes = 5
rule = {nl = "Vertel onderweg.", en = "Tell it on the way."}
acts = "owner"
flavour = "bring"
inputs = [
  {id = "walk-question", kind = "text", who = "owner", field = "case_question", chars = 140, \
label = {nl = "Jouw vraag", en = "Your question"}},
]

[[phases]]
id = "rest"
name = {nl = "Bankje", en = "Bench"}
minutes = 10
rule = {nl = "Ieder één beeld.", en = "One image each."}
acts = "consultants"
flavour = "think"
inputs = [
  {id = "images", kind = "cards", who = "consultants", max = 1, chars = 120, signed = true, \
label = {nl = "Mijn beeld", en = "My image"}},
  {id = "kept-image", kind = "pick", who = "owner", of = "images", max = 1},
]
"""


async def led(server: Server, **chosen: str) -> None:
    """A circle from the choice to the closing, by this method."""
    lead = await Person(server.url).begin("Mentoren", "Fay", **chosen)
    people = {n: await Person(server.url).join(lead.code, n) for n in ("Owen", "Cora", "Carl")}
    for _ in range(3):
        await lead.next()
    assert (await lead.act("tell", at=_pointer(await lead.page("/leiden")))).status_code == 204
    for verb, form in (("it-is-me", {}), ("say-yes", {"method": "walk"})):
        assert (await people["Owen"].act(verb, **form)).status_code == 204
    await lead.next()
    assert "Vertrek" in await people["Cora"].page()
    assert (await people["Owen"].act("text", input="walk-question", text="Waarheen?")).status_code == 204
    await lead.next()
    for name in ("Cora", "Carl"):
        form = {"input": "images", "slot": "0", "rev": "1", "text": f"Een beeld van {name}"}
        assert (await people[name].act("card", **form)).status_code == 204
    assert "Een beeld van Cora" not in await people["Owen"].page()
    await lead.next()
    assert "Een beeld van Cora" in await people["Owen"].page()
    await lead.next()
    assert "Afronden" in await lead.page("/leiden")


async def test_a_file_of_ones_own_is_led_to_its_end(server: Server) -> None:
    await led(server, method="own", own=OWN)


async def test_a_method_is_added_by_writing_only_its_file(tmp_path: Path) -> None:
    """A copy of Kring with one file more: it is listed, can be chosen, and is led like any other."""
    for name in ("rooms", "server", "static", "templates"):
        shutil.copytree(ROOT / name, tmp_path / "kring" / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "kring" / "rooms" / "catalogue" / "m99-walk.toml").write_text(OWN.lstrip(), encoding="utf-8")
    server = Server(tmp_path / "data")
    server.root = tmp_path / "kring"
    await server.start()
    somebody = Person(server.url, "en")
    assert '<h2 id="walk">Walking method</h2>' in (await somebody.http.get("/methoden")).text
    assert 'name="method" value="walk"' in (await somebody.http.get("/nieuw")).text
    await led(server, method="walk")
    server.stop()


async def test_a_faulty_file_comes_back_with_its_lines_and_is_kept(server: Server) -> None:
    bad = OWN.replace("minutes = 10", "minutes = 0").replace('of = "images"', 'of = "nothing"')
    answer = await Person(server.url).http.post("/nieuw", data={**FORM, "method": "own", "own": bad})
    said = html.unescape(answer.text)
    assert answer.status_code == 409
    assert "Regel 21, phases.rest.minutes: Minuten lopen van 1 tot 240." in said
    assert "Regel 27, phases.rest.kept-image.of: Er is geen eerdere invoer nothing." in said
    assert 'of = "nothing"' in said, "what was pasted is still there"
    assert 'value="Mentoren"' in said


async def test_every_shipped_file_fits_in_the_form(server: Server) -> None:
    largest = max(CATALOGUE.glob("*.toml"), key=lambda path: path.stat().st_size).read_text(encoding="utf-8")
    answer = await Person(server.url).http.post("/nieuw", data={**FORM, "method": "own", "own": largest})
    assert answer.status_code == 200


async def test_a_method_of_forty_phases_is_arranged(server: Server) -> None:
    head = OWN.partition("\n[[phases]]")[0]
    phase = '\n[[phases]]\nid = "p{n}"\nname = {{nl = "n", en = "n"}}\nminutes = 3\n'
    rule = 'rule = {nl = "r", en = "r"}\nacts = "everybody"\nflavour = "look"\n'
    own = head + "".join(phase.format(n=n) + rule for n in range(40))
    lead = await Person(server.url).begin("Mentoren", "Fay", method="own", own=own)
    page = await lead.page("/volgorde")
    form = dict(re.findall(r'name="((?:on|place|minutes)-\w+)" value="(\d+)"', page))
    assert len(form) == 3 * 40
    answer = await lead.act("arrange", **{**form, "minutes-p39": "7"}, page="leiden")
    assert answer.status_code == 204, answer.text
    assert document(server, lead.alias)["method"]["phases"][39]["minutes"] == 7


def test_the_command_lists_and_checks(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    assert _kring("check", str(path)) == (0, f"{path}: this method can be led")
    path.write_text(OWN.replace("minutes = 10", "minutes = 0"), encoding="utf-8")
    assert _kring("check", str(path)) == (1, f"{path}:21: phases.rest.minutes: Minutes run from 1 to 240.")
    code, said = _kring("--json")
    assert code == 0
    methods = json.loads(said)
    assert len(methods) == len(list(CATALOGUE.glob("*.toml")))
    assert {"id", "name", "size", "phases"} <= set(methods[0])
    assert {"minutes", "inputs"} <= set(methods[0]["phases"][0])


FORM = {"group": "Mentoren", "name": "Fay", "chairs": "8", "part": "lead", "where": "together", "cases": "1"}


def _kring(*args: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "server", "methods", *args], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout.strip()


def _pointer(page: str) -> str:
    return html.unescape(page.split('do/next" name="at" value="')[1].split('"')[0])


async def test_a_step_left_out_stands_there_to_be_taken_back_and_a_refusal_names_the_step(server: Server) -> None:
    lead = await Person(server.url).begin("Mentoren", "Fay", method="gossip")
    form = dict(re.findall(r'name="((?:on|place|minutes)-[\w-]+)" value="(\d+)"', await lead.page("/volgorde")))
    kept = {k: v for k, v in form.items() if k not in ("on-gossip",)}
    answer = await lead.act("arrange", **kept, page="leiden")
    assert (answer.status_code, "gebruikt iets uit een stap" in answer.text) == (409, True)
    last = [k for k in form if k.startswith("on-")][-1]
    kept = {k: v for k, v in form.items() if k != last}
    assert (await lead.act("arrange", **kept, page="leiden")).status_code == 204
    page = await lead.page("/volgorde")
    box = re.search(rf'<input type="checkbox" name="{last}" value="1"([^>]*)>', page)
    assert box
    assert "checked" not in box[1]
    assert (await lead.act("arrange", **form, page="leiden")).status_code == 204
    assert len(document(server, lead.alias)["method"]["phases"]) == sum(k.startswith("on-") for k in form)
