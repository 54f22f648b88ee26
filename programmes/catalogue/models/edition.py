"""An edition: one time a programme is held, with its timetable, its cost and its places."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from museumhub.kit.ids import OpaqueIdField
from museumhub.kit.punctuation import labelled
from museumhub.kit.text import one_line
from museumhub.kit.zones import at_wall_clock, validate_zone
from programmes.catalogue import phases
from programmes.catalogue.models.programme import LONGEST, Programme, free_slug


def validate_languages(codes: Any) -> None:
    """A list of language tags, each once."""
    if not isinstance(codes, list) or not all(
        isinstance(code, str) and 2 <= len(code) <= 20 for code in codes
    ):
        raise ValidationError(_("Choose languages from the list."))
    if len(set(codes)) != len(codes):
        raise ValidationError(_("Name each language once."))


def _unset_or(condition: Q, *fields: str) -> Q:
    """The condition, where all the fields are set."""
    whole = condition
    for field in fields:
        whole |= Q(**{f"{field}__isnull": True})
    return whole


class EditionQuerySet(models.QuerySet["Edition"]):
    """Reads like English: `Edition.objects.visible_to(user).calls_open_at(now)`."""

    def published(self) -> EditionQuerySet:
        """Those the public may see, also when cancelled later."""
        return self.filter(published_at__isnull=False)

    def organised_by(self, user: Any) -> EditionQuerySet:
        """Those the person organises, alone or with their whole programme."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        if user.has_perm("catalogue.change_programme"):
            return self.all()
        return self.filter(
            Q(programme__in=Programme.objects.organised_by(user).values("pk"))
            | Q(
                pk__in=Edition.objects.filter(roles__person=user, roles__role="organiser").values(
                    "pk"
                )
            )
        )

    def visible_to(self, user: Any) -> EditionQuerySet:
        """Published ones, and the drafts the person organises."""
        if not getattr(user, "is_authenticated", False):
            return self.published()
        if user.has_perm("catalogue.change_programme"):
            return self.all()
        return self.filter(
            Q(published_at__isnull=False)
            | Q(pk__in=Edition.objects.organised_by(user).values("pk"))
        )

    def in_phase(self, phase: phases.Phase, now: datetime) -> EditionQuerySet:
        """Those in a phase at `now`."""
        return self.filter(phases.as_q(phase, now))

    def calls_open_at(self, now: datetime) -> EditionQuerySet:
        """Published, not cancelled, and the call takes applications; the one that closes first comes first."""
        return self.in_phase(phases.CALL_OPEN, now).order_by("call_closes_at", "pk")

    def calls_upcoming(self, now: datetime) -> EditionQuerySet:
        """Published, not cancelled, and the call opens after `now`; the one that opens first comes first."""
        return self.filter(
            published_at__isnull=False, cancelled_at__isnull=True, call_opens_at__gt=now
        ).order_by("call_opens_at", "pk")

    def calls_closed(self, now: datetime, *, since: datetime) -> EditionQuerySet:
        """Published, not cancelled, and the call closed between `since` and `now`; the latest comes first."""
        return self.filter(
            published_at__isnull=False,
            cancelled_at__isnull=True,
            call_closes_at__lt=now,
            call_closes_at__gte=since,
        ).order_by("-call_closes_at", "-pk")


