"""What one input of a method must be: the fields of its kind, who may use it, how much of it there can be."""

from __future__ import annotations

from collections.abc import Iterator

from rooms.methodfault import MethodFault, both, either
from rooms.methods import KINDS, MODES, PEOPLE, SHAPES, Input, is_board, is_unsigned

TAKEN = ("asks", "takeaway")  # what rounds keep beside a method's own inputs under these names
MOST = 9  # cards, dots, options: what a tap, a ballot and a phone can hold
HIDDEN = 2000  # characters of one person's unsigned cards in a step: what a page is padded to hides so many
TEXT = 1200  # characters of a shared text
FIELDS = {  # what a kind of input listens to, beside id, kind, who, label and help
    "turns": {"max", "owner", "after"},
    "cards": {"max", "chars", "signed", "live", "shape", "options", "asks"},
    "sort": {"of", "options"},
    "pick": {"of", "max"},
    "scale": {"low", "high", "of", "signed"},
    "vote": {"mode", "max", "of", "options", "signed"},
    "text": {"field", "chars", "options", "words", "until", "scribe", "of"},
    "notes": set[str](),
    "listening": set[str](),
    "takeaway": set[str](),
    "groups": {"max", "turns", "client"},
    "timer": {"seconds", "quiet"},
}
USUAL = Input(id="", kind="")


def faults(line: Input, at: str) -> Iterator[MethodFault]:
    """Everything that is wrong in an input by itself. What it has to do with others stands in methodcheck."""
    if line.kind not in KINDS or line.who not in PEOPLE:
        yield MethodFault(
            at,
            "Onbekend soort {kind}, of onbekende mensen {who}. Soorten zijn {kinds}.",
            kind=line.kind,
            who=line.who,
            kinds=", ".join(KINDS),
        )
        return
    for name in sorted(set().union(*FIELDS.values()) - FIELDS[line.kind]):
        if getattr(line, name) != getattr(USUAL, name):
            yield MethodFault(
                f"{at}.{name}", "Een invoer van soort {kind} heeft geen {what}.", kind=line.kind, what=name
            )
    if line.owner not in ("", "first", "last") or line.owner and line.who != "everybody":
        yield MethodFault(f"{at}.owner", "De inbrenger komt first of last, waar iedereen een beurt krijgt.")
    if line.asks not in ("", "open", "any"):
        yield MethodFault(f"{at}.asks", "Vragen zijn open of any: asks = {what}.", what=line.asks)
    yield from _who(line, at)
    yield from _amounts(line, at)
    if line.kind in ("cards", "text", "scale", "vote"):
        yield from both(line.label, f"{at}.label")
    else:
        yield from either(line.label, f"{at}.label")
    yield from either(line.help, f"{at}.help")
    for n, text in enumerate(line.options):
        yield from both(text, f"{at}.options.{n}", most=80)
        if line.kind == "text" and max(len(text.nl), len(text.en)) > (line.chars or 400):
            yield MethodFault(f"{at}.options.{n}", "Dit antwoord is langer dan chars toelaat.")
        if line.words and max(len(text.nl.split()), len(text.en.split())) > line.words:
            yield MethodFault(f"{at}.options.{n}", "Dit antwoord heeft meer woorden dan words toelaat.")


def _who(line: Input, at: str) -> Iterator[MethodFault]:
    """Nobody waits for people who are not there: what opens together is written by the others or by everybody."""
    others = line.who in ("consultants", "everybody")
    if line.kind == "cards" and line.who == "owner" and not is_board(line):
        yield MethodFault(at, "Kaarten van alleen de inbrenger liggen meteen op een bord: live = true, en een shape.")
    elif (line.kind in ("vote", "turns") or line.kind == "cards" and not is_board(line)) and not others:
        yield MethodFault(f"{at}.who", "Dit is van de anderen of van iedereen: who is consultants of everybody.")
    if line.kind == "scale" and line.of and line.who != "owner":
        yield MethodFault(f"{at}.who", "Alleen de inbrenger geeft kaarten een getal.")
    elif line.kind == "scale" and line.who == "facilitator":
        yield MethodFault(f"{at}.who", "Een schaal is van owner, consultants of everybody.")
    if line.kind == "text" and line.who == "facilitator":
        yield MethodFault(f"{at}.who", "Wie alleen leidt, heeft geen velden: who is owner, consultants of everybody.")
    if line.scribe and not others:
        yield MethodFault(f"{at}.who", "Eén van hen schrijft mee: who is consultants of everybody.")
    if line.kind in ("pick", "sort") and line.who != "owner":
        yield MethodFault(f"{at}.who", "Alleen de inbrenger kiest en sorteert: who = owner.")
    if line.kind == "groups" and line.who != "everybody":
        yield MethodFault(f"{at}.who", "In groepjes zit iedereen: who = everybody.")


