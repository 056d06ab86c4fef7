"""Who may do what, when: written down from what the product promises, not taken from its code.

Each line: the act | who may | when | who hears a yes that changes nothing at any time (a double tap, a sign that means
nothing now). Everybody else, and everybody at another time, hears no: a refusal with a sentence (409). `+` after the
people: it changes something each time; without it, it may.

These hold for all acts and are no lines of the table. A device that may not act (it follows, it is the big screen, its
owner still knocks) hears 403; a device of another room and one without a cookie hear 404, as for a room that is not
there. Who is outside, left, or was removed is refused. When it is over, everything is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

# Everybody in the meeting that is played, by what they are.
SENDERS = (
    "leads only", "leads too", "member", "owner", "late", "outside", "left", "removed",
    "leader's key", "follows", "screen", "knocks", "other room", "nobody",
)  # fmt: skip
STAGES = (
    "arrive", "agreement", "checkin", "write", "consent", "read", "vote", "ask", "twenty", "claim", "yes", "bring",
    "explore", "core write", "core open", "advice write", "advice open", "look-back", "take", "rate", "over",
)  # fmt: skip

PEOPLE = {
    "leaders": ("leads only", "leads too", "leader's key"),
    "lead seats": ("leads only", "leads too"),
    "caught up": ("leads only", "leads too", "member", "owner"),
    "table": ("leads only", "leads too", "member", "owner", "late"),
    "writers": ("leads too", "member", "owner"),
    "others": ("leads too", "member"),
    "anybody": ("leads only", "leads too", "member", "owner", "late", "outside"),
    "gone": ("left", "removed"),
}
TIMES = {
    "always": STAGES[:-1],
    "writing": ("write", "consent", "core write", "take"),
    "rounds": ("write", "consent", "vote", "ask", "twenty", "claim", "yes", "take", "rate"),
    "rounds of others": ("core write", "core open", "advice write", "advice open"),
    "choice": ("vote", "ask", "twenty", "claim", "yes"),
    "owned": STAGES[10:-1],
    "asked": STAGES[11:-1],  # whether who knocks may come in
    "before the method": STAGES[:11],
    "before the vote": STAGES[:6],
    "before the writing": STAGES[:3],
    "talked in": (STAGES[2], *STAGES[11:18]),
    "repeatable": ("arrive", "agreement", "checkin", *STAGES[11:18]),
    "nobody waited for": tuple(s for s in STAGES[:-1] if s not in ("consent", "claim", "yes")),
    "closing": ("take", "rate"),
    "before the lines": STAGES[:19],
    "never": (),
}

TABLE = """
agree           | writers, late   | always                            | leads only
where           | table +         | always                            |
hears           | caught up       | never                             | caught up
early           | table +         | always                            |
leave           | anybody +       | always                            | gone
small           | writers         | write, consent, take              |
small           | others          | core write                        |
lay             | writers +       | write                             |
nothing         | writers         | write                             |
again           | writers         | rounds                            |
again           | others          | rounds of others                  |
may-show        | writers         | consent                           |
take-back       | caught up +     | read                              |
cast            | writers +       | vote                              |
chosen          | writers +       | vote                              |
not-chosen      | writers         | choice                            |
answer          | writers         | ask                               |
rather-not      | writers         | twenty                            |
it-is-me        | owner           | claim, yes, closing               |
say-yes         | owner           | yes                               |
ask             | others +        | explore                           |
pass            | caught up       | always                            |
hand-on         | caught up       | always                            |
not-this        | owner           | owned                             |
card            | others +        | core write, advice write          |
done            | writers         | rounds                            |
done            | others          | rounds of others                  |
pick            | owner +         | core open, advice open            |
text            | owner +         | bring, core write, core open      |
rate            | owner +         | look-back                         |
share           | writers +       | take                              |
evaluate        | writers         | closing                           |
skip-evaluation | writers         | closing                           |
agree-report    | writers +       | closing                           |
allow-report    | owner +         | owned                             |
stop            | table +         | always                            |
stop            | leader's key +  | always                            |
stop-choice     | owner           | owned                             |
owner-says      | owner +         | asked                             | owner, lead seats, member, late
take-over       | lead seats      | always                            |
next            | leaders         | nobody waited for                 |
back            | leaders         | always                            |
skip            | leaders         | always                            |
repeat          | leaders         | repeatable                        |
tell            | leaders         | never                             |
put-away        | leaders +       | claim, yes                        |
still           | leaders         | always                            |
coffee          | leaders         | always                            |
run             | leaders         | always                            |
plus            | leaders         | always                            |
go-on           | leaders         | always                            |
blank           | leaders +       | always                            |
notice          | leaders +       | always                            |
give            | leaders +       | always                            |
sooner          | leaders         | always                            |
heard           | leaders         | never                             |
remote-first    | leaders +       | always                            |
show            | leaders +       | read                              |
method          | leaders +       | before the method                 |
ballot          | leaders +       | before the vote                   |
door            | leaders +       | always                            |
admit           | leaders         | always                            |
turn-away       | leaders +       | always                            |
add-seat        | leaders +       | always                            |
mark-left       | leaders +       | always                            |
code            | leaders +       | always                            |
remove          | leaders +       | always                            |
outside         | leaders +       | always                            |
call-back       | leaders +       | always                            |
hand-over       | leaders +       | always                            |
share-lead      | leaders +       | always                            |
let-guide       | leaders +       | before the writing                |
hears-again     | leaders         | always                            |
withdraw        | leaders         | always                            |
video           | leaders +       | always                            |
close           | leaders +       | closing                           |
sort            | others          | never                             |
vote            | others          | never                             |
place           | others          | never                             |
move            | caught up       | never                             | caught up
take-off        | caught up       | never                             | caught up
more            | caught up       | never                             |
group-on        | caught up       | never                             |
task            | table           | before the writing                |
task            | lead seats, member | bring                          |
evaluation      | leaders         | before the lines                  | leaders
became          | caught up       | never                             |
whisper         | others          | never                             |
cue-away        | leaders         | always                            |
no-cues         | leaders +       | always                            |
timer           | leaders         | never                             |
loop            | leaders         | never                             |
arrange         | leaders         | before the method                 |
plus-five       | leaders         | always                            |
more-close      | leaders         | talked in                         | leaders
hand-round      | caught up +     | always                            |
invite-device   | table +         | always                            |
"""
ONLY_FROM_A_SEAT = ("hand-round", "invite-device")  # a device with the leader's key has no person of its own


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    people: tuple[str, ...]
    changes: bool
    when: tuple[str, ...]
    idle: tuple[str, ...]


def lines() -> dict[str, list[Line]]:
    """The table by act."""
    found: dict[str, list[Line]] = {}
    for row in TABLE.strip().splitlines():
        act, people, when, idle = (part.strip() for part in row.split("|"))
        who = _all(people.rstrip(" +"), PEOPLE)
        found.setdefault(act, []).append(Line(who, "+" in people, _all(when, TIMES), _all(idle, PEOPLE)))
    return found


BESIDE = ("erase", "forget", "unlock", "follow", "koppel")  # routes of their own, open at any time


def expected(act: str, sender: str, stage: str, table: dict[str, list[Line]]) -> str:
    """What this sender hears now: `changes`, `may` (a yes that may change something), `idle`, or a status."""
    if act in BESIDE:
        return beside(act, sender, stage)
    if sender in ("other room", "nobody") or (sender == "knocks" and stage == "over"):
        return "404"  # nobody waits any more at the door of a meeting that is over
    if sender in ("follows", "screen", "knocks"):
        return "403"
    if act == "close" and stage == "over":
        return "idle"
    leader_acts = any("leader's key" in line.people for line in table[act])
    if sender == "leader's key" and not leader_acts:
        return "403"
    for line in table[act]:
        if sender in line.people and stage in line.when:
            return "changes" if line.changes else "may"
    if any(sender in line.idle for line in table[act]) and (stage != "over" or sender in PEOPLE["gone"]):
        return "idle"
    return "409"


def beside(act: str, sender: str, stage: str) -> str:
    """What this sender hears of such a route: with a wrong key, with wrong symbols. Who leads is not asked to erase."""
    if act == "forget" and sender == "knocks" and stage == "over":
        return "idle"  # of the circle it knows nothing any more; the device is cleared all the same
    if sender in ("other room", "nobody") or (sender == "knocks" and stage == "over"):
        return "404"
    if act == "koppel":
        return "409" if sender in PEOPLE["leaders"] else "404"
    if act == "erase" or (act == "forget" and sender == "screen"):
        return "403"
    if act == "forget":
        return "changes"
    no_chair = sender in ("leader's key", "follows", "screen", "knocks")
    return "404" if no_chair else "409"  # a device with a chair has no use for a key; this key opens nothing


def _all(names: str, groups: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(one for name in names.split(", ") if name for one in groups.get(name, (name,)))
