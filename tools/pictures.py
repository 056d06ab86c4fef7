"""Plays one meeting on a real server and photographs every screen into docs/pictures, in four sizes, light and dark.

make pictures
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import typst
from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rooms.trajectory import proof  # noqa: E402
from server import papers, typeset  # noqa: E402
from server.i18n import Languages  # noqa: E402
from server.keyring import Keyring  # noqa: E402
from server.keys import Files  # noqa: E402
from server.person import Person  # noqa: E402
from server.signing import Signer  # noqa: E402
from tests.browser.halls import hall, written  # noqa: E402
from tests.browser.pages import LAPTOP, PHONE, SCREEN, TABLET, look  # noqa: E402
from tests.conftest import CHROMIUM, Server  # noqa: E402
from tests.rooms.test_proof import SAID, SHEET  # noqa: E402
from tools.learning import of_learning  # noqa: E402
from tools.trajectory import of_a_group  # noqa: E402

OUT = ROOT / "docs" / "pictures"
STEPS = {"hall": "7[0-9]", "group": "8[0-26-9]", "paper": "8[345]", "learning": "9[0-9]"}
NAMES = ("Samira", "Joost", "Fenna", "Bram", "Anneke", "Yusuf", "Devika")
SHIFT = "window.shift = 0; const real = Date.now.bind(Date); Date.now = () => real() + window.shift;"
CASES = (
    (
        "Anneke",
        "Een collega is overbelast, maar zegt steeds dat het gaat. Vorige week viel ze twee keer uit.",
        "Ik wil helpen, en ik wil niet haar hulpverlener worden.",
        "Hoe blijf ik collega, zonder hulpverlener te worden?",
    ),
    (
        "Samira",
        "Een leerling vertelde me iets in vertrouwen.",
        "Ik heb het beloofd.",
        "Wanneer is delen helpen, en wanneer verraad?",
    ),
    ("Joost", "Een ouder mailt elke avond, en ik antwoord.", "Ik wil niet onaardig zijn.", "Waar ligt mijn grens?"),
    ("Bram", "Sinds de fusie zeg ik minder in overleggen.", "", "Wat houdt me stil?"),
    (
        "Yusuf",
        "Mijn leidinggevende geeft mijn werk door als het hare.",
        "Ik ben in mijn proeftijd.",
        "Wat kan ik vragen, en wanneer?",
    ),
)
ADVICE = (
    "Neem één ding niet meer over, en vertel waarom.",
    "Vraag wie nog meer naast je collega staat.",
    "Zeg wat je ziet, niet wat je denkt dat het is.",
    "Spreek een vast moment af, en houd je eraan.",
    "Vertel het je leidinggevende, samen.",
    "Wacht een week, en kijk wat er dan anders is.",
)


CORES = {
    "Samira": "Je wilt haar redden, en vergeet jezelf.",
    "Joost": "Het gaat om een grens die je nog niet hebt uitgesproken.",
    "Fenna": "Je voelt je verantwoordelijk voor iets wat van jullie samen is.",
    "Bram": "Je mist je collega, en dat mag ze niet weten.",
    "Yusuf": "Je bent bang dat het misgaat als jij loslaat.",
    "Devika": "Het is niet haar werk dat te veel is, het is het zwijgen erover.",
}


class Camera:
    """The pages of one meeting; a shot takes them all, in both colour schemes."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser, self.base = browser, base
        self.pages: dict[str, Page] = {}

    async def open(self, name: str, who: Person | None, path: str, size: tuple[int, int], **more: object) -> Page:
        page = await look(self.browser, who, "/healthz", size, self.base, **{"locale": "nl-NL", **more})
        await page.add_init_script(SHIFT)
        await page.goto(self.base + path)
        self.pages[name] = page
        return page

    async def beside(self, lead: Person) -> Page:
        """The big screen of a circle."""
        screen = await self.open("screen", None, "/scherm", SCREEN)
        symbols = (await screen.inner_text(".symbols")).strip()
        csrf = re.search(r'name="csrf" value="([^"]{86})"', await lead.page("/leiden"))
        assert csrf
        there = f"/r/{lead.alias}/koppel"
        await lead.http.post(there, data={"csrf": csrf[1], "symbols": symbols}, headers={"x-kring": "1"})
        await screen.wait_for_url("**/r/*/scherm")
        return screen

    async def shot(self, step: str, *only: str, whole: bool = False) -> None:
        """One picture per page and scheme, as docs/pictures/<step>-<page>[-dark].webp."""
        await asyncio.sleep(0.9)  # transitions end, the ready tick is not waited for
        for name, page in self.pages.items():
            if only and name not in only:
                continue
            for scheme in ("light", "dark"):
                await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                png = await page.screenshot(full_page=whole)
                tail = "-dark" if scheme == "dark" else ""
                Image.open(io.BytesIO(png)).convert("RGB").save(OUT / f"{step}-{name}{tail}.webp", quality=55, method=6)
            await page.emulate_media(color_scheme="light")
        print(step, flush=True)

    async def once(
        self,
        step: str,
        kind: str,
        who: Person | None,
        path: str,
        size: tuple[int, int],
        whole: bool = False,
        **more: object,
    ) -> Page:
        """A page that is only in this picture."""
        page = await self.open(kind, who, path, size, **more)
        await self.shot(step, kind, whole=whole)
        del self.pages[kind]
        return page