def _amounts(line: Input, at: str) -> Iterator[MethodFault]:
    if line.kind == "cards" and not line.signed and line.live:
        yield MethodFault(at, "Kaarten zonder naam gaan samen open: ze kunnen niet live zijn.")
    if line.kind == "cards" and not (1 <= line.max <= MOST and 20 <= line.chars <= 400):
        yield MethodFault(at, "Kaarten hebben max 1 tot 9 en chars 20 tot 400.")
    elif is_unsigned(line) and line.max * line.chars > HIDDEN:
        yield MethodFault(at, "Zonder naam schrijft ieder hooguit {n} tekens: max keer chars.", n=HIDDEN)
    if line.kind == "cards" and line.id in TAKEN:
        yield MethodFault(at, "Dit id gebruikt Kring zelf. Neem een ander.")
    if line.kind in ("pick", "turns") and not 1 <= line.max <= MOST:
        yield MethodFault(f"{at}.max", "Hier is max 1 tot 9.")
    if line.kind == "scale" and not 0 <= line.low < line.high <= 10:
        yield MethodFault(at, "Een schaal loopt van low tot high, tussen 0 en 10.")
    if line.kind == "sort" and not 2 <= len(line.options) <= 4:
        yield MethodFault(f"{at}.options", "Sorteren heeft twee tot vier labels.")
    if line.shape not in SHAPES or line.shape and line.kind != "cards":
        yield MethodFault(f"{at}.shape", "Alleen kaarten hebben een shape: columns, four of line.")
    if line.shape == "columns" and not 2 <= len(line.options) <= 5 or line.shape == "four" and len(line.options) != 4:
        yield MethodFault(f"{at}.options", "Kolommen hebben twee tot vijf namen, four heeft er vier.")
    if line.kind == "cards" and line.options and line.shape not in ("columns", "four"):
        yield MethodFault(f"{at}.options", "Namen van kolommen horen bij een shape: columns of four.")
    if line.kind == "vote":
        yield from _vote(line, at)
    if line.kind == "text" and not (line.chars == 0 or 10 <= line.chars <= TEXT):
        yield MethodFault(f"{at}.chars", "Een tekst heeft chars 10 tot {n}.", n=TEXT)
    if line.kind == "text" and line.options and not 2 <= len(line.options) <= MOST:
        yield MethodFault(f"{at}.options", "Om uit te kiezen zijn er twee tot negen antwoorden.")
    if line.kind == "timer" and not 10 <= line.seconds <= 3600:
        yield MethodFault(f"{at}.seconds", "Een timer loopt van 10 tot 3600 seconden.")
    if line.kind == "groups" and not 2 <= line.max <= 6:
        yield MethodFault(f"{at}.max", "Groepjes hebben twee tot zes mensen.")
    if line.kind == "groups" and line.turns and line.client:
        yield MethodFault(f"{at}.client", "Een groepje gaat zelf de beurten rond, of ieder groepje is bij dezelfde.")
    largest = 5 if line.max == 3 else line.max * 3 // 2  # that a circle is split into
    if line.kind == "groups" and line.client > largest:
        yield MethodFault(
            f"{at}.client", "In een groepje van {n} komt nummer {client} niet.", n=line.max, client=line.client
        )


def _vote(line: Input, at: str) -> Iterator[MethodFault]:
    if line.mode not in MODES or bool(line.of) == bool(line.options):
        yield MethodFault(at, "Een stemming heeft een mode (one, dots, rank), en kaarten of opties om uit te kiezen.")
    if line.options and not 2 <= len(line.options) <= MOST:
        yield MethodFault(f"{at}.options", "Om uit te kiezen zijn er twee tot negen antwoorden.")
    if line.mode == "dots" and not 1 <= line.max <= MOST:
        yield MethodFault(f"{at}.max", "Hier is max 1 tot 9.")
