"""Certificates and attendance sheets as PDF: the words of a paper, and what it needs to be checked; kept nowhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from gettext import NullTranslations

from babel.dates import format_date
from msgspec.structs import replace

from rooms.methodfiles import catalogue
from rooms.refusal import Refused
from rooms.trajectory import proof
from rooms.trajectory.group import Guidance
from rooms.trajectory.proof import AttendanceSheet, Certificate, Row
from server import qr, signing, typeset
from server.drawing import geometry
from server.i18n import N_, Languages
from server.signing import Signer

CHAIRS = 30  # that a ring on paper shows
TRIES = 3  # an engine names every letter it has no font for; once more than it needs
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-20 -20 40 40">'
    + "".join(
        '<path d="M11.89 -3.52A12.4 12.4 0 0 1 11.89 3.52" fill="none" stroke="#311526" stroke-width="3.4" '
        f'stroke-linecap="round" transform="rotate({turned})"/>'
        for turned in (141, 193, 244, 296, 347, 39)
    )
    + '<circle cy="13" r="3.6" fill="#fdba6a" stroke="#311526" stroke-width="1.5"/></svg>'
)
GUIDED = {
    Guidance.GUIDED: N_("Begeleid"),
    Guidance.PRESENT: N_("Een lid leidt, de begeleider is erbij"),
    Guidance.SCRIPT: N_("Zelf, met draaiboek"),
    Guidance.SELF: N_("Zelf"),
}
FORMS = {"guided": N_("met begeleider"), "self": N_("zonder begeleider")}
WHERE = {"together": N_("Bij elkaar"), "mixed": N_("Deels op afstand"), "remote": N_("Op afstand")}
TASKS = {
    "lead": N_("begeleidt"),
    "guide": N_("begeleider op de achtergrond"),
    "observer": N_("observeert"),
    "timekeeper": N_("bewaakt de tijd"),
    "secretary": N_("schrijft"),
}
COLUMNS = (
    *(N_("Naam"), N_("Registernummer"), N_("Aanwezig"), N_("Van"), N_("Tot"), N_("Netto minuten")),
    N_("Handtekening"),
)


class Papers:
    """Makes the papers of a server; `origin` is the address at which a certificate is checked."""

    def __init__(self, signer: Signer, languages: Languages, origin: str) -> None:
        self.signer, self._languages, self._origin = signer, languages, origin

    async def certificate(self, said: Certificate) -> bytes:
        """A signed certificate as PDF. Raises Refused, also where no font has the letters of a name; StoreError; and
        NotSet."""
        said = proof.certificate(said)
        link = f"{self._origin}/controle#{await self.signer.signed(said)}"
        data = on_certificate(said, link, self._languages.translator(said.lang))
        try:
            return await typeset.turned("certificate", data, universal=True)
        except typeset.NoLetters:
            raise Refused(
                "Deze server heeft geen lettertype voor het schrift van deze naam. Schrijf hem in een ander schrift, "
                "of vraag wie Kring beheert om lettertypen erbij te zetten."
            ) from None

    async def sheet(self, said: AttendanceSheet) -> bytes:
        """An attendance sheet as PDF. A name for which there is no font is left open, to write by hand. Raises Refused
        and NotSet."""
        said, words = proof.sheet(said), self._languages.translator(said.lang)
        for _ in range(TRIES):
            try:
                return await typeset.turned("sheet", on_sheet(said, words), universal=True)
            except typeset.NoLetters as no:
                said = _open(said, no.letters, words.gettext("(schrijf hier je naam)"))
        raise typeset.NotSet


def facts(said: Certificate, words: NullTranslations, lang: str) -> list[tuple[str, str]]:
    """What a certificate states beside name and number, as labels and values in a language, without what it leaves
    out."""
    _ = words.gettext
    guide = " · ".join(filter(None, (said.guide, said.guide_number)))
    forms = _("met en zonder begeleider") if len(said.forms) > 1 else _(FORMS[said.forms[0]]) if said.forms else ""
    subject = proof.subjects().get(said.subject)
    told = (
        (_("Groep"), said.group),
        (_("Begeleider"), guide),
        (_("Periode"), _period(said, words, lang)),
        (_("Bijeenkomsten"), _("{attended} van {planned}").format(attended=said.attended, planned=said.planned)),
        (_("Netto tijd"), spent(said.minutes, words)),
        (_("Buiten gewacht, om een belangenconflict"), spent(said.outside, words) if said.outside else ""),
        (_("Vorm"), forms),
        (_("Methoden"), _methods(said.methods, lang)),
        (_("Onderwerp"), getattr(subject, lang) if subject else ""),
        (_("Uitgegeven"), day(said.issued, lang)),
    )
    return [(label, value) for label, value in told if value]


def spent(minutes: int, words: NullTranslations) -> str:
    """Minutes as hours and minutes."""
    hours, left = divmod(minutes, 60)
    parts = (
        words.ngettext("{n} uur", "{n} uur", hours).format(n=hours) if hours else "",
        words.ngettext("{n} minuut", "{n} minuten", left).format(n=left) if left or not hours else "",
    )
    return (
        words.gettext("{hours} en {minutes}").format(hours=parts[0], minutes=parts[1]) if all(parts) else "".join(parts)
    )


def day(iso: str, lang: str) -> str:
    """A day in words; as it is, when no calendar has it."""
    try:
        return str(format_date(date.fromisoformat(iso), "long", locale=lang))
    except ValueError:
        return iso


def on_certificate(said: Certificate, link: str, words: NullTranslations) -> dict[str, object]:
    """What its template gets; `link` leads to where it is checked."""
    _ = words.gettext
    hours = said.minutes >= 60
    return {
        "lang": said.lang,
        "title": _("Bewijs van deelname"),
        "keywords": [link.partition("#")[2]],  # where a browser finds it in the file, without opening that
        "logo": LOGO,
        "head": "",
        "before": _("Dit bewijs is voor"),
        "name": said.name,
        "number": _("Registernummer {number}").format(number=said.number) if said.number else "",
        "after": _("die deelnam aan intervisie: collega's die elkaar helpen met vragen uit het werk."),
        "facts": facts(said, words, said.lang),
        "ring": _ring(said.attended, said.planned),
        "ring_alt": _("{attended} van {planned} bijeenkomsten").format(attended=said.attended, planned=said.planned),
        "big": f"{said.minutes // 60}:{said.minutes % 60:02}" if hours else str(said.minutes),
        "unit": _("uur netto") if hours else _("minuten netto"),
        "link": link,
        "qr": qr.signed(link),
        "qr_alt": _("QR-code om dit bewijs te controleren"),
        "check": _("Is dit bewijs echt?"),
        "how": _(
            "Richt een camera op de code, of open dit bestand op {address}. Daar staat dan wat hier staat, en dezelfde "
            "code. Kring bewaart er niets van."
        ).format(address=link.partition("#")[0].partition("://")[2]),
        "code_label": _("Code"),
        "code": signing.code(said),
        "limits": _(
            "Dit bewijs zegt hoelang iemand er was, niet wat er besproken is. Namen en nummers vulden mensen zelf in. "
            "Het is geen accreditatie: kijk bij je register wat er meetelt."
        ),
    }


def on_sheet(said: AttendanceSheet, words: NullTranslations) -> dict[str, object]:
    """What its template gets."""
    _ = words.gettext
    asked = {True: _("ja"), False: _("nee")}
    told = (
        (_("Tijd"), _("{began} tot {ended}").format(began=said.began, ended=said.ended)),
        (_("Netto tijd"), spent(said.minutes, words)),
        (_("Gepland"), spent(said.planned, words) if said.planned else ""),
        (_("Vorm"), _(GUIDED[Guidance(said.how)]) if said.how in GUIDED else ""),
        (_("Waar"), _(WHERE[said.where])),
        (_("Methode"), _methods(said.methods, said.lang)),
        (_("Vertrouwelijkheid afgesproken"), asked[said.confidential]),
        (_("Ieder bracht een vraag in"), "" if said.questions is None else asked[said.questions]),
    )
    guests = words.ngettext("Er was ook {n} gast.", "Er waren ook {n} gasten.", said.guests).format(n=said.guests)
    return {
        "lang": said.lang,
        "title": _("Presentielijst"),
        "keywords": [],
        "logo": LOGO,
        "head": "",
        "under": _("{group}, bijeenkomst {nr}, {day}").format(
            group=said.group, nr=said.nr, day=day(said.day, said.lang)
        ),
        "facts": [(label, value) for label, value in told if value],
        "columns": [_(name) for name in COLUMNS],
        "rows": [_row(row, words) for row in said.rows],
        "after": [guests] if said.guests else [],
        "limits": _("Wie er was en hoelang, niet wat er besproken is. Netto is zonder koffiepauze."),
    }


def _row(row: Row, words: NullTranslations) -> dict[str, str]:
    _ = words.gettext
    return {
        "name": row.name,
        "task": _(TASKS[row.task]) if row.task in TASKS else "",
        "number": row.number,
        "place": _("op afstand") if row.remote else _("in de zaal"),
        "came": row.came,
        "left": row.left,
        "minutes": str(row.minutes),
        "outside": _("{n} buiten").format(n=row.outside) if row.outside else "",
        "signed": _("bevestigd in Kring") if row.confirmed else "",
    }


def _open(said: AttendanceSheet, letters: Iterable[str], instead: str) -> AttendanceSheet:
    """The sheet with a line to write on in place of what no font can show."""

    def shown(text: str, other: str) -> str:
        return other if any(letter in text for letter in letters) else text

    rows = tuple(replace(row, name=shown(row.name, instead), number=shown(row.number, "")) for row in said.rows)
    return replace(said, group=shown(said.group, "Kring"), rows=rows)


def _methods(ids: Iterable[str], lang: str) -> str:
    """Their names; of one that is no more in the catalogue its id."""
    known = catalogue()
    return ", ".join(getattr(known[one].name, lang) if one in known else one for one in ids)


def _period(said: Certificate, words: NullTranslations, lang: str) -> str:
    first, last = day(said.first, lang), day(said.last, lang)
    return first if first == last else words.gettext("{first} tot en met {last}").format(first=first, last=last)


def _ring(attended: int, planned: int) -> str:
    """A chair for each meeting, taken for each that was attended; which ones is not told."""
    n = min(planned, CHAIRS)
    drawn, taken = geometry(n), round(attended * n / planned)
    back = max(0.16 * drawn.r, 2.2)
    chairs = "".join(
        f'<g transform="rotate({360 * i / n - 90:g})">'
        f'<circle cx="{drawn.R}" r="{drawn.r}" fill="{"#9cb18d" if i < taken else "none"}" stroke="#7e6974" '
        f'stroke-width="2"/><path d="{drawn.back}" fill="none" stroke="#7e6974" stroke-width="{back:g}" '
        f'stroke-linecap="round" opacity="{1 if i < taken else 0.5}"/></g>'
        for i in range(n)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-200 -200 400 400"><circle r="{drawn.T}" fill="#d0ddc1" '
        f'stroke="#7e6974" stroke-width="1.6"/>{chairs}</svg>'
    )