async def outside_a_room(camera: Camera, lead: Person) -> None:
    """The door: start, join, begin, what is wrong, what can be read."""
    for size, kind in ((PHONE, "phone"), (TABLET, "tablet"), (LAPTOP, "laptop"), (SCREEN, "screen")):
        await camera.once("01-start", kind, None, "/", size)
        await camera.once("13-begin", kind, None, "/nieuw", size, whole=True)
    for path, step in (("/over", "66-how-it-works"), ("/privacy", "64-what-we-keep"), ("/methoden", "67-methods")):
        await camera.once(step, "phone", None, path, PHONE)
        await camera.once(step, "laptop", None, path, LAPTOP)
    page = await camera.open("phone", None, "/", PHONE)
    await page.fill("[name=code]", "ZZZZ-ZZZZ")
    await page.click("button.filled")
    await page.wait_for_selector("#code-e")
    await camera.shot("18-wrong-code", "phone")
    await page.goto(f"{camera.base}/#{lead.code.replace('-', '')}")
    await page.wait_for_selector("[name=name]")
    await camera.shot("02-name", "phone")
    await page.fill("[name=name]", "Fenna")
    await page.click("button.filled")
    await page.wait_for_selector("[name=name][aria-invalid]")
    await camera.shot("18-name-taken", "phone")
    del camera.pages["phone"]


