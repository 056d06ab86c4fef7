"""Pairing a big screen: four symbols on the beamer, typed by whoever leads."""

from __future__ import annotations

import secrets
import time
from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rooms import devices
from server import identity
from server.guard import Rejected, address_of, form
from server.i18n import N_
from server.pages import plain, sentence, translated
from server.steady import now_ms
from server.visitor import Unknown, find, give_screen, secret_of

LASTS = 300  # s a screen waits under its symbols
SYMBOLS = 4
AWAY = N_("Wie niet aan tafel zit of nog moet bijlezen, opent hier geen groot scherm.")
NOT_THESE = N_("Deze vier tekens kennen we niet. Kijk nog eens op het grote scherm.")
TOO_OFTEN = N_("Er zijn vaak verkeerde tekens getypt. Wacht een minuut en probeer het opnieuw.")
MANY_WAIT = N_("Vanaf dit netwerk wachten al veel schermen. Wacht een paar minuten en probeer het opnieuw.")


async def pairing(request: Request) -> Response:
    """/scherm: four symbols on the beamer, until somebody who leads types them."""
    state = request.state
    ticket = request.cookies.get(_cookie(request), "")
    alias = await state.pairing.take(_print(ticket)) if ticket else None
    if alias:
        return await _paired(request, alias)
    if request.headers.get("x-kring") and ticket:
        return Response(status_code=204)
    if not ticket or not await state.pairing.waits(_print(ticket)):
        ticket = await _waiting(request)
    response = plain(request, "pair", symbols=ticket[:SYMBOLS])
    response.set_cookie(
        _cookie(request),
        ticket,
        max_age=LASTS,
        path="/",
        secure=state.config.secure,
        httponly=True,
        samesite="strict",
    )
    return response


async def _paired(request: Request, alias: str) -> Response:
    own = secret_of(request, request.state.config, alias)
    if own and not devices.may_watch(await request.state.store.load(alias), identity.handle(own, alias)):
        raise Rejected(409, AWAY)
    secret = identity.new_secret()
    await request.state.store.change(alias, partial(devices.pair, handle=identity.handle(secret, alias)))
    request.state.bus.nudge(alias)
    response = RedirectResponse(f"/r/{alias}/scherm", 303)
    give_screen(request, response, alias, secret)
    response.delete_cookie(_cookie(request), path="/", secure=request.state.config.secure, httponly=True)
    return response


async def _waiting(request: Request) -> str:
    """A fresh ticket; it begins with the symbols under which its screen waits."""
    state = request.state
    if not state.limits.may_wait(address_of(request), time.monotonic()):
        raise Rejected(429, MANY_WAIT)
    while True:
        ticket = "".join(secrets.choice(identity.ALPHABET) for _ in range(SYMBOLS)) + secrets.token_urlsafe(24)
        if await state.pairing.wait(_print(ticket[:SYMBOLS]), _print(ticket), now_ms() // 1000 + LASTS):
            return ticket


def _cookie(request: Request) -> str:
    return identity.cookie_name("scherm", request.state.config.secure)


def _print(text: str) -> str:
    return identity.fingerprint(text.encode())


async def pair(request: Request) -> Response:
    """POST /r/<alias>/koppel: whoever leads types the four symbols of a big screen."""
    state, alias = request.state, request.path_params["alias"]
    fields = await form(request, state.config)
    visitor = await find(request, alias)
    if not visitor.leads:
        raise Unknown
    if not identity.csrf_ok(visitor.secret, alias, fields.get("csrf", "")):
        raise Rejected(403, "Deze pagina is verlopen. Laad de pagina opnieuw.")
    now = time.monotonic()
    if not state.limits.may_pair(alias, now):
        return _not_paired(request, TOO_OFTEN)
    symbols = "".join(fields.get("symbols", "").upper().split()).replace("-", "")
    if not await state.pairing.claim(_print(symbols), alias):
        return _not_paired(request, NOT_THESE)
    state.limits.paired(alias, now)
    if request.headers.get("x-kring"):
        return Response(status_code=204)
    return RedirectResponse(f"/r/{alias}/leiden", 303)


def _not_paired(request: Request, why: str) -> Response:
    text = translated(request, why)
    if request.headers.get("x-kring"):
        return sentence(text, 409)
    return plain(request, "problem", 409, text=text, status=409, gone="")
