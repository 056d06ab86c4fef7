"""Figures are what the rounds say: middles, ratios within a round, exponents, and targets that can be missed."""

from __future__ import annotations

import json

import pytest

from bench import report
from bench.__main__ import PARTS, RESULTS


def row(server: str, cpu: float) -> dict[str, object]:
    return {"server": server, "receivers": 8, "rooms": 1, "cpu_us_per_delivery": cpu, "p50_us": cpu, "last_us": 2 * cpu}


def test_a_ratio_is_formed_within_its_round() -> None:
    rounds = [(2.0, 1.0), (30.0, 10.0), (4.0, 2.0)]  # the machine was ten times slower in the second
    rows = [one for kring, nchan in rounds for one in (row("kring", kring), row("nchan", nchan))]

    kring, nchan = report.settled(rows)

    assert (kring["server"], kring["ratio_to_nchan"], kring["cpu_us_per_delivery"]) == ("kring", 2.0, 4.0)
    assert kring["spread"]["ratio_to_nchan"] == [2.0, 3.0]
    assert nchan["ratio_to_nchan"] == 1.0
    assert "ratio_to_floor" not in kring


def test_the_middle_and_how_far_the_rounds_lie_apart() -> None:
    found = report.middle([{"p50_ms": 3.0, "people": 8}, {"p50_ms": 1.0, "people": 8}, {"p50_ms": 9.0, "people": 8}])
    assert found == {"p50_ms": 3.0, "people": 8, "spread": {"p50_ms": [1.0, 9.0]}}


@pytest.mark.parametrize("power", [0.5, 1.0, 2.0])
def test_the_exponent_of_a_growth(power: float) -> None:
    sizes = [10, 100, 1000]
    assert report.exponent(sizes, [7 * n**power for n in sizes]) == pytest.approx(power)


def test_a_target_that_was_missed_says_so() -> None:
    kept = {"act": [{"people": 8, "others": 0, "cpu_ms": 0.7}], "votes": {"p99_ms": 900.0, "ratio_to_empty_post": 0.9}}
    lines = report._reached(kept).splitlines()
    said = {line.split("|")[1].strip(): line.split("|")[5].strip() for line in lines if line.startswith("|")}
    assert said["next phase in a room of 8: CPU"] == "must"
    assert said["1,000 votes within two seconds: p99"] == "**missed**"
    assert said["votes per second, of an empty Starlette POST"] == "aim"
    assert said["growth of cost with seats: exponent"] == ""


def test_two_workers_are_told_beside_one_with_what_their_hints_cost() -> None:
    row = {"circles": 100, "per_s_one": 500.0, "per_s_two": 900.0, "scaling": 1.8, "cpu_us_one": 2000.0}
    row |= {"cpu_us_two": 2100.0, "redis_us_two": 100.0, "scaling_by_cpu": 1.82, "busier_of_two": 0.55}
    said = report._processes(report.middle([row, row | {"scaling": 1.6}, row | {"scaling": 1.9}]))

    assert "| two workers | 900 | 2100, and 100 of Redis |" in said
    assert "1.80 x (1.60-1.90)" in said
    assert "55 %" in said


def test_what_was_kept_has_the_parts_that_the_page_reads() -> None:
    kept = json.loads(RESULTS.read_text())
    assert kept.keys() - {"measured"} <= PARTS.keys()
    assert kept["measured"].keys() == kept.keys() - {"measured"}
    for target in report.TARGETS:
        assert target[4].partition(".")[0].partition("[")[0] in PARTS
