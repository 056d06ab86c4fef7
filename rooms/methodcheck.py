"""What a method must be, beyond its fields: every fault that would keep it from being led, with the field it is in."""

from __future__ import annotations

from collections.abc import Iterator

from rooms.methods import (
    FLAVOURS,
    KINDS,
    MODES,
    NEEDS,
    PEOPLE,
    SHAPES,
    SHELL,
    Input,
    Method,
    Text,
    is_unsigned,
)


class MethodFault(Exception):
    """What is wrong in a method file: the field, and a Dutch sentence that the catalogue translates; `params` fill its
    {fields}."""

    def __init__(self, field: str, text: str, **params: object) -> None:
        super().__init__(f"{field}: {text.format(**params)}")
        self.field, self.text, self.params = field, text, params


def faults(method: Method) -> Iterator[MethodFault]:
    """Everything that cannot run, or that only one language says."""
    yield from _both(method.name, "name")
    yield from _both(method.use, "use")
    for n, text in enumerate(method.warnings):
        yield from _both(text, f"warnings.{n}")
    if set(method.needs) - set(NEEDS):
        yield MethodFault(
            "needs",
            "Dit kent Kring niet: {what}. Het kan zijn: {known}.",
            what=", ".join(sorted(set(method.needs) - set(NEEDS))),
            known=", ".join(NEEDS),
        )
    if method.prompts and len(method.prompts) != 3:
        yield MethodFault("prompts", "Geef drie vragen, of geen.")
    if not method.phases:
        yield MethodFault("phases", "Een methode heeft ten minste één fase.")
    seen: set[str] = set()
    sources: set[str] = set()  # what a pick, a sort, a vote or a rating can be about
    for phase in method.phases:
        at = f"phases.{phase.id}"
        if phase.id in seen or phase.kind != "method":
            yield MethodFault(at, "Elke fase heeft een eigen id, en haar soort is altijd method.")
        seen.add(phase.id)
        yield from _both(phase.name, f"{at}.name")
        yield from _both(phase.rule, f"{at}.rule")
        if not 1 <= phase.minutes <= 240:
            yield MethodFault(f"{at}.minutes", "Minuten lopen van 1 tot 240.")
        if phase.flavour not in FLAVOURS or phase.acts not in PEOPLE or phase.listens not in (*PEOPLE, ""):
            yield MethodFault(
                at,
                "Onbekend: flavour, acts of listens. Mensen zijn {people}; smaken zijn {flavours}.",
                people=", ".join(PEOPLE),
                flavours=", ".join(FLAVOURS),
            )
        if phase.back and phase.back not in {p.id for p in method.phases[: method.phases.index(phase)]}:
            yield MethodFault(f"{at}.back", "Er is geen eerdere fase {what}.", what=phase.back)
        for line in phase.inputs:
            yield from _input(line, f"{at}.{line.id}", seen, sources)
            seen.add(line.id)
            sources |= {line.id} if line.kind in ("cards", "text") else set()
    ids = [phase.id for phase in method.phases]
    for number, phase in enumerate(method.phases):
        batch = [i for i in phase.inputs if i.kind in ("cards", "scale", "vote") and not i.live and i.who != "owner"]
        if len({is_unsigned(i) for i in batch}) > 1:  # both are ready under one sign, which the signed one would name
            yield MethodFault(f"phases.{phase.id}", "Wat met naam is en wat zonder naam is, krijgt elk een eigen fase.")
        if phase.id in SHELL:
            yield MethodFault(f"phases.{phase.id}", "Dit id is een stap van elke bijeenkomst. Neem een ander.")
        for line in phase.inputs:
            if line.until and line.until not in ids[number + 1 :]:
                yield MethodFault(
                    f"phases.{phase.id}.{line.id}.until", "Er is geen latere fase {what}.", what=line.until
                )


def _input(line: Input, at: str, seen: set[str], sources: set[str]) -> Iterator[MethodFault]:
    if line.kind not in KINDS or line.who not in PEOPLE:
        yield MethodFault(
            at,
            "Onbekend soort {kind}, of onbekende mensen {who}. Soorten zijn {kinds}.",
            kind=line.kind,
            who=line.who,
            kinds=", ".join(KINDS),
        )
    if line.id in seen:
        yield MethodFault(at, "Dit id is al gebruikt.")
    if line.kind == "cards" and line.who == "owner" and not (line.live and line.shape):
        yield MethodFault(at, "Kaarten van alleen de inbrenger liggen meteen op een bord: live = true, en een shape.")
    if line.kind == "cards" and not line.signed and line.live:
        yield MethodFault(at, "Kaarten zonder naam gaan samen open: ze kunnen niet live zijn.")
    if line.kind == "cards" and not (1 <= line.max <= 9 and 20 <= line.chars <= 400):
        yield MethodFault(at, "Kaarten hebben max 1 tot 9 en chars 20 tot 400.")
    if (line.kind in ("pick", "sort") or line.of) and line.of not in sources:
        yield MethodFault(f"{at}.of", "Er is geen eerdere invoer {what}.", what=line.of)
    if line.kind == "scale" and not 0 <= line.low < line.high <= 10:
        yield MethodFault(at, "Een schaal loopt van low tot high, tussen 0 en 10.")
    if line.kind == "scale" and line.of and line.who != "owner":
        yield MethodFault(f"{at}.who", "Alleen de inbrenger geeft kaarten een getal.")
    if line.kind == "sort" and not 2 <= len(line.options) <= 4:
        yield MethodFault(f"{at}.options", "Sorteren heeft twee tot vier labels.")
    if line.shape not in SHAPES or line.shape and line.kind != "cards":
        yield MethodFault(f"{at}.shape", "Alleen kaarten hebben een shape: columns, four of line.")
    if line.shape == "columns" and not 2 <= len(line.options) <= 5 or line.shape == "four" and len(line.options) != 4:
        yield MethodFault(f"{at}.options", "Kolommen hebben twee tot vijf namen, four heeft er vier.")
    if line.kind == "vote" and (line.mode not in MODES or bool(line.of) == bool(line.options)):
        yield MethodFault(at, "Een stemming heeft een mode (one, dots, rank), en kaarten of opties om uit te kiezen.")
    if line.kind == "timer" and not 10 <= line.seconds <= 3600:
        yield MethodFault(f"{at}.seconds", "Een timer loopt van 10 tot 3600 seconden.")
    if line.kind == "groups" and not 2 <= line.max <= 6:
        yield MethodFault(f"{at}.max", "Groepjes hebben twee tot zes mensen.")
    if line.kind in ("cards", "text", "scale", "vote"):
        yield from _both(line.label, f"{at}.label")
    for n, text in enumerate(line.options):
        yield from _both(text, f"{at}.options.{n}")


def _both(text: Text, at: str) -> Iterator[MethodFault]:
    if not text.nl or not text.en:
        yield MethodFault(at, "Hier hoort een tekst in nl en in en.")
