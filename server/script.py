"""What the scripts say themselves: it travels with them, once, and not with every page."""

from __future__ import annotations

from server.i18n import LANGUAGES, N_, Languages

PAGE = {
    "away": N_("De verbinding is even weg. Schrijf rustig door."),
    "tabs": N_("Kring staat hier al vaak open. Sluit een ander tabblad."),
    "five": N_("Nog vijf minuten."),
    "one": N_("Nog één minuut."),
    "end": N_("De tijd is om. Rond rustig af."),
    "room": N_("nog ruimte voor een zin"),
    "full": N_("{n} tekens te lang"),
    "kept": N_("Bewaard op dit toestel. Gaat mee zodra de verbinding er weer is."),
    "soon": N_("De verbinding is even weg. Kring probeert het nog een halve minuut."),
    "lost": N_("Dit kwam misschien niet aan. Kijk eerst, en tik dan zo nodig opnieuw."),
    "mark": N_("straks"),
}
HINT = {  # the question aid: a kind of hint, and what follows it
    "advice": N_("Zit hier een advies in?"),
    "adviceMore": N_("Bewaar dat voor straks. Wat wil je van {name} weten?"),
    "suggestive": N_("Zit het antwoord al in je vraag?"),
    "suggestiveMore": N_("Vraag het open, dan kan {name} vrij antwoorden."),
    "closed": N_("Dit is een gesloten vraag."),
    "closedMore": N_("Open:"),
    "name": N_("Staat hier een naam?"),
    "nameMore": N_("Zo blijft het veilig:"),
    "number": N_("Staat hier een nummer of adres?"),
    "numberMore": N_("Zo blijft het veilig:"),
    "use": N_("Gebruik deze vraag"),
    "keep": N_("Bewaar het voor straks"),
    "kept": N_("Dit bewaarde je voor nu:"),
    "here": N_("Zet het hier neer"),
    "full": N_("Dit toestel kan nu niets bewaren. Je tekst blijft hier staan."),
    "saved": N_("Bewaard op dit toestel."),
    "leave": N_("Laat maar"),
    "back": N_("Terug naar wat ik schreef"),
}
CARRY = {  # a case kept on the device for a next time
    "offer": N_("Een bewaarde casus gebruiken"),
    "nothing": N_("Op dit toestel staat geen bewaarde casus."),
    "use": N_("Gebruik hem"),
    "drop": N_("Wis hem"),
    "until": N_("Hij staat alleen op dit toestel, tot {date}."),
    "kept": N_("Bewaard: {question}"),
    "none": N_("Op dit toestel staat geen casus van vandaag."),
    "keep": N_("Bewaar mijn casus op dit toestel voor een volgende keer"),
    "how": N_(
        "Alleen op dit toestel, tot {date}. Wie dit toestel gebruikt, kan hem lezen. Hij blijft ook staan als een "
        "ander de kring wist. Met “Wis alles op dit toestel” gaat hij weg, tenzij je hem laat staan."
    ),
}
DEVICE = {
    "sound": N_("Zacht geluid aan het einde van de tijd"),
    "awake": N_("Scherm aan laten"),
    "on": N_("Aan, alleen op dit toestel"),
    "off": N_("Uit"),
    "wait": N_("Aan, zodra dit toestel het toelaat"),
    "stays": N_("Dit scherm blijft aan."),
}
REFLECT = {  # reports on the device
    "kept": N_("Bewaard op dit toestel"),
    "tab": N_("Bewaard tot je dit tabblad sluit"),
    "full": N_("Dit toestel kan nu niets bewaren. Je tekst blijft hier staan zolang je deze pagina open hebt."),
    "untitled": N_("Zonder titel"),
    "erased": N_("“{title}” is gewist."),
    "one": N_("Op dit toestel staat nog één verslag, van voor je dit koos. Wie het toestel gebruikt, kan het lezen."),
    "more": N_("Op dit toestel staan nog {n} verslagen, van voor je dit koos. Wie het toestel gebruikt, kan ze lezen."),
    "added": N_("De aantekening staat nu bij “{part}”."),
    "busy": N_("Even wachten"),
    "copied": N_("De tekst is gekopieerd."),
    "select": N_("Kopiëren mag hier niet vanzelf. De tekst staat hieronder, geselecteerd."),
    "saved": N_("Het bestand is gemaakt. Je vindt het bij je downloads."),
    "away": N_("De verbinding is even weg. Markdown en kopiëren gaan altijd."),
    "file": N_("reflectie"),
    "remind": N_("Reflectieverslag schrijven"),
    "remindMore": N_("Neem twintig minuten om terug te kijken op de bijeenkomst: {url}"),
}
LEFT = {"old": N_("Wat je eerder schreef, ligt nog op dit toestel.")}
SAYS = {"page": PAGE, "hint": HINT, "carry": CARRY, "device": DEVICE, "left": LEFT, "reflect": REFLECT}


def says(languages: Languages) -> dict[str, dict[str, dict[str, str]]]:
    """The scripts' sentences, per language and part."""
    return {
        lang: {
            part: {key: languages.translator(lang).gettext(text) for key, text in sentences.items()}
            for part, sentences in SAYS.items()
        }
        for lang in LANGUAGES
    }
