"""Template tags of the site, built into every template."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms.utils import flatatt
from django.http import QueryDict
from django.templatetags.static import static
from django.utils.html import format_html, json_script
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from museumhub.kit import clock, dates, page_cache, parts, structured
from museumhub.kit import text as text_of_people
from museumhub.kit.markdown import render
from museumhub.kit.punctuation import colon
from museumhub.kit.urls import absolute

register = template.Library()


class Kept(template.Node):
    """See `kept`."""

    def __init__(
        self,
        key: list[template.base.FilterExpression],
        rooms: tuple[str, ...],
        drawn: template.NodeList,
    ) -> None:
        self.key = key
        self.rooms = rooms
        self.nodelist = drawn

    def render(self, context: template.Context) -> str:
        key = tuple(one.resolve(context) for one in self.key)
        html = page_cache.kept(
            context.get("request"), key, self.rooms, lambda: str(self.nodelist.render(context))
        )
        return mark_safe(html)  # noqa: S308 - a template has drawn it


class Once(template.Node):
    """See `once`."""

    def __init__(
        self, values: list[template.base.FilterExpression], drawn: template.NodeList
    ) -> None:
        self.values = values
        self.nodelist = drawn

    def render(self, context: template.Context) -> str:
        values = tuple(one.resolve(context) for one in self.values)
        html = parts.drawn_once(values, lambda: str(self.nodelist.render(context)))
        return mark_safe(html)  # noqa: S308 - a template has drawn it


@register.tag
def kept(parser: template.base.Parser, token: template.base.Token) -> Kept:
    """`{% kept "home-calls" … rooms="catalogue frameworks" %}…{% endkept %}`: what a page for strangers says of these rooms.

    It is the same for all values beside its name, reads tables of these rooms alone (a test looks after both),
    and what it reads is read inside it: the template gets something lazy.
    """
    _name, *words = token.split_contents()
    rooms = words.pop().removeprefix("rooms=").strip('"').split()
    body = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept([parser.compile_filter(word) for word in words], tuple(rooms), body)


@register.tag
def once(parser: template.base.Parser, token: template.base.Token) -> Once:
    """`{% once "card" values level %}…{% endonce %}`: drawn once for the same values, in the same language and zone.

    All that is drawn comes from these values, which compare by what they say (strings, numbers, tuples of them).
    """
    _name, *words = token.split_contents()
    body = parser.parse(("endonce",))
    parser.delete_first_token()
    return Once([parser.compile_filter(word) for word in words], body)


@register.filter
def rest(attrs: Any) -> SafeString:
    """The attributes a component was given beyond its own parameters, each value escaped."""
    return flatatt({name: value for name, value in attrs.attrs_dict().items() if value is not None})


@register.filter
def markdown(text: str, top: int = 2) -> SafeString:
    """Text written as Markdown, its highest heading of level `top`."""
    return render(text, top=top)


@register.filter
def said(instant: datetime, zone: str = "") -> str:
    """ "Tuesday 1 December 2026, 23:59 (Berlin time, UTC+1)"; without a zone in the reader's own."""
    return dates.said(instant, zone or get_current_timezone_name()) if instant else ""


@register.filter
def said_briefly(instant: datetime, zone: str) -> str:
    """ "1 December 2026, 23:59" on the clock of `zone`."""
    return dates.said_briefly(instant, zone) if instant else ""


@register.filter
def instant_in(instant: datetime | str, zone: str) -> str:
    """Like `said`, in a zone always named; in letters the instant is ISO text, as their context is JSON."""
    if not instant:
        return ""
    return dates.said(_instant(instant), zone)


@register.filter
def said_shortly(instant: datetime | str, zone: str) -> str:
    """ "1 Dec., 23:59 (Berlin time)", for a line that is about the days ahead, such as a subject."""
    return dates.said_shortly(_instant(instant), zone) if instant else ""


@register.filter
def city_time(zone: str) -> str:
    """ "Berlin time"."""
    return dates.city_time(zone)


@register.filter
def shortened(text: str, most: int) -> str:
    """At most so many characters, cut between words where that leaves enough."""
    return text_of_people.shortened(text, most)


def _instant(given: datetime | str) -> datetime:
    return datetime.fromisoformat(given) if isinstance(given, str) else given


@register.filter
def said_day(day: date) -> str:
    """ "Tuesday 1 December 2026"."""
    return dates.said_day(day) if day else ""


@register.filter
def said_date(day: date) -> str:
    """ "1 December 2026", without the weekday."""
    return dates.said_date(day) if day else ""


@register.filter
def said_days(first: date, last: date | None) -> str:
    """ "8 to 10 June 2027"; without a last day the first one alone."""
    return dates.said_days(first, last or first) if first else ""


@register.filter
def distance(instant: datetime) -> str:
    """ "in 3 days", "2 weeks ago", seen from now."""
    return dates.distance(instant, clock.now()) if instant else ""


@register.filter
def iso(instant: datetime) -> str:
    """The instant in UTC for a `datetime` attribute, to the second: HTML knows no microseconds."""
    return instant.astimezone(UTC).isoformat(timespec="seconds")


@register.simple_tag
def share(value: float | None, whole: float) -> str:
    """`value` of `whole` as 0 to 100 with a point, for the geometry of a drawing."""
    if value is None or not whole:
        return "0"
    return f"{min(max(value / whole, 0), 1) * 100:g}"


