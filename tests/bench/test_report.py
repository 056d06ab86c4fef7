"""Figures are what the rounds say: middles, ratios within a round, exponents, and targets that can be missed."""

from __future__ import annotations

import json
import zlib

import pytest

from bench import acts, deflate, growth, report
from bench.__main__ import PARTS, RESULTS

GROWTH = {
    "seats": {"8": 2.0, "100": 5.0}, "rooms": {"10": 2.0, "500": 4.0}, "idle_ms_per_s": {"10": 1.0, "500": 70.0},
    "exponent_seats": 0.36, "exponent_rooms": 1.18, "exponent_idle": 1.09,
    "steepest_seats": 0.36, "steepest_rooms": 1.18,
}  # fmt: skip
STORE = {
    "people": 1000, "verbs_per_s": 14_600.0, "p50_ms": 69.0, "p99_ms": 98.0, "alone_p50_ms": 7.9, "alone_p99_ms": 9.8,
    "rows_per_s": 86_900.0, "rows_p50_ms": 11.0, "rows_p99_ms": 23.0, "each_per_s": 181.0, "each_p50_ms": 5379.0,
    "each_p99_ms": 7302.0, "ratio_to_rows": 0.17, "ratio_to_each": 80.0,
}  # fmt: skip


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


def test_what_grows_out_of_proportion_somewhere_is_seen_behind_a_line_that_flatters() -> None:
    sizes, costs = [10, 100, 1000], [5.0, 5.0, 500.0]
    assert growth.steepest(sizes, costs) == pytest.approx(2.0)
    assert report.exponent(sizes, costs) == pytest.approx(1.0)


def test_a_page_of_everything_has_a_table_for_each_part_and_a_picture_beside_it() -> None:
    page = report.page(json.loads(RESULTS.read_text()) | {"growth": GROWTH, "store": STORE})
    assert "| 100 | 5.00 | 50 |" in page and "| 500 | 4.00 | 70.0 |" in page
    assert "| Kring's store, all in one sealed room | 14,600 | 69.00 | 98.00 |" in page
    assert "| growth of cost with rooms: exponent | 1.1 | 1.05 | 1.18 | **missed** |" in page
    for name in ("fanout", "act", "growth", "votes"):
        assert f"(pictures/bench-{name}.svg)" in page


def test_a_page_of_little_says_what_was_not_measured() -> None:
    machine = json.loads(RESULTS.read_text())["measured"]["votes"]
    page = report.page(
        {"measured": {"store": machine}, "store": {"people": 9, "verbs_per_s": 5.0, "p50_ms": 1.0, "p99_ms": 2.0}}
    )
    assert page.count("not measured") == len(report.TARGETS) - 1
    assert "| Kring's store, all in one sealed room | 5 | 1.00 | 2.00 |" in page
    assert "SQLite, a row" not in page and ".svg" not in page and "How cost grows" not in page


def test_where_compressing_saves_nothing_the_page_says_never() -> None:
    frame = {"frame": "a step", "bytes": 5736, "deflated": 1434, "deflate_us": 68.0, "send_us": 14.6}
    page = report._compress([frame | {"send_deflated_us": 15.0, "breaks_even": -1.0}])
    assert "| a step | 5,736 | 1,434 | 68 | 14.6 | 15.0 | never |" in page


def test_a_frame_is_compressed_as_browsers_take_it_apart_again() -> None:
    frame = b"<p>Wat maakt dit lastig?</p>" * 200
    packed = deflate._deflated(frame)
    assert len(packed) < len(frame) / 10
    assert zlib.decompressobj(wbits=-12).decompress(packed + b"\0\0\xff\xff") == frame


def test_an_act_says_how_long_its_server_had_no_core_and_nothing_where_nobody_looked() -> None:
    act = {
        "people": 8,
        "others": 0,
        "p50_ms": 2.0,
        "p99_ms": 9.0,
        "cpu_ms": 1.5,
        "bytes_each": 7,
        "ratio_to_nchan": 3.0,
    }
    page = report._act([act, act | {"no_core_p50_ms": 0.5, "no_core_p99_ms": 7.0}])
    assert "| 9.0 | - | 1.50 |" in page and "| 9.0 | 0.5 / 7.0 | 1.50 |" in page


def test_acts_go_round_the_rooms_and_each_room_steps_on_and_back() -> None:
    found = list(acts._round_of(5, 8))
    assert sorted(which for which, _ in found[:5]) == [0, 1, 2, 3, 4]
    assert {verb for _, verb in found[:5]} == {"next"} and {verb for _, verb in found[5:]} == {"back"}
    assert [verb for _, verb in acts._round_of(1, 2)] == ["next", "back", "next", "back"]


def test_what_was_kept_has_the_parts_that_the_page_reads() -> None:
    kept = json.loads(RESULTS.read_text())
    assert kept.keys() - {"measured"} <= PARTS.keys()
    assert kept["measured"].keys() == kept.keys() - {"measured"}
    for target in report.TARGETS:
        assert target[4].partition(".")[0].partition("[")[0] in PARTS
