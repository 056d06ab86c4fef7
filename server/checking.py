"""/controle: whether a certificate is real. What is sent is all there is to look at: nothing is looked up, and nothing
of it is kept or logged."""

from __future__ import annotations

import time

from starlette.requests import Request
from starlette.responses import Response

from server import papers, signing
from server.guard import Rejected, address_of, form
from server.pages import plain
from server.signing import Changed, NoProof, OtherKey
from server.visitor import language

ANSWERS: dict[type[Exception], str] = {NoProof: "none", OtherKey: "other", Changed: "changed"}


async def page(request: Request) -> Response:
    """/controle: where a certificate's link leads, and the key with which anybody can check without us."""
    return await _shown(request)


async def check(request: Request) -> Response:
    """POST /controle: real, with what stands on the paper; or not."""
    fields = await form(request, request.state.config)
    if not request.state.limits.may_check(address_of(request), time.monotonic()):
        raise Rejected(429, "Dat ging te snel. Probeer het zo nog eens.")
    try:
        said = await request.state.papers.signer.read(fields.get("proof", ""))
    except (NoProof, OtherKey, Changed) as no:
        return await _shown(request, answer=ANSWERS[type(no)])
    words = request.state.languages.translator(language(request))
    told = papers.facts(said, words, language(request))
    return await _shown(request, answer="real", said=said, facts=told, code=signing.code(said))


async def _shown(request: Request, **values: object) -> Response:
    public = await request.state.papers.signer.public()
    key = {"key": signing.pem(public), "key_id": signing.key_id(public).hex()}
    return plain(request, "check", **{"answer": "", "said": None, "facts": (), "code": "", **key, **values})
