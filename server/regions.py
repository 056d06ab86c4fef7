"""Views to HTML: the same function makes a page's regions and a socket's frames."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import re
import sys
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, pass_context
from jinja2.bccache import Bucket
from jinja2.ext import Extension
from markupsafe import Markup  # nosemgrep: markup-is-made-in-one-place  # here

from rooms import evaluating, plan, promises, shell, whispers
from rooms.methodfiles import catalogue
from rooms.methods import takes_kept
from rooms.mine import Mine
from rooms.view import View
from server.assets import Assets
from server.drawing import arc, geometry, offset, rows, side, slices, strip, turn
from server.i18n import Languages
from server.quick import QuickContext, QuickTemplate
from server.steady import on_the_hour

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
SEAT_REGIONS = ("head", "band", "stage")
LEAD_REGIONS = ("head", "agenda", "stage", "side", "foot")
SCREEN_REGIONS = ("screen",)
PERSONAL = ("me", "composer")
_BETWEEN = re.compile(r'(?<=[>}"])\s*\n\s*(?=[<{])')
_BREAK = re.compile(r"\s*\n\s*")


class Lean(Extension):
    """A line break in a template is for who reads the template: between two tags or expressions and at the end it
    becomes nothing, elsewhere one blank."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """The template as Jinja shall see it."""
        return _BREAK.sub(" ", _BETWEEN.sub("", source.rstrip()))


class Compiled(FileSystemBytecodeCache):
    """Compiled templates beside Python's own compiled modules, for all languages: a page compiled while people wait
    keeps everybody waiting. What cannot be written, or read after a power loss, is compiled again."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """Reads what was compiled before, if it is there and whole."""
        try:
            super().load_bytecode(bucket)
        except Exception:  # whatever a damaged file makes of its reader
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Writes what was compiled, for whoever runs the server to read; nothing where Python keeps nothing either."""
        with contextlib.suppress(OSError):
            if not sys.dont_write_bytecode:
                super().dump_bytecode(bucket)
                Path(self._get_cache_filename(bucket)).chmod(0o644)


def _compiled() -> Compiled | None:
    """The cache, told apart by this module and Jinja's version: Jinja itself only looks whether a template changed."""
    folder = Path(importlib.util.cache_from_source(__file__)).parent
    if not folder.is_dir():
        return None
    ours = hashlib.sha256(jinja2.__version__.encode() + Path(__file__).read_bytes()).hexdigest()[:10]
    return Compiled(str(folder), f"%s.{ours}.jinja")


def _gettext(translator: NullTranslations) -> Callable[..., str]:
    """What Jinja's own new style does with a sentence, which is half of what a page is made of: those without values
    are looked up and made ready once."""
    # nosemgrep: markup-is-made-in-one-place
    ready = lru_cache(4096)(lambda text: Markup(translator.gettext(text)))  # noqa: S704  # nosec B704 - as Jinja does
    plain = lru_cache(4096)(lambda text: ready(text) % {})
    return lambda text, /, **values: ready(text) % values if values else plain(text)


def names(place: str) -> tuple[str, ...]:
    """The audience regions of a page: seat, lead or screen."""
    return {"lead": LEAD_REGIONS, "screen": SCREEN_REGIONS}.get(place, SEAT_REGIONS)


class Regions:
    """Renders templates in a language; the pages of a running circle get one view and no domain object.
    `address` is what people type to join."""

    def __init__(
        self,
        assets: Assets,
        languages: Languages,
        address: str,
        kept: int,
        *,
        contact: str = "",
        logged: bool = False,
        dev: bool = False,
    ) -> None:
        """`kept` is how long (ms) a meeting stays after its end, `contact` where whoever runs the server can be
        reached, or ''; `logged` says that the database keeps a log of changes; with `dev` a page's console says
        more."""
        self.languages, self.address, self.kept, self.contact, self.dev = languages, address, kept, contact, dev
        self.logged = logged
        self._environments = {lang: self._environment(assets, lang) for lang in ("nl", "en")}

    def compile_all(self) -> None:
        """Compiles what is not kept yet, before anybody waits for a page."""
        env = self._environments["nl"]
        for name in env.list_templates(extensions=["html"]):
            env.get_template(name)

    def page(self, name: str, lang: str, /, **values: Any) -> str:
        """A whole page from templates/pages."""
        return self._environments[lang].get_template(f"pages/{name}.html").render(**values)

    def part(self, name: str, lang: str, /, **values: Any) -> str:
        """A fragment of a page by its template's path."""
        return self._environments[lang].get_template(name).render(**values)

    def audience(self, place: str, view: View, lang: str) -> dict[str, str]:
        """The audience regions of a page, by name."""
        return {name: self.part(f"regions/{place}/{name}.html", lang, view=view) for name in names(place)}

    def personal(self, view: View, mine: Mine, lang: str, csrf: str, typed: Mapping[str, str]) -> dict[str, str]:
        """The regions of one device; `csrf` is masked anew for each page and not part of what is compared;
        `typed` is what a form held that was refused without a script."""
        values = {"view": view, "mine": mine, "csrf": csrf, "typed": typed}
        return {name: self.part(f"regions/mine/{name}.html", lang, **values) for name in PERSONAL}

    def _environment(self, assets: Assets, lang: str) -> Environment:
        env = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            auto_reload=False,  # else every include of every page asks the disk whether its file changed
            bytecode_cache=_compiled(),
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n", Lean],
        )
        env.context_class, env.template_class = QuickContext, QuickTemplate
        # One plain dict: each import in a template looks through all globals, and a chain of dicts does so slowly.
        env.make_globals = lambda _: env.globals  # type: ignore[method-assign, assignment]
        translator = self.languages.translator(lang)
        env.install_gettext_callables(translator.gettext, translator.ngettext, newstyle=True)  # type: ignore[attr-defined]
        gettext = _gettext(translator)
        env.globals.update(
            _=gettext,
            gettext=gettext,
            every_method=cache(lambda: env.filters["region"](self.part("partials/_every_method.html", lang))),
            asset=assets.url,
            address=self.address,
            lang=lang,
            when=self.languages.time(lang),
            date=self.languages.date(lang),
            day=self.languages.day(lang),
            kept=self.kept,
            erased=lambda over: on_the_hour(over + self.kept),
            contact=self.contact,
            logged=self.logged,
            nginx=(TEMPLATES / "reading" / "nginx.conf").read_text(encoding="utf-8"),
            dev=self.dev,
            geometry=geometry,
            arc=arc,
            rows=rows,
            slices=slices,
            turn=turn,
            side=side,
            strip=strip,
            promise=promises.INPUTS,
            beyond=shell.beyond,
            shortest=plan.shortest,
            questions=evaluating.sets(),
            items=evaluating.items(),
            ready_cues=whispers.READY,
            takes_kept=takes_kept,
            methods=lambda: tuple(catalogue().values()),
        )
        env.filters["region"] = Markup  # nosemgrep: markup-is-made-in-one-place  # HTML that this class rendered
        spelled = self.languages.spelled(lang)
        env.filters["spelled"] = pass_context(lambda _, n, **how: spelled(n, **how))  # never done while compiling
        env.filters["offset"] = offset
        env.filters["t"] = lambda text: getattr(text, lang) or text.nl
        env.filters["said"] = lambda words: words if isinstance(words, str) else env.filters["t"](words)
        return env


def place_of(page: str) -> str:
    """The folder of regions for a page: `leiden` is the cockpit, `scherm` the big screen."""
    return {"leiden": "lead", "scherm": "screen"}.get(page, "seat")
