"""The floor: who speaks, who is next and in which order, and passing without a reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from rooms import flow
from rooms.derived import derived
from rooms.halls import is_hall
from rooms.methods import Input, Text, is_batch, is_queue, is_tapped
from rooms.refusal import Refused
from rooms.rights import caught_up, is_one_of, leader, present, the_owner
from rooms.room import Card, Room, Round, Seat, entry, key, owner, phase, taking_part, this_round, with_round
from rooms.words import fitted

QUESTION = 160


@derived()
def speakers(room: Room) -> tuple[Seat, ...]:
    """Who gets a turn in this phase, by chair; empty where there are no turns."""
    if phase(room).kind in ("checkin", "followup"):
        return taking_part(room)
    if is_batch(phase(room)) and this_round(room).stage == 0 and not is_tapped(phase(room)):
        return ()  # first everybody writes, then the floor goes round
    line = _input(room, "turns")
    return tuple(s for s in taking_part(room) if is_one_of(room, s, line.who)) if line else ()


def may_speak(room: Room, seat_id: str) -> bool:
    """Whether somebody gets a turn in this phase, or may ask for one."""
    return seat_id in _able(room)


@derived()
def _able(room: Room) -> frozenset[str]:
    return frozenset(s.id for s in speakers(room))


@derived()
def asks(room: Room) -> bool:
    """Whether people queue for the floor themselves, with a question or aloud. In a hall they do wherever turns would
    go round: nobody waits for a thousand others."""
    return questions(room) or is_hall(room) and bool(speakers(room))


def questions(room: Room) -> bool:
    """Whether it is for a question that they do."""
    return any(is_queue(i) for i in phase(room).inputs)


def asks_owner(room: Room) -> bool:
    """Whether who speaks here asks the owner: everybody may but the owner. Where the owner may as well, anybody asks
    anybody."""
    line = _input(room, "turns")
    return line is not None and line.who == "consultants" and bool(owner(room))


def may_be_left(room: Room) -> bool:
    """Whether the owner may leave what is asked now, in writing or aloud: another has the floor, out of a queue of
    questions or in a round of them."""
    round_of_questions = phase(room).flavour == "ask" and asks_owner(room)
    return this_round(room).floor not in ("", owner(room)) and (asks(room) or round_of_questions)


def rounds(room: Room) -> int:
    """How often the floor goes round in this phase."""
    line, people = _input(room, "turns"), speakers(room)
    return max(line.max, 1) if line and len(people) > 1 and not asks(room) else 1


def round_now(room: Room) -> int:
    """Which of these rounds is going on, from 1: as many as everybody had, and one more until the last is over."""
    times = _turns(room)
    had = [times[s.id] for s in speakers(room)]
    return min(min(had, default=0) + 1, rounds(room))


def ask(room: Room, by: str, op: str, text: str = "") -> Room:
    """Joins the queue, aloud or with a written question. `op` names the item: again means edit, and once it left the
    queue nothing; another text is refused then, so that it is not lost. So is one more than the input's `max` of one
    seat: without an end to the queue, one person could make every page of it slow."""
    present(room, by)
    _may_speak(room, by)
    clean = fitted(text, QUESTION)
    now = this_round(room)
    if op in now.spent or any(c.id == op and c.seat != by for c in now.queue) or any(c.id == op for c in now.cards):
        if clean and not any((c.id, c.seat, c.text) == (op, by, clean) for c in (*now.queue, *now.cards)):
            raise Refused("Je vorige vraag staat er al. Tik nog eens, dan komt deze erbij.")
        return room
    card = Card(id=op, text=clean, seat=by, input="asks", state="queued")
    known = any(c.id == op and c.seat == by for c in now.queue)
    kept = [card if c.id == op else c for c in now.queue] if known else _join(now.queue, card)
    most = next((i.max for i in phase(room).inputs if is_queue(i)), 1)
    if not known and sum(c.seat == by for c in kept) > most:
        raise Refused("Er kunnen er hooguit {n} van jou wachten. Wat je schreef, staat er nog.", n=most)
    return _queue(room, _fair(room, kept))


def give(room: Room, by: str, to: str = "", turn: str = "") -> Room:
    """The facilitator gives the floor: to this seat, to who is next, or after the last one to nobody.

    `turn` is the number of the turn in which it was tapped; of another turn it changes nothing.
    """
    leader(room, by)
    if not _in(room, turn):
        return room
    target = to or following(room)
    if to:
        present(room, to)
    elif not target and not this_round(room).floor:
        raise Refused("Er wacht niemand op het woord.")
    return _give(room, target)


def hand_on(room: Room, by: str, turn: str = "") -> Room:
    """Who has the floor gives it to who is next, or simply gives it back. `turn` as in `give`."""
    caught_up(room, by)
    if this_round(room).floor != by or not _in(room, turn):
        return room
    return _give(room, following(room))


def pass_turn(room: Room, by: str, turn: str = "", of: str = "") -> Room:
    """Passes, without a reason: counts as having had the turn. `turn` as in `give`, for who has the floor; `of` is the
    round in which anybody else tapped it, and in another it changes nothing."""
    caught_up(room, by)
    now = this_round(room)
    if now.floor == by:
        return _give(room, following(room)) if _in(room, turn) else room
    if of not in ("", str(round_now(room))):
        return room
    has_one = may_speak(room, by)  # elsewhere `spoken` is what who leads tapped
    spoken = now.spoken if not has_one or had_a_turn(room, by) or asks(room) else (*now.spoken, by)
    return _queue(with_round(room, spoken=spoken), tuple(c for c in now.queue if c.seat != by))


def not_this_one(room: Room, by: str, turn: str = "") -> Room:
    """The owner skips the question now asked, in writing or aloud; the next one follows. It was a turn all the same:
    asked again at once, the owner would have skipped nothing, and all would see it. `turn` as in `give`."""
    the_owner(room, by)
    if not may_be_left(room) or not _in(room, turn):
        return room
    now = this_round(room)
    cards = tuple(replace(c, state="skipped") if c.state == "asked" else c for c in now.cards)
    return _give(with_round(room, cards=cards), following(room))


def asked(room: Room) -> Card | None:
    """The question on the table now, if it was written."""
    return next((c for c in this_round(room).cards if c.state == "asked"), None)


@derived()
def following(room: Room) -> str:
    """The seat that is next: first in the queue, else the first whose turn is still to come."""
    waits = waiting(room)
    return waits[0][1] if waits else ""


@derived()
def waiting(room: Room) -> tuple[tuple[str, str], ...]:
    """Who comes after who has the floor, in order, each as what is moved and its seat: the items of the queue, or
    where turns go round everybody who had none in this round. Somebody new comes after an order made by hand."""
    now = this_round(room)
    if now.queue or asks(room):
        return tuple((c.id, c.seat) for c in now.queue)
    places = {seat: i for i, seat in enumerate(now.order)}
    return tuple((s, s) for s in sorted(_around(room), key=lambda s: places.get(s, len(places))))


def unheard(room: Room) -> list[str]:
    """Who may speak in this phase and had no turn in it yet, in the order of the turns to come. A hall has no such
    list."""
    if is_hall(room):
        return []
    now = this_round(room)
    line = [seat for _, seat in waiting(room)] + [s.id for s in speakers(room)]
    able = {s.id for s in speakers(room)} - {*now.spoken, now.floor}
    return [seat for seat in dict.fromkeys(line) if seat in able]


@derived()
def remote_goes_first(room: Room) -> bool:
    """Whether turns go round here, and begin with who is at a distance: the others hear each other anyway."""
    return room.remote_first and not asks(room) and len({s.remote for s in speakers(room)}) > 1


@derived()
def spoke_before(room: Room) -> frozenset[str]:
    """Who has, had or passed a turn in the earlier step that the turns of this one come after, for the same case."""
    line, case = _input(room, "turns"), entry(room).case
    after = line.after if line else ""
    for at in range(room.at if after else 0):
        done, one = room.rounds.get(key(room, at)), room.agenda[at]
        if done and one.case == case and any(i.id == after for i in one.phase.inputs):
            return frozenset((*done.spoken, done.floor)) - {""}
    return frozenset()


def put_remote_first(room: Room, by: str, *, on: bool) -> Room:
    """For the whole meeting: turns begin with who is at a distance, or go by chair only."""
    leader(room, by)
    return replace(room, remote_first=on)


def sooner(room: Room, by: str, at: str, who: str, before: str) -> Room:
    """The facilitator lets `who` go before `before`, both as in `waiting`. What was seen when it was tapped is the step
    `at`, and that the one came right after the other: when that is no longer so, nothing changes."""
    leader(room, by)
    line = list(waiting(room))
    i = next((i for i, (item, _) in enumerate(line) if item == who), 0)
    if at != flow.pointer(room) or i == 0 or line[i - 1][0] != before:
        return room
    if not may_swap(line, i, had_turns(room)):
        raise Refused("Eerst komt iedereen één keer aan het woord.")
    line[i - 1], line[i] = line[i], line[i - 1]
    if not asks(room):
        return with_round(room, order=tuple(item for item, _ in line))
    cards = {c.id: c for c in this_round(room).queue}
    return with_round(room, queue=tuple(cards[item] for item, _ in line))


def may_swap(line: Sequence[tuple[str, str]], i: int, had: frozenset[str]) -> bool:
    """Whether the turn at `i` of `waiting` may go before the one before it, as `had_turns` stands: everybody once
    before anybody twice."""
    return line[i][1] not in had or line[i - 1][1] in had


@derived()
def _around(room: Room) -> tuple[str, ...]:
    """Whose turn is still to come, round the ring from who has the floor; first, where it is so, who had none in an
    earlier step, then who is at a distance, and before or after all the owner, where the method says so. After somebody
    at a distance the ring goes on where it was: at the first chair without a turn. So it does for who spoke before
    when those are through who did not."""
    now, ring, first, had = this_round(room), speakers(room), remote_goes_first(room), had_turns(room)
    before = spoke_before(room)
    start = next(
        (i for i, s in enumerate(ring) if s.id == now.floor and not (first and s.remote or _rank(room, s))), -1
    )

    def place(i: int, one: Seat) -> tuple[int, bool, bool, int]:
        turned = (one.id in before) == (now.floor in before)
        return (
            _rank(room, one),
            one.id in before,
            first and not one.remote,
            (i - start - 1) % len(ring) if turned else i,
        )

    return tuple(s.id for i, s in sorted(enumerate(ring), key=lambda at: place(*at)) if s.id not in had)


def _rank(room: Room, one: Seat) -> int:
    """-1 for who comes before all others, 1 for who comes after them."""
    line = _input(room, "turns")
    return 0 if line is None or one.id != owner(room) else {"first": -1, "last": 1}.get(line.owner, 0)


def had_a_turn(room: Room, seat: str) -> bool:
    """Whether somebody has, had or passed their turn in the round that is going on."""
    return seat in had_turns(room)


@derived()
def had_turns(room: Room) -> frozenset[str]:
    """Everybody who has, had or passed their turn in the round that is going on."""
    now = round_now(room)
    return frozenset(seat for seat, times in _turns(room).items() if times >= now)


def _turns(room: Room) -> Counter[str]:
    """How many turns each had in this phase, with the one that is on."""
    now = this_round(room)
    return Counter((*now.spoken, now.floor))


def _give(room: Room, to: str) -> Room:
    now = this_round(room)
    done = (*now.spoken, now.floor) if now.floor and now.spoken.count(now.floor) < rounds(room) else now.spoken
    cards = tuple(replace(c, state="answered") if c.state == "asked" else c for c in now.cards)
    turn = next((c for c in now.queue if c.seat == to), None)
    queue = tuple(c for c in now.queue if c is not turn)
    if turn and turn.text:
        cards = (*cards, replace(turn, state="asked"))
    return _queue(with_round(room, floor=to, spoken=done, cards=cards, turn=now.turn + 1), queue)


def _in(room: Room, turn: str) -> bool:
    return turn in ("", str(this_round(room).turn))


def _queue(room: Room, queue: tuple[Card, ...]) -> Room:
    """The room with this queue; what left it is spent."""
    now, stays = this_round(room), {c.id for c in queue}
    gone = tuple(c.id for c in now.queue if c.id not in stays)
    return with_round(room, queue=queue, spent=(*now.spent, *gone))


def _fair(room: Room, queue: list[Card]) -> tuple[Card, ...]:
    """Everybody once before anybody twice; otherwise in the order people asked."""
    had = had_turns(room)
    return tuple(sorted(queue, key=lambda c: c.seat in had))


def _join(queue: tuple[Card, ...], card: Card) -> list[Card]:
    """A question replaces a raised hand of the same person, so that nobody waits twice at once."""
    hands = [c for c in queue if c.seat == card.seat and (not c.text or not card.text)]
    return [c for c in queue if c not in hands] + [card]


def _may_speak(room: Room, by: str) -> None:
    if not asks(room):
        raise Refused("In deze stap gaan de beurten de kring rond.")
    if not may_speak(room, by):
        raise Refused("Nu zijn de anderen aan het woord.")


def _input(room: Room, kind: str) -> Input | None:
    return next((i for i in phase(room).inputs if i.kind == kind), None)


def counts(room: Room) -> tuple[tuple[Text, int], ...]:
    """The earlier phases that this one counts, and how many questions were asked in each for this case: those that had
    their turn or still wait for it, whoever asked them."""
    case, wanted = entry(room).case, phase(room).counts
    names = {e.phase.id: e.phase.name for e in room.agenda if e.case == case}
    return tuple((names[name], _asked(room.rounds.get(f"{case}:{name}"))) for name in wanted if name in names)


def _asked(one: Round | None) -> int:
    return len({*one.spent, *(card.id for card in one.queue)}) if one else 0
