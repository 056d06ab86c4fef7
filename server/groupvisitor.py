"""Who asks for a page of a group: a member, its organiser, or both."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from rooms.trajectory.group import ORGANISER, Group, Member
from server import identity
from server.documents import NoRoom
from server.guard import Rejected
from server.visitor import DAY, NEW, Unknown, lent, secret_of

MOST = 12  # groups that a device is shown
_GROUP = re.compile(r"(?:__Host-)?kring-(g[0-9a-f]{12})")
LASTS = 400 * DAY  # seconds that a device holds the cookie of a group, from its last visit: as long as browsers let it


@dataclass(frozen=True, slots=True)
class Caller:
    """A device that a group knows. `secret` lives for one request and is never stored."""

    group: Group
    secret: bytes
    handle: str
    member: Member | None
    organiser: bool

    @property
    def by(self) -> str:
        """As whom it acts: as a member where it is one."""
        return self.member.id if self.member else ORGANISER

    @property
    def csrf(self) -> str:
        """A fresh masked value for a form."""
        return identity.csrf_token(self.secret, self.group.id)


async def caller(request: Request) -> Caller:
    """The device that asks; raises Unknown when there is no such group or it is not in it, one answer for both. While
    it goes round in a circle, whoever holds it is not its member."""
    alias = request.path_params["alias"]
    secret = secret_of(request, request.state.config, alias)
    if secret is None:
        raise Unknown
    if not request.state.limits.page(identity.handle(secret, alias), time.monotonic()):
        raise Rejected(429, "Dat ging te snel. Probeer het zo nog eens.")
    found = await known(request, alias)
    if found is None:
        raise Unknown
    if await lent(request):
        raise Rejected(403, "Dit toestel gaat nu rond. Wie het terugkrijgt, komt weer bij de groep.")
    return found


async def known(request: Request, alias: str) -> Caller | None:
    """The device as a group knows it, by the cookie that it holds."""
    secret = secret_of(request, request.state.config, alias)
    if secret is None:
        return None
    try:
        group: Group = await request.state.store.group(alias)
    except NoRoom:
        return None
    handle = identity.handle(secret, alias)
    device = group.devices.get(handle)
    if device is None:
        return None
    member = group.members.get(device.member)
    return Caller(group, secret, handle, member if member and not member.left else None, device.organiser)


async def known_here(request: Request) -> tuple[Group, ...]:
    """The groups whose cookies this device has; none while it goes round."""
    names = [m[1] for name in request.cookies if (m := _GROUP.fullmatch(name))]
    if not names or await lent(request):
        return ()
    found = [await known(request, name) for name in names[:MOST]]
    return tuple(sorted((one.group for one in found if one), key=lambda group: group.name.casefold()))


def keep(request: Request, response: Response, alias: str, secret: bytes) -> None:
    """Sets the group's cookie on a device, or makes it last from now on again. What it was welcomed with is used up: a
    circle gets another secret than its group."""
    config = request.state.config
    if identity.cookie_name(NEW, config.secure) in request.cookies:
        drop(request, response, NEW)
    response.set_cookie(
        identity.cookie_name(alias, config.secure), identity.encode(secret), max_age=LASTS, path="/",
        secure=config.secure, httponly=True, samesite="lax",
    )  # fmt: skip


def drop(request: Request, response: Response, alias: str) -> None:
    """Takes the group's cookie from a device."""
    config = request.state.config
    name = identity.cookie_name(alias, config.secure)
    response.delete_cookie(name, path="/", secure=config.secure, httponly=True, samesite="lax")
