"""Questionnaires, their versions and questions; responses and their answers.

A version is one state of a questionnaire: its sections, questions and what depends on what. It
freezes at its first answer, and from then on an edit makes the next version. Keys (of sections,
questions, options, dimensions) are stable over versions; row ids are not.
"""

from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from museumhub.kit.ids import OpaqueIdField
from museumhub.kit.models import StoredFile
from museumhub.kit.text import one_line
from museumhub.questionnaires.ownership import editable_filter

KEY_PATTERN = r"[a-z][a-z0-9_]{0,39}"
key_validator = RegexValidator(
    rf"^{KEY_PATTERN}\Z", _("Use small letters, digits and underscores, beginning with a letter.")
)


def key_field() -> models.CharField[str, str]:
    """A name that stays the same over versions and never reaches an applicant's eyes."""
    return models.CharField(max_length=40, validators=[key_validator])


class Purpose(models.TextChoices):
    FORM = "form", _("Questions of a form")
    ASSESSMENT = "assessment", _("Self-assessment with scores")


class Kind(models.TextChoices):
    """What sort of answer a question asks for; `kinds` knows how each is read, checked and shown."""

    SHORT_TEXT = "short_text", _("Short text")
    LONG_TEXT = "long_text", _("Long text")
    ONE_CHOICE = "one_choice", _("One choice")
    MANY_CHOICES = "many_choices", _("Several choices")
    NUMBER = "number", _("Number")
    SCALE = "scale", _("Scale")
    DATE = "date", _("Date")
    EMAIL = "email", _("E-mail address")
    URL = "url", _("Web address")
    COUNTRY = "country", _("Country")
    FILE = "file", _("File")
    CONSENT = "consent", _("Consent")
    STATEMENT = "statement", _("Statement (asks nothing)")


class Test(models.TextChoices):
    """How a condition looks at an earlier answer."""

    IS = "is", _("is")
    IS_NOT = "is_not", _("is not")
    ONE_OF = "one_of", _("is one of")
    ANSWERED = "answered", _("is answered")
    AT_LEAST = "at_least", _("is at least")


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def editable_by(self, user: Any) -> QuestionnaireQuerySet:
        """Those `user` may build: what the rooms that own questionnaires say (see `ownership`)."""
        return self.filter(editable_filter(user))

    def owned_by(self, owner: str) -> QuestionnaireQuerySet:
        """Those of one owner, named by its reference."""
        return self.filter(owner=owner)


class Questionnaire(models.Model):
    """A named set of questions that lives on through its versions. `owner` is a reference (kit.references)."""

    oid = OpaqueIdField()
    title = models.CharField(_("title"), max_length=150, validators=[one_line])
    purpose = models.CharField(
        _("what it is for"), max_length=12, choices=Purpose.choices, default=Purpose.FORM
    )
    owner = models.CharField(max_length=100, db_index=True)
    created_at = models.DateTimeField()

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(purpose__in=Purpose.values), name="questionnaire_purpose"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_assessment(self) -> bool:
        return self.purpose == Purpose.ASSESSMENT


class QuestionnaireVersion(models.Model):
    """One state of a questionnaire: a draft (not published), open to change (published, no answer yet) or frozen."""

    oid = OpaqueIdField()
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="versions"
    )
    number = models.PositiveSmallIntegerField()
    language = models.CharField(_("language of the questions"), max_length=10, default="en")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["questionnaire"],
                condition=models.Q(published_at__isnull=True),
                name="one_draft_version",
            ),
            models.CheckConstraint(
                condition=models.Q(frozen_at__isnull=True) | models.Q(published_at__isnull=False),
                name="frozen_is_published",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire_id} v{self.number}"

    @property
    def is_draft(self) -> bool:
        return self.published_at is None

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None


class Section(models.Model):
    """Questions that stand on one page under one heading."""

    version = models.ForeignKey(
        QuestionnaireVersion, on_delete=models.CASCADE, related_name="sections"
    )
    key = key_field()
    title = models.CharField(_("title"), max_length=150, validators=[one_line])
    introduction = models.TextField(_("introduction"), max_length=5000, blank=True)
    position = models.PositiveSmallIntegerField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="section_key_once")]

    def __str__(self) -> str:
        return self.title


class Dimension(models.Model):
    """What a part of an assessment is about, for example strategy or people."""

    version = models.ForeignKey(
        QuestionnaireVersion, on_delete=models.CASCADE, related_name="dimensions"
    )
    key = key_field()
    name = models.CharField(_("name"), max_length=80, validators=[one_line])
    description = models.TextField(_("description"), max_length=2000, blank=True)
    position = models.PositiveSmallIntegerField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="dimension_key_once")
        ]

    def __str__(self) -> str:
        return self.name


