"""The site's settings with two views beside its own: what the public pages are measured beside."""

from museumhub.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.public_urls"
