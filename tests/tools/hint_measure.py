"""How often the question aid is right: `python -m tests.tools.hint_measure FILE.toml [nl|en]`.

The file holds [[sentences]] with `text`, `label` (advice, closed, suggestive or good), `case`, and `lang` where it is
not the language of the page, which is the second argument (nl). All are judged as in a phase that asks for open
questions, the strictest there is.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tomllib
from collections import Counter
from pathlib import Path

from playwright.async_api import Page, async_playwright

SCRIPTS = Path(__file__).resolve().parents[2] / "static" / "js"
MODULE = "".join((SCRIPTS / f"{name}.js").read_text(encoding="utf-8") for name in ("questions", "names"))  # as served
LABELS = ("advice", "suggestive", "closed", "good")
JUDGE = """async ([source, sentences]) => {
const { question } = await import('data:text/javascript;charset=utf-8,' + encodeURIComponent(source));
return sentences.map(([text, lang]) => question(text, lang, true)?.kind ?? 'good'); }"""

Sentence = dict[str, str]


def sentences(path: Path, lang: str = "nl") -> list[Sentence]:
    """The sentences of a file, each with its language."""
    return [{"lang": lang, "case": "", **one} for one in tomllib.loads(path.read_text(encoding="utf-8"))["sentences"]]


async def judged(page: Page, given: list[Sentence]) -> list[str]:
    """What the module says of each; `good` where it says nothing. The page is any without a policy for scripts."""
    texts = [[one["text"], one["lang"]] for one in given]
    found: list[str] = await page.evaluate(JUDGE, [MODULE, texts])
    return found


def table(given: list[Sentence], found: list[str]) -> str:
    """Per language and label: how many there are, how many got which hint, and the share that is right."""
    lines = [f"{'':16}{'n':>5}" + "".join(f"{label:>12}" for label in (*LABELS[:3], "no hint", "right"))]
    for lang in sorted({one["lang"] for one in given}):
        for label in LABELS:
            pairs = [(one["lang"], one["label"]) for one in given]
            counts = Counter(f for pair, f in zip(pairs, found, strict=True) if pair == (lang, label))
            n = counts.total()
            if n:
                row = "".join(f"{counts[hint]:>12}" for hint in LABELS)
                lines.append(f"{lang} {label:13}{n:>5}{row}{counts[label] / n:>12.1%}")
            if n and label == "good":
                wrong = n - counts["good"]
                lines.append(f"{lang} false alarms: {wrong} of {n} good questions ({wrong / n:.1%})")
    return "\n".join(lines)


async def measure(path: Path, lang: str) -> str:
    """The table, and after it every sentence that was judged otherwise than its label says."""
    given = sentences(path, lang)
    browser = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    async with async_playwright() as play:
        one = await play.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        found = await judged(await one.new_page(), given)
        await one.close()
    others = [
        f"{one['label']:>10} -> {hint if hint != 'good' else 'no hint':10} {one['text']}"
        for one, hint in zip(given, found, strict=True)
        if one["label"] != hint
    ]
    return "\n".join([table(given, found), "", *others])


if __name__ == "__main__":
    if not 2 <= len(sys.argv) <= 3:
        sys.exit("usage: python -m tests.tools.hint_measure FILE.toml [nl|en]")
    print(asyncio.run(measure(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "nl")))
