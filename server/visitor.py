"""Who is asking: from the cookie of a room to a device, its seat, and the tags its secret makes."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from functools import partial

from starlette.requests import HTTPConnection
from starlette.responses import Response

from rooms import devices
from rooms.room import Device, Kind, Knock, Presence, Room
from rooms.tags import Tag
from server import identity
from server.config import Config
from server.documents import NoRoom

LANG = "kring-taal"
DAY = 86_400
NEW = "nieuw"
SCREEN = "scherm"
ROOMS = 8  # whose cookies a device keeps: more would make the headers of every request long
_ROOM = re.compile(r"(__Host-)?kring-[0-9a-f]{12}")
_ASIDE = re.compile(rf"(?:__Host-)?kring-([0-9a-f]{{12}})\.(?!{SCREEN}$)\w+")


class Unknown(Exception):
    """No room, or no seat in it: one answer for both."""


class Gone(Unknown):
    """This device had a seat (it holds a cookie of that room), and the room is no more."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A device at the door of a room. `secret` lives for one request and is never stored."""

    room: Room
    secret: bytes
    handle: str
    device: Device | None
    knock: Knock | None
    beside: str = ""  # the handle of a chair's secret in the browser of a big screen

    @property
    def leads(self) -> bool:
        """Whether this device may do what only who leads may."""
        device = self.device
        if device is None or device.kind not in (Kind.OWN, Kind.LEAD):
            return False
        seat = self.room.seats[device.seat]
        return seat.lead and seat.presence is Presence.HERE

    @property
    def tag(self) -> Tag:
        """Makes the device's tags for this room."""
        return partial(identity.tag, self.secret)

    @property
    def csrf(self) -> str:
        """A fresh masked value for a form."""
        return identity.csrf_token(self.secret, self.room.id)


def secret_of(connection: HTTPConnection, config: Config, alias: str, *, screen: bool = False) -> bytes | None:
    """The device's secret for a room, from its cookie, or None; as a big screen it may have another."""
    return identity.decode(_cookie(connection, config, alias, screen=screen).partition(".")[0])


def _cookie(connection: HTTPConnection, config: Config, alias: str, *, screen: bool) -> str:
    """A secret and, after a dot, the server's mark. A browser may have a chair and be the big screen too: the page
    asked for decides whose secret counts."""
    names = [identity.cookie_name(alias, config.secure), aside_name(config, alias, SCREEN)]
    found = [connection.cookies[n] for n in (reversed(names) if screen else names) if n in connection.cookies]
    return found[0] if found else ""


async def find(connection: HTTPConnection, alias: str, *, screen: bool = False) -> Visitor:
    """The visitor of a room, or of its big screen; raises Unknown when there is no such room or no cookie that it
    knows."""
    state = connection.state
    secret = secret_of(connection, state.config, alias, screen=screen)
    if secret is None:
        raise Unknown
    try:
        room: Room = await state.store.load(alias)
    except NoRoom:
        # only a cookie that we gave for this very room is told that it is gone: a made-up one must learn nothing
        mark = _cookie(connection, state.config, alias, screen=screen).partition(".")[2]
        raise (Gone if _given(connection, alias, secret, mark) else Unknown) from None
    handle = identity.handle(secret, alias)
    device = devices.shown(room, handle)
    knock = next((k for k in room.knocks if k.handle == handle), None)
    if device is None and knock is None:
        raise Unknown
    own = secret_of(connection, state.config, alias) if screen else None
    beside = identity.handle(own, alias) if own and own != secret else ""
    if beside and not devices.may_watch(room, beside):
        raise Unknown
    return Visitor(room, secret, handle, device, knock, beside)


def was_here(connection: HTTPConnection, alias: str) -> bytes | None:
    """The secret in a cookie that we gave for this very room, whatever became of the room or of this device in it."""
    value = _cookie(connection, connection.state.config, alias, screen=False)
    secret = identity.decode(value.partition(".")[0])
    return secret if secret and _given(connection, alias, secret, value.partition(".")[2]) else None


async def sits_here(request: HTTPConnection, alias: str) -> bool:
    """Whether this device has a chair of its own: a link somebody else sends must not take that away."""
    try:
        visitor = await find(request, alias)
    except Unknown:
        return False
    device = visitor.room.devices.get(visitor.handle)  # also one that goes round and shows nothing now
    return device is not None and device.kind is Kind.OWN


async def lent(connection: HTTPConnection) -> bool:
    """Whether who holds this browser now has it from somebody else, in a circle in which it goes round."""
    aside = {m[1] for name in connection.cookies if (m := _ASIDE.fullmatch(name))}
    for alias in sorted(aside)[:ROOMS]:
        try:
            visitor = await find(connection, alias)
        except Unknown:
            continue
        if visitor.device and visitor.device.via:
            return True
    return False


