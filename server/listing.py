"""`kring methods`: a list to read, the same for machines, and a check of somebody's own file."""

from __future__ import annotations

import json
from pathlib import Path

from rooms.methodfiles import TOLD, catalogue, explain
from rooms.methods import Method
from server.i18n import N_, Languages

MORE = N_("Dit zijn de eerste {n}. Wie ze oplost, ziet de rest.")


def listed() -> str:
    """A line per method: id, names, people, minutes, phases."""
    return "\n".join(_line(method) for method in catalogue().values())


def as_json() -> str:
    """The methods with their phases and inputs, as JSON: a list of objects with id, name, size, needs, phases."""
    return json.dumps([_told(method) for method in catalogue().values()], ensure_ascii=False, indent=2)


def checked(path: Path, lang: str = "en") -> tuple[str, bool]:
    """What is first wrong with a method file, a line per fault as file:line: field: sentence in this language; and
    whether it can be led."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as wrong:
        return f"{path}: {wrong}", False
    found = explain(text)
    if not found:
        return f"{path}: this method can be led", True
    said = Languages().translator(lang).gettext
    lines = [f"{path}:{f.line}: {f.field}: {said(f.text).format(**f.params)}" for f in found]
    more = [said(MORE).format(n=TOLD)] if len(found) == TOLD else []
    return "\n".join(lines + more), False


def _line(method: Method) -> str:
    minutes, size = sum(p.minutes for p in method.phases), method.size
    names = f"{method.name.nl} | {method.name.en}"
    return f"{method.id:22} {names}, {size.min}-{size.max} people, {minutes} min, {len(method.phases)} phases"


def _told(method: Method) -> dict[str, object]:
    size = method.size
    return {
        "id": method.id,
        "name": {"nl": method.name.nl, "en": method.name.en},
        "size": {"min": size.min, "ideal": [size.ideal_min, size.ideal_max], "max": size.max},
        "needs": list(method.needs),
        "minutes": sum(p.minutes for p in method.phases),
        "phases": [
            {
                "id": p.id,
                "name": {"nl": p.name.nl, "en": p.name.en},
                "minutes": p.minutes,
                "inputs": [{"id": i.id, "kind": i.kind, "who": i.who} for i in p.inputs],
            }
            for p in method.phases
        ],
    }
