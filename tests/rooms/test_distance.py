"""People at a distance: the sign that somebody hears nothing, and who gets the link of the video call."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rooms import distance, door, people
from rooms.refusal import Refused
from rooms.rights import LATE, LEAD, OUTSIDE
from rooms.room import Room
from rooms.view import view
from tests.made import INSIDE, gone, late, own
from tests.people import Circle

LINK = "https://bel.example.org/kring?pwd=a%20b#x"


def afar(*names: str) -> Circle:
    circle = Circle()
    for name in names or ("Carl",):
        circle.by(name, people.sit_where, remote=True)
    return circle


def silent(room: Room, role: str) -> list[str]:
    return [name for _, name in view(room, role).no_sound]


def signs(circle: Circle) -> list[str]:
    """The chairs on everybody's ring that carry the sign."""
    rings = [[c.name for c in view(circle.room, role).ring.chairs if c.no_sound] for role in INSIDE]
    assert all(ring == rings[0] for ring in rings)
    return rings[0]


def test_everybody_sees_by_name_who_hears_nothing_until_it_is_taken_back() -> None:
    circle = afar()
    circle.by("Carl", distance.hears, yes=False)
    before = circle.room
    circle.by("Carl", distance.hears, yes=False)
    assert circle.room is before
    assert own(circle, "Carl").no_sound
    for _ in range(3):  # whatever step the meeting is at
        assert {role: silent(circle.room, role) for role in INSIDE} == dict.fromkeys(INSIDE, ["Carl"])
        assert signs(circle) == ["Carl"]
        circle.next()
    for role in (OUTSIDE, LATE):
        assert silent(circle.room, role) == []
    circle.by("Carl", distance.hears, yes=True)
    assert silent(circle.room, LEAD) == signs(circle) == []


def test_who_leads_takes_the_sign_away_and_nobody_else() -> None:
    circle = afar()
    circle.by("Carl", distance.hears, yes=False)
    with pytest.raises(Refused, match="begeleidt"):
        circle.by("Cora", distance.hears_again, circle.seat("Carl"))
    circle.by("Fay", distance.hears_again, circle.seat("Carl"))
    assert silent(circle.room, LEAD) == []
    before = circle.room
    circle.by("Fay", distance.hears_again, circle.seat("Carl"))
    assert circle.room is before


def test_only_who_is_at_a_distance_gives_the_sign_and_it_goes_with_the_distance() -> None:
    circle = afar()
    with pytest.raises(Refused, match="op afstand"):
        circle.by("Cora", distance.hears, yes=False)
    circle.by("Carl", distance.hears, yes=False)
    circle.by("Carl", people.sit_where, remote=False)
    circle.by("Carl", people.sit_where, remote=True)
    assert silent(circle.room, LEAD) == []


@pytest.mark.parametrize("how", ["outside", "left", "removed"])
def test_who_goes_away_takes_the_sign_along(how: str) -> None:
    circle = afar()
    circle.by("Carl", distance.hears, yes=False)
    gone(circle, "Carl", how)
    assert silent(circle.room, LEAD) == signs(circle) == []
    if how != "removed":
        circle.by("Fay", people.call_back, circle.seat("Carl"))
        assert silent(circle.room, LEAD) == []


def test_the_link_is_for_who_is_at_the_table_at_a_distance_and_for_who_leads() -> None:
    circle = afar("Carl", "Cem")
    circle.by("Fay", distance.put_video, LINK)
    assert {n: own(circle, n).video for n in ("Carl", "Cora")} == {"Carl": (LINK, "bel.example.org"), "Cora": ("", "")}
    gone(circle, "Cem", "outside")
    assert own(circle, "Cem").video == ("", "")
    assert {role: view(circle.room, role).video for role in (*INSIDE, OUTSIDE, LATE)} == {
        **dict.fromkeys((*INSIDE, OUTSIDE, LATE), ""),
        LEAD: LINK,
    }
    with pytest.raises(Refused, match="begeleidt"):
        circle.by("Carl", distance.put_video, "")
    circle.by("Fay", distance.put_video, " ")
    assert own(circle, "Carl").video == ("", "")


def test_who_is_late_gets_the_link_after_the_agreement_only() -> None:
    circle = afar().to("write")
    circle.by("Fay", distance.put_video, LINK)
    late(circle, "Noor", caught_up=False)
    circle.by("Noor", people.sit_where, remote=True)
    assert own(circle, "Noor").video == ("", "")
    with pytest.raises(Refused, match="afspraak"):
        circle.by("Noor", distance.hears, yes=False)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  HTTPS://Bel.Example.ORG ", "https://bel.example.org/"),
        ("https://bel.example.org:443/a", "https://bel.example.org/a"),
        ("https://bel.example.org:8443/a b".replace(" ", "%20"), "https://bel.example.org:8443/a%20b"),
        ("https://bel.example.org/café?q=é", "https://bel.example.org/caf%C3%A9?q=%C3%A9"),
        (LINK, LINK),
        ("", ""),
    ],
)
def test_a_link_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert distance.clean_link(typed) == kept
    assert distance.clean_link(kept) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "http://bel.example.org/a",
        "javascript:alert(1)",
        "bel.example.org",
        "//bel.example.org",
        "https:bel.example.org",
        "https://",
        "https:///a",
        "https://a@bel.example.org",
        "https://bel.example.org\\@x.org",
        "https://bel example.org",
        "https://bel.example.org/\u202egro",
        "https://bel.example.org/\na",
        "https://bél.example.org",
        "https://%62el.org",
        "https://bel.example.org:99999",
        "https://[::1",
        'https://bel.example.org/"><b>',
        "https://bel.example.org/" + "a" * 500,
        "https://bel.example.org/" + "é" * 100,
    ],
)
def test_what_is_no_https_link_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(Refused, match="link"):
        distance.clean_link(typed)


@given(st.text(max_size=60))
def test_what_is_kept_is_https_plain_and_the_same_twice(rest: str) -> None:
    try:
        kept = distance.clean_link("https://" + rest)
    except Refused:
        return
    assert kept.startswith("https://")
    assert kept.isascii()
    assert kept.isprintable()
    assert distance.clean_link(kept) == kept


def test_a_circle_in_one_room_begins_without_a_link() -> None:
    def begun(where: str, video: str) -> Room:
        circle = Circle()
        named = {"name": "M", "chairs": 4, "leader_name": "Fay", "handle": "h", "rng": circle.rng}
        return door.open_room("r", where=where, video=video, **named)  # type: ignore[arg-type]

    assert begun("mixed", LINK).video == LINK
    assert begun("together", LINK).video == ""
    with pytest.raises(Refused, match="https"):
        begun("remote", "http://bel.example.org")
