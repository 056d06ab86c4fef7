"""The application: its routes, what it opens at start, and how it answers what goes wrong."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import hmac
import logging
import os
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from rooms.refusal import Refused
from server import (
    actions,
    attendance,
    beamer,
    checking,
    clientreport,
    entry,
    groupacts,
    groupdoor,
    grouppages,
    hallpages,
    joining,
    live,
    lives,
    metrics,
    pages,
    paper,
    proofs,
    reader,
    reflection,
    script,
    visitor,
)
from server.assets import Assets
from server.bus import Bus, LocalBus
from server.compress import CompressMiddleware
from server.config import Config
from server.database import StoreError
from server.documents import NoRoom
from server.feed import Feed
from server.guard import HeadersMiddleware, HostMiddleware, Rejected
from server.i18n import N_, Languages
from server.keys import keyring_of
from server.limits import Limits
from server.pairing import Pairing
from server.papers import Papers
from server.ready import Ready
from server.regions import Regions
from server.rehearsal import Rehearsals
from server.signing import Signer
from server.store import Store
from server.sweep import sweep
from server.typeset import NotSet
from server.work import Work

log = logging.getLogger("kring")
LAST_WORDS = 0.5  # seconds
STATIC = Path(__file__).resolve().parent.parent / "static"
HALF_A_YEAR = 182 * 86_400  # seconds
BROKEN = N_("Hier ging iets mis bij ons. Wat je schreef, staat nog op je toestel. Probeer het opnieuw.")
GONE = N_("Deze kring is er niet meer. Wat hier geschreven is, is gewist.")
NOT_HERE = N_("Deze kring kennen we niet, of je hebt er op dit toestel geen stoel.")
NOT_IN = N_(
    "Deze groep kennen we niet, of dit toestel hoort er niet bij. Heb je een herstelblad? Open de link die erop staat."
)


class State(TypedDict):
    """What every handler finds in `request.state`."""

    config: Config
    store: Store
    ready: Ready
    pairing: Pairing
    bus: Bus
    feed: Feed
    regions: Regions
    languages: Languages
    limits: Limits
    work: Work
    mark: bytes
    assets: Assets
    tabs: live.Tabs
    rehearsals: Rehearsals
    metrics: metrics.Metrics
    reader: reader.Reader
    papers: Papers


def compile_pages() -> None:
    """Compiles all templates, for an image in which nothing can be written later."""
    languages = Languages()
    Regions(Assets(STATIC, script.says(languages)), languages, "", 0).compile_all()


def create_app(config: Config) -> Starlette:
    """The ASGI application for one process."""
    languages = Languages()
    assets = Assets(STATIC, script.says(languages))

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[State]:
        place = urlsplit(config.origins[0]).netloc
        kept = config.retention_hours * 3_600_000
        logged, dev = config.database_url is not None, config.log_level == "debug"
        regions = Regions(assets, languages, place, kept, contact=config.contact, logged=logged, dev=dev)
        store = Store(config, keyring_of(config), partial(lives.due, kept=kept), lives.closes, lives.noted)
        bus = _bus(config.redis_url)
        async with contextlib.AsyncExitStack() as stack:
            await store.open()
            stack.push_async_callback(store.close)
            feed = Feed(store, bus, regions)
            await bus.start(feed.changed, feed.reset, feed.lead_is_there)
            stack.push_async_callback(bus.stop)
            for task in (sweep(store, bus), leave_when_broken(store, feed)):
                stack.callback(asyncio.create_task(task).cancel)
            feed.start()
            told = metrics.Metrics(store, feed, bus)
            stack.callback(asyncio.create_task(told.run()).cancel)
            stack.push_async_callback(feed.stop)
            _settle()
            rehearsals = Rehearsals()
            stack.push_async_callback(rehearsals.stop)
            yield State(
                config=config,
                store=store,
                ready=Ready(store),
                pairing=Pairing(store.db),
                bus=bus,
                feed=feed,
                regions=regions,
                languages=languages,
                limits=Limits(),
                work=Work(store.key_for("work")),
                mark=store.key_for("mark"),
                assets=assets,
                tabs=live.Tabs(),
                rehearsals=rehearsals,
                metrics=told,
                reader=reader.Reader(regions),
                papers=Papers(Signer(store.keys), languages, config.origins[0]),
            )

    routes: list[Any] = [  # what is asked most comes first: it is looked for in this order
        Route("/r/{alias}/do/{verb}", actions.act, methods=["POST"]),
        WebSocketRoute("/r/{alias}/live", live.live),
        Route("/", joining.start),
        Route("/", joining.join, methods=["POST"]),
        Route("/nieuw", entry.new),
        Route("/nieuw", entry.create, methods=["POST"]),
        Route("/scherm", beamer.pairing),
        Route("/taal", entry.speak, methods=["POST"]),
        Route("/over", _page("about")),
        Route("/privacy", _page("privacy")),
        Route("/beheer", _page("host")),
        Route("/.well-known/security.txt", _security),
        Route("/methoden", entry.methods),
        Route("/lezen", reader.contents),
        Route("/lezen/alles", reader.book),
        Route("/lezen/{chapter}", reader.chapter),
        Route("/lezen/methode/{method}", reader.method),
        Route("/gewist", _page("erased")),
        Route("/groep", groupdoor.new),
        Route("/groep", groupdoor.create, methods=["POST"]),
        Route("/g/{alias}", grouppages.page),
        Route("/g/{alias}/plan", grouppages.plan_page),
        Route("/g/{alias}/leden", grouppages.people),
        Route("/g/{alias}/aanwezigheid", grouppages.attended),
        Route("/g/{alias}/aanwezigheid.csv", attendance.file),
        Route("/g/{alias}/aanwezigheid/bewijs.pdf", proofs.certificate),
        Route("/g/{alias}/aanwezigheid/{sheet}.pdf", proofs.sheet),
        Route("/g/{alias}/verslag", grouppages.report),
        Route("/g/{alias}/verslag.{kind}", clientreport.file),
        Route("/g/{alias}/agenda.ics", grouppages.dates),
        Route("/g/{alias}/sleutel", groupdoor.key_page),
        Route("/g/{alias}/sleutel", groupdoor.bring, methods=["POST"]),
        Route("/g/{alias}/do/{verb}", groupacts.act, methods=["POST"]),
        Route("/reflectie", reflection.page),
        Route("/reflectie/odt", reflection.text_file, methods=["POST"]),
        Route("/reflectie/pdf", reflection.printed, methods=["POST"]),
        Route("/reflectie/{model}", reflection.sheet),
        Route("/controle", checking.page),
        Route("/controle", checking.check, methods=["POST"]),
        Route("/r/{alias}", pages.seat),
        Route("/r/{alias}/leiden", pages.lead),
        Route("/r/{alias}/volgorde", pages.order),
        Route("/r/{alias}/mensen", hallpages.people),
        Route("/r/{alias}/tafel", hallpages.table),
        Route("/r/{alias}/papier", paper.page),
        Route("/r/{alias}/volg", pages.follow),
        Route("/r/{alias}/scherm", pages.screen),
        Route("/r/{alias}/verslag", pages.report),
        Route("/r/{alias}/uitnodiging", pages.invite),
        Route("/r/{alias}/qr.svg", pages.qr_code),
        Route("/r/{alias}/koppel", beamer.pair, methods=["POST"]),
        Route("/s/{name:path}", assets.serve),
        Route("/favicon.ico", _no_content),
        Route("/healthz", _health),
        Route("/readyz", _ready),
        Route("/metrics", _metrics),
    ]
    app = Starlette(
        routes=routes,
        lifespan=lifespan,
        middleware=[
            Middleware(HeadersMiddleware, config=config),
            Middleware(HostMiddleware, allowed_hosts=_hosts(config), www_redirect=False),
            Middleware(CompressMiddleware, minimum_size=700),
        ],
        exception_handlers={
            visitor.Gone: _gone,
            visitor.Unknown: _unknown,
            NoRoom: _unknown,
            Rejected: _rejected,
            Refused: _refused,
            StoreError: _store,
            NotSet: _unset,
            404: _missing,
            405: _missing,
            500: _broken,
        },
    )
    app.router.redirect_slashes = False  # it makes a URL of the Host that somebody sent
    return app


def _settle() -> None:
    """All that was loaded stays: the collector need not look at it again, nor so often at what a storm of new
    connections makes, which is half of what such a storm costs."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _bus(redis_url: str | None) -> Bus:
    if not redis_url:
        return LocalBus()
    # only here: loading Redis' client takes a fifth of a start
    if urlsplit(redis_url).scheme.endswith("+cluster"):
        from server.rediscluster import ClusterBus

        return ClusterBus(redis_url)
    from server.redisbus import RedisBus

    return RedisBus(redis_url)


