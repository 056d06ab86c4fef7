"""Times of day: read and shown in the time zone of whoever began the circle, whatever the server's own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from server.entry import end_of
from server.i18n import Languages, clock_of
from server.person import Person
from tests.conftest import Server

NOON = int(datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp() * 1000)
HOUR = 3_600_000


@pytest.mark.parametrize(
    ("text", "zone", "hours"),
    [
        ("15:30", "Europe/Amsterdam", 2.5),
        ("15:30", "Asia/Tokyo", 18.5),
        ("12:00", "Europe/Amsterdam", 23),
        ("13:00", "Europe/Amsterdam", 24),
    ],
)
def test_an_end_is_the_next_moment_the_clock_there_shows_it(text: str, zone: str, hours: float) -> None:
    end = end_of(text, NOON, zone)

    assert (end - NOON) / HOUR == hours
    assert Languages().time("nl")(end, zone) == text


@pytest.mark.parametrize("text", ["", "half vier", "25:00", "15:30:00"])
def test_what_is_no_time_is_no_end(text: str) -> None:
    assert end_of(text, NOON, "") == 0


@pytest.mark.parametrize("zone", ["Nowhere/Land", "../etc/passwd", "\0"])
def test_an_unknown_zone_is_the_servers_own(zone: str) -> None:
    assert clock_of(zone) is None


async def test_everybody_sees_the_end_as_it_was_typed(server: Server) -> None:
    lead = await Person(server.url).begin("Mentoren", "Fay", until="15:30", zone="Pacific/Auckland")
    owen = await Person(server.url, "en").join(lead.code, "Owen")

    assert "Klaar 15:30" in await lead.page("/leiden")
    assert "15:30" in await owen.page()
