"""Calls, and the applications to them: what is being written, what was sent, and who works on it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from museumhub.kit.ids import OpaqueIdField
from museumhub.kit.languages import site_languages
from museumhub.kit.text import one_line
from museumhub.kit.zones import validate_zone
from museumhub.members.models import Organisation
from programmes.applications.lifecycle import (
    APPLICATION,
    DRAFT,
    SET_ASIDE,
    SUBMITTED,
    WITHDRAWN,
    Window,
)
from programmes.catalogue.models import Edition

MOST_GRACE_MINUTES = 120
MOST_RANKED = 9
MOST_TEAM = 12


class CallQuerySet(models.QuerySet["Call"]):
    """Reads like English: `Call.objects.organised_by(user)`."""

    def organised_by(self, user: Any) -> CallQuerySet:
        """Calls of the editions this person organises."""
        return self.filter(edition__in=Edition.objects.organised_by(user))


class Call(models.Model):
    """What an edition asks of those who apply. When it opens and closes stands in the edition's timetable."""

    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="call")
    introduction = models.TextField(
        _("what applicants should know"), blank=True, max_length=5000, help_text="Markdown"
    )
    form = models.ForeignKey(
        "questionnaires.Questionnaire",
        on_delete=models.PROTECT,
        related_name="calls",
        verbose_name=_("questions"),
    )
    assessment = models.ForeignKey(
        "questionnaires.Questionnaire",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assessed_calls",
        verbose_name=_("self-assessment"),
    )
    one_per_organisation = models.BooleanField(
        _("one application for each organisation"), default=True
    )
    modules_to_rank = models.PositiveSmallIntegerField(
        _("modules to put in order"),
        default=0,
        validators=[MaxValueValidator(MOST_RANKED)],
        help_text=_("How many modules an applicant chooses at most, in order; 0 asks for none."),
    )
    asks_team = models.BooleanField(_("ask who would take part"), default=True)
    grace_minutes = models.PositiveSmallIntegerField(
        _("minutes of grace"),
        default=15,
        validators=[MaxValueValidator(MOST_GRACE_MINUTES)],
        help_text=_(
            "An application begun before the deadline is still taken this long after it, and marked late."
        ),
    )
    reference_prefix = models.CharField(
        _("beginning of the references"),
        max_length=24,
        unique=True,
        validators=[
            RegexValidator(r"^[A-Z0-9]+(-[A-Z0-9]+)*\Z", _("Use capitals, digits and hyphens."))
        ],
    )
    last_number = models.PositiveIntegerField(default=0, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    digested_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        constraints = [
            models.CheckConstraint(
                condition=Q(grace_minutes__lte=MOST_GRACE_MINUTES), name="call_grace_bounded"
            ),
            models.CheckConstraint(
                condition=Q(modules_to_rank__lte=MOST_RANKED), name="call_ranks_bounded"
            ),
        ]

    def __str__(self) -> str:
        return self.reference_prefix

    @property
    def grace(self) -> timedelta:
        return timedelta(minutes=self.grace_minutes)

    @property
    def window(self) -> Window:
        """When this call takes applications, from the timetable of its edition."""
        return Window(
            opens_at=self.edition.call_opens_at,
            closes_at=self.edition.call_closes_at,
            grace=self.grace,
            called_off=self.edition.cancelled_at is not None,
        )

    def phase(self, now: datetime) -> str:
        """One of lifecycle.PHASES."""
        return self.window.phase(now)


class Dossier(models.Model):
    """Everything an application says: answers, self-assessment, level, modules and team.

    `revision` counts the saves of what is not an answer; answers count their own.
    """

    response = models.OneToOneField(
        "questionnaires.Response", on_delete=models.PROTECT, related_name="dossier"
    )
    assessment = models.OneToOneField(
        "questionnaires.Response",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assessed_dossier",
    )
    calculated_level = models.CharField(_("calculated level"), max_length=40, blank=True)
    declared_level = models.CharField(
        _("level the applicant states"), max_length=40, blank=True, help_text="key of a level band"
    )
    declared_reason = models.TextField(_("reason for another level"), max_length=2000, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(declared_level="") | ~Q(declared_reason=""),
                name="dossier_declared_level_has_reason",
            )
        ]

    def __str__(self) -> str:
        return f"dossier {self.pk}"


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Reads like English: `Application.objects.visible_to(user)`."""

    def visible_to(self, user: Any) -> ApplicationQuerySet:
        """Those of the organisations the person belongs to now, whoever began them."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        return self.filter(organisation__in=Organisation.objects.of(user).values("pk"))

    def workable_by(self, user: Any) -> ApplicationQuerySet:
        """Those of the organisations the person may act for: these the person may write, submit and withdraw."""
        return self.filter(organisation__in=Organisation.objects.acted_for_by(user).values("pk"))

    def organised_by(self, user: Any) -> ApplicationQuerySet:
        """Those sent to an edition the person organises. A draft is nobody's but the applicant's."""
        return self.sent().filter(call__edition__in=Edition.objects.organised_by(user))

    def drafts(self) -> ApplicationQuerySet:
        return self.filter(status=DRAFT)

    def sent(self) -> ApplicationQuerySet:
        """Submitted at some time; some of them withdrawn since."""
        return self.filter(submitted_at__isnull=False)

    def standing(self) -> ApplicationQuerySet:
        """Submitted and not withdrawn."""
        return self.filter(status=SUBMITTED)


