"""The site's settings with one middleware more: every answer says in `X-Queries` how many SQL queries it took.

For the run that counts; the runs that are timed use the site as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from museumhub.settings import *  # noqa: F403
from museumhub.settings import MIDDLEWARE as OF_THE_SITE

MIDDLEWARE = ["tests.bench.counting.count_queries", *OF_THE_SITE]


def count_queries(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        number = 0

        def one_more(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            nonlocal number
            number += 1
            return execute(sql, params, many, context)

        with connection.execute_wrapper(one_more):
            response = get_response(request)
        response.headers["X-Queries"] = str(number)
        return response

    return middleware
