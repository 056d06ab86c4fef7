"""/r/<alias>/papier: tonight's session to print, for whoever leads."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from rooms import flow, paper
from rooms.methodfiles import catalogue
from rooms.methods import Method
from rooms.room import Room
from server.pages import plain, visit
from server.steady import now_ms

USUAL = "five-step"  # as long as nobody chose a method: it fits almost always


async def page(request: Request) -> Response:
    """The meeting on paper. Who does not lead gets what they get for the cockpit."""
    found = await visit(request, "leiden")
    if isinstance(found, Response):
        return found
    room, asked = found.room, request.query_params.get("methode", "")
    method = room.method or catalogue().get(asked) or catalogue()[USUAL]
    return plain(
        request,
        "paper",
        alias=room.id,
        paper=paper.sheet(_planned(room, method)),
        code=room.code if room.door else "",
        settled=room.method is not None,
        method_id=method.id,
    )


def _planned(room: Room, method: Method) -> Room:
    return room if room.method else flow.plan_method(room, method, now_ms())