class Application(models.Model):
    """An organisation's application to a call.

    `dossier` is what counts: the draft, later what was sent. `change` is a working copy of it from
    the first edit after submission until the changes are sent or thrown away, so that half a change
    never harms what was submitted. `slot` is 1 where the call takes one application for each
    organisation and null where it takes several.
    """

    oid = OpaqueIdField()
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="applications")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="applications"
    )
    slot = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="applications_begun",
    )
    reference = models.CharField(_("reference"), max_length=40, unique=True, editable=False)
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=APPLICATION.choices,
        default=APPLICATION.initial,
        editable=False,
    )
    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="application")
    change = models.OneToOneField(
        Dossier,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="changes_application",
    )
    agreed_level = models.CharField(_("agreed level"), max_length=40, blank=True)
    started_at = models.DateTimeField(_("begun"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    changed_at = models.DateTimeField(_("last changed"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    late = models.BooleanField(_("late"), default=False)
    times_sent = models.PositiveIntegerField(default=0, editable=False)
    times_withdrawn = models.PositiveIntegerField(default=0, editable=False)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        ordering = ["-started_at", "-id"]
        indexes = [models.Index(fields=["call", "status", "-submitted_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "organisation", "slot"], name="application_once_for_organisation"
            ),
            models.CheckConstraint(
                condition=Q(status__in=APPLICATION.statuses), name="application_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status__in=(DRAFT, SET_ASIDE), submitted_at__isnull=True)
                | Q(status__in=(SUBMITTED, WITHDRAWN), submitted_at__isnull=False),
                name="application_sent_has_instant",
            ),
            models.CheckConstraint(
                condition=Q(change__isnull=True) | ~Q(change=F("dossier")),
                name="application_change_is_a_copy",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        edition = self.call.edition
        return reverse("applications:tasks", args=[edition.programme.slug, edition.slug, self.oid])

    @property
    def working(self) -> Dossier:
        """What an edit goes to: the unsent changes where there are some, else the dossier itself."""
        return self.change if self.change is not None else self.dossier

    @property
    def is_draft(self) -> bool:
        return self.status == DRAFT


class ModuleChoice(models.Model):
    """A module an applicant would take; rank 1 is wanted most."""

    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="choices")
    module = models.ForeignKey("catalogue.Module", on_delete=models.PROTECT, related_name="choices")
    rank = models.PositiveSmallIntegerField(_("place in the order"))

    class Meta:
        ordering = ["dossier", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "rank"], name="choice_rank_once"),
            models.UniqueConstraint(fields=["dossier", "module"], name="choice_module_once"),
            models.CheckConstraint(
                condition=Q(rank__gte=1, rank__lte=MOST_RANKED), name="choice_rank_bounded"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rank}: {self.module_id}"


class TeamMember(models.Model):
    """Somebody who would take part for the organisation; with or without an account."""

    oid = OpaqueIdField()
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="team")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="team_places",
    )
    name = models.CharField(_("name"), max_length=120, validators=[one_line])
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(
        _("work at the organisation"), max_length=120, blank=True, validators=[one_line]
    )

    class Meta:
        ordering = ["dossier", "id"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "email"], name="team_member_once")
        ]

    def __str__(self) -> str:
        return self.oid


class Contributor(models.Model):
    """Somebody who has written in an application; these are reminded of its deadline."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="contributors"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="contributions"
    )
    since = models.DateTimeField()

    class Meta:
        ordering = ["application", "since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "person"], name="contributor_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.application_id}"


class OpeningAlertQuerySet(models.QuerySet["OpeningAlert"]):
    def confirmed(self) -> OpeningAlertQuerySet:
        """Those whose address is known to be their owner's."""
        return self.filter(confirmed_at__isnull=False)

    def by_link(self, edition: Edition, oid: str) -> OpeningAlertQuerySet:
        """The one whose secret stands in the link of a letter: whoever holds it owns the address."""
        return self.filter(edition=edition, oid=oid)

    def of(self, person: Any) -> OpeningAlertQuerySet:
        """The person's own."""
        return self.filter(person=person)


class OpeningAlert(models.Model):
    """ "Tell me when it opens": an address that wants one letter when an edition's call opens.

    `before_it_closes`: asked or confirmed while the call was open, "remind me": it wants letters before the
    deadline. `oid` is the secret of the links that confirm and stop it.
    """

    oid = OpaqueIdField()
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="opening_alerts")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="opening_alerts",
    )
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(max_length=10, choices=site_languages)
    time_zone = models.CharField(max_length=64, validators=[validate_zone])
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    before_it_closes = models.BooleanField(default=False)

    objects = OpeningAlertQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "email"], name="opening_alert_once")
        ]

    def __str__(self) -> str:
        return self.oid
