"""HTML in brotli where a browser takes it, else gzip; files under /s/ come compressed already."""

from __future__ import annotations

import brotli
from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware, IdentityResponder
from starlette.types import ASGIApp, Receive, Scope, Send


class Brotli(IdentityResponder):
    """One answer in brotli; quality 10 is a tenth smaller on these pages than 5 and costs some 4 ms of a core, once
    per page: after that frames come over the socket."""

    content_encoding = "br"

    def __init__(self, app: ASGIApp, minimum_size: int) -> None:
        super().__init__(app, minimum_size)
        self._compressor = brotli.Compressor(quality=10)

    async def apply_compression(self, body: bytes, *, more_body: bool) -> bytes:
        """The next bytes of the compressed stream."""
        out: bytes = self._compressor.process(body)
        rest: bytes = self._compressor.flush() if more_body else self._compressor.finish()
        return out + rest


class CompressMiddleware(GZipMiddleware):
    """Chooses by Accept-Encoding; pages hold masked values only, so length says nothing about secrets."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and "br" in Headers(scope=scope).get("accept-encoding", ""):
            await Brotli(self.app, self.minimum_size)(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)
