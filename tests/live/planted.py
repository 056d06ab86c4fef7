"""The server with a filter that shows everybody the number of which the owner's page says that nobody else sees it:
`python -m tests.live.planted`. Only for the control of what the sentences beside fields say."""

from __future__ import annotations

import sys

from rooms import view
from rooms.cardview import Shelf
from rooms.room import Room, phase, this_round
from server import __main__

shelves = view.shelves


def leaky(room: Room, role: str) -> tuple[Shelf, ...]:
    results = this_round(room).results
    own = (i for i in phase(room).inputs if i.kind == "scale" and i.who == "owner")
    return (*shelves(room, role), *(Shelf(i, (), results.get(i.id, ())) for i in own))


if __name__ == "__main__":
    view.shelves = leaky
    sys.argv = [sys.argv[0]]
    __main__.main()
