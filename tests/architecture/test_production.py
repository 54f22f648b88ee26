"""Over https in production: each cookie is locked, each answer carries its headers, and without https there is nothing but the way there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from typing import Any

import pytest

from tests.architecture import house
from tests.test_settings import PRODUCTION


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What tests/architecture/production.py saw, in a process of its own: its settings are those of production."""
    kept = {name: value for name, value in os.environ.items() if name not in PRODUCTION}
    result = subprocess.run(
        [sys.executable, "-m", "tests.architecture.production"],
        cwd=house.ROOT,
        env={**kept, **PRODUCTION, "DATABASE_URL": "sqlite:///:memory:", "REDIS_URL": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-4000:]
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_visit_went_where_it_should(seen: dict[str, Any]) -> None:
    """So that the tests below look at a sign-in that worked, and at more than a few pages."""
    answers = seen["secure"]
    assert [a["status"] for a in answers if a["path"] == "/account/login/"] == [200, 422, 302, 302]
    assert [a["status"] for a in answers if a["path"] == "/dashboard/"] == [302, 200]
    assert len(answers) > 60
    assert [a["path"] for a in answers if a["status"] >= 500 and a["path"] != "/readyz"] == []


def test_every_cookie_is_secure_closed_to_scripts_and_to_other_sites(seen: dict[str, Any]) -> None:
    open_ones = []
    names = set()
    for answer in seen["secure"]:
        for name, cookie in answer["cookies"].items():
            if cookie.get("expires", "").startswith("Thu, 01 Jan 1970"):
                continue  # is taken back
            names.add(name)
            locked = cookie.get("secure") and cookie.get("httponly")
            if not locked or cookie.get("samesite") != "Lax" or cookie.get("path") != "/":
                open_ones.append((answer["path"], name, cookie))
            if "domain" in cookie:
                open_ones.append((answer["path"], name, cookie))
    assert open_ones == []
    assert names == {
        "__Host-sessionid",
        "__Host-csrftoken",
        "__Host-kept",
        "__Host-known",
        "django_language",
        "messages",
    }


def test_every_answer_carries_the_headers_that_protect_its_reader(seen: dict[str, Any]) -> None:
    lacking = []
    for answer in seen["secure"]:
        headers = answer["headers"]
        policy = headers.get("Content-Security-Policy", "")
        wanted = {
            "a policy": "default-src 'self'" in policy or "default-src 'none'" in policy,
            "nothing unsafe": not re.search(r"unsafe|nonce|\*|https?:", policy),
            "no frames": "frame-ancestors 'none'" in policy or "sandbox" in policy,
            "no old frames": headers.get("X-Frame-Options") == "DENY",
            "nosniff": headers.get("X-Content-Type-Options") == "nosniff",
            "referrer": headers.get("Referrer-Policy") == "same-origin",
            "opener": headers.get("Cross-Origin-Opener-Policy") == "same-origin",
            "hsts": headers.get("Strict-Transport-Security", "").startswith("max-age=31536000;"),
        }
        lacking += [(answer["path"], name) for name, there in wanted.items() if not there]
    assert lacking == []


def test_without_https_there_is_nothing_but_the_way_there(seen: dict[str, Any]) -> None:
    plain = seen["plain"]
    assert plain["status"] == 301
    assert plain["headers"]["Location"] == "https://museums.example/calls/?q=1"
    assert "Set-Cookie" not in plain["headers"]
