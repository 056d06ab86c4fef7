"""The personal regions, rendered once for all whose own part is the same but for name and chair."""

from __future__ import annotations

import msgspec
from markupsafe import escape  # nosemgrep: markup-is-made-in-one-place  # none is made here
from msgspec.structs import replace

from rooms.mine import Mine
from rooms.view import View
from server.regions import Regions

# What stands for a seat's id (of which a page shows six letters), for a name and for a chair: characters for private
# use, which nothing that somebody typed holds (rooms.words).
SEAT, NAME, CHAIR = "\ue000\ue001\ue002\ue003\ue004\ue005", "\ue006", "\ue007"
MADE = 64  # kept per room: of a hall whose people are all at different points nobody is like another for long
_encoder = msgspec.msgpack.Encoder()


class Shared:
    """What was rendered for one version of a room. A region is made of a view and of somebody's own part, so who has
    the same of both gets the same bytes: in a hall a step is rendered once and not a thousand times."""

    def __init__(self, regions: Regions) -> None:
        self._regions = regions
        self._made: dict[tuple[str, str, bytes], dict[str, str]] = {}

    def forget(self) -> None:
        """The views are others from here on."""
        self._made = {}

    def parts(self, view: View, own: Mine, lang: str) -> dict[str, str]:
        """The personal regions for a frame, which needs no CSRF value; `view` is the same one for a role until
        `forget`."""
        if own.for_others:  # a page that names its seat beside others' seats
            return self._regions.personal(view, own, lang, "", {})
        alike = replace(own, seat=SEAT, name=NAME, at=CHAIR)
        key = (view.role, lang, _encoder.encode(alike))
        made = self._made.get(key)
        if made is None:
            made = self._regions.personal(view, alike, lang, "", {})
            if len(self._made) < MADE:
                self._made[key] = made
        seat, name, chair = own.seat[:6], str(escape(own.name)), str(own.at)
        return {n: h.replace(SEAT, seat).replace(NAME, name).replace(CHAIR, chair) for n, h in made.items()}
