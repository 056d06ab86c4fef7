"""Every act by every kind of sender in every phase of a meeting, over HTTP, against the table in matrix.py."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from random import Random

import pytest

from server import acts
from tests.conftest import Server
from tests.model import matrix
from tests.model.cast import WHO, WORDS, Meeting, form
from tests.model.circles import planted

CANARY = re.compile(r"Kanarie \w+(?: ziet| core| advice| neemt mee)?")
Pair = tuple[str, str]


@pytest.fixture(scope="module")
async def kring(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    one = await planted(Server(tmp_path_factory.mktemp("matrix") / "data")).start()
    yield one
    one.stop()


def test_every_act_has_its_line_in_the_table() -> None:
    assert set(matrix.lines()) == {*acts.SEAT, *acts.LEAD, "hand-round", "invite-device"}


def plan(share: float, rng: Random, only: str) -> dict[str, list[Pair]]:
    """What is tried in each phase: that share of all there is, and every act once by somebody who may do it."""
    table = matrix.lines()
    pairs = [(act, sender) for act in (*table, *matrix.BESIDE) for sender in matrix.SENDERS if only in ("", act)]
    pairs = [p for p in pairs if p[0] != "erase" or p[1] not in matrix.PEOPLE["leaders"]]
    chosen = {stage: [p for p in pairs if share == 1 or rng.random() < share] for stage in matrix.STAGES}
    for act in table if share < 1 and not only else ():
        able = [(t, w) for t in matrix.STAGES for w in matrix.SENDERS if matrix.expected(act, w, t, table) == "changes"]
        stage, sender = rng.choice(able or [(rng.choice(matrix.STAGES), rng.choice(matrix.SENDERS))])
        chosen[stage].append((act, sender))
    return chosen


def play(server: Server, share: float, rng: Random, title: str = "Mentoren", only: str = "") -> tuple[int, list[str]]:
    """Plays a meeting and tries in each phase what is planned. How many pairs, and every one that did not come out as
    the table says. With `only` one act is tried, up to the phase in which something is wrong."""
    room, table, tried, wrong = Meeting(server, title), matrix.lines(), 0, []
    planned = plan(share, rng, only)
    for stage in room.stages():
        kept = room.keep()
        for act, sender in planned[stage]:
            if WHO[sender] in room.devices:  # nobody can be late before there is something to be late for
                tried += 1
                wrong += attempt(room, stage, act, sender, table, kept)
        wrong += more_for_who_leads(room, stage)
        if only and wrong:
            break
    room.close()
    return tried, wrong


def attempt(room: Meeting, stage: str, act: str, sender: str, table, kept) -> list[str]:  # type: ignore[no-untyped-def]
    doc = kept[0]
    want, who = matrix.expected(act, sender, stage, table), WHO[sender]
    cookies = dict(room.devices[who].cookies)
    answer = room.act(who, act, **form(act, stage, doc))
    room.devices[who].cookies = cookies  # a device that was handed on is given back
    after = room.doc()
    changed = {k for k in after if after[k] != doc[k]} - {"version"}
    if changed:
        room.put_back(kept)
    said = {204: "yes", 200: "yes", 303: "yes"}.get(answer.status_code, str(answer.status_code))
    here = f"{stage}: {act} by {sender}: wanted {want}, heard {answer.status_code}, changed {sorted(changed)}"
    if CANARY.search(answer.text):
        return [f"{here}, and the answer holds somebody's words"]
    if want in ("changes", "may"):
        return [] if said == "yes" and (changed or want == "may") else [here]
    return [] if not changed and said == ("yes" if want == "idle" else want) else [here]


def more_for_who_leads(room: Meeting, stage: str) -> list[str]:
    """P3: no page of who leads holds a word of anybody that did not lie open for a participant, but its own."""
    room.shown |= {
        w for w in CANARY.findall(room.page("Carl").text) if stage.split()[-1] not in ("write", "consent", "take")
    }
    told = []
    for who, tail in (("Fay", "/leiden"), ("Fay", ""), ("Lea", "/leiden"), ("key", "/leiden"), ("screen", "/scherm")):
        more = set(CANARY.findall(room.page(who, tail).text)) - room.shown
        told += [f"{stage}: {who}{tail} reads {w}" for w in more if not (who == "Lea" and w.startswith(WORDS["Lea"]))]
    return told


def test_who_may_do_what_when(kring: Server) -> None:
    tried, wrong = play(kring, 0.01, Random(11))
    print(f"{tried} pairs")

    assert wrong == []


def test_an_act_that_is_open_to_everybody_is_found(kring: Server) -> None:
    _, wrong = play(kring, 1, Random(3), "everybody_leads", "next")

    assert [w for w in wrong if "wanted 409, heard 204" in w]


@pytest.mark.long
def test_everybody_tries_everything_always(kring: Server) -> None:
    tried, wrong = play(kring, 1, Random(1))
    print(f"{tried} pairs")

    assert wrong == []
    assert tried > 15_000