class Edition(models.Model):
    """One time a programme is held.

    Instants (`…_at`) are aware; days (`decisions_by`, `runs_from`, `runs_to`, `report_on`) are days
    of `time_zone`. The `…_words` say a date that is not fixed to the day ("in summer 2027").
    The phase is computed from these (`programmes.catalogue.phases`), never stored.
    """

    class Cost(models.TextChoices):
        UNDECIDED = "", _("Not fixed yet")
        FUNDED = "funded", _("Funded: participants pay nothing")
        FEE = "fee", _("A fee")

    class Places(models.TextChoices):
        ORGANISATIONS = "organisations", _("Organisations")
        PEOPLE = "people", _("People")

    class Takes(models.TextChoices):
        """How modules are taken."""

        ONE = "one", _("Each participant takes one of the modules")
        ALL = "all", _("Each participant takes all modules")

    oid = OpaqueIdField()
    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="editions", verbose_name=_("programme")
    )
    slug = models.SlugField(_("address"), max_length=80, validators=[free_slug])
    title = models.CharField(_("title"), max_length=160, validators=[one_line])
    summary = models.CharField(
        _("summary"),
        max_length=300,
        blank=True,
        validators=[one_line],
        help_text=_("One or two sentences for lists; without them the programme's own are shown."),
    )
    description = models.TextField(_("description"), max_length=LONGEST, blank=True)
    who_can_apply = models.TextField(_("who can apply"), max_length=LONGEST, blank=True)
    selection_criteria = models.TextField(
        _("how participants are selected"), max_length=LONGEST, blank=True
    )
    questions = models.TextField(
        _("questions the edition explores"), max_length=LONGEST, blank=True
    )
    method = models.TextField(_("how the edition works"), max_length=LONGEST, blank=True)
    outcomes = models.TextField(_("what participants take home"), max_length=LONGEST, blank=True)
    languages: models.JSONField[list[str], list[str]] = models.JSONField(
        _("working languages"), default=list, blank=True, validators=[validate_languages]
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        validators=[validate_zone],
        help_text=_("All dates of the edition are said and meant in this zone."),
    )

    cost = models.CharField(
        _("cost"), max_length=10, choices=Cost.choices, blank=True, default=Cost.UNDECIDED
    )
    fee_amount = models.DecimalField(
        _("amount of the fee"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    fee_currency = models.CharField(
        _("currency"),
        max_length=3,
        blank=True,
        validators=[RegexValidator(r"\A[A-Z]{3}\Z", _("Use a currency code such as EUR."))],
        help_text=_("ISO 4217"),
    )
    cost_note = models.CharField(
        _("note on the cost"),
        max_length=300,
        blank=True,
        validators=[one_line],
        help_text=_("For whom the amount is, what it covers, what is paid for."),
    )
    places_for = models.CharField(
        _("places are for"),
        max_length=20,
        choices=Places.choices,
        default=Places.ORGANISATIONS,
    )
    places_least = models.PositiveSmallIntegerField(
        _("fewest places"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    places_most = models.PositiveSmallIntegerField(
        _("most places"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    modules_taken = models.CharField(
        _("modules"), max_length=10, choices=Takes.choices, default=Takes.ONE
    )

    consultation_opens_at = models.DateTimeField(_("consultation opens"), null=True, blank=True)
    consultation_closes_at = models.DateTimeField(_("consultation closes"), null=True, blank=True)
    consultation_words = models.CharField(
        _("consultation in words"), max_length=160, blank=True, validators=[one_line]
    )
    consultation_about = models.TextField(
        _("what the consultation asks"), max_length=LONGEST, blank=True
    )
    call_opens_at = models.DateTimeField(_("call opens"), null=True, blank=True)
    call_closes_at = models.DateTimeField(_("call closes"), null=True, blank=True)
    call_words = models.CharField(
        _("call in words"), max_length=160, blank=True, validators=[one_line]
    )
    decisions_by = models.DateField(_("decisions by"), null=True, blank=True)
    decisions_words = models.CharField(
        _("decisions in words"), max_length=160, blank=True, validators=[one_line]
    )
    runs_from = models.DateField(_("runs from"), null=True, blank=True)
    runs_to = models.DateField(_("runs to"), null=True, blank=True)
    runs_words = models.CharField(
        _("run in words"), max_length=160, blank=True, validators=[one_line]
    )
    report_on = models.DateField(_("report"), null=True, blank=True)
    report_words = models.CharField(
        _("report in words"), max_length=160, blank=True, validators=[one_line]
    )
    report_url = models.URLField(_("address of the report"), max_length=300, blank=True)

    # The days above as instants, so that the phase table compares instants only. Written by save().
    decisions_end_at = models.DateTimeField(null=True, editable=False)
    runs_start_at = models.DateTimeField(null=True, editable=False)
    runs_end_at = models.DateTimeField(null=True, editable=False)
    report_start_at = models.DateTimeField(null=True, editable=False)

    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True, editable=False)
    cancel_reason = models.CharField(
        _("why it was cancelled"), max_length=500, blank=True, editable=False
    )
    sequence = models.PositiveIntegerField(
        default=0, editable=False, help_text="changes of the timetable: SEQUENCE of RFC 5545"
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["call_closes_at"]),
            models.Index(fields=["published_at"]),
        ]
        # A comparison with NULL is neither true nor false and would let a row pass: what must be
        # set is asked for by name.
        constraints = [
            models.UniqueConstraint(fields=["programme", "slug"], name="edition_slug_once"),
            models.CheckConstraint(
                name="edition_funded_or_fee",
                condition=Q(cost="fee", fee_amount__isnull=False, fee_amount__gt=0)
                & ~Q(fee_currency="")
                | Q(cost__in=["", "funded"], fee_amount__isnull=True, fee_currency=""),
            ),
            models.CheckConstraint(
                name="edition_places_in_order",
                condition=_unset_or(
                    Q(places_least__lte=F("places_most")), "places_least", "places_most"
                ),
            ),
            models.CheckConstraint(
                name="edition_places_at_least_one",
                condition=_unset_or(Q(places_least__gte=1), "places_least")
                & _unset_or(Q(places_most__gte=1), "places_most"),
            ),
            models.CheckConstraint(
                name="edition_consultation_in_order",
                condition=Q(consultation_opens_at__isnull=True, consultation_closes_at__isnull=True)
                | Q(
                    consultation_opens_at__isnull=False,
                    consultation_closes_at__isnull=False,
                    consultation_closes_at__gt=F("consultation_opens_at"),
                ),
            ),
            models.CheckConstraint(
                name="edition_call_in_order",
                condition=Q(call_opens_at__isnull=True, call_closes_at__isnull=True)
                | Q(
                    call_opens_at__isnull=False,
                    call_closes_at__isnull=False,
                    call_closes_at__gt=F("call_opens_at"),
                ),
            ),
            models.CheckConstraint(
                name="edition_consultation_before_call",
                condition=_unset_or(
                    Q(consultation_opens_at__lt=F("call_opens_at")),
                    "consultation_opens_at",
                    "call_opens_at",
                ),
            ),
            models.CheckConstraint(
                name="edition_call_before_decisions",
                condition=_unset_or(
                    Q(call_closes_at__lt=F("decisions_end_at")),
                    "call_closes_at",
                    "decisions_end_at",
                ),
            ),
            models.CheckConstraint(
                name="edition_call_before_run",
                condition=_unset_or(
                    Q(call_closes_at__lt=F("runs_start_at")), "call_closes_at", "runs_start_at"
                ),
            ),
            models.CheckConstraint(
                name="edition_decisions_before_run",
                condition=_unset_or(
                    Q(decisions_by__lte=F("runs_from")), "decisions_by", "runs_from"
                ),
            ),
            models.CheckConstraint(
                name="edition_run_in_order",
                condition=Q(runs_to__isnull=True)
                | Q(runs_from__isnull=False, runs_to__gte=F("runs_from")),
            ),
            models.CheckConstraint(
                name="edition_report_after_run",
                condition=_unset_or(Q(report_on__gte=F("runs_from")), "report_on", "runs_from")
                & _unset_or(Q(report_on__gte=F("runs_to")), "report_on", "runs_to"),
            ),
            models.CheckConstraint(
                name="edition_cancelled_with_reason",
                condition=Q(cancelled_at__isnull=True, cancel_reason="")
                | Q(cancelled_at__isnull=False) & ~Q(cancel_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The instants of the days follow the days and the time zone."""
        self.place_days()
        if (given := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*given, *DAY_INSTANTS}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("catalogue:edition", args=[self.programme.slug, self.slug])

    def place_days(self) -> None:
        """Compute the instants of the days: a day starts and ends at midnight in the edition's zone."""
        self.decisions_end_at = self._after(self.decisions_by)
        self.runs_start_at = self._start(self.runs_from)
        self.runs_end_at = self._after(self.runs_to)
        self.report_start_at = self._start(self.report_on)

    def _start(self, day: date | None) -> datetime | None:
        return at_wall_clock(day, time(), self.time_zone) if day is not None else None

    def _after(self, day: date | None) -> datetime | None:
        return self._start(day + timedelta(days=1)) if day is not None else None

    @property
    def full_title(self) -> str:
        """Title of the programme and of the edition, the programme's said once."""
        if self.title.startswith(self.programme.title):
            return self.title
        return labelled(self.programme.title, self.title)

    def local(self, instant: datetime) -> datetime:
        """The instant on the edition's wall clock."""
        return instant.astimezone(UTC).astimezone(ZoneInfo(self.time_zone))


DAY_INSTANTS = ("decisions_end_at", "runs_start_at", "runs_end_at", "report_start_at")
