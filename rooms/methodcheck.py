"""What a method must be, beyond its fields: every fault that would keep it from being led, with the field it is in.

A single input is looked at in inputcheck; here stands what a method is as a whole, and what its parts want of each
other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rooms import evaluating, inputcheck
from rooms.methodfault import MethodFault, both, either, short
from rooms.methods import FLAVOURS, NEEDS, PEOPLE, SHELL, Input, Method, Phase, Text, is_board, is_queue, is_unsigned

NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")  # a key, a field of a form and a part of a URL can carry it
PHASES, INPUTS = 40, 12  # what an agenda and a phone can show
LISTS = {"warnings": 9, "prompts": 3, "needs": len(NEEDS)}  # of a method: what who chooses one can read
LOOKED = ("cards", "pick", "vote", "text")  # what can be looked at in a later phase
SHOWN = (*LOOKED, "sort", "scale")  # what a big screen can show of a phase
SMALLEST, LARGEST = 2, 30  # people, as a circle has chairs


def faults(method: Method) -> Iterator[MethodFault]:
    """Everything that cannot run, or that only one language says; of a list without end only that it is one."""
    too_long = next(_too_long(method), None)
    if too_long:
        yield too_long
        return
    yield from _whole(method)
    seen: set[str] = set()
    sources: dict[str, Input] = {}  # what a pick, a sort, a vote, a rating or a text can be about
    for number, phase in enumerate(method.phases):
        at = _at_phase(phase, number)
        if phase.id in seen or phase.kind != "method":
            yield MethodFault(at, "Elke fase heeft een eigen id, en haar soort is altijd method.")
        seen.add(phase.id)
        yield from _phase(method, number, at)
        for nth, line in enumerate(phase.inputs):
            here = _at_input(line, nth, at)
            yield from _name(line.id, here)
            if line.id in seen:
                yield MethodFault(here, "Dit id is al gebruikt.")
            yield from inputcheck.faults(line, here)
            yield from _about(line, here, phase, sources)
            seen.add(line.id)
            if line.kind in ("cards", "text", "vote"):
                sources[line.id] = line
        yield from _together(phase, at)
    yield from _later(method)
    yield from _looks(method)
    yield from _after(method)
    yield from _groups(method)
    if method.everybody:
        yield from _ownerless(method)
    elif method.without_owner:
        yield from _ownerless_case(method)


def _too_long(method: Method) -> Iterator[MethodFault]:
    """The lists that hold more than anybody could use, so that nothing looks through all of it."""
    for field, most in LISTS.items():
        if len(getattr(method, field)) > most:
            yield MethodFault(field, "Hier mogen er hooguit {n} staan.", n=most)
    if len(method.phases) > PHASES:
        yield MethodFault("phases", "Een methode heeft hooguit {n} fasen.", n=PHASES)
    for number, phase in enumerate(method.phases):
        at = _at_phase(phase, number)
        if len(phase.looks) > inputcheck.MOST:
            yield MethodFault(f"{at}.looks", "Hier mogen er hooguit {n} staan.", n=inputcheck.MOST)
        if len(phase.screen or ()) > inputcheck.MOST:
            yield MethodFault(f"{at}.screen", "Hier mogen er hooguit {n} staan.", n=inputcheck.MOST)
        if len(phase.counts) > inputcheck.MOST:
            yield MethodFault(f"{at}.counts", "Hier mogen er hooguit {n} staan.", n=inputcheck.MOST)
        if len(phase.inputs) > INPUTS:
            yield MethodFault(at, "Een fase heeft hooguit {n} invoeren.", n=INPUTS)
        for nth, line in enumerate(phase.inputs):
            if len(line.options) > inputcheck.MOST:
                here = f"{_at_input(line, nth, at)}.options"
                yield MethodFault(here, "Hier mogen er hooguit {n} staan.", n=inputcheck.MOST)


def _whole(method: Method) -> Iterator[MethodFault]:
    yield from _name(method.id, "id")
    yield from both(method.name, "name", most=60)
    yield from both(method.use, "use")
    yield from either(method.origin, "origin")
    for n, text in enumerate(method.warnings):
        yield from both(text, f"warnings.{n}", most=400)
    for n, text in enumerate(method.prompts):
        yield from both(text, f"prompts.{n}")
    size = method.size
    if not SMALLEST <= size.min <= size.ideal_min <= size.ideal_max <= size.max <= LARGEST:
        yield MethodFault(
            "size",
            "Van klein naar groot: min, ideal_min, ideal_max, max, tussen {low} en {high}.",
            low=SMALLEST,
            high=LARGEST,
        )
    if set(method.needs) - set(NEEDS):
        yield MethodFault(
            "needs",
            "Dit kent Kring niet: {what}. Het kan zijn: {known}.",
            what=", ".join(sorted(set(method.needs) - set(NEEDS))),
            known=", ".join(NEEDS),
        )
    yield from short(Text(method.licence), "licence", 400)
    if method.asks and method.asks not in evaluating.sets():
        yield MethodFault("asks", "Die vragen kennen we niet.")
    yield from either(method.begins, "begins", most=100)
    if method.prompts and len(method.prompts) != 3:
        yield MethodFault("prompts", "Geef drie vragen, of geen.")
    if not method.phases:
        yield MethodFault("phases", "Een methode heeft ten minste één fase.")


def _phase(method: Method, number: int, at: str) -> Iterator[MethodFault]:
    """A phase by itself, and the phase it may go back to."""
    phase = method.phases[number]
    yield from _name(phase.id, f"phases[{number}].id")
    if phase.id in SHELL:
        yield MethodFault(at, "Dit id is een stap van elke bijeenkomst. Neem een ander.")
    yield from both(phase.name, f"{at}.name", most=60)
    yield from both(phase.rule, f"{at}.rule")
    for field in ("purpose", "says", "watch"):
        yield from either(getattr(phase, field), f"{at}.{field}")
    yield from short(phase.called, f"{at}.called", 60)
    if not 1 <= phase.minutes <= 240:
        yield MethodFault(f"{at}.minutes", "Minuten lopen van 1 tot 240.")
    if phase.flavour not in FLAVOURS or phase.acts not in PEOPLE or phase.listens not in (*PEOPLE, ""):
        yield MethodFault(
            at,
            "Onbekend: flavour, acts of listens. Mensen zijn {people}; smaken zijn {flavours}.",
            people=", ".join(PEOPLE),
            flavours=", ".join(FLAVOURS),
        )
    if phase.back and phase.back not in {p.id for p in method.phases[:number]}:
        yield MethodFault(f"{at}.back", "Er is geen eerdere fase {what}.", what=phase.back)
    # where a board is too, what left it is no question
    before = [p for p in method.phases[:number] if not any(is_board(i) for i in p.inputs)]
    asked = {p.id for p in before if any(is_queue(i) for i in p.inputs)}
    for name in phase.counts:
        if name not in asked:
            yield MethodFault(f"{at}.counts", "Er is geen eerdere fase {what} met een rij voor vragen.", what=name)
    if not 1 <= phase.again <= inputcheck.MOST:
        yield MethodFault(f"{at}.again", "Een lus gaat één tot negen keer terug.")


def _at_phase(phase: Phase, number: int) -> str:
    return f"phases.{phase.id}" if _is_name(phase.id) else f"phases[{number}]"


def _at_input(line: Input, number: int, phase: str) -> str:
    return f"{phase}.{line.id}" if _is_name(line.id) else f"{phase}.inputs[{number}]"


def _is_name(name: str) -> bool:
    return len(name) <= 40 and bool(NAME.fullmatch(name))


def _name(name: str, at: str) -> Iterator[MethodFault]:
    if not _is_name(name):
        yield MethodFault(at, "Een id is hooguit 40 kleine letters en cijfers, met streepjes ertussen.")


def _about(line: Input, at: str, phase: Phase, sources: dict[str, Input]) -> Iterator[MethodFault]:
    """What an input says of its phase, or of the cards or the text it is about."""
    if line.kind == "text" and line.field:
        yield from _name(line.field, f"{at}.field")
    if line.kind == "listening" and line.who != phase.listens:
        yield MethodFault(f"{at}.who", "Wie hier luistert, staat ook bij de fase: listens = {who}.", who=line.who)
    if not (line.kind in ("pick", "sort") or line.of):
        return
    source = sources.get(line.of)
    if line.kind == "text":
        about = sources.get(source.of) if source and source.kind == "vote" else None
        if about is None or is_unsigned(about) or source in phase.inputs:
            yield MethodFault(
                f"{at}.of", "Er is geen eerdere stemming over kaarten met een naam: {what}.", what=line.of
            )
        return
    if source and source.kind == "vote":
        source = None
    if source is None:
        yield MethodFault(f"{at}.of", "Er is geen eerdere invoer {what}.", what=line.of)
    elif is_queue(source):  # such a question is asked and answered, and then it is gone
        yield MethodFault(f"{at}.of", "Vragen die op het woord wachten, blijven niet liggen: {what}.", what=line.of)
    elif line.kind == "vote" and source.kind == "text" and source in phase.inputs:
        yield MethodFault(f"{at}.of", "Een stemming over een tekst hoort in een latere fase: {what}.", what=line.of)


def _together(phase: Phase, at: str) -> Iterator[MethodFault]:
    """What the inputs of one phase want of each other."""
    batch = [i for i in phase.inputs if i.kind in ("cards", "scale", "vote") and not i.live and i.who != "owner"]
    if len({is_unsigned(i) for i in batch}) > 1:  # both are ready under one sign, which the signed one would name
        yield MethodFault(at, "Wat met naam is en wat zonder naam is, krijgt elk een eigen fase.")
    if len({i.who for i in batch if is_unsigned(i)}) > 1:  # who writes the one hides nobody who writes the other
        yield MethodFault(at, "Wat verschillende mensen zonder naam schrijven of kiezen, krijgt elk een eigen fase.")
    for kind in ("turns", "groups"):
        more = [i for i in phase.inputs if i.kind == kind][1:]
        for line in more:
            yield MethodFault(f"{at}.{line.id}", "Van {kind} is er één in een fase.", kind=kind)
    queues = [i for i in phase.inputs if is_queue(i)]
    for line in queues[1:]:
        yield MethodFault(f"{at}.{line.id}", "Er is één rij met vragen in een fase.")
    if queues and all(i.kind != "turns" for i in phase.inputs):
        yield MethodFault(f"{at}.{queues[0].id}", "Wie een vraag in de rij zet, krijgt het woord: er hoort turns bij.")
    if phase.spoken and batch:
        yield MethodFault(
            at, "Als iedereen praat, zijn de telefoons leeg: spoken kan niet met schrijven of kiezen samen."
        )


def _looks(method: Method) -> Iterator[MethodFault]:
    """What lies beside a phase comes from an earlier one, and is open by then. The big screen has room for what was
    chosen and said there, not for all the cards."""
    before: dict[str, int] = {}
    cards: set[str] = set()
    ids = [phase.id for phase in method.phases]
    for number, phase in enumerate(method.phases):
        own = {line.id for line in phase.inputs if line.kind in SHOWN and not is_queue(line)}
        for name in phase.screen or ():
            if name not in own and (name in cards or before.get(name, number + 1) > number):
                yield MethodFault(
                    f"phases.{phase.id}.screen", "Dit kan het grote scherm hier niet laten zien: {what}.", what=name
                )
        for name in phase.looks:
            if name not in before or before[name] > number:
                yield MethodFault(
                    f"phases.{phase.id}.looks", "Er is geen eerdere invoer om naar te kijken: {what}.", what=name
                )
        for line in phase.inputs:
            if line.kind in LOOKED and not is_queue(line):
                before[line.id] = ids.index(line.until) if line.until in ids else number + 1
        cards |= {line.id for line in phase.inputs if line.kind == "cards"}


def _after(method: Method) -> Iterator[MethodFault]:
    """Turns that come after earlier ones. In a queue the order is that of asking."""
    before: set[str] = set()
    for phase in method.phases:
        for line in phase.inputs:
            at = f"phases.{phase.id}.{line.id}.after"
            if line.kind == "turns" and line.after and any(is_queue(i) for i in phase.inputs):
                yield MethodFault(at, "Wie een vraag in de rij zet, komt in die volgorde: hier hoort geen after.")
            elif line.kind == "turns" and line.after and line.after not in before:
                yield MethodFault(at, "Er zijn geen eerdere beurten {what}.", what=line.after)
        before |= {line.id for line in phase.inputs if line.kind == "turns"}


def _later(method: Method) -> Iterator[MethodFault]:
    """Texts that stay closed until a later phase: nothing may show them sooner."""
    ids = [phase.id for phase in method.phases]
    lines = [(number, line) for number, phase in enumerate(method.phases) for line in phase.inputs]
    for number, line in lines:
        at = f"phases.{ids[number]}.{line.id}"
        if not line.until or line.kind != "text":
            continue
        if line.who != "owner":  # of several writers the one before the last would be read by nobody
            yield MethodFault(f"{at}.until", "Wat dicht blijft, schrijft alleen de inbrenger.")
        if line.until not in ids[number + 1 :]:
            yield MethodFault(f"{at}.until", "Er is geen latere fase {what}.", what=line.until)
            continue
        if line.field == "case_question":
            yield MethodFault(f"{at}.until", "De vraag van de casus staat altijd op elk scherm: die kan niet dicht.")
        name, opens = line.field or line.id, ids.index(line.until)
        for other, user in lines:
            where = f"phases.{ids[other]}.{user.id}"
            if user is not line and user.kind == "text" and name == (user.field or user.id):
                yield MethodFault(f"{where}.field", "Deze tekst is nog dicht in een ander veld: {what}.", what=name)
            if user.of == line.id and other < opens:
                yield MethodFault(f"{where}.of", "Deze tekst is hier nog dicht: {what}.", what=user.of)


def _groups(method: Method) -> Iterator[MethodFault]:
    """Groups are made once and kept: they have one size."""
    lines = [(phase, line) for phase in method.phases for line in phase.inputs if line.kind == "groups"]
    for phase, line in lines:
        if line.max != lines[0][1].max:
            yield MethodFault(f"phases.{phase.id}.{line.id}.max", "Groepjes blijven even groot: overal dezelfde max.")


def _ownerless(method: Method) -> Iterator[MethodFault]:
    """Where everybody is the owner in turn, nobody is the owner of the whole."""
    for phase in method.phases:
        if "owner" in (phase.acts, phase.listens) or phase.back:
            yield MethodFault(f"phases.{phase.id}", "Waar iedereen inbrengt, is er geen inbrenger: everybody = true.")
        for line in phase.inputs:
            if line.who == "owner" or line.field == "case_question":
                yield MethodFault(
                    f"phases.{phase.id}.{line.id}", "Waar iedereen inbrengt, is er geen inbrenger: everybody = true."
                )
    if method.prompts or method.without_owner:
        yield MethodFault(
            "everybody", "Waar iedereen inbrengt, wordt geen casus geschreven: geen prompts, geen without_owner."
        )


def _ownerless_case(method: Method) -> Iterator[MethodFault]:
    """Where a case may be treated without its author, no step is only the owner's."""
    for phase in method.phases:
        if "owner" in (phase.acts, phase.listens) or any(line.who == "owner" for line in phase.inputs):
            yield MethodFault(
                f"phases.{phase.id}", "Waar een inbrenger mag ontbreken, is geen stap van de inbrenger: without_owner."
            )
