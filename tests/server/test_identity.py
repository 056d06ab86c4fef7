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
    codes = [identity.new_code(Random(n)) for n in range(300)]
    made = "".join(codes)

    assert all(identity.clean_code(code) == code for code in codes)

    assert not set(made) & set("AEIOU01L")


def test_only_failures_cost_and_three_hundred_colleagues_get_in() -> None:
    limits = Limits()
    for n in range(300):
        assert limits.may_try("10.0.0.1", n / 10)
        limits.right("10.0.0.1", n / 10)
    for n in range(60):
        assert limits.may_try("10.0.0.2", 1.0), n
    assert not limits.may_try("10.0.0.2", 1.0)
    assert limits.may_try("10.0.0.2", 20.0)
    assert limits.may_try("10.0.0.1", 31.0)
    limits.joined("10.0.0.2", 20.0)
    assert [limits.may_try("10.0.0.2", 20.0) for _ in range(3)] == [True, True, False]


def test_a_cookie_gives_back_its_secret_and_anything_else_gives_none() -> None:
    secret = bytes(range(224, 256))
    value = identity.encode(secret)

    assert identity.decode(value) == secret and len(value) == 43
    for wrong in ("", value[:-1], value + "A", value[:-1] + "=", value[:-1] + "!", value[:-1] + "\u00e9", "A" * 44):
        assert identity.decode(wrong) is None, wrong


def test_a_csrf_value_cut_or_lengthened_is_no_csrf_value() -> None:
    secret = identity.new_secret()
    good = identity.csrf_token(secret, "a")

    assert not any(
        identity.csrf_ok(secret, "a", bad) for bad in (good[:43], good[:-1], good + "A", good[43:], good[1:])
    )
    assert not identity.csrf_ok(secret, "a", good[43:] + good[:43] + good)


@pytest.mark.parametrize("typed", ["", "K7MP-4XQ", "K7MP-4XQTT", "K7MP-4XQA", "K7MP-4XQ1", "K7MP/4XQT"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert identity.clean_code(typed) is None


def test_a_handle_is_one_device_in_one_room_and_never_the_secret() -> None:
    one, two = identity.new_secret(), identity.new_secret()
    made = {identity.handle(k, r) for k in (one, two) for r in ("a", "b")}

    assert len(one) == 32
    assert len(made) == 4 and identity.handle(one, "a") == identity.handle(one, "a")
    assert not made & {identity.encode(one), identity.encode(two)}
    assert (
        len({identity.tag(one, "x", "a", "bc"), identity.tag(one, "x", "ab", "c"), identity.tag(one, "xa", "bc")}) == 3
    )


def test_only_a_secure_cookie_has_the_host_prefix() -> None:
    assert identity.cookie_name("a1", secure=True) == "__Host-kring-a1"
    assert identity.cookie_name("a1", secure=False) == "kring-a1"