@register.simple_tag(takes_context=True)
def page_address(
    context: template.Context,
    number: int,
    parameter: str = "page",
    alone: bool = False,
    filters: Mapping[str, str] | None = None,
) -> str:
    """The query string of another page of the same list, its `filters` (those of the address) kept, or the number `alone`."""
    request = None if alone or filters is not None else context.get("request")
    query = request.GET.copy() if request is not None else QueryDict(mutable=True)
    query.update(filters or {})
    query[parameter] = str(number)
    return f"?{query.urlencode()}"


@register.simple_tag
def page_numbers(page: Page[Any]) -> list[int | str]:
    """First, last and those around the present page; gaps are `Paginator.ELLIPSIS`."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


# The topics with a drawn sign, a pattern and a colour (static/img/signs.svg, static/css/tokens.css).
SIGNS = frozenset(
    {
        "climate",
        "intangible-collectables",
        "open-museums",
        "crisis",
        "museumhood",
        "xr",
        "tech-loves-culture",
    }
)


@register.filter
def sign_id(topic: str) -> str:
    """The id of a topic's sign; a topic without one gets the ring."""
    return topic if topic in SIGNS else "other"


@register.simple_tag
def pattern_file(topic: str) -> str:
    """The static file of a topic's pattern."""
    return f"img/patterns/{sign_id(topic)}.svg"


@register.simple_tag
def pattern_view(seed: object = "", shape: str = "wide") -> str:
    """A viewBox somewhere on the pattern's plane of 12 by 8 tiles, always the same for one seed."""
    width, height = (240, 240) if shape == "square" else (560, 315)
    number = zlib.crc32(str(seed).encode())
    column = number % ((960 - width) // 80 + 1)
    row = (number >> 8) % ((640 - height) // 80 + 1)
    return f"{column * 80} {row * 80} {width} {height}"


@register.simple_tag
def pattern(topic: str, seed: object = "") -> SafeString:
    """What c-pattern draws, written out: for long lists, in which each component would be made anew."""
    return format_html(
        '<svg class="pattern" data-topic="{}" viewBox="{}" preserveAspectRatio="xMidYMid slice"'
        ' aria-hidden="true" focusable="false"><use href="{}#p"></use></svg>',
        topic,
        pattern_view(seed),
        static(pattern_file(topic)),
    )


@register.simple_tag(takes_context=True)
def here(context: template.Context, *addresses: str) -> SafeString:
    """` aria-current` for a link of the navigation: `page` on its own page, `true` on those below it."""
    request = context.get("request")
    path = request.path if request is not None else ""
    if path in addresses:
        return flatatt({"aria-current": "page"})
    return flatatt({"aria-current": "true"} if path.startswith(addresses) else {})


register.simple_tag(colon)


@register.simple_tag
def json_ld(thing: dict[str, Any]) -> SafeString:
    """What a page is about, for other programs: a block of data, which no browser executes (HTML, "data block")."""
    escaped = json_script(thing).replace("application/json", "application/ld+json", 1)
    return mark_safe(escaped)  # noqa: S308 - json_script has escaped what could end the block


# The country a language is said of in Open Graph, which knows no language without one (ogp.me, og:locale).
_LOCALES = {"en": "en_GB", "fr": "fr_FR", "de": "de_DE"}


@register.simple_tag
def og_locale(language: str = "") -> str:
    """The language, or that of the page, as Open Graph writes it: fr_FR."""
    code = language or get_language() or "en"
    return _LOCALES.get(code, code.replace("-", "_"))


@register.simple_tag
def picture_of_topic(sign: str = "") -> str:
    """The path of the picture other sites show of a page that has none of its own: 1200 by 630."""
    return static(f"img/og/{sign_id(sign)}.png")


@register.simple_tag(takes_context=True)
def canonical_path(context: template.Context, *names: str) -> str:
    """The path of this page with what decides its content, always in the order of `names`, and nothing else."""
    request = context["request"]
    given = [(name, value) for name in names if (value := request.GET.get(name, "").strip())]
    return f"{request.path}?{urlencode(given)}" if given else request.path


@register.simple_tag
def trail_ld(*crumbs: str) -> SafeString:
    """Where a page stands, for other programs: names and paths in turns, from the top to the page itself."""
    pairs = zip(crumbs[::2], crumbs[1::2], strict=True)
    return json_ld(structured.together(structured.trail(*pairs)))


@register.simple_tag
def absolute_address(path: str) -> str:
    """The whole address of a path of this site, for those who read the page elsewhere."""
    return absolute(path)


@register.simple_tag
def reader_zone() -> str:
    """The name of the zone in force, in which instants are said where no other is given."""
    return get_current_timezone_name()


@register.simple_tag
def script_words() -> SafeString:
    """The sentences scripts show, in the language in force, as JSON in the element `words`; %s is filled in."""
    return json_script(
        {
            "your_time": _("%s where you are"),
            "saving": _("Saving…"),
            "saved": _("Saved %s"),
            "waiting": _("Not saved yet. It is kept in this window and sent again by itself."),
            "refused": _("Not saved: %s"),
            "signed_out": _(
                "Not saved: you have been signed out. Sign in again in another tab; then it is saved from here."
            ),
            "sign_in": _("Sign in (opens a new tab)"),
            "closed": _(
                "Not saved: this can no longer be changed. Copy your text before you leave."
            ),
            "stale": _("Somebody else changed this answer while you were writing."),
            "saved_now": _("Saved now"),
            "yours": _("What you wrote"),
            "keep_theirs": _("Keep the saved one"),
            "use_yours": _("Use mine"),
            "words_left": _("Words left: %s"),
            "words_over": _("Words too many: %s"),
            "characters_left": _("Characters left: %s"),
            "characters_over": _("Characters too many: %s"),
            "session_ends": _("For your safety you will be signed out at %s."),
            "stay": _("Stay signed in"),
        },
        "words",
    )
