"""What the scripts of a page say themselves: it travels with them, once, and not with every page."""

from __future__ import annotations

from server.i18n import LANGUAGES, N_, Languages

SAYS = {
    "away": N_("De verbinding is even weg. Schrijf rustig door."),
    "tabs": N_("Kring staat op dit toestel al vaak open. Sluit een ander tabblad."),
    "old": N_("Wat je schreef voor een eerdere stap, ligt nog op dit toestel."),
    "five": N_("Nog vijf minuten."),
    "one": N_("Nog één minuut."),
    "end": N_("De tijd is om. Rond rustig af."),
    "room": N_("nog ruimte voor een zin"),
    "full": N_("{n} tekens te lang"),
    "kept": N_("Bewaard op dit toestel. Gaat mee zodra de verbinding er weer is."),
    "soon": N_("De verbinding is even weg. Kring probeert het nog een halve minuut."),
    "lost": N_("Dit is niet aangekomen: de verbinding bleef weg. Zeg het hardop, of tik straks opnieuw."),
    "mark": N_("straks"),
}


def says(languages: Languages) -> dict[str, dict[str, str]]:
    """The scripts' sentences, per language."""
    return {lang: {key: languages.translator(lang).gettext(text) for key, text in SAYS.items()} for lang in LANGUAGES}