def give(request: HTTPConnection, response: Response, alias: str, secret: bytes) -> None:
    """Sets the room's cookie on a device; beyond eight rooms the oldest one's goes."""
    config = request.state.config
    name = identity.cookie_name(alias, config.secure)
    others = [n for n in request.cookies if _ROOM.fullmatch(n) and n != name]  # browsers send the oldest first
    for old in others[: max(len(others) - (ROOMS - 1), 0)]:
        _drop(request, response, old)
    taken(request, response)
    _set(request, response, name, alias, secret)


def give_screen(request: HTTPConnection, response: Response, alias: str, secret: bytes) -> None:
    """Makes a browser the big screen of a room; a chair that it has there stays. Of nine screens the oldest goes."""
    name = aside_name(request.state.config, alias, SCREEN)
    others = [n for n in request.cookies if _ROOM.match(n) and n.endswith(f".{SCREEN}") and n != name]
    for old in others[: max(len(others) - (ROOMS - 1), 0)]:
        _drop(request, response, old)
    _set(request, response, name, alias, secret)


def lasts(config: Config) -> int:
    """Seconds that a device holds its cookie: an invitation, a meeting, what is kept of it, and an hour more."""
    return 15 * DAY + config.retention_hours * 3600 + 3600


def _set(request: HTTPConnection, response: Response, name: str, alias: str, secret: bytes) -> None:
    response.set_cookie(
        name,
        f"{identity.encode(secret)}.{identity.issued(request.state.mark, alias, secret)}",
        max_age=lasts(request.state.config),
        path="/",
        secure=request.state.config.secure,
        httponly=True,
        samesite="lax",
    )


def welcome(request: HTTPConnection, response: Response) -> None:
    """Gives who is asked for a name the secret they will have: a form that is sent twice, or filled in anew since no
    answer came, then takes one chair."""
    config = request.state.config
    response.set_cookie(
        identity.cookie_name(NEW, config.secure),
        identity.encode(newcomer(request)),
        max_age=1800,
        path="/",
        secure=config.secure,
        httponly=True,
        samesite="lax",
    )


def taken(request: HTTPConnection, response: Response) -> None:
    """The secret of who took a chair serves no second one."""
    if (fresh := identity.cookie_name(NEW, request.state.config.secure)) in request.cookies:
        _drop(request, response, fresh)


def newcomer(request: HTTPConnection) -> bytes:
    """The secret for who takes a chair."""
    name = identity.cookie_name(NEW, request.state.config.secure)
    return identity.decode(request.cookies.get(name, "")) or identity.new_secret()


def _given(connection: HTTPConnection, alias: str, secret: bytes, mark: str) -> bool:
    ours = identity.issued(connection.state.mark, alias, secret)
    return hmac.compare_digest(mark.encode(), ours.encode())


def aside_name(config: Config, alias: str, seat: str) -> str:
    """The cookie in which a device handed round keeps somebody's secret while another holds it."""
    return f"{identity.cookie_name(alias, config.secure)}.{seat}"


def lay_aside(response: Response, config: Config, alias: str, seat: str, secret: bytes) -> None:
    """Keeps the secret of who hands the device on, until it comes back."""
    response.set_cookie(
        aside_name(config, alias, seat),
        identity.encode(secret),
        max_age=lasts(config),
        path="/",
        secure=config.secure,
        httponly=True,
        samesite="lax",
    )


def forget(request: HTTPConnection, response: Response, config: Config, alias: str, *, keep: bool = False) -> None:
    """Takes from a device the room's cookie, those laid aside while it went round, and all the page kept; with `keep`
    the page clears that itself, as it does where a browser does not listen to this header."""
    _drop(request, response, identity.cookie_name(alias, config.secure))
    another = any(_ROOM.fullmatch(n) and n != identity.cookie_name(alias, config.secure) for n in request.cookies)
    if not another:  # it takes the drafts of every circle; where there is another, the page drops those of this one
        response.headers["clear-site-data"] = '"cache"' if keep else '"cache", "storage"'


def _drop(request: HTTPConnection, response: Response, own: str) -> None:
    for name in [own, *(n for n in request.cookies if n.startswith(f"{own}."))]:
        secure = request.state.config.secure
        response.delete_cookie(name, path="/", secure=secure, httponly=True, samesite="lax")


def language(connection: HTTPConnection) -> str:
    """The person's language: chosen before, else what the browser asks for."""
    chosen = connection.cookies.get(LANG, "")
    if chosen in ("nl", "en"):
        return chosen
    languages = connection.state.languages
    return str(languages.pick(connection.headers.get("accept-language", "")))