class LevelBand(models.Model):
    """From `least` points of 100 upwards (to the next band) the level is `key`."""

    version = models.ForeignKey(
        QuestionnaireVersion, on_delete=models.CASCADE, related_name="bands"
    )
    key = models.CharField(_("key of the level"), max_length=40, validators=[key_validator])
    name = models.CharField(_("name of the level"), max_length=80, validators=[one_line])
    description = models.TextField(_("description"), max_length=2000, blank=True)
    least = models.DecimalField(_("from how many points of 100"), max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["least", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="band_key_once"),
            models.UniqueConstraint(fields=["version", "least"], name="band_least_once"),
            models.CheckConstraint(
                condition=models.Q(least__gte=0, least__lte=100), name="band_least_of_100"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BandText(models.Model):
    """What a museum in this band of this dimension is told: why, and what to do next."""

    dimension = models.ForeignKey(Dimension, on_delete=models.CASCADE, related_name="texts")
    band = models.ForeignKey(LevelBand, on_delete=models.CASCADE, related_name="texts")
    text = models.TextField(_("text"), max_length=2000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dimension", "band"], name="band_text_once")]

    def __str__(self) -> str:
        return f"{self.dimension_id} in {self.band_id}"


class Question(models.Model):
    """One question. Which of the limits count depends on its kind; `kinds` says which."""

    version = models.ForeignKey(
        QuestionnaireVersion, on_delete=models.CASCADE, related_name="questions"
    )
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="questions")
    key = key_field()
    kind = models.CharField(_("kind of answer"), max_length=12, choices=Kind.choices)
    label = models.CharField(_("question"), max_length=300)
    help = models.TextField(_("help"), max_length=5000, blank=True)
    required = models.BooleanField(_("an answer is required"), default=False)
    position = models.PositiveSmallIntegerField()
    revision = models.PositiveIntegerField(default=1)

    least = models.PositiveIntegerField(
        _("at least"), null=True, blank=True, help_text="words of a text, options of a choice"
    )
    most = models.PositiveIntegerField(
        _("at most"), null=True, blank=True, help_text="words of a text, options of a choice"
    )
    minimum = models.DecimalField(
        _("smallest number"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    maximum = models.DecimalField(
        _("largest number"), max_digits=20, decimal_places=6, null=True, blank=True
    )
    step = models.DecimalField(_("step"), max_digits=20, decimal_places=6, null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=30, blank=True, validators=[one_line])
    earliest = models.DateField(_("earliest date"), null=True, blank=True)
    latest = models.DateField(_("latest date"), null=True, blank=True)
    file_kinds: models.JSONField[Any, Any] = models.JSONField(
        _("kinds of file"), default=list, blank=True, help_text="keys of kit.uploads.KINDS"
    )
    file_limit = models.PositiveSmallIntegerField(_("largest size in MB"), null=True, blank=True)
    other = models.BooleanField(_("offer “other” with a text"), default=False)

    any_condition = models.BooleanField(
        _("one condition is enough"), default=False, help_text="else all of them must hold"
    )
    dimension = models.ForeignKey(
        Dimension, on_delete=models.SET_NULL, null=True, blank=True, related_name="questions"
    )
    weight = models.DecimalField(_("weight"), max_digits=5, decimal_places=2, default=1)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="question_key_once"),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="question_kind"),
            models.CheckConstraint(
                condition=models.Q(least__isnull=True)
                | models.Q(most__isnull=True)
                | models.Q(least__lte=models.F("most")),
                name="question_least_most",
            ),
            models.CheckConstraint(
                condition=models.Q(minimum__isnull=True)
                | models.Q(maximum__isnull=True)
                | models.Q(minimum__lte=models.F("maximum")),
                name="question_minimum_maximum",
            ),
            models.CheckConstraint(
                condition=models.Q(earliest__isnull=True)
                | models.Q(latest__isnull=True)
                | models.Q(earliest__lte=models.F("latest")),
                name="question_earliest_latest",
            ),
            models.CheckConstraint(
                condition=models.Q(step__isnull=True) | models.Q(step__gt=0), name="question_step"
            ),
            models.CheckConstraint(condition=models.Q(weight__gte=0), name="question_weight"),
        ]

    def __str__(self) -> str:
        return self.label


class Option(models.Model):
    """One thing to choose, or one point of a scale (whose keys are `1`, `2`, …)."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="options")
    key = models.CharField(max_length=40)
    label = models.CharField(_("label"), max_length=200, blank=True, validators=[one_line])
    score = models.DecimalField(_("score"), max_digits=6, decimal_places=2, null=True, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["question", "key"], name="option_key_once"),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__gte=0),
                name="option_score_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.key


class Condition(models.Model):
    """`question` is asked only where the answer to `source` passes `test` with `values` (a list of texts)."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="conditions")
    source = models.ForeignKey(Question, on_delete=models.RESTRICT, related_name="dependents")
    test = models.CharField(max_length=10, choices=Test.choices)
    values: models.JSONField[Any, Any] = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(test__in=Test.values), name="condition_test"),
            models.CheckConstraint(
                condition=~models.Q(question=models.F("source")), name="condition_not_on_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id} when {self.source_id} {self.test}"


class Response(models.Model):
    """One set of answers to one version. Whose it is, the room above knows that points to it."""

    oid = OpaqueIdField()
    version = models.ForeignKey(
        QuestionnaireVersion, on_delete=models.PROTECT, related_name="responses"
    )
    started_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.oid

    @property
    def is_closed(self) -> bool:
        return self.closed_at is not None


class Answer(models.Model):
    """What stands at one question. `raw` is a text that could not be read as an answer, kept so that nothing typed is lost.

    `value` is plain JSON as `kinds` describes it, null where there is no answer. `revision` counts
    the saves; who saves says which revision they saw.
    """

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.RESTRICT, related_name="answers")
    value: models.JSONField[Any, Any] = models.JSONField(null=True, blank=True)
    raw = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    saved_by_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["response", "question"], name="answer_once")]

    def __str__(self) -> str:
        return f"{self.response_id}: {self.question_id}"


class AnswerFile(models.Model):
    """A file sent in answer to a question; the answer's value names the one that counts."""

    oid = OpaqueIdField()
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="files")
    question = models.ForeignKey(Question, on_delete=models.RESTRICT, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="answer_files")
    saved_by_id = models.BigIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return self.oid
