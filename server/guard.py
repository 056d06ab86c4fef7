"""The door of every request: where it comes from, how large it is, and the headers each answer carries."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.config import Config

BODY_LIMIT = 16_384
ECHOED = 131_072  # bytes of a form without a script that are read to give the text back, however long it may be
WRITTEN = ("situation", "difficulty", "question", "text")  # fields that hold what somebody wrote
FIELDS = 320  # of a form: forty phases to arrange, or a ballot over the nine cards of each of thirty people
CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types htmx",
    )
)
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "x-robots-tag": "noindex",
    "x-kring": "1",  # a script takes no other answer for ours: a proxy or a captive portal says 200 as well
}


FILE_HEADERS = {name: HEADERS[name] for name in ("x-content-type-options", "cross-origin-resource-policy")}


class Rejected(Exception):
    """A request that is refused before any rule is asked: a status and a sentence for a person."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


class HostMiddleware(TrustedHostMiddleware):
    """Answers only to the names it was given, except for a health check from inside a container."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self.app if scope.get("path") in ("/healthz", "/readyz") else super().__call__
        await answer(scope, receive, send)


class HeadersMiddleware:
    """Puts the security headers on every answer; pages are never stored by a browser."""

    def __init__(self, app: ASGIApp, config: Config) -> None:
        self.app = app
        always = {"strict-transport-security": "max-age=31536000"} if config.secure else {}
        always["cache-control"] = "no-store"
        self._of_pages, self._of_files = _raw({**HEADERS, **always}), _raw({**FILE_HEADERS, **always})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                said = {name for name, _ in headers}
                ours = self._of_files if scope["path"].startswith("/s/") else self._of_pages
                message["headers"] = [*headers, *(pair for pair in ours if pair[0] not in said)]
            await send(message)

        await self.app(scope, receive, with_headers)


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as ASGI sends them, made once: every answer carries them."""
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def foreign(headers: Headers, config: Config) -> bool:
    """Whether a request comes from another site, as far as the browser says: by Fetch Metadata, else by Origin."""
    site = headers.get("sec-fetch-site")
    if site not in (None, "same-origin", "none"):
        return True
    return not own_origin(headers, config) if "origin" in headers else site is None


def own_origin(headers: Headers, config: Config) -> bool:
    """Whether a request says, once, that it comes from a page of ours."""
    origins = headers.getlist("origin")
    return len(origins) == 1 and origins[0] in config.origins


def address_of(request: Request) -> str:
    """The address a request comes from, '' when there is none; a proxy's word counts only if KRING_FORWARDED_ALLOW_IPS
    names that proxy."""
    return request.client.host if request.client else ""


async def form(request: Request, config: Config, most: int = BODY_LIMIT) -> Mapping[str, str]:
    """The fields of a url-encoded form of `most` bytes; refuses foreign, large, and otherwise encoded bodies."""
    if foreign(request.headers, config):
        raise Rejected(403, "Dit verzoek komt van een andere pagina. Open Kring opnieuw.")
    kind = request.headers.get("content-type", "").split(";")[0].strip()
    if kind != "application/x-www-form-urlencoded":
        raise Rejected(415, "Dit formulier kunnen we niet lezen.")
    body, script = b"", "x-kring" in request.headers
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > (most if script else max(most, ECHOED)):
                if script:
                    raise Rejected(413, "Dit is te lang. Wat je schreef, staat er nog.")
                raise Rejected(413, "Dit is te lang.")
    except ClientDisconnect:  # half a form is no form, and a line that broke is no fault of ours to log
        raise Rejected(400, "Dit formulier kunnen we niet lezen.") from None
    if len(body) > most:
        request.scope["written"] = _written(parse_qsl(body.decode("ascii", "replace")))
        raise Rejected(413, "Dit is te lang. Wat je schreef, staat er nog.")
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=FIELDS,
        )
    except (ValueError, UnicodeDecodeError):
        raise Rejected(400, "Dit formulier kunnen we niet lezen.") from None
    if not script:
        request.scope["written"] = _written(pairs)
    return dict(pairs)


def _written(pairs: list[tuple[str, str]]) -> tuple[str, ...]:
    """What somebody wrote in a form: a page that says that it did not go through shows it, where no script kept it."""
    return tuple(text for name, text in pairs if name in WRITTEN and text.strip())
