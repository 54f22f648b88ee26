"""Celery's way into the news: no arguments at all, the rows know what is due."""

from __future__ import annotations

from celery import shared_task

from museumhub.kit import clock
from museumhub.kit.wake import wake
from museumhub.news.services import assembling, links, pulling, rendering
from museumhub.news.services.pictures import RENDER

SECONDS = (
    20.0  # of one round: letters wait for a free worker no longer; the next tick calls for the rest
)
RENDERING = 120.0  # seconds of one turn, well below CELERY_TASK_SOFT_TIME_LIMIT


@shared_task(name=pulling.PULL)
def pull_feeds() -> None:
    """Ask the feeds whose time has come."""
    pulling.pull_due(seconds=SECONDS)


@shared_task(name=assembling.ASSEMBLE)
def assemble_newsletters() -> None:
    """Put the newsletters together that are due, and ask for another turn where some are left."""
    assembling.assemble_due(seconds=SECONDS)
    if assembling.waits(clock.now()):
        wake(assembling.ASSEMBLE)


@shared_task(name=links.CHECK)
def check_links() -> None:
    """Look whether some of the links that lead out still lead anywhere; the others wait for the next tick."""
    links.check_due(seconds=SECONDS)


@shared_task(name=RENDER)
def render_pictures() -> None:
    """Make the files of the pictures that wait, and ask for another turn where some are left."""
    rendering.render_due(seconds=RENDERING)
    if rendering.waits(clock.now()):
        wake(RENDER)