async def play(camera: Camera, base: str) -> None:
    """The whole meeting."""
    lead = await Person(base).begin("Mentoren Zuid", "Marijke", method="five-step", until="23:30")
    people = {name: await Person(base).join(lead.code, name) for name in NAMES}
    for name in ("Bram", "Devika"):
        await people[name].act("where", x="remote")
    await outside_a_room(camera, lead)
    room = f"/r/{lead.alias}"
    screen = await camera.open("screen", None, "/scherm", SCREEN)
    await camera.shot("65-pair", "screen")
    symbols = (await screen.inner_text(".symbols")).strip()
    csrf = re.search(r'name="csrf" value="([^"]{86})"', await lead.page("/leiden"))
    assert csrf
    await lead.http.post(f"{room}/koppel", data={"csrf": csrf[1], "symbols": symbols}, headers={"x-kring": "1"})
    await screen.wait_for_url("**/r/*/scherm")
    phone = await camera.open("phone", people["Fenna"], room, PHONE)
    owner = await camera.open("owner", people["Anneke"], room, PHONE)
    await camera.open("english", people["Joost"], room, PHONE, locale="en-GB")
    tablet = await camera.open("tablet", lead, room + "/leiden", TABLET)
    await camera.open("laptop", people["Yusuf"], room, LAPTOP)

    async def go() -> None:
        answer = await lead.next()
        assert answer.status_code == 204, answer.text

    async def give() -> None:
        await lead.act("give", seat="")

    await camera.shot("03-arrive")
    await go()
    for name in NAMES[:5]:
        await people[name].act("agree", x="yes")
    await people["Devika"].act("agree", x="talk")
    await asyncio.sleep(5)  # numbers change on the beat
    await camera.shot("40-agreement")
    for name in NAMES:
        await people[name].act("agree", x="yes")
    await go()
    await give()
    await camera.shot("42-check-in")
    await go()
    await phone.fill("[name=situation]", "Een collega komt steeds later, en niemand zegt er iets van.")
    await phone.fill("[name=difficulty]", "Ik wil meedenken. Maar toen ik gisteren een gesprek overnam, werd ik boos.")
    await camera.shot("04-write")
    await phone.fill("[name=question]", "Hoe begin ik hierover zonder verwijt?")
    await phone.context.set_offline(True)
    await phone.get_by_role("button", name="Leg zonder naam op tafel").click()
    await camera.shot("48-about-somebody-here", "phone")
    await phone.get_by_role("button", name="Nee. Leg op tafel.").click()
    await phone.wait_for_selector(".queued:not([hidden])")
    await camera.shot("16-line-away", "phone")
    await phone.context.set_offline(False)
    await phone.wait_for_selector(".done")
    for name, situation, difficulty, question in CASES:
        await people[name].act("lay", rev="1", situation=situation, difficulty=difficulty, question=question)
    await people["Devika"].act("nothing")
    await asyncio.sleep(5)  # the ready sign has its beat
    await camera.shot("43-written")
    await go()
    await camera.shot("44-read")
    await go()
    await camera.shot("05-choose")
    for person in people.values():
        page = await person.page()
        ids = re.findall(r'name="dots-([0-9a-f]+)"', page)
        best = next(i for i in ids if "collega, zonder" in page.split(f"dots-{i}")[0].rsplit("<legend>", 1)[1])
        await person.act("chosen", rev="1", **{f"dots-{best}": "3"})
    await go()
    await camera.shot("06-if-yours")
    for name, person in people.items():
        await person.act("answer", choice="bring" if name in ("Anneke", "Samira") else "none")
    await go()
    await camera.shot("45-twenty-seconds")
    await phone.wait_for_selector("text=De inbrenger is er", timeout=25000)
    await camera.shot("46-owner-is-here")
    await people["Anneke"].act("it-is-me")
    await camera.shot("47-fits-you")
    await people["Anneke"].act("say-yes", method="five-step")
    await go()
    await camera.shot("49-bring")
    await go()
    await people["Samira"].act("ask", text="Wanneer merkte je voor het eerst dat het anders was?")
    await people["Joost"].act("ask", text="Wat hoop je dat je collega zegt?")
    await people["Fenna"].act("ask", text="")
    await give()
    await camera.shot("10-questions")
    knocker = await Person(base).join(lead.code, "Ruth")
    await camera.once("17-knock", "phone-late", knocker, f"/r/{knocker.alias}", PHONE)
    await camera.shot("58-somebody-knocks", "tablet")
    handle = re.search(r'do/admit" name="handle" value="([^"]+)"', await lead.page("/leiden"))
    if handle:
        await lead.act("admit", handle=handle[1])
        await camera.shot("59-the-owner-is-asked", "owner")
        await people["Anneke"].act("owner-says", handle=handle[1], x="1")
        await camera.once("57-catch-up", "phone-late", knocker, f"/r/{knocker.alias}", PHONE)
    seats = re.findall(r'do/outside" name="seat" value="(\w+)"', await lead.page("/leiden"))
    if seats:
        await lead.act("outside", seat=seats[-1])
        await camera.once("60-outside", "phone-late", knocker, f"/r/{knocker.alias}", PHONE)
    await lead.act("coffee")
    await camera.shot("56-coffee", "tablet", "screen", "phone")
    await lead.act("run")
    await lead.act("blank", x="1")
    await camera.shot("12-blank", "screen")
    await lead.act("blank", x="0")
    await tablet.evaluate("document.querySelector('#head details.menu').open = true")
    await camera.shot("09-menu", "tablet")
    await tablet.evaluate("document.querySelector('#head details.menu').open = false")
    for name in ("tablet", "screen", "phone"):
        await camera.pages[name].evaluate("window.shift = 40 * 60000")
    await asyncio.sleep(1.1)
    await camera.shot("19-time-is-up", "tablet", "screen", "phone")
    for name in ("tablet", "screen", "phone"):
        await camera.pages[name].evaluate("window.shift = 0")
    await people["Bram"].act("stop")
    await camera.shot("53-hold-on")
    await people["Anneke"].act("stop-choice", choice="rest")
    await lead.act("go-on")
    await go()
    await camera.shot("41-core-write")
    for name in NAMES:
        if name != "Anneke":
            await people[name].act("card", input="cores", slot="0", rev="1", text=CORES[name])
    await go()
    await camera.shot("07-core-open")
    await go()
    await camera.shot("50-advice-write")
    for name, text in zip([n for n in NAMES if n != "Anneke"], ADVICE, strict=True):
        await people[name].act("card", input="advices", slot="0", rev="1", text=text)
    await go()
    await camera.shot("51-advice-open")
    await give()
    await camera.shot("52-advice-read")
    await go()
    await camera.shot("11-look-back")
    await go()
    await camera.shot("08-take-along")
    for name, person in people.items():
        text = "Ik vul sneller in dan ik vraag." if name < "E" else "Een vraag kan ook troosten."
        await person.act("share", rev="1", text=text, report="1")
    await people["Anneke"].act("allow-report", x="1")
    await go()
    await camera.shot("61-evaluate")
    for person in people.values():
        await person.act("evaluate", A1="4", A2="5", A3="4", A4="4", A5="3")
    await lead.act("close")
    await camera.shot("62-round")
    for size, kind in ((PHONE, "phone-late"), (LAPTOP, "laptop-late")):
        await camera.once("14-report", kind, people["Joost"], room + "/verslag", size)
    await lead.act("erase")
    await owner.reload()
    await camera.shot("63-erased", "owner")


