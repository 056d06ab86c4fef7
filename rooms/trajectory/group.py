"""The state of one group: who is in it, what it planned, and what it keeps of its meetings. Nothing here says who wrote
or chose what: a meeting's room keeps that, under other secrets, and is erased."""

from __future__ import annotations

from enum import StrEnum
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from rooms.methods import NONE, Text
from rooms.refusal import Refused

ORGANISER = "organiser"  # who acts with the organiser's key, in the place of a member's id


class Guidance(StrEnum):
    """How much a meeting is guided: four levels on the road to independence, and one that is still asked."""

    GUIDED = "guided"  # the guide leads
    PRESENT = "present"  # a member leads, the guide is present
    SCRIPT = "script"  # without a guide, with the script and its prompts
    SELF = "self"  # without a guide, with as little script as it takes
    ASK = "ask"  # the plan's source leaves it open: the group says


BY_GUIDE = (Guidance.GUIDED, Guidance.PRESENT)  # with a guide


class Member(Struct, frozen=True):
    """Somebody in the group. `since` is the first meeting, counted from 0, that they are expected at."""

    id: str
    name: str
    guide: bool = False
    since: int = 0
    left: bool = False  # only who was at a meeting that was held is kept, by name, until the group is erased
    agreed: bool = False  # keeps to what the group agreed


class Device(Struct, frozen=True):
    """A browser that holds a secret of this group; `organiser` when it came with the organiser's key."""

    member: str = ""
    organiser: bool = False


class Key(Struct, frozen=True):
    """A capability, kept by its hash: to be a member on one more device, or the organiser where `member` is ''. One
    that works `once` ends at `until` (ms)."""

    member: str = ""
    once: bool = False
    until: int = 0


class Held(Struct, frozen=True):
    """What is kept of a meeting: counts, minutes and names of who was there; no case and no choice."""

    minutes: int
    present: tuple[str, ...] = ()  # members
    apart: tuple[str, ...] = ()  # of these, who took no part
    guests: int = 0  # who was there and is no member
    methods: tuple[str, ...] = ()
    written: int = 0  # cases
    treated: int = 0
    owners: tuple[str, ...] = ()  # members who said in the circle that the case was theirs
    led: str = ""  # the member who led it, at its end
    medians: dict[str, int] = {}  # of the evaluation, by line; none below five answers
    cues: dict[str, int] = {}  # by member: how many private cues they gave or got, shown to them alone


class Meeting(Struct, frozen=True):
    """One meeting of the plan. `day` is YYYY-MM-DD and `time` HH:MM in the group's time zone, or ''."""

    guidance: Guidance = Guidance.SELF
    day: str = ""
    time: str = ""
    minutes: int = 120
    method: str = ""
    focus: Text = NONE
    leads: str = ""  # the member who is to lead it
    observes: str = ""
    moved: int = 0  # how often it was moved: the number by which calendars know the newer one
    skipped: bool = False
    room: str = ""  # the alias of the circle that was opened for it
    held: Held | None = None


class Find(Struct, frozen=True):
    """Something that worked, on the group's own shelf; its member put it there."""

    id: str
    text: str
    member: str


class Group(Struct, frozen=True, dict=True):
    """One group. `road` is the plan it was made from, `kept` the moment (ms) at which it is erased."""

    id: str
    name: str
    version: int = 0
    code: str = ""
    zone: str = ""
    road: str = ""
    members: dict[str, Member] = {}
    devices: dict[str, Device] = {}
    keys: dict[str, Key] = {}
    meetings: tuple[Meeting, ...] = ()
    dropped: tuple[Meeting, ...] = ()  # of a longer plan before, by the numbers that follow: calendars still hold them
    agreement: str = ""
    shelf: dict[str, Find] = {}
    profiles: tuple[str, ...] = ()  # the registers its meetings are to count for
    register: str = ""  # the id of its attendance, which is a document of its own; '' until there is any
    until: int = 0


def here(group: Group) -> tuple[Member, ...]:
    """The members now, by name."""
    return tuple(sorted((m for m in group.members.values() if not m.left), key=lambda m: (m.guide, m.name.casefold())))


def guide(group: Group) -> Member | None:
    """Who guides the group, if somebody does."""
    return next((m for m in here(group) if m.guide), None)


def upcoming(group: Group) -> int:
    """Which meeting comes next, counted from 0; as many as there are when all were held."""
    return next((n for n, m in enumerate(group.meetings) if not m.held and not m.skipped), len(group.meetings))


def meeting(group: Group, nr: int) -> Meeting:
    """The meeting of this number, from 0; refuses one that is not planned."""
    if not 0 <= nr < len(group.meetings):
        raise Refused("Deze bijeenkomst staat niet in het plan.")
    return group.meetings[nr]


def of_room(group: Group, room: str) -> int | None:
    """The number, from 0, of the meeting for which this circle was opened: the plan may have been taken anew since."""
    return next((n for n, m in enumerate(group.meetings) if m.room == room), None)


def with_meeting(group: Group, nr: int, **fields: object) -> Group:
    """The group with fields of one meeting changed."""
    changed = replace(meeting(group, nr), **fields)
    return replace(group, meetings=(*group.meetings[:nr], changed, *group.meetings[nr + 1 :]))


def belongs(group: Group, by: str) -> None:
    """Refuses who is neither a member nor the organiser."""
    if by != ORGANISER:
        inside(group, by)


def inside(group: Group, by: str) -> Member:
    """The member who acts; refuses anybody else, the organiser too."""
    found = group.members.get(by)
    if found is None or found.left:
        raise Refused("Dat kunnen alleen leden van de groep.")
    return found


def organises(by: str) -> None:
    """Refuses who did not come with the organiser's key."""
    if by != ORGANISER:
        raise Refused("Dat kan alleen wie de groep organiseert.")


def new_id(rng: Random) -> str:
    """A random id that says nothing about order or time."""
    return f"{rng.getrandbits(48):012x}"
