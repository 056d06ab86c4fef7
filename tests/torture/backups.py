"""Old copies and lost keys: a backup that is put back, a keyring that is not the one, a key that is missing."""

from __future__ import annotations

import shutil
from pathlib import Path

from msgspec.structs import replace

from rooms import choosing, flow, tags
from rooms.room import leaders
from server.database import Damaged
from server.documents import NoRoom
from server.keyring import Keyring
from server.store import Store
from tests.people import CAST, Circle
from tests.torture.bulk import store_at
from tests.torture.figures import Figure
from tests.torture.record import Verdict
from tests.torture.report import Row


async def restored(path: Path, *, keeps_marks: bool = True) -> Row:
    """Voters vote; a backup of the database; the vote closes; one room is erased; the backup is put back. Without
    `keeps_marks` the keyring forgets which versions closed something: the control."""
    data = path / "data"
    store, one = _begun(path)
    await store.open()
    for name in ("open", "closed", "erased"):
        await store.create(replace(one.room, id=name))
        for who in CAST:
            tag = tags.vote(one.tag(who), one.room)
            await store.change(name, choosing.cast, one.seat(who), tag, 2, {one.room.cases[0].id: 3})
    await store.close()
    shutil.copytree(data, path / "backup")
    again = _store(path)
    await again.open()
    lead = leaders(one.room)[0].id
    await again.change("closed", flow.step, lead, flow.pointer(one.room), one.now, one.rng)
    await again.erase("erased")
    await again.close()
    shutil.rmtree(data)
    shutil.copytree(path / "backup", data)
    if not keeps_marks:
        (path / "data-keyring" / "closed.closed").unlink()
    served = {name: await _served(path, name) for name in ("open", "closed", "erased")}
    wrong = [f"{name} is served from an old copy" for name in ("closed", "erased") if served[name]]
    verdict = Verdict(lost=int(not served["open"]), wrong=tuple(wrong))
    how = "the database of before put back, the keyring of today"
    figures = () if wrong else (Figure("a closed round and an erased room stay shut"),)
    return Row("restored backup", how, 3, 19, 0, 0, verdict, figures)


async def keys(path: Path) -> Row:
    """The keyring is missing, is another one's, lacks one key, or holds a wrong one."""
    store, one = _begun(path)
    await store.open()
    for name in ("good", "bad"):
        await store.create(replace(one.room, id=name))
    await store.close()
    ring, away, said = path / "data-keyring", path / "away", []
    ring.rename(away)
    said.append(await _refusal(path))
    Keyring(ring).path.mkdir(exist_ok=True)
    Keyring(ring).pepper()
    said.append(await _refusal(path))
    shutil.rmtree(ring)
    away.rename(ring)
    (ring / "bad").write_bytes(b"k" * 32)
    wrong = [] if all("is not the one" in s for s in said) else [f"a start with another keyring: {said}"]
    served = [await _served(path, name) for name in ("good", "bad")]
    (ring / "bad").unlink()
    served += [await _served(path, name) for name in ("good", "bad")]
    if served != [True, False, True, False]:
        wrong.append(f"served {served}")
    how = "keyring moved away, another one's, one key wrong, one key missing"
    figures = () if wrong else (Figure("start refused, others go on"),)
    return Row("keyring missing or wrong", how, 4, 0, 0, 0, Verdict(wrong=tuple(wrong)), figures)


def _begun(path: Path) -> tuple[Store, Circle]:
    return _store(path), Circle().to("choose")


def _store(path: Path) -> Store:
    made = store_at(path / "data")
    return Store(made.config, made.keyring, closes=flow.moved)


async def _served(path: Path, room: str) -> bool:
    store = _store(path)
    await store.open()
    try:
        await store.load(room)
    except (Damaged, NoRoom):
        return False
    finally:
        await store.close()
    return True


async def _refusal(path: Path) -> str:
    try:
        await _served(path, "good")
    except SystemExit as no:
        return str(no)
    return "started"
