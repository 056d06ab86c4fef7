"""Secrets, codes and budgets."""

from __future__ import annotations

from random import Random

import pytest

from server import identity
from server.limits import Limits


def test_tags_of_one_device_have_nothing_in_common() -> None:
    secret = identity.new_secret()
    parts = (("case", "r", "0"), ("case", "r0"), ("ready", "r", "0"))
    made = {identity.tag(secret, *p) for p in parts}

    assert len(made) == 3


def test_a_csrf_value_is_different_each_time_and_only_good_for_its_device_and_room() -> None:
    secret = identity.new_secret()
    one, two = identity.csrf_token(secret, "a"), identity.csrf_token(secret, "a")

    assert one != two
    assert identity.csrf_ok(secret, "a", one)
    assert not identity.csrf_ok(secret, "b", one)
    assert not identity.csrf_ok(identity.new_secret(), "a", one)
    assert not identity.csrf_ok(secret, "a", "")


@pytest.mark.parametrize("typed", ["k7mp4xqt", " K7MP 4XQT ", "k7mp-4xqt", "K7MP\u20134XQT"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert identity.clean_code(typed) == "K7MP-4XQT"


def test_codes_have_no_vowel_and_nothing_that_looks_alike() -> None:
    made = "".join(identity.new_code(Random(n)) for n in range(300))

    assert not set(made) & set("AEIOU01L")


def test_only_failures_cost_and_three_hundred_colleagues_get_in() -> None:
    limits = Limits()
    for n in range(300):
        assert limits.may_try("10.0.0.1", n / 10)
        limits.succeeded("10.0.0.1", n / 10)
    for n in range(60):
        assert limits.may_try("10.0.0.2", 1.0), n
        limits.failed("10.0.0.2", 1.0)
    assert not limits.may_try("10.0.0.2", 1.0)
    assert limits.may_try("10.0.0.2", 20.0)
    assert limits.may_try("10.0.0.1", 31.0)
