"""Whether the time of an answer tells if an address has an account: medians over addresses that have one and that have none.

    manage.py migrate; manage.py createcachetable; manage.py collectstatic --no-input
    python -m tests.bench.strangers [TRIES]

on the empty database that DATABASE_URL names; prints JSON, for each request [median known, median unknown]
in milliseconds.

The requests go through the whole site within this process, known and unknown in turn, each from a network
address of its own, with the site's own password hashes and limits.
"""

from __future__ import annotations

import json
import logging
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "museumhub.settings")
django.setup()

from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402

from museumhub.kit import clock  # noqa: E402
from museumhub.members.models import Person  # noqa: E402
from museumhub.members.services import create_person  # noqa: E402

PASSWORD = "correct horse battery"
WRONG = {"code": "BCDF-GHJK"}
SIGN_UP = {"name": "Ana", "language": "en", "time_zone": "UTC", "password1": ""}
CODE, RESET = "/account/login/code/", "/account/password/reset/"

Send = Callable[[str, dict[str, str]], Any]


def sign_in(send: Send, address: str) -> None:
    send("/account/login/", {"login": address, "password": "not the password"})


def code(send: Send, address: str) -> None:
    send(CODE, {"email": address})
    send(f"{CODE}confirm/", WRONG)
    send(f"{CODE}confirm/", {"action": "resend"})


def reset(send: Send, address: str) -> None:
    send(RESET, {"email": address})
    send(f"{RESET}confirm/", WRONG)


def sign_up(send: Send, address: str) -> None:
    send("/account/signup/", {**SIGN_UP, "email": address})
    send("/account/confirm-email/", WRONG)


def sign_up_with_password(send: Send, address: str) -> None:
    send("/account/signup/", {**SIGN_UP, "email": address, "password1": PASSWORD})


WAYS = (sign_in, code, reset, sign_up, sign_up_with_password)


def make_people(number: int) -> None:
    """Everybody with an account, before anything is measured."""
    with transaction.atomic():
        person = create_person(
            email="address0@museum.example", name="Ana", password=PASSWORD, now=clock.now()
        )
        for one in range(1, number):
            create_person(email=f"address{one}@museum.example", name="Ana", now=clock.now())
        Person.objects.update(password=person.password)


def measure(tries: int) -> dict[str, list[float]]:
    times: dict[str, tuple[list[float], list[float]]] = {}
    make_people((tries + 5) * len(WAYS) * 2 + 1)
    number = 0
    for attempt in range(tries + 5):
        for way in WAYS:
            # Known first and unknown first in turn, so that neither always finds a warm cache.
            for known in (True, False) if attempt % 2 else (False, True):
                number += 1
                address = f"{'address' if known else 'nobody'}{number}@museum.example"
                client = Client(
                    REMOTE_ADDR=f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
                )
                steps = iter(range(9))

                def send(path: str, data: dict[str, str]) -> None:
                    begun = time.perf_counter()
                    answer = client.post(path, data, headers={"host": "127.0.0.1"})  # noqa: B023
                    took = (time.perf_counter() - begun) * 1000
                    name = f"{way.__name__} {next(steps)}: {answer.status_code}"  # noqa: B023
                    if attempt >= 5:  # noqa: B023  (the first warm up)
                        times.setdefault(name, ([], []))[0 if known else 1].append(took)  # noqa: B023

                way(send, address)
    return {
        name: [round(statistics.median(one), 2) for one in pair] for name, pair in times.items()
    }


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 200)))