def _hosts(config: Config) -> list[str]:
    names = {urlsplit(o).hostname or "" for o in config.origins}
    return sorted(f"[{name}]" if ":" in name else name for name in names)


def _page(name: str) -> Any:
    async def page(request: Request) -> Response:
        return pages.plain(request, name)

    return page


async def leave_when_broken(store: Store, feed: Feed) -> None:
    """A flush that failed cannot be tried again: what the disk holds is only known to who opens the file anew. This
    process refuses everything from that moment, tells its screens to come back, and ends with an error, so that
    whoever started it starts another."""
    await store.db.broke.wait()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LAST_WORDS):
            await feed.stop()
    await asyncio.sleep(LAST_WORDS)  # the refusals that are under way
    os._exit(os.EX_IOERR)  # nothing is written any more, not even by a tidy end


async def _no_content(_: Request) -> Response:
    return Response(status_code=204)


async def _security(request: Request) -> Response:
    """/.well-known/security.txt (RFC 9116): where to report a fault, if whoever runs this server says so."""
    config = request.state.config
    if not config.contact:
        return await _missing(request, None)
    until = time.strftime("%Y-%m-01T00:00:00Z", time.gmtime(time.time() + HALF_A_YEAR))
    where = f"{config.origins[0]}/.well-known/security.txt"
    lines = (f"Contact: {config.contact}", f"Expires: {until}", "Preferred-Languages: nl, en", f"Canonical: {where}")
    return PlainTextResponse("\n".join(lines) + "\n")


