"""Browsers for people: a context with the person's cookies, and what every page must hold to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page

from server.person import Person

AXE = (Path(__file__).resolve().parents[1] / "vendor" / "axe-4.14.1.min.js").read_text(encoding="utf-8")
DOUBLES = """() => { const all = [...document.querySelectorAll('[id]')].map(e => e.id);
return all.filter((id, i) => all.indexOf(id) !== i); }"""
PAINTED = """() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))).then(() =>
Promise.allSettled(document.getAnimations().filter(a => a instanceof CSSTransition).map(a => a.finished)))"""
PHONE, TABLET, LAPTOP, SCREEN = (360, 800), (1180, 820), (1440, 900), (1920, 1080)
FOUND = {"resultTypes": ["violations"]}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], **FOUND}
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"], **FOUND}  # all a scheme changes


async def look(
    browser: Browser, who: Person | None, path: str, size: tuple[int, int], base: str = "", **more: Any
) -> Page:
    """Opens a page as a person; errors in its console are kept in `page.faults`. Without transitions, unless `more`
    says reduced_motion="no-preference": drawn by software they take a second each."""
    base = base or (who.base if who else "")
    lang = who.lang if who else "nl"
    options = {"viewport": {"width": size[0], "height": size[1]}, "locale": lang, "reduced_motion": "reduce", **more}
    context = await browser.new_context(**options)
    if who:
        await context.add_cookies([{"name": n, "value": v, "url": base} for n, v in who.http.cookies.items()])
    page = await context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda e: faults.append(str(e)))
    page.on(
        "console",
        lambda m: (
            faults.append(m.text)
            if m.type == "error" and "Failed to load" not in m.text and "WebSocket" not in m.text
            else None
        ),
    )
    page.faults = faults  # type: ignore[attr-defined]
    await page.goto(base + path)
    return page


async def axe(page: Page) -> list[str]:
    """The accessibility faults of a page: ids used twice, every rule in light, what colours can break in dark."""
    found = []
    await page.wait_for_load_state()  # with its stylesheet
    found += [f"twice in the page: {name}" for name in await page.evaluate(DOUBLES)]
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE)
    for scheme, rules in (("light", RULES), ("dark", COLOURS)):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        await page.evaluate(PAINTED)
        result = await page.evaluate("rules => axe.run(document, rules)", rules)
        for violation in result["violations"]:
            nodes = [f"{n['target']} {n.get('failureSummary', '')[:160]}" for n in violation["nodes"][:3]]
            found.append(f"{scheme} {violation['id']}: {nodes}")
    await page.emulate_media(color_scheme="light")
    return found


async def sound(page: Page) -> list[str]:
    """The same of a page that others change, scrolled to somewhere by what was done on it: half under the foot that
    sticks, a button is too small for the rule. What is found is looked for again at its end, where nothing is."""
    if not await axe(page):
        return []
    await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    return await axe(page)
