"""Each kind of question: how what was typed is read, what is refused and in which words, how an answer is shown.

Pure functions of a `QuestionSpec`. A value is plain JSON, None where there is no answer:

- texts, e-mail, web address: the text; country: its ISO 3166-1 code; date: ISO 8601 (`2026-09-01`)
- number: its digits (`"12.5"`); scale: the key of the point (`"3"`); consent: `true`
- one and several choices: `{"chosen": [option keys], "other": text}`
- file: `{"file": oid of the AnswerFile, "name": …, "size": bytes, "digest": …}` (read by the service)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_countries import countries

from museumhub.kit import days, numbers
from museumhub.kit.dates import said_date
from museumhub.kit.text import without_controls, word_count
from museumhub.questionnaires.models import Kind, Test
from museumhub.questionnaires.structure import OTHER, QuestionSpec

Raw = str | Sequence[str]  # as a form field sends it: one text, or all values of a group

SHORT_LIMIT = 500  # characters of a short text, and of "other"
LONG_LIMIT = 20_000
EMAIL_LIMIT = 254  # RFC 5321, section 4.5.3.1, less the angle brackets
URL_LIMIT = 2_000
NUMBER_LIMIT = Decimal(10) ** 13
DECIMALS = 6
YEARS = (1000, 2999)

CHOICES = frozenset({Kind.ONE_CHOICE, Kind.MANY_CHOICES})
TEXTS = frozenset({Kind.SHORT_TEXT, Kind.LONG_TEXT})
WITH_OPTIONS = CHOICES | {Kind.SCALE}
SCORED = CHOICES | {Kind.SCALE}


def read(question: QuestionSpec, raw: Raw, other: str = "") -> Any:
    """The value of what was typed or chosen, None for nothing.

    Raises `ValidationError` with a sentence for what can never be an answer. What is merely not
    finished (too few words, too few options) is read: a draft may be incomplete, see `lacking`.
    """
    texts = [raw] if isinstance(raw, str) else list(raw)
    match question.kind:
        case Kind.ONE_CHOICE | Kind.MANY_CHOICES:
            return _read_choices(question, texts, other)
        case Kind.SCALE:
            return _read_scale(question, texts)
        case Kind.CONSENT:
            return True if any(text.strip() for text in texts) else None
    text = clean(texts[0] if texts else "").strip()
    if not text:
        return None
    match question.kind:
        case Kind.SHORT_TEXT:
            return _read_text(question, " ".join(text.split("\n")), SHORT_LIMIT)
        case Kind.LONG_TEXT:
            return _read_text(question, text, LONG_LIMIT)
        case Kind.NUMBER:
            return _read_number(question, text)
        case Kind.DATE:
            return _read_date(question, text)
        case Kind.EMAIL:
            return _read_email(text)
        case Kind.URL:
            return _read_url(text)
        case Kind.COUNTRY:
            return _read_country(text)
    raise ValueError(f"{question.kind} is not read from text")


def clean(text: str) -> str:
    """`text` without what no database text can hold (controls, NUL, lone surrogates)."""
    return without_controls(text).encode("utf-8", "ignore").decode()


def lacking(question: QuestionSpec, value: Any) -> str:
    """What keeps `value` from being a finished answer, in words; empty where nothing does."""
    if value is None:
        return _nothing(question) if question.required else ""
    if question.kind in TEXTS and question.least:
        words = word_count(value)
        if words < question.least:
            return _("Use at least %(least)s; you have %(words)s.") % {
                "least": _words(question.least),
                "words": words,
            }
    if question.kind in CHOICES:
        chosen = value["chosen"]
        if question.kind == Kind.MANY_CHOICES and len(chosen) < (question.least or 0):
            return ngettext(
                "Choose at least %(least)s.", "Choose at least %(least)s.", question.least or 0
            ) % {"least": question.least}
        if OTHER in chosen and not value["other"]:
            return _("Say what “other” is.")
    return ""


def _nothing(question: QuestionSpec) -> str:
    match question.kind:
        case Kind.ONE_CHOICE | Kind.SCALE:
            return _("Choose one of the answers.")
        case Kind.MANY_CHOICES:
            return _("Choose at least one of the answers.")
        case Kind.CONSENT:
            return _("Tick the box to go on.")
        case Kind.FILE:
            return _("Choose a file.")
        case Kind.COUNTRY:
            return _("Choose a country.")
        case Kind.DATE:
            return _("Give a date.")
        case Kind.NUMBER:
            return _("Give a number.")
    return _("Answer this question.")


def shown(question: QuestionSpec, value: Any) -> str:
    """The answer as text for a reader, in the active language; empty where there is none."""
    if value is None:
        return ""
    match question.kind:
        case Kind.ONE_CHOICE | Kind.MANY_CHOICES:
            return "\n".join(_chosen_text(question, key, value["other"]) for key in value["chosen"])
        case Kind.SCALE:
            option = question.option(value)
            label = option.label if option is not None else ""
            return _("%(point)s of %(points)s%(label)s") % {
                "point": value,
                "points": len(question.options),
                "label": f" ({label})" if label else "",
            }
        case Kind.NUMBER:
            return f"{numbers.said(Decimal(value))} {question.unit}".strip()
        case Kind.DATE:
            return said_date(date.fromisoformat(value))
        case Kind.COUNTRY:
            return str(countries.name(value)) or str(value)
        case Kind.CONSENT:
            return _("Yes")
        case Kind.FILE:
            return str(value["name"])
    return str(value)


def typed(question: QuestionSpec, value: Any) -> str:
    """The answer as it would be typed into one field; what a stale save shows and a form field holds."""
    if value is None:
        return ""
    if question.kind in CHOICES:
        return ", ".join(_chosen_text(question, key, value["other"]) for key in value["chosen"])
    if question.kind == Kind.FILE:
        return str(value["name"])
    if question.kind == Kind.CONSENT:
        return _("Yes")
    if question.kind == Kind.NUMBER:
        return numbers.written(Decimal(value))
    return str(value)


def tokens(question: QuestionSpec, value: Any) -> frozenset[str]:
    """What conditions compare: the chosen option keys, or the value as text."""
    if value is None:
        return frozenset()
    if question.kind in CHOICES:
        return frozenset(value["chosen"])
    if question.kind == Kind.CONSENT:
        return frozenset({"yes"})
    if question.kind == Kind.FILE:
        return frozenset({str(value["file"])})
    return frozenset({str(value)})


def number_of(question: QuestionSpec, value: Any) -> Decimal | None:
    """The answer as a number, for `at least`; None where it is none."""
    if value is None or question.kind not in {Kind.NUMBER, Kind.SCALE}:
        return None
    return Decimal(value)


def tests_for(kind: str) -> tuple[str, ...]:
    """Which conditions can look at an answer of `kind`, the usual one first."""
    match kind:
        case Kind.STATEMENT:
            return ()
        case Kind.SCALE | Kind.NUMBER:
            return (Test.AT_LEAST, Test.IS, Test.IS_NOT, Test.ONE_OF, Test.ANSWERED)
        case Kind.ONE_CHOICE | Kind.MANY_CHOICES | Kind.COUNTRY:
            return (Test.IS, Test.IS_NOT, Test.ONE_OF, Test.ANSWERED)
    return (Test.ANSWERED,)


def _words(count: int) -> str:
    return ngettext("%(count)s word", "%(count)s words", count) % {"count": count}


def _chosen_text(question: QuestionSpec, key: str, other: str) -> str:
    if key == OTHER:
        return _("Other: %(text)s") % {"text": other} if other else _("Other")
    option = question.option(key)
    return option.label if option is not None else key


def _read_text(question: QuestionSpec, text: str, limit: int) -> str:
    if len(text) > limit:
        raise ValidationError(
            _(
                "This is too long: %(length)s characters, where %(limit)s fit. Shorten it; "
                "what you wrote is still here."
            )
            % {
                "length": formats.number_format(len(text), force_grouping=True),
                "limit": formats.number_format(limit, force_grouping=True),
            }
        )
    words = word_count(text) if question.most else 0
    if question.most and words > question.most:
        raise ValidationError(
            _("Use at most %(most)s; you have %(words)s.")
            % {"most": _words(question.most), "words": words}
        )
    return text


def _read_choices(question: QuestionSpec, texts: list[str], other: str) -> Any:
    sent = {text for text in texts if text}
    allowed = [option.key for option in question.options] + ([OTHER] if question.other else [])
    if sent - set(allowed):
        raise ValidationError(_("Choose from the list; an answer you chose is no longer in it."))
    chosen = [key for key in allowed if key in sent]
    if not chosen:
        return None
    if question.kind == Kind.ONE_CHOICE and len(chosen) > 1:
        raise ValidationError(_("Choose one answer only."))
    if question.kind == Kind.MANY_CHOICES and question.most and len(chosen) > question.most:
        raise ValidationError(
            _("Choose at most %(most)s; you chose %(chosen)s.")
            % {"most": question.most, "chosen": len(chosen)}
        )
    text = " ".join(clean(other).split()) if OTHER in chosen else ""
    if len(text) > SHORT_LIMIT:
        raise ValidationError(
            _("Say in at most %(limit)s characters what “other” is.") % {"limit": SHORT_LIMIT}
        )
    return {"chosen": chosen, "other": text}


def _read_scale(question: QuestionSpec, texts: list[str]) -> str | None:
    sent = [text for text in texts if text]
    if not sent:
        return None
    if len(sent) > 1 or question.option(sent[0]) is None:
        raise ValidationError(_("Choose one point of the scale."))
    return sent[0]


def _read_number(question: QuestionSpec, text: str) -> str:
    # Digits after a sign are decimals where the step has three of them.
    exact = question.step is not None and _decimals(question.step) >= 3
    number = numbers.read(text, in_thousandths=exact)
    if number is None:
        raise ValidationError(
            _("Write a number in digits, for example 12 or %(example)s; “%(text)s” is none.")
            % {"example": numbers.example(), "text": shortened(text)}
        )
    unit = f" {question.unit}" if question.unit else ""
    if question.minimum is not None and number < question.minimum:
        raise ValidationError(
            _("Give a number of at least %(minimum)s%(unit)s.")
            % {"minimum": numbers.said(question.minimum), "unit": unit}
        )
    if question.maximum is not None and number > question.maximum:
        raise ValidationError(
            _("Give a number of at most %(maximum)s%(unit)s.")
            % {"maximum": numbers.said(question.maximum), "unit": unit}
        )
    if abs(number) >= NUMBER_LIMIT:
        raise ValidationError(_("This number is too large. Give one with at most 13 digits."))
    if question.step is not None and (number - (question.minimum or 0)) % question.step:
        if question.step == 1 and not (question.minimum or Decimal(0)) % 1:
            raise ValidationError(_("Give a whole number, without decimals."))
        raise ValidationError(_steps(question.step, question.minimum))
    if _decimals(number) > DECIMALS:
        raise ValidationError(_("Give at most 6 digits after the point."))
    return numbers.plain(number)


def _steps(step: Decimal, minimum: Decimal | None) -> str:
    if not minimum:
        return _("Give a number in steps of %(step)s.") % {"step": numbers.said(step)}
    return _("Give a number in steps of %(step)s, counted from %(minimum)s.") % {
        "step": numbers.said(step),
        "minimum": numbers.said(minimum),
    }


def _decimals(number: Decimal) -> int:
    return -int(number.as_tuple().exponent)


def _read_date(question: QuestionSpec, text: str) -> str:
    day = days.read(text)
    if day is None or not YEARS[0] <= day.year <= YEARS[1]:
        raise ValidationError(
            _("Give a date that exists, such as %(example)s or 2027-09-01; “%(text)s” is none.")
            % {"text": shortened(text), "example": days.example()}
        )
    if question.earliest is not None and day < question.earliest:
        raise ValidationError(
            _("Give a date from %(earliest)s on.") % {"earliest": said_date(question.earliest)}
        )
    if question.latest is not None and day > question.latest:
        raise ValidationError(
            _("Give a date no later than %(latest)s.") % {"latest": said_date(question.latest)}
        )
    return day.isoformat()


def _read_email(text: str) -> str:
    try:
        if len(text) > EMAIL_LIMIT:
            raise ValidationError("")
        EmailValidator()(text)
    except ValidationError as error:
        raise ValidationError(_("Write an e-mail address such as name@museum.example.")) from error
    return text


_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)


def _read_url(text: str) -> str:
    address = text if _SCHEME.match(text) else f"https://{text}"
    try:
        if len(address) > URL_LIMIT:
            raise ValidationError("")
        URLValidator(schemes=["http", "https"])(address)
        if "@" in urlsplit(address).netloc:
            raise ValidationError("")
    except (ValidationError, ValueError) as error:
        raise ValidationError(
            _("Write a web address that begins with https:// or http://.")
        ) from error
    return address


def _read_country(text: str) -> str:
    if text not in countries:
        raise ValidationError(_("Choose a country from the list."))
    return text


def shortened(text: str, limit: int = 40) -> str:
    """The beginning of what somebody typed, for a sentence that quotes it."""
    return text if len(text) <= limit else f"{text[:limit]}…"