async def in_a_hall(camera: Camera, base: str) -> None:
    """Two hundred people: who is there, who speaks, and the cases by the page."""
    lead, some = await hall(base)
    room = f"/r/{lead.alias}"
    await camera.beside(lead)
    await camera.shot("70-hall-arrives", "screen")
    await camera.open("phone", some[3], room, PHONE)
    await camera.open("laptop", some[4], room, LAPTOP)
    await camera.open("tablet", lead, room + "/leiden", TABLET)
    for _ in range(2):
        await lead.next()
    for one in (some[3], some[7], some[8]):
        await one.act("ask", text="")
    await lead.act("give", seat="")
    await camera.shot("71-hall-speaks", "phone", "tablet", "laptop")
    await lead.next()
    await written(some)
    for _ in range(2):
        await lead.next()
    await camera.once("72-hall-chooses", "table", some[5], room + "/tafel?p=2", PHONE)


async def on_paper(camera: Camera, server: Server) -> None:
    """A certificate, an attendance sheet, and the page that says that the certificate is real."""
    text = await Signer(Files(Keyring(server.data.with_name(f"{server.data.name}-keyring")))).signed(SAID)
    words = Languages().translator("nl")
    link = f"https://kring.example.org/controle#{text}"
    leaves = {
        "certificate": papers.on_certificate(SAID, link, words),
        "sheet": papers.on_sheet(proof.sheet(SHEET), words),
    }
    for step, (template, data) in zip(("83", "84"), leaves.items(), strict=True):
        path = typeset.TEMPLATES / f"{template}.typ"
        engine = typst.Compiler(path.read_bytes(), root=path.parent, sys_inputs={"data": json.dumps(data)})
        png = engine.compile(format="png", ppi=110)
        assert isinstance(png, bytes)
        Image.open(io.BytesIO(png)).convert("RGB").save(OUT / f"{step}-{template}.webp", quality=70, method=6)
    for kind, size in (("laptop", LAPTOP), ("phone", PHONE)):
        page = await camera.open(kind, None, f"/controle#{text}", size)
        await page.wait_for_selector(".whose")
        await camera.shot("85-check", kind, whole=True)
        del camera.pages[kind]


ALIASES = "".join(
    f'<match><test name="family"><string>{family}</string></test>'
    '<edit name="family" mode="assign" binding="strong"><string>Inter</string></edit></match>'
    for family in ("system-ui", "sans", "sans-serif", "DejaVu Sans")
)
FONTS = f"""<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>{ALIASES}</fontconfig>"""


def _inter() -> bool:
    """Whether this machine has that typeface; without it an alias would lead to one with serifs."""
    return any(True for folder in (Path("/usr/share/fonts"), Path.home() / ".fonts") for _ in folder.rglob("Inter*"))


async def main() -> None:
    """All pictures; those of a hall, of a group, on paper or of learning only, when that is what is asked for."""
    only = sys.argv[1] if sys.argv[1:] else ""
    OUT.mkdir(parents=True, exist_ok=True)
    for path in OUT.glob(f"{STEPS[only]}-*.webp" if only else "*.webp"):  # and not the sheets of the methods
        path.unlink()
    with tempfile.TemporaryDirectory() as folder:
        fonts = Path(folder) / "fonts.conf"  # a phone's own typeface is as wide as Inter; a bare machine's is not
        fonts.write_text(FONTS)
        typeface = {"FONTCONFIG_FILE": str(fonts)} if _inter() else {}
        server = await Server(Path(folder) / "data").hurry("wait=3000", "rooms=1000", "minute=100").start()
        try:
            async with async_playwright() as play_wright:
                path = shutil.which("chromium")
                browser = await play_wright.chromium.launch(
                    executable_path=path, args=CHROMIUM, env={**os.environ, **typeface}
                )
                if not only:
                    await play(Camera(browser, server.url), server.url)
                if only in ("", "hall"):
                    await in_a_hall(Camera(browser, server.url), server.url)
                if only in ("", "group"):
                    await of_a_group(Camera(browser, server.url), server)
                if only in ("", "learning"):
                    await of_learning(Camera(browser, server.url), server)
                if only in ("", "paper"):
                    await on_paper(Camera(browser, server.url), server)
                await browser.close()
        finally:
            server.stop()
    index()


def index() -> None:
    """A page that shows them all, by step."""
    steps: dict[str, list[str]] = {}
    for path in sorted(OUT.glob("*.webp")):
        steps.setdefault(path.stem[:2], []).append(path.name)
    lines = [
        "# Every screen\n",
        "Made by `make pictures` from the running product. Phones 360x800, tablet 1180x820,",
        "laptop 1440x900, big screen 1920x1080; each in light and dark.\n",
    ]
    for names in steps.values():
        lines.append(f"## {names[0].rsplit('.', 1)[0].split('-', 1)[1].rsplit('-', 1)[0]}\n")
        lines += [f'<img src="{n}" height="{200}" alt="{n[:-5]}">' for n in names] + [""]
    (OUT / "README.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
