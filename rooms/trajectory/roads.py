"""The roads a group can take, as files: how many meetings, how much each is guided, what it is about."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import msgspec
from msgspec import Struct

from rooms.methods import NONE, Text
from rooms.refusal import Refused
from rooms.trajectory.group import Guidance, Meeting

ROADS = Path(__file__).with_name("roads")
LEAST, MOST = 1, 30  # meetings of a plan


class Stop(Struct, frozen=True, forbid_unknown_fields=True):
    """One meeting of a road; `method` is proposed, no more."""

    guidance: Guidance
    method: str = ""
    focus: Text = NONE


class Road(Struct, frozen=True, forbid_unknown_fields=True):
    """A road; `least` to `most` meetings, of which those it does not describe are like its last but one."""

    id: str
    name: Text
    about: Text
    source: str
    least: int
    most: int
    stops: tuple[Stop, ...]
    usual: int = 0  # how many it has unless somebody says otherwise
    weeks: int = 0  # between two of them


@cache
def roads() -> dict[str, Road]:
    """All roads, by id, in the order of their files."""
    found = (
        msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Road) for path in sorted(ROADS.glob("*.toml"))
    )
    return {road.id: road for road in found}


def plan(road: Road, count: int, days: tuple[str, ...], time: str, minutes: int) -> tuple[Meeting, ...]:
    """The meetings of a road; `days` are as many dates as there are meetings, '' for none. Refuses a wrong number."""
    if not max(road.least, LEAST) <= count <= min(road.most, MOST):
        raise Refused("Dit traject heeft {least} tot {most} bijeenkomsten.", least=road.least, most=road.most)
    return tuple(
        Meeting(stop.guidance, day, time if day else "", minutes, stop.method, stop.focus)
        for stop, day in zip(_stops(road, count), days, strict=True)
    )


def _stops(road: Road, count: int) -> tuple[Stop, ...]:
    """As many as asked for: the first ones, then more like the last but one, then the last."""
    if len(road.stops) == 1:
        return road.stops * count
    middle = road.stops[:-1]
    return (*middle[: count - 1], *(middle[-1],) * (count - 1 - len(middle)), road.stops[-1])
