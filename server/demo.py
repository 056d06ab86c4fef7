"""`kring demo`: the real server, and a circle of simulated people who do what their own pages offer them.

They come in over HTTP and sockets like anybody else, follow whatever the leader does, and never press next.
"""

from __future__ import annotations

import asyncio
import contextlib
import html
import re
import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path
from random import Random
from typing import Any

import uvicorn
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from server.config import Config
from server.person import Person

TEXTS = Path(__file__).with_name("demo.toml")
ROUND = re.compile(r'data-key="([^"]+)"')
FIELD = re.compile(r'name="([\w-]+)"(?: min="0" max="3")? value="([^"]*)"')
FORM = re.compile(r'<form method="post" action="/r/\w+/do/([\w-]+)".*?</form>', re.S)
BUTTON = re.compile(r'formaction="/r/\w+/do/([\w-]+)"(?: name="(\w+)" value="([^"]*)")?')
SCALE = re.compile(r'type="radio" name="value" value="(\d+)"')


class Actor:
    """One simulated person. `pace` scales the pauses of a human being; 0 is as fast as the server allows."""

    def __init__(self, person: Person, part: dict[str, Any], lines: dict[str, Any], rng: Random, pace: float) -> None:
        self.person, self.part, self.lines, self.rng, self.pace = person, part, lines, rng, pace
        self.done: set[str] = set()

    async def live(self) -> None:
        """Follows the room until it closes: every frame is a reason to look at the own page again."""
        base = self.person.base
        cookie = "; ".join(f"{k}={v}" for k, v in self.person.http.cookies.items())
        url = f"{base.replace('http', 'ws', 1)}/r/{self.person.alias}/live?as=seat"
        async for ws in connect(url, additional_headers={"Cookie": cookie, "Origin": base}, max_size=2**22):
            with contextlib.suppress(ConnectionClosed):
                seen = asyncio.Event()
                looking = asyncio.create_task(self._look_for_ever(seen))
                try:
                    async for _ in ws:
                        seen.set()
                finally:
                    looking.cancel()
            if ws.close_code in (4401, 4410):
                return

    async def _look_for_ever(self, seen: asyncio.Event) -> None:
        while True:
            await seen.wait()
            seen.clear()
            await self.look()

    async def look(self) -> None:
        """Does the first thing the page offers that was not done yet in this round."""
        page = await self.person.page()
        at = ROUND.search(page)
        forms = {m[1]: m[0] for m in reversed(list(FORM.finditer(page)))}  # the first of a kind counts
        buttons = {m[1]: (m[2], m[3]) for m in BUTTON.finditer(page)}
        for verb, act in ACTS.items():
            mark = f"{verb} {at[1] if at else ''}" if verb in ROUNDLY else verb
            if verb not in forms and verb not in buttons or mark in self.done:
                continue
            found = dict(FIELD.findall(forms.get(verb, "")))
            if await act(self, page, {k: html.unescape(v) for k, v in found.items()}):
                self.done.add(mark)
                return

    async def do(self, verb: str, least: float = 0.6, most: float = 3.0, /, **fields: str) -> bool:
        """One act, after the pause of somebody who thinks; says whether the room took it."""
        await asyncio.sleep(self.rng.uniform(least, most) * self.pace)
        return (await self.person.act(verb, **fields)).status_code == 204

    def pick(self, kind: str) -> str:
        """A sentence of this kind."""
        return str(self.rng.choice(self.lines[kind]))


async def _lay(who: Actor, page: str, form: dict[str, str]) -> bool:
    case = who.part["case"]
    if not case:
        return await who.do("nothing")
    situation, difficulty, question = case
    return await who.do("lay", 4, 14, rev=form["rev"], situation=situation, difficulty=difficulty, question=question)


async def _cast(who: Actor, page: str, form: dict[str, str]) -> bool:
    cases = [name for name in form if name.startswith("dots-")]
    dots = dict.fromkeys(cases, 0)
    for _ in range(3):
        dots[who.rng.choice(cases)] += 1
    return await who.do("chosen", 2, 8, rev=form["rev"], **{k: str(n) for k, n in dots.items()})


async def _answer(who: Actor, page: str, form: dict[str, str]) -> bool:
    return await who.do("answer", choice="bring" if who.part["case"] else "none")


async def _claim(who: Actor, page: str, form: dict[str, str]) -> bool:
    case = who.part["case"]
    return bool(case) and html.escape(case[2]) in page.replace("&#39;", "'") and await who.do("it-is-me")


