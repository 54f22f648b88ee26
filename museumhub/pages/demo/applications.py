"""The applications to TRACES: what the invented museums wrote, saved and sent with the site's own services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

from museumhub.members.models import Organisation, Person
from museumhub.members.models.membership import Role
from museumhub.pages.demo.content import read
from museumhub.pages.demo.people import join, load_person
from museumhub.pages.demo.questions import option_key
from programmes.applications.models import Application, Call
from programmes.applications.services import drafts, sending

# How the twelve questions of the self-assessment are answered: option numbers from 0 to 3 in turn.
ANSWERED = {1: (0, 1, 1, 0, 1, 0), 2: (1, 2, 1, 2, 2, 1), 3: (3, 2, 3, 3, 2, 3)}


@dataclass(frozen=True)
class Told:
    """What one museum says: its entry in organisations.yaml, and its own words."""

    given: dict[str, Any]
    words: dict[str, str]
    obstacle: str
    share: str


def stories() -> Iterator[Told]:
    """The museums that apply, in the order of the document."""
    museums, answers = read("organisations")["museums"], read("answers")
    obstacles, shares = cycle(answers["shared"]["obstacle"]), cycle(answers["shared"]["share"])
    for given in museums:
        if given["state"] != "none":
            words = answers["own"].get(given["slug"], {})
            yield Told(given, words, next(obstacles), next(shares))


def form_values(told: Told, *, whole: bool) -> dict[str, str | list[str]]:
    """Raw values of the form by question; only the first section where not `whole`."""
    level = told.given["level"]
    values: dict[str, str | list[str]] = {
        "mission": told.words.get("mission", ""),
        "audience": told.words.get("audience", ""),
        "visitors": str(4_000 * level * level + 700 * len(told.given["slug"])),
        "channels": [
            option_key(label)
            for label in ("Our own website", "Social media", "An online collection")[:level]
        ],
    }
    if whole:
        values |= {
            "has_strategy": option_key(
                {1: "No", 2: "We are writing one", 3: "Yes, written and in use"}[level]
            ),
            "obstacle": told.obstacle,
            "confidence": str(1 + level),
            "project": told.words.get("project", ""),
            "share": told.share,
            "heard": option_key(("A colleague", "A newsletter", "A conference")[level - 1]),
            "terms": "on",
        }
    return values


def assessment_values(call: Call, level: int) -> dict[str, str | list[str]]:
    """Raw values of the self-assessment that come out at `level`."""
    document = read("traces")["assessment"]
    pattern = cycle(ANSWERED[level])
    return {
        one["key"]: option_key(one["options"][next(pattern)])
        for dimension in document["dimensions"]
        for one in dimension["questions"]
    }


def contact_of(given: dict[str, Any], organisation: Organisation, *, now: datetime) -> Person:
    """The person who writes for the museum: its administrator, else the contact of the document."""
    standing = (
        Person.objects.filter(
            memberships__organisation=organisation, memberships__role=Role.ADMINISTRATOR
        )
        .order_by("pk")
        .first()
    )
    if standing is not None:
        return standing
    person = load_person(
        email=f"contact@{organisation.slug}.example",
        name=given["contact"],
        language=given["language"],
        zone=given["zone"],
    )
    join(person, organisation, Role.ADMINISTRATOR, now=now)
    return person


def apply(
    told: Told, call: Call, organisation: Organisation, *, began: datetime, closed: datetime
) -> Application:
    """One museum's application, begun at `began` and brought to the state its entry names.

    `closed` is the first deadline of the call; the late application arrives a few minutes after it.
    """
    state = told.given["state"]
    person = contact_of(told.given, organisation, now=began)
    application = drafts.start_draft(call=call, organisation=organisation, actor=person, now=began)
    if state == "draft-early":
        return application
    written = began + timedelta(hours=1)
    _save(application, "form", form_values(told, whole=state != "draft-middle"), person, written)
    if state == "draft-middle":
        return application
    assert call.assessment_id is not None  # noqa: S101  (TRACES has one)
    _save(application, "assessment", assessment_values(call, told.given["level"]), person, written)
    application = _fresh(application)
    modules = {module.slug: module.pk for module in call.edition.modules.all()}
    application = drafts.choose_modules(
        application=application,
        modules=[modules[slug] for slug in told.given["modules"]],
        seen=application.working.revision,
        actor=person,
        now=written,
    )
    drafts.add_team_member(
        application=application,
        name=person.name,
        email=person.email,
        role="Head of communication" if told.given["size"] != "small" else "Director",
        actor=person,
        now=written,
    )
    if state == "draft-ready":
        return application
    sent = closed + timedelta(minutes=7) if state == "late" else written + timedelta(hours=2)
    application = sending.submit_application(
        application=_fresh(application), actor=person, now=sent
    )
    if state == "withdrawn":
        sending.withdraw_application(
            application=_fresh(application),
            actor=person,
            now=sent + timedelta(days=2),
        )
    if state == "changed":
        changed = {"share": "How to open a house in the evening with two people and a lamp."}
        _save(application, "form", changed, person, sent + timedelta(days=1))
        sending.send_changes(
            application=_fresh(application), actor=person, now=sent + timedelta(days=1, hours=1)
        )
    return _fresh(application)


def _save(
    application: Application,
    part: Any,
    values: Mapping[str, str | list[str]],
    person: Person,
    now: datetime,
) -> None:
    answered = _fresh(application)
    response = answered.working.response if part == "form" else answered.working.assessment
    seen = {
        answer.question.key: answer.revision
        for answer in response.answers.select_related("question")  # type: ignore[union-attr]
    }
    drafts.save_application_answers(
        application=answered, part=part, values=values, seen=seen, actor=person, now=now
    )


def _fresh(application: Application) -> Application:
    return Application.objects.select_related(
        "call__edition__programme", "organisation", "dossier", "change"
    ).get(pk=application.pk)
