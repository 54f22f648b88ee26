"""What a subscriber of the newsletter chooses."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from frameworks.models import Element
from museumhub.members.forms.fields import LanguageField, TimeZoneField
from museumhub.news import kinds
from museumhub.news.models import Subscription
from museumhub.news.rhythm import DAILY, DAYS, FREQUENCIES, LAST_DAY, MONTHLY, WEEKLY
from museumhub.news.services.newsletter import Choices

# Days every month has.
EVERY_MONTH = 28
USUAL = f"{WEEKLY}-1"
USUAL_HOUR = 8


def _rhythms() -> list[tuple[str, Any]]:
    """Every frequency with each of its days."""
    return [
        (f"{DAILY}-0", FREQUENCIES[DAILY]),
        (
            str(FREQUENCIES[WEEKLY]),
            [
                (
                    f"{WEEKLY}-{day}",
                    # Translators: a day of the week, as in "Every week on Monday".
                    _("Every week on %(day)s") % {"day": WEEKDAYS[day]},
                )
                for day in DAYS[WEEKLY]
            ],
        ),
        (
            str(FREQUENCIES[MONTHLY]),
            [(f"{MONTHLY}-{day}", _of_month(day)) for day in DAYS[MONTHLY]],
        ),
    ]


def _of_month(day: int) -> str:
    if day == LAST_DAY:
        return _("Every month on its last day")
    if day > EVERY_MONTH:
        return _("Every month on day %(day)d, or its last") % {"day": day}
    return _("Every month on day %(day)d") % {"day": day}


class TopicsField(forms.ModelMultipleChoiceField[Element]):
    """Topics by the name they have in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.said.name)


class ChoicesForm(forms.Form):
    """Topics, kinds, when, and the language and zone of the letter."""

    topics = TopicsField(
        queryset=Element.objects.none(),
        to_field_name="slug",
        required=False,
        label=gettext_lazy("Topics"),
        help_text=gettext_lazy("Choose none to read about all of them."),
        widget=forms.CheckboxSelectMultiple,
    )
    rhythm = forms.ChoiceField(
        label=gettext_lazy("How often"),
        help_text=gettext_lazy("Where nothing new was published, no letter comes."),
        choices=_rhythms,
    )
    hour = forms.TypedChoiceField(
        label=gettext_lazy("At"),
        coerce=int,
        choices=[(hour, f"{hour:02}:00") for hour in range(24)],
    )
    time_zone = TimeZoneField(
        help_text=gettext_lazy("The hour is meant, and times are said, in this zone.")
    )
    language = LanguageField(
        label=gettext_lazy("Language of the letter"),
        help_text=gettext_lazy(
            "News that is not translated comes in the language it was written in."
        ),
    )
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of news"),
        help_text=gettext_lazy("Choose none to read all of them."),
        required=False,
        choices=[(key, kind.plural) for key, kind in kinds.KINDS.items()],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("topics", "kinds"):
            cast(Any, self.fields[name]).unmarked = True
        topics = cast(Any, self.fields["topics"])
        topics.queryset = (
            Element.objects.topics().select_related("framework").order_by("order", "pk")
        )

    def choices(self) -> Choices:
        """What a valid form says."""
        data = self.cleaned_data
        frequency, _dash, day = data["rhythm"].partition("-")
        return Choices(
            topics=list(data["topics"]),
            kinds=data["kinds"],
            frequency=frequency,
            day=int(day),
            hour=data["hour"],
            time_zone=data["time_zone"],
            language=data["language"],
        )


class SubscribeForm(ChoicesForm):
    """The same with the address it goes to."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy(
            "We send a link to confirm it. The address is used for this letter only."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": gettext_lazy("Write your e-mail address."),
            "invalid": gettext_lazy(
                "This is no e-mail address. One looks like name@museum.example."
            ),
        },
    )
    field_order = ("email", "topics", "rhythm", "hour", "time_zone", "language", "kinds")


def proposed(user: Any) -> dict[str, Any]:
    """What the form says before anybody has chosen: the site's usual rhythm, the language and zone of the reader."""
    known = user.is_authenticated
    return {
        "email": user.email if known else "",
        "rhythm": USUAL,
        "hour": USUAL_HOUR,
        "time_zone": user.time_zone if known else settings.TIME_ZONE,
        "language": get_language() or settings.LANGUAGE_CODE,
    }


def chosen(subscription: Subscription) -> dict[str, Any]:
    """What a subscriber has chosen, for the form."""
    return {
        "topics": list(subscription.topics.all()),
        "kinds": subscription.kinds,
        "rhythm": f"{subscription.frequency}-{subscription.day}",
        "hour": subscription.hour,
        "time_zone": subscription.time_zone,
        "language": subscription.language,
    }