async def _health(_: Request) -> Response:
    return PlainTextResponse("ok\n")


async def _ready(request: Request) -> Response:
    if not await request.state.ready.now():
        return PlainTextResponse("store\n", 503)
    return PlainTextResponse("ok\n" if request.state.bus.healthy else "ok, bus away\n")


async def _metrics(request: Request) -> Response:
    """/metrics, for who shows the token; for anybody else there is no such page."""
    token, shown = request.state.config.metrics_token, request.headers.get("authorization", "")
    if not token or not hmac.compare_digest(shown.encode(), f"Bearer {token}".encode()):
        return await _missing(request, None)
    return PlainTextResponse(request.state.metrics.text, media_type=metrics.KIND)


def _answer(request: Request, status: int, text: str, gone: str = "", **params: object) -> Response:
    sentence = pages.translated(request, text, **params)
    if request.headers.get("x-kring"):
        return pages.sentence(sentence, status)
    written = request.scope.get("written", ())
    return pages.plain(request, "problem", status, text=sentence, status=status, gone=gone, written=written)


async def _unknown(request: Request, _: Exception) -> Response:
    return _answer(request, 404, NOT_IN if request.scope["path"].startswith("/g/") else NOT_HERE)


async def _gone(request: Request, _: Exception) -> Response:
    """For who held a seat: the room is erased, and so is what this device kept of it; the page does that, so that a
    case kept for a next time stays."""
    alias = request.path_params["alias"]
    response = _answer(request, 410, GONE, gone=alias)
    visitor.forget(request, response, request.state.config, alias, keep=True)
    return response


async def _missing(request: Request, error: Any) -> Response:
    return _answer(request, getattr(error, "status_code", 404), N_("Deze pagina is er niet."))


async def _rejected(request: Request, error: Any) -> Response:
    return _answer(request, error.status, error.text)


async def _refused(request: Request, error: Any) -> Response:
    return _answer(request, 409, error.text, **error.params)


async def _unset(request: Request, _: Exception) -> Response:
    return _answer(request, 503, proofs.UNSET)


async def _store(request: Request, error: Any) -> Response:
    response = _answer(request, 503, error.person)
    response.headers["retry-after"] = "2"
    return response


async def _broken(request: Request, _: Exception) -> Response:
    return _answer(request, 500, BROKEN)
