"""Plots say what the figures say: every value is there and in its place; what was not measured draws nothing."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from bench import pictures, plots
from bench.__main__ import RESULTS
from tests.bench.test_report import GROWTH, STORE

SVG = "{http://www.w3.org/2000/svg}"


def words(svg: str) -> list[str]:
    return ["".join(one.itertext()) for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 our own


def measured() -> dict[str, object]:
    return json.loads(RESULTS.read_text()) | {"growth": GROWTH, "store": STORE}


@pytest.mark.parametrize("name", ["fanout", "act", "growth", "votes"])
def test_a_plot_is_well_formed_and_says_in_words_what_it_is(name: str) -> None:
    root = ElementTree.fromstring(pictures.pictures(measured())[name])  # noqa: S314 our own

    assert root.tag == f"{SVG}svg" and root.get("role") == "img"
    assert [len(root.findtext(f"{SVG}{tag}") or "") > 10 for tag in ("title", "desc")] == [True, True]
    assert "prefers-color-scheme: dark" in (root.findtext(f"{SVG}style") or "")


def test_every_server_of_every_room_has_its_point_and_its_number() -> None:
    kept = measured()
    said = words(pictures.pictures(kept)["fanout"])
    for row in kept["fanout"]:
        assert row["server"] in said and plots.number(row["cpu_us_per_delivery"]) in said


def test_nothing_lies_outside_its_picture() -> None:
    for svg in pictures.pictures(measured()).values():
        root = ElementTree.fromstring(svg)  # noqa: S314 our own
        height = float(root.get("height", "0"))
        at = [(float(one.get("x", "0")), float(one.get("y", "0"))) for one in root.iter(f"{SVG}text")]
        at += [(float(one.get("cx", "0")), float(one.get("cy", "0"))) for one in root.iter(f"{SVG}circle")]
        assert len(at) > 10 and all(0 < x < plots.WIDE and 0 < y < height for x, y in at)


def test_words_with_signs_of_markup_stay_words() -> None:
    assert "a<b & c" in words(plots.dots("x", "y", [("g", [plots.Dot("a<b & c", 1), plots.Dot("d", 10)])]))


def test_a_difference_that_came_out_below_nothing_begins_at_the_edge() -> None:
    svg = plots.dots("x", "y", [("g", [plots.Dot("a", 2, -5, 4), plots.Dot("b", 100)])])
    (bar,) = (one for one in ElementTree.fromstring(svg).iter(f"{SVG}line") if "range" in one.get("class", ""))  # noqa: S314
    assert float(bar.get("x1", "0")) == 190.0 < float(bar.get("x2", "0"))


def test_ten_times_as_much_is_as_far_everywhere() -> None:
    along = plots.Scale(1, 1000, 0, 300)
    assert [along.at(value) for value in (1, 10, 100, 1000)] == pytest.approx([0, 100, 200, 300])
    assert plots.Scale(8, 60, 0, 1).ticks() == [10, 20, 50]


@pytest.mark.parametrize(("value", "said"), [(0.4771, "0.477"), (16.56, "16.6"), (128.4, "128"), (86915.9, "86,900")])
def test_a_number_has_three_figures_that_count(value: float, said: str) -> None:
    assert plots.number(value) == said


def test_names_of_lines_that_end_together_stand_apart() -> None:
    found = list(plots._apart([100.0, 101.0, 40.0], gap=17))
    assert found == [100.0, 117.0, 40.0]


def test_what_was_not_measured_draws_nothing() -> None:
    assert pictures.pictures({}) == {}
    assert pictures.pictures({"growth": GROWTH}).keys() == {"growth"}
    assert pictures.pictures({"act": [{"people": 8, "others": 0, "p50_ms": 1.0}]}) == {}
