"""Beginning a group, coming into one by its code, and one more device by a key."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from random import SystemRandom

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rooms.refusal import Refused
from rooms.trajectory import members
from rooms.trajectory.group import Group
from server import identity, limits, qr
from server.database import StoreError
from server.documents import NoRoom
from server.groupvisitor import drop, keep, known_here
from server.guard import address_of, form
from server.i18n import N_, clock_of
from server.lives import GROUP
from server.pages import plain, translated, why_not
from server.steady import now_ms
from server.visitor import newcomer, secret_of, taken, welcome

MANY = N_("Er zijn vanaf dit netwerk al veel groepen begonnen. Probeer het over een uur opnieuw.")
FULL = N_("Op deze server zijn nu al heel veel groepen. Probeer het later opnieuw.")
NO_KEY = N_("Deze sleutel kennen we niet, of hij is al gebruikt.")


async def new(request: Request) -> Response:
    """/groep: the groups that this device is in, what a group is, and the form that begins one."""
    return _new(request, groups=await known_here(request))


def _new(request: Request, status: int = 200, **values: object) -> Response:
    return plain(request, "group_new", status, **{"typed": {}, "error": "", "groups": (), **values})


async def create(request: Request) -> Response:
    """POST /groep: makes the group, gives its organiser the key, once."""
    state = request.state
    fields = await form(request, state.config)
    if not state.limits.may_create(address_of(request), time.monotonic()):
        return _new(request, 429, typed=fields, error=translated(request, MANY))
    if await state.store.groups() >= limits.GROUPS:
        return _new(request, 503, typed=fields, error=translated(request, FULL))
    secret, key, alias = identity.new_secret(), identity.new_key(), f"g{secrets.token_hex(6)}"
    try:
        group = members.found(
            alias, fields.get("group", ""),
            handle=identity.handle(secret, alias), key=identity.fingerprint(key.encode()),
            code=identity.new_code(SystemRandom()), zone=_zone(fields), until=now_ms() + GROUP,
        )  # fmt: skip
        await state.store.create(group, group.until)
    except (Refused, StoreError) as no:
        status, wrong = why_not(request, no)
        return _new(request, status, typed=fields, error=wrong)
    response = shown(request, group, key, "")
    keep(request, response, alias, secret)
    return response


def _zone(fields: Mapping[str, str]) -> str:
    zone = fields.get("zone", "")
    return zone if clock_of(zone) else ""


def shown(request: Request, group: Group, key: str, name: str) -> Response:
    """The page of a key: shown once, to print or to write down. `name` is whose it is, '' for the organiser's."""
    link = f"{request.state.config.origins[0]}/g/{group.id}/sleutel#key={key}"
    svg = qr.svg(link).decode()
    return plain(request, "group_key", alias=group.id, group=group.name, name=name, key=key, link=link, key_code=svg)


async def join(request: Request, alias: str, code: str, fields: Mapping[str, str]) -> Response:
    """A right code of a group: asks a name, then makes a member."""
    state, own = request.state, secret_of(request, request.state.config, alias)
    group: Group = await state.store.group(alias)
    device = group.devices.get(identity.handle(own, alias)) if own else None
    if device and device.member:
        return RedirectResponse(f"/g/{alias}", 303)
    if "name" not in fields:
        return _ask_name(request, group, code)
    secret, key = own if own and device else newcomer(request), identity.new_key()
    try:
        handle, shows = identity.handle(secret, alias), identity.fingerprint(key.encode())
        group = await state.store.change(alias, members.join, handle, fields["name"], shows, rng=SystemRandom())
    except (Refused, StoreError) as no:
        status, wrong = why_not(request, no)
        return _ask_name(request, group, code, status, name=fields["name"], error=wrong)
    state.limits.joined(address_of(request), time.monotonic())
    response = shown(request, group, key, group.members[group.devices[handle].member].name)
    keep(request, response, alias, secret)
    taken(request, response)
    return response


def _ask_name(request: Request, group: Group, code: str, status: int = 200, **values: object) -> Response:
    passed = request.state.work.passed(code, now_ms())
    values = {"name": "", "error": "", "code": code, "passed": passed, **values}
    response = plain(request, "group_join", status, group=group, **values)
    welcome(request, response)
    return response


async def key_page(request: Request) -> Response:
    """/g/<alias>/sleutel: where a device shows a key; the same whether there is such a group or not."""
    return _unlock(request)


def _unlock(request: Request, status: int = 200, key: str = "", error: str = "") -> Response:
    return plain(request, "group_unlock", status, alias=request.path_params["alias"], key=key, error=error)


async def bring(request: Request) -> Response:
    """POST /g/<alias>/sleutel: this device, too, is whoever's key it shows."""
    state, alias = request.state, request.path_params["alias"]
    fields = await form(request, state.config)
    typed, own = fields.get("key", ""), secret_of(request, state.config, alias)
    try:
        group: Group = await state.store.group(alias)
        known = own is not None and identity.handle(own, alias) in group.devices
        secret = own if own and known else identity.new_secret()
        shows = identity.fingerprint(identity.clean_key(typed).encode())
        await state.store.change(alias, members.bring, identity.handle(secret, alias), shows, now_ms())
    except (members.NoKey, NoRoom):  # one answer for a wrong key and for no such group
        return _unlock(request, 404, typed, translated(request, NO_KEY))
    except (Refused, StoreError) as no:
        status, wrong = why_not(request, no)
        return _unlock(request, status, typed, wrong)
    response = RedirectResponse(f"/g/{alias}", 303)
    keep(request, response, alias, secret)
    return response


def out(request: Request, alias: str) -> Response:
    """This device is in the group no more."""
    response = RedirectResponse("/groep", 303)
    drop(request, response, alias)
    return response