async def _ask(who: Actor, page: str, form: dict[str, str]) -> bool:
    return await who.do("ask", 2, 25, text=who.pick("questions"))


async def _card(who: Actor, page: str, form: dict[str, str]) -> bool:
    return await who.do("card", 3, 12, text=who.pick("cards"), **{k: form[k] for k in ("input", "slot", "rev")})


async def _text(who: Actor, page: str, form: dict[str, str]) -> bool:
    options = re.findall(r'type="radio" name="text" value="([^"]+)"', page)
    return await who.do(
        "text", 3, 9, input=form["input"], text=html.unescape(options[0]) if options else who.pick("texts")
    )


async def _rate(who: Actor, page: str, form: dict[str, str]) -> bool:
    return await who.do("rate", input=form["input"], value=SCALE.findall(page)[-3])


async def _evaluate(who: Actor, page: str, form: dict[str, str]) -> bool:
    return await who.do("evaluate", **{f"A{i}": str(who.rng.choice((3, 4, 4, 5))) for i in range(1, 6)})


async def _share(who: Actor, page: str, form: dict[str, str]) -> bool:
    return await who.do("share", 3, 10, rev=form["rev"], text=who.pick("takeaways"), report="1")


def _simply(verb: str, **fields: str) -> Callable[[Actor, str, dict[str, str]], Awaitable[bool]]:
    async def act(who: Actor, page: str, form: dict[str, str]) -> bool:
        return await who.do(verb, **fields)

    return act


async def _where(who: Actor, page: str, form: dict[str, str]) -> bool:
    return not who.part.get("remote") or await who.do("where", x="remote")


async def _say_yes(who: Actor, page: str, form: dict[str, str]) -> bool:
    return await who.do("say-yes", method=form["method"])


# In the order in which somebody would look at a page.
ACTS: dict[str, Callable[[Actor, str, dict[str, str]], Awaitable[bool]]] = {
    "stop-choice": _simply("stop-choice", choice="rest"),
    "where": _where,
    "agree": _simply("agree", x="yes"),
    "hand-on": _simply("hand-on"),
    "small": _simply("small"),
    "lay": _lay,
    "may-show": _simply("may-show", x="1"),
    "chosen": _cast,
    "answer": _answer,
    "it-is-me": _claim,
    "say-yes": _say_yes,
    "text": _text,
    "card": _card,
    "done": _simply("done"),
    "ask": _ask,
    "rate": _rate,
    "share": _share,
    "evaluate": _evaluate,
    "agree-report": _simply("agree-report", x="1"),
    "allow-report": _simply("allow-report", x="1"),
}
ROUNDLY = frozenset(ACTS) - {"where", "agree-report", "allow-report", "agree"}


async def _people(config: Config, lang: str, pace: float) -> None:
    lines = tomllib.loads(TEXTS.read_text(encoding="utf-8"))[lang]
    base, rng = config.origins[0], Random()  # nosemgrep: secrets-come-from-the-system  # chosen words and pauses only
    lead = await Person(base, lang).begin(lines["group"], lines["leader"], method="five-step", where="mixed")
    print(f"Lead it:       {base}/r/{lead.alias}/leiden#key={lead.key}")
    print(f"Join it too:   {base}/#{lead.code.replace('-', '')}   (code {lead.code})")
    print(f"Big screen:    {base}/scherm   (its four symbols go into the tablet: More, Pair a screen)", flush=True)
    async with asyncio.TaskGroup() as group:
        for part in lines["people"]:
            person = await Person(base, lang).join(lead.code, part["name"])
            group.create_task(_act(Actor(person, part, lines, rng, pace)))
            await asyncio.sleep(rng.uniform(0.4, 1.6) * pace)


async def _act(actor: Actor) -> None:
    """One person's part; who stumbles says so in one line, and the others go on."""
    try:
        await actor.live()
    except Exception as wrong:  # the demo goes on with one person less
        print(f"{actor.part['name']} stopped: {type(wrong).__name__}: {wrong}", flush=True)
    finally:
        await actor.person.close()


async def run(config: Config, options: dict[str, Any], lang: str = "nl", pace: float = 1.0) -> None:
    """The server and its circle until Ctrl-C. `options` are uvicorn's; `pace` scales the people's pauses."""
    server = uvicorn.Server(uvicorn.Config(**options))
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.05)
    people = asyncio.create_task(_people(config, lang, pace))
    await serving
    people.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await people
