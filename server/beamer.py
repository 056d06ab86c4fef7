"""Pairing a big screen: four symbols on the beamer, typed by whoever leads."""

from __future__ import annotations

import secrets
import time
from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rooms import devices
from server import identity
from server.guard import Rejected, form
from server.pages import plain, sentence, translated
from server.visitor import Unknown, find, give

SYMBOLS = "23456789BCDFGHJKMNPQRSTVWXYZ"


async def pairing(request: Request) -> Response:
    """/scherm: four symbols on the beamer, until somebody who leads types them."""
    state, ticket = request.state, request.cookies.get("kring-scherm", "")
    alias = await state.pairing.take(identity.fingerprint(ticket.encode())) if ticket else None
    if alias:
        secret = identity.new_secret()
        await state.store.change(alias, partial(devices.pair, handle=identity.handle(secret, alias)))
        state.bus.nudge(alias)
        response: Response = RedirectResponse(f"/r/{alias}/scherm", 303)
        give(response, state.config, alias, secret)
        response.delete_cookie("kring-scherm", path="/scherm")
        return response
    if request.headers.get("x-kring") and ticket:
        return Response(status_code=204)
    symbols, ticket = "".join(secrets.choice(SYMBOLS) for _ in range(4)), secrets.token_urlsafe(24)
    until = int(time.time()) + 300
    await state.pairing.wait(identity.fingerprint(symbols.encode()), identity.fingerprint(ticket.encode()), until)
    response = plain(request, "pair", symbols=symbols)
    response.set_cookie(
        "kring-scherm",
        ticket,
        max_age=300,
        path="/scherm",
        httponly=True,
        samesite="strict",
        secure=state.config.secure,
    )
    return response


async def pair(request: Request) -> Response:
    """POST /r/<alias>/koppel: whoever leads types the four symbols of a big screen."""
    state, alias = request.state, request.path_params["alias"]
    fields = await form(request, state.config)
    visitor = await find(request, alias)
    if not visitor.leads:
        raise Unknown
    if not identity.csrf_ok(visitor.secret, alias, fields.get("csrf", "")):
        raise Rejected(403, "Deze pagina is verlopen. Laad haar opnieuw.")
    symbols = "".join(fields.get("symbols", "").upper().split()).replace("-", "")
    claimed = await state.pairing.claim(identity.fingerprint(symbols.encode()), alias)
    if not claimed:
        text = translated(request, "Deze vier tekens kennen we niet. Kijk nog eens op het grote scherm.")
        if request.headers.get("x-kring"):
            return sentence(text, 409)
        return plain(request, "problem", 409, text=text, status=409)
    if request.headers.get("x-kring"):
        return Response(status_code=204)
    return RedirectResponse(f"/r/{alias}/leiden", 303)
