"""Standing behind a statement, and not any more: organisations by their administrators, people by a confirmed address."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from museumhub.kit import audit
from museumhub.kit.lifecycle import advance
from museumhub.kit.refusals import Refused
from museumhub.kit.throttle import spend
from museumhub.kit.urls import absolute
from museumhub.mail.services import post_letter
from museumhub.members.models import Organisation, Person
from museumhub.members.policies import can_administer
from museumhub.news import kinds
from museumhub.news.lifecycle import ASKED, ENDORSEMENT, STANDS
from museumhub.news.models import Endorsement, Item

UNCONFIRMED_FOR = timedelta(days=7)
# Letters to people without an account name times in the zone of the site.
_ZONE = "UTC"


def endorse_for_organisation(
    *, statement: Item, organisation: Organisation, actor: Person, now: datetime
) -> Endorsement:
    """The organisation stands behind the statement; a second time changes nothing.

    Refuses who does not administer the organisation, and a statement that is not public.
    """
    _refuse_closed(statement, now)
    _refuse_stranger(actor, organisation)
    with transaction.atomic():
        endorsement, _made = Endorsement.objects.get_or_create(
            statement=statement,
            organisation=organisation,
            defaults={"person": actor, "asked_at": now},
        )
        endorsement = _locked(endorsement)
        _confirm(endorsement, actor, now, person=actor)
    return endorsement


def take_back_for_organisation(
    *, statement: Item, organisation: Organisation, actor: Person, now: datetime
) -> None:
    """The organisation does not stand behind it any more; a second time changes nothing."""
    _refuse_stranger(actor, organisation)
    with transaction.atomic():
        endorsement = (
            Endorsement.objects.select_for_update()
            .filter(statement=statement, organisation=organisation)
            .first()
        )
        if endorsement is not None:
            _take_back(endorsement, actor, now)


def endorse_as_person(
    *,
    statement: Item,
    email: str,
    name: str,
    affiliation: str,
    shown: bool,
    language: str,
    address_of_sender: str,
    actor: Person | None,
    now: datetime,
) -> Endorsement | None:
    """Somebody signs. With the address of the account they are signed in to it stands at once and is
    returned; any other address gets a letter with a link, and the caller cannot tell whether it was known.

    An address gets at most three such letters a day, a sender asks for at most ten an hour (`TooOften`).
    """
    _refuse_closed(statement, now)
    email = email.strip().lower()
    own = actor is not None and actor.email.lower() == email
    if not own:
        spend("news.endorse.sender", address_of_sender, 10, timedelta(hours=1), now=now)
        spend("news.endorse.address", email, 3, timedelta(days=1), now=now)
    said = {"name": name, "affiliation": affiliation, "shown": shown, "language": language}
    with transaction.atomic():
        endorsement = _row(statement, email, said, now)
        if own and actor is not None:
            Endorsement.objects.filter(pk=endorsement.pk).update(**said, person=actor)
            endorsement.refresh_from_db()
            _confirm(endorsement, actor, now)
            return endorsement
        if not endorsement.stands:
            Endorsement.objects.filter(pk=endorsement.pk).update(
                **said, asked_at=now, times_asked=endorsement.times_asked + 1
            )
            endorsement.refresh_from_db()
            _ask_to_confirm(endorsement, now)
    return None


def confirm_endorsement(*, endorsement: Endorsement, now: datetime) -> None:
    """The owner of the address agrees; a second time changes nothing."""
    _refuse_closed(endorsement.statement, now)
    with transaction.atomic():
        _confirm(_locked(endorsement), None, now)


def take_back_endorsement(*, endorsement: Endorsement, now: datetime) -> None:
    """The owner of the address withdraws: what they said of themselves is forgotten with the endorsement."""
    with transaction.atomic():
        locked = _locked(endorsement)
        if locked.stands:
            _take_back(locked, None, now)
        Endorsement.objects.filter(pk=locked.pk).delete()


def forget_unconfirmed(now: datetime) -> int:
    """Delete addresses nobody confirmed within a week; says how many."""
    stale = Endorsement.objects.of_people().filter(status=ASKED, asked_at__lt=now - UNCONFIRMED_FOR)
    return stale.delete()[0]


def _row(statement: Item, email: str, said: dict[str, object], now: datetime) -> Endorsement:
    try:
        with transaction.atomic():
            row, _made = Endorsement.objects.get_or_create(
                statement=statement,
                organisation=None,
                email=email,
                defaults={**said, "asked_at": now, "times_asked": 0},
            )
    except IntegrityError:  # somebody pressed twice
        row = Endorsement.objects.of_people().get(statement=statement, email=email)
    return Endorsement.objects.select_for_update(of=("self",)).get(pk=row.pk)


def _locked(endorsement: Endorsement) -> Endorsement:
    return (
        Endorsement.objects.select_for_update(of=("self",))
        .select_related("statement")
        .get(pk=endorsement.pk)
    )


def _confirm(endorsement: Endorsement, actor: Person | None, now: datetime, **also: object) -> None:
    if endorsement.status == STANDS:
        return
    before, after = advance(
        endorsement,
        lifecycle=ENDORSEMENT,
        action="confirm",
        since=now,
        withdrawn_at=None,
        **also,
    )
    audit.record(
        verb="news.endorsed",
        subject=endorsement,
        context=endorsement.statement,
        actor=actor,
        now=now,
        before=before,
        after=after,
    )
    if endorsement.organisation_id is None:
        _thank(endorsement, now)


def _take_back(endorsement: Endorsement, actor: Person | None, now: datetime) -> None:
    if endorsement.status != STANDS:
        return
    before, after = advance(
        endorsement, lifecycle=ENDORSEMENT, action="take_back", withdrawn_at=now
    )
    audit.record(
        verb="news.endorsement_withdrawn",
        subject=endorsement,
        context=endorsement.statement,
        actor=actor,
        now=now,
        before=before,
        after=after,
    )


def _ask_to_confirm(endorsement: Endorsement, now: datetime) -> None:
    _post(
        endorsement,
        "news.endorsement_asked",
        f"news.endorsement_asked:{endorsement.pk}:{endorsement.times_asked}",
        {"confirm_url": absolute(_address("endorsement_confirm", endorsement))},
        now,
    )


def _thank(endorsement: Endorsement, now: datetime) -> None:
    _post(
        endorsement,
        "news.endorsed",
        f"news.endorsed:{endorsement.pk}:{now.isoformat()}",
        {"withdraw_url": absolute(_address("endorsement_withdraw", endorsement))},
        now,
    )


def _post(
    endorsement: Endorsement, kind: str, key: str, links: dict[str, str], now: datetime
) -> None:
    statement, person = endorsement.statement, endorsement.person
    post_letter(
        kind=kind,
        key=key,
        to=endorsement.email,
        name=endorsement.name,
        language=endorsement.language,
        time_zone=person.time_zone if person is not None else _ZONE,
        context={
            "statement": statement.title,
            "statement_url": absolute(statement.get_absolute_url()),
            **links,
        },
        about=endorsement,
        person_id=person.pk if person is not None else None,
        now=now,
    )


def _address(name: str, endorsement: Endorsement) -> str:
    return reverse(f"news:{name}", args=[endorsement.statement.slug, endorsement.oid])


def _refuse_closed(statement: Item, now: datetime) -> None:
    if statement.kind != kinds.STATEMENT or not statement.is_public(now):
        raise Refused(_("This statement cannot be endorsed."))


def _refuse_stranger(actor: Person, organisation: Organisation) -> None:
    if not can_administer(actor, organisation):
        raise Refused(
            _("Only administrators of an organisation can endorse a statement in its name.")
        )
