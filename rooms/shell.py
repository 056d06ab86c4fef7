"""The shell around every method: the phases each meeting has, and the agenda made of them."""

from __future__ import annotations

from rooms.methods import Method, Phase, Text
from rooms.room import Entry


def _phase(
    kind: str,
    names: tuple[str, str],
    minutes: int,
    rule: tuple[str, str],
    says: tuple[str, str],
    watch: tuple[str, str] = ("", ""),
    *,
    called: tuple[str, str] = ("", ""),
) -> Phase:
    return Phase(
        id=kind,
        kind=kind,
        name=Text(*names),
        minutes=minutes,
        rule=Text(*rule),
        says=Text(*says),
        watch=Text(*watch),
        acts="everybody",
        flavour="look",
        called=Text(*called),
    )


ARRIVE = _phase(
    "arrive",
    ("Aankomen", "Arrive"),
    5,
    ("Ga zitten waar je wilt.", "Sit where you like."),
    ("Welkom. We beginnen als iedereen zit.", "Welcome. We start when everyone is seated."),
    called=("het begin", "the start"),
)
AGREEMENT = _phase(
    "agreement",
    ("Afspraak", "Agreement"),
    3,
    ("Bespreek dit hardop.", "Talk this through together."),
    (
        "Wat mag mee naar buiten, wat nooit, en wanneer moeten we dat doorbreken?",
        "What may leave this room, what never, and when must we break that?",
    ),
    (
        "Wil één van jullie er eerst over praten? Neem die tijd.",
        "Does one of you want to talk about it first? Take that time.",
    ),
    called=("de afspraak", "the agreement"),
)
CHECKIN = _phase(
    "checkin",
    ("Check-in", "Check-in"),
    5,
    ("Eén of twee zinnen. Vertel het hardop.", "One or two sentences. Say it aloud."),
    ("Hoe kom je binnen? Moet iemand eerder weg?", "How are you as we start? Does anyone have to leave early?"),
    called=("de check-in", "the check-in"),
)
FOLLOWUP = _phase(
    "followup",
    ("Vorige keer", "Last time"),
    5,
    ("Wat werd ervan? Alleen luisteren.", "What became of it? Only listen."),
    (
        "Wie de vorige keer inbracht, vertelt kort wat ervan werd.",
        "Whoever brought the case last time says briefly what became of it.",
    ),
    called=("de vorige keer", ""),
)
WRITE = _phase(
    "write",
    ("Schrijven", "Write"),
    8,
    ("Schrijf in stilte. Je naam komt er niet bij.", "Write in silence. Your name is not on it."),
    (
        "Schrijf iets van je werk dat je nu bezighoudt. Het hoeft niet groot te zijn.",
        "Write something from your work that is on your mind now. It need not be big.",
    ),
    ("Stilte is goed. Kijk niet mee.", "Silence is good. Do not look over anyone's shoulder."),
    called=("", "writing"),
)
READ = _phase(
    "read",
    ("Lezen", "Read"),
    4,
    ("Lees in stilte. Nog geen reacties.", "Read in silence. No reactions yet."),
    (
        "We lezen alles één keer, in stilte. We raden niet van wie iets is.",
        "We read everything once, in silence. We do not guess who wrote what.",
    ),
    called=("", "reading"),
)
CHOOSE = _phase(
    "choose",
    ("Kiezen", "Choose"),
    4,
    ("Kies in stilte. De kring ziet niet wie wat koos.", "Choose in silence. The circle does not see who chose what."),
    (
        "Kies wat jullie allemaal verder helpt, niet wat het ergst is.",
        "Choose what helps all of you, not what is worst.",
    ),
    ("Praat nog niet over wie of waarom.", "Do not talk yet about who or why."),
    called=("", "choosing"),
)
BREATHER = _phase(
    "breather",
    ("Even op adem", "A breather"),
    5,
    ("Koffie. Niemand hoeft iets.", "Coffee. Nobody has to do anything."),
    (
        "We nemen even pauze. Praat nog niet na over de eerste casus.",
        "We take a short break. Do not go on about the first case.",
    ),
    (
        "Vraag de eerste inbrenger nu niets. Sta op, haal iets te drinken.",
        "Ask the first case owner nothing now. Stand up, get something to drink.",
    ),
    called=("de pauze", "the break"),
)
CLOSING = _phase(
    "closing",
    ("Afronden", "Close"),
    10,
    ("Wat neem jij hieruit mee?", "What do you take from this?"),
    ("Ieder zegt één zin: wat neem je mee?", "Everyone says one sentence: what do you take with you?"),
    called=("", "the closing"),
)

EARLY = ("arrive", "agreement", "checkin")  # the door stays open, and who comes in missed nothing
UNTIL_AGREED = ("arrive", "agreement")  # who is there, hears the agreement
CHOICE = ("write", "read", "choose")  # how a circle comes to one case
BEGUN = ("method", "breather", "closing")  # the method is set, and its first phase was there
BEFORE = (ARRIVE, AGREEMENT, CHECKIN, WRITE, READ, CHOOSE)
AROUND = sum(p.minutes for p in (*BEFORE, CLOSING))  # minutes of every meeting in which a case is chosen
CHOOSING = sum(p.minutes for p in BEFORE if p.kind in CHOICE)


def beyond(method: Method, cases: int) -> int:
    """The minutes that a meeting with this method takes beyond AROUND, breathers between its cases included; fewer
    than the method's own where nothing is chosen."""
    return sum(e.phase.minutes for e in agenda(method, cases=cases)) - AROUND


def agenda(method: Method | None, *, cases: int = 1, follow_up: bool = False) -> tuple[Entry, ...]:
    """The agenda of a meeting: shell, the method's phases once per case and a breather between them, closing.

    Without a method the agenda goes from the choice straight to the closing; `flow.pick_method`
    fills it in when the case is known. Where everybody is the owner in turn, nothing is written or chosen.
    """
    first = [*BEFORE[:3], FOLLOWUP, *BEFORE[3:]] if follow_up else list(BEFORE)
    if method and method.everybody:
        first, cases = [p for p in first if p.kind not in CHOICE], 1
    lines = [Entry(p) for p in first]
    if method:
        for case in range(cases):  # the breather is the next case's, for the one before has had its turn
            lines += [Entry(BREATHER, case)] if case else []
            lines += [Entry(p, case) for p in method.phases]
    return (*lines, Entry(CLOSING))
