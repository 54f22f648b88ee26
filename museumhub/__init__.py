"""MuseumHub: the web portal a network of museums runs on."""

from museumhub.celery import app as celery_app

__all__ = ["celery_app"]
