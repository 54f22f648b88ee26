"""Letters: as many as are asked for, posted to the outbox and delivered by it, or sent by a bare loop.

python -m tests.bench.letters post NUMBER           posts letters in one transaction
python -m tests.bench.letters deliver               delivers all that are due, prints the seconds it took
python -m tests.bench.letters bare NUMBER PORT      one text over one open connection, nothing recorded
python -m tests.bench.letters written NUMBER PORT   each written from its templates, nothing recorded
python -m tests.bench.letters waiting               prints how many are not sent
"""

from __future__ import annotations

import json
import os
import smtplib
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "museumhub.settings")
django.setup()

from django.db import transaction  # noqa: E402

from museumhub.celery import app  # noqa: E402
from museumhub.kit import clock  # noqa: E402
from museumhub.mail import delivery  # noqa: E402
from museumhub.mail.models import Letter  # noqa: E402
from museumhub.mail.rendering import make  # noqa: E402
from museumhub.mail.services import DELIVER, post_letter  # noqa: E402

KIND = "members.removed"
CONTEXT = {
    "organisation": "Net Loft Museum",
    "organisation_url": "https://museums.example/organisations/net-loft-museum/",
}


def post(number: int) -> None:
    now = clock.now()
    with transaction.atomic():
        for index in range(number):
            post_letter(
                kind=KIND,
                key=f"bench:{now.timestamp()}:{index}",
                to=f"reader{index}@bench.example",
                language="en",
                time_zone="UTC",
                context=CONTEXT,
                now=now,
            )


def deliver() -> float:
    began = time.perf_counter()
    while delivery.drain(seconds=60).more:
        pass
    return time.perf_counter() - began


def bare(number: int, port: int) -> float:
    """One letter is made and then sent `number` times: what a mail server and the wire cost by themselves."""
    post(1)
    letter = Letter.objects.filter(state="queued").latest("pk")
    sender, _, data = make(letter, clock.now()).envelope
    Letter.objects.filter(pk=letter.pk).delete()
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as line:
        for index in range(number):
            line.sendmail(sender, [f"reader{index}@bench.example"], data)
    return time.perf_counter() - began


def written(number: int, port: int) -> float:
    """As `bare`, but each letter is written from its templates first; what the outbox adds is not in it."""
    post(number)
    due = list(Letter.objects.filter(state="queued"))
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as line:
        for letter in due:
            sender, to, data = make(letter, clock.now()).envelope
            line.sendmail(sender, [to], data)
    seconds = time.perf_counter() - began
    Letter.objects.filter(state="queued").delete()
    return seconds


def waiting() -> int:
    """How many letters are not out yet; calls the worker, as the beat does every five seconds."""
    left = Letter.objects.filter(state__in=["queued", "sending"]).count()
    if left:
        app.send_task(DELIVER, expires=5)
    return left


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["post", number]:
            post(int(number))
            print(json.dumps(None))
        case ["deliver"]:
            print(json.dumps(deliver()))
        case ["bare", number, port]:
            print(json.dumps(bare(int(number), int(port))))
        case ["written", number, port]:
            print(json.dumps(written(int(number), int(port))))
        case ["waiting"]:
            print(json.dumps(waiting()))
