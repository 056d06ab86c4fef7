"""Planted for tools/rules.py: a clock and chance in the rules. Never imported."""

# ruleid: rules-have-no-clock
import time

# ruleid: rules-have-no-clock
from datetime import datetime

# ok: rules-have-no-chance-of-their-own
from random import Random

# ruleid: rules-have-no-chance-of-their-own
from random import shuffle

# ruleid: rules-have-no-chance-of-their-own
import secrets

# ruleid: rules-have-no-chance-of-their-own
from os import urandom

# ok: rules-have-no-clock
from rooms.clock import timedelta


# ok: rules-have-no-clock
def late(now: int, deadline: int) -> bool:
    return now > deadline


# ruleid: rules-have-no-clock
written = datetime.now()
# ruleid: rules-have-no-chance-of-their-own
lot = Random()
# ok: rules-have-no-chance-of-their-own
chosen = rng.choice(cases)
