"""The organisers' area: found by its organisers only, refused forms keep what was typed, stale saves show both texts."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from museumhub.kit.models import AuditEvent
from programmes.catalogue import organise_tabs, timetable
from programmes.catalogue.models import Edition, Module, Programme, RoleInvitation
from tests.factories.catalogue import (
    NOW,
    EditionFactory,
    ModuleFactory,
    PartnerFactory,
    ProgrammeFactory,
    ProgrammeRoleFactory,
)
from tests.factories.frameworks import TopicFactory
from tests.factories.members import MembershipFactory, OrganisationFactory, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

PAGES = (
    "edition", "details", "publish", "cancel", "history", "timetable", "modules", "new_module",
    "partners", "new_partner", "people", "letters",
)  # fmt: skip


@pytest.fixture
def edition():
    return EditionFactory(
        programme__slug="night",
        slug="2027",
        title="Night 2027",
        call_opens_at=datetime(2027, 1, 11, 8, 0, tzinfo=UTC),
        call_closes_at=datetime(2027, 3, 12, 22, 59, tzinfo=UTC),
    )


@pytest.fixture
def organiser(edition, client):
    person = ProgrammeRoleFactory(programme=edition.programme, person__name="Olga").person
    client.force_login(person)
    return person


def page(name: str, *more: str) -> str:
    return reverse(f"catalogue:organise_{name}", args=["night", "2027", *more])


def text(response) -> str:
    return " ".join(response.content.decode().replace("&#x27;", "'").split())


def current(response) -> dict[str, str]:
    """The fields of the page's form as a browser would send them back."""
    html = response.content.decode()
    form = html[html.index("<main") : html.index("</main>")]
    data: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]+>", form):
        attrs = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind = attrs.get("type", "text")
        if "name" not in attrs or attrs["name"] == "csrfmiddlewaretoken":
            continue
        if kind in {"checkbox", "radio"} and " checked" not in tag:
            continue
        data[attrs["name"]] = attrs.get("value", "")
    for name, body in re.findall(r'<textarea name="(\w+)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        data[name] = body
    for name, body in re.findall(r'<select name="(\w+)".*?>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        data[name] = chosen.group(1) if chosen else ""
    return data


@pytest.mark.parametrize("name", PAGES)
def test_page_about_an_edition_is_a_404_to_everybody_else(client, edition, name):
    reviewer = ProgrammeRoleFactory(edition=edition, role="reviewer").person
    elsewhere = ProgrammeRoleFactory().person

    assert client.get(page(name)).status_code == 302
    for person in (PersonFactory(), reviewer, elsewhere):
        client.force_login(person)
        assert client.get(page(name)).status_code == 404
        assert client.post(page(name)).status_code in {404, 405}
    for person in (ProgrammeRoleFactory(edition=edition).person, PersonFactory(is_superuser=True)):
        client.force_login(person)
        assert client.get(page(name)).status_code == 200


def test_pages_ask_for_a_second_factor_where_the_site_does(client, edition, organiser, settings):
    settings.ORGANISERS_NEED_SECOND_FACTOR = True

    answer = client.get(page("edition"))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("members:second_factor"))


def test_parts_of_another_edition_are_a_404(client, edition, organiser):
    module = ModuleFactory(edition=EditionFactory(programme=edition.programme))
    partner = PartnerFactory()
    role = ProgrammeRoleFactory()

    for name, oid in (
        ("module", module.oid),
        ("delete_module", module.oid),
        ("partner", partner.oid),
        ("remove_partner", partner.oid),
        ("end_role", role.oid),
    ):
        assert client.get(page(name, oid)).status_code == 404
        assert client.post(page(name, oid)).status_code == 404
    for name, oid in (
        ("move_module", module.oid),
        ("move_partner", partner.oid),
        ("withdraw_invitation", role.oid),
    ):
        assert client.post(page(name, oid), {"direction": "up"}).status_code == 404
    assert Module.objects.filter(pk=module.pk).exists()


def test_organiser_of_one_edition_cannot_change_what_belongs_to_the_programme(client, edition):
    client.force_login(ProgrammeRoleFactory(edition=edition).person)
    partner = PartnerFactory(programme=edition.programme)
    role = ProgrammeRoleFactory(programme=edition.programme)

    assert client.get(page("partner", partner.oid)).status_code == 404
    assert client.post(page("remove_partner", partner.oid)).status_code == 404
    assert client.post(page("end_role", role.oid)).status_code == 404
    assert client.get("/organise/night/edit/").status_code == 404
    assert client.get("/organise/night/new/").status_code == 404
    assert client.get("/organise/new/").status_code == 404


def test_index_shows_my_editions_with_phase_date_and_numbers(
    client, edition, organiser, monkeypatch
):
    EditionFactory(programme=edition.programme, title="Draft of 2028", draft=True)
    EditionFactory(title="Foreign")
    column = organise_tabs.Column("seats", "Seats", lambda editions, now: {edition.pk: 42})
    monkeypatch.setattr(organise_tabs, "_columns", {"seats": column})

    shown = text(client.get("/organise/"))

    assert "Night 2027" in shown
    assert "Call closes <time" in shown
    assert "Friday 12 March 2027, 23:59 (Brussels time, UTC+1)" in shown
    assert 'data-label="Seats">42<' in shown
    assert "Draft of 2028" in shown
    assert "Foreign" not in shown
    assert "Night 2027" not in text(client.get("/organise/?stage=draft"))
    assert "Draft of 2028" not in text(client.get("/organise/?q=night+2027"))
    assert client.get("/organise/?stage=none").status_code == 404


@pytest.mark.parametrize("rows", [3, 60])
def test_index_takes_the_same_queries_for_any_number_of_editions(
    client, edition, organiser, rows, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(organise_tabs, "_columns", {})
    EditionFactory.create_batch(rows, programme=edition.programme, call_open=True)
    # Session, person, permissions (2) and organiser: five; then count, editions, programmes.
    with django_assert_num_queries(8):
        client.get("/organise/")


def test_tabs_of_other_rooms_stand_among_ours(client, edition, organiser, monkeypatch):
    tabs = dict(organise_tabs._tabs)
    tabs["seats"] = organise_tabs.Tab("seats", "Seats", lambda e: "/seats/", 45)
    tabs["hidden"] = organise_tabs.Tab("hidden", "Hidden", lambda e: "/h/", 46, lambda u, e: False)
    monkeypatch.setattr(organise_tabs, "_tabs", tabs)

    shown = text(client.get(page("timetable")))

    found = re.findall(r'class="tabs__link" href="([^"]+)"', shown)
    assert found.index("/seats/") == found.index(page("timetable")) - 1
    assert "Hidden" not in shown
    assert re.search(r'aria-current="page"[^>]*>Timetable', shown)


def test_programme_is_added_edited_and_refused_with_what_was_typed(client):
    person = PersonFactory()
    for name in ("add_programme",):
        person.user_permissions.add(Permission.objects.get(codename=name))
    client.force_login(person)
    topic = TopicFactory()
    data = {
        "title": "Dawn <b>School</b>",
        "slug": "dawn",
        "summary": "A school at dawn.",
        "description": "Text",
        "topics": [topic.pk],
        "tags": "dawn, Dawn , light",
        "language": "en",
    }

    refused = client.post("/organise/new/", data | {"slug": "edit", "title": ""})
    assert refused.status_code == 422
    assert "is used by the site itself" in text(refused)
    assert "A school at dawn." in text(refused)
    assert client.post("/organise/new/", data)["Location"] == "/organise/dawn/new/"

    programme = Programme.objects.get(slug="dawn")
    assert [tag.name for tag in programme.tags.all()] == ["dawn", "light"]
    edit = "/organise/dawn/edit/"
    typed = current(client.get(edit)) | {"topics": topic.pk}
    assert client.post(edit, typed | {"summary": "Two\nlines"}).status_code == 302
    stale = client.post(edit, typed | {"summary": "Mine <i>"})
    assert stale.status_code == 409
    assert "Two lines" in text(stale)
    assert "Mine &lt;i&gt;" in text(stale)
    again = typed | {"summary": "Mine", "version": current(stale)["version"]}
    assert client.post(edit, again).status_code == 302
    assert Programme.objects.get(slug="dawn").summary == "Mine"


def test_edition_is_added_from_an_earlier_one(client, edition, organiser):
    ModuleFactory(edition=edition, title="Weaving")

    answer = client.post(
        "/organise/night/new/",
        {
            "title": "Night 2028",
            "slug": "2028",
            "time_zone": "Europe/Lisbon",
            "copy_from": edition.pk,
        },
    )

    assert answer["Location"] == "/organise/night/2028/"
    made = Edition.objects.get(slug="2028")
    assert made.modules.get().title == "Weaving"
    assert made.published_at is None
    foreign = EditionFactory()
    refused = client.post(
        "/organise/night/new/",
        {"title": "X", "slug": "x", "time_zone": "UTC", "copy_from": foreign.pk},
    )
    assert refused.status_code == 422
    taken = client.post("/organise/night/new/", {"title": "X", "slug": "2028", "time_zone": "UTC"})
    assert taken.status_code == 422


def test_details_are_saved_refused_and_stale(client, edition, organiser):
    typed = current(client.get(page("details")))

    refused = client.post(page("details"), typed | {"cost": "fee", "method": "Kept text"})
    assert refused.status_code == 422
    assert "Say how much the fee is." in text(refused)
    assert "Kept text" in text(refused)
    saved = typed | {
        "cost": "fee", "fee_amount": "2800", "fee_currency": "GBP", "places_least": "10",
        "places_most": "15", "languages": ["en", "nl"],
    }  # fmt: skip
    assert client.post(page("details"), saved).status_code == 302
    edition.refresh_from_db()
    assert (edition.cost, str(edition.fee_amount), edition.fee_currency) == (
        "fee",
        "2800.00",
        "GBP",
    )
    assert edition.languages == ["en", "nl"]
    stale = client.post(page("details"), typed | {"title": "Mine"})
    assert stale.status_code == 409
    assert "A fee" in text(stale)
    edition.refresh_from_db()
    assert edition.title == "Night 2027"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("fee_amount", "9" * 400),
        ("fee_amount", "NaN"),
        ("fee_amount", "-1"),
        ("places_least", "1e9"),
        ("places_most", "99999999999"),
        ("description", "x" * 20_001),
        ("title", ""),
        ("title", "a\x0bb"),
        ("title", "x" * 161),
        ("report_url", "javascript:alert(1)"),
        ("languages", "tlh"),
        ("cost", "free"),
        ("modules_taken", ""),
    ],
)
def test_details_refuse_what_no_edition_can_be(client, edition, organiser, field, value):
    typed = current(client.get(page("details"))) | {"cost": "fee", "fee_currency": "EUR"}
    typed["fee_amount"] = "5"

    assert client.post(page("details"), typed | {field: value}).status_code == 422
    assert Edition.objects.get(pk=edition.pk).version == 1


def test_timetable_is_previewed_then_confirmed(client, edition, organiser, monkeypatch):
    monkeypatch.setattr(timetable, "_foretell", [])
    monkeypatch.setattr(timetable, "_on_change", [])
    timetable.foretell(
        lambda edition, before, after, now: ["Moves 3 reminders.", "Writes to 12 people."]
    )
    typed = current(client.get(page("timetable")))
    assert (typed["call_closes_at_day"], typed["call_closes_at_clock"]) == ("2027-03-12", "23:59")

    preview = client.post(
        page("timetable"), typed | {"call_closes_at_day": "2027-03-19", "call_closes_at_clock": ""}
    )
    assert preview.status_code == 200
    for sentence in (
        "Friday 12 March 2027, 23:59 (Brussels time, UTC+1)",
        "Friday 19 March 2027, 23:59 (Brussels time, UTC+1)",
        "Moves 3 reminders.",
        "Writes to 12 people.",
    ):
        assert sentence in text(preview)
    assert Edition.objects.get(pk=edition.pk).version == 1

    sent = current(preview)
    back = client.post(page("timetable"), sent | {"step": "back"})
    assert current(back)["call_closes_at_day"] == "2027-03-19"
    confirmed = client.post(page("timetable"), sent | {"step": "confirm"})
    assert confirmed.status_code == 302
    edition.refresh_from_db()
    assert edition.call_closes_at == datetime(2027, 3, 19, 22, 59, tzinfo=UTC)

    stale = client.post(page("timetable"), sent | {"step": "confirm", "runs_words": "in May"})
    assert stale.status_code == 409
    assert "Nothing is lost: both versions are here" in text(stale)
    assert current(stale)["runs_words"] == "in May"


def test_timetable_keeps_seconds_nobody_touched_and_says_when_nothing_changes(
    client, organiser, edition
):
    odd = edition.call_closes_at + timedelta(seconds=17)
    Edition.objects.filter(pk=edition.pk).update(call_closes_at=odd)

    answer = client.post(page("timetable"), current(client.get(page("timetable"))), follow=True)

    assert "Nothing is different" in text(answer)
    assert Edition.objects.get(pk=edition.pk).call_closes_at == odd


def test_timetable_moves_every_clock_with_the_zone(client, edition, organiser):
    typed = current(client.get(page("timetable"))) | {"time_zone": "America/New_York"}

    preview = client.post(page("timetable"), typed)
    assert "Friday 12 March 2027, 23:59 (New York time, UTC−5)" in text(preview)
    client.post(page("timetable"), typed | {"step": "confirm"})

    edition.refresh_from_db()
    assert edition.call_closes_at == datetime(2027, 3, 13, 4, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"call_closes_at_day": "2027-01-01"}, "The call must close after it opens."),
        ({"call_closes_at_day": ""}, "Choose the day as well."),
        ({"call_closes_at_day": "", "call_closes_at_clock": ""}, "Say also when the call closes."),
        ({"runs_from": "2027-03-12"}, "The edition must start after the call closes."),
        ({"runs_to": "2027-06-01"}, "Say also on which day the edition starts."),
        ({"decisions_by": "0001-01-01"}, "Choose a day between 1900 and 2200."),
        (
            {"decisions_by": "31/02/2027"},
            "Write a day that exists, such as 1 September 2027 or 2027-09-01.",
        ),
        ({"call_closes_at_clock": "25:00"}, "Enter a valid time."),
        ({"time_zone": "Mars/Base"}, "Select a valid choice."),
    ],
)
def test_timetable_refuses_at_the_field_and_keeps_what_was_typed(
    client, edition, organiser, changes, sentence
):
    typed = current(client.get(page("timetable"))) | {"call_words": "Kept words"} | changes

    refused = client.post(page("timetable"), typed)

    assert refused.status_code == 422
    assert sentence in text(refused)
    assert "Kept words" in text(refused)
    assert "error-summary" in text(refused)
    assert Edition.objects.get(pk=edition.pk).version == 1


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        # The clocks jump from 2:00 to 3:00: half past two does not exist and means the jump.
        ("2027-03-28", "02:30", datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        # The clocks go back from 3:00 to 2:00: half past two exists twice, the later one counts.
        ("2027-10-31", "02:30", datetime(2027, 10, 31, 1, 30, tzinfo=UTC)),
        ("2027-10-31", "23:59", datetime(2027, 10, 31, 22, 59, tzinfo=UTC)),
        ("2028-02-29", "", datetime(2028, 2, 29, 22, 59, tzinfo=UTC)),
    ],
)
def test_timetable_means_clocks_on_the_wall_of_the_zone(
    client, edition, organiser, day, clock, expected
):
    typed = current(client.get(page("timetable")))
    typed |= {"call_closes_at_day": day, "call_closes_at_clock": clock, "step": "confirm"}

    assert client.post(page("timetable"), typed).status_code == 302
    assert Edition.objects.get(pk=edition.pk).call_closes_at == expected


def test_modules_are_managed_by_buttons(client, edition, organiser):
    host = PartnerFactory(programme=edition.programme)
    data = {"title": "Weaving", "host": host.pk, "level": "medium", "starts_on": "2027-06-01"}
    assert client.post(page("new_module"), data).status_code == 302
    client.post(page("new_module"), {"title": "Dyeing"})
    refused = client.post(
        page("new_module"), {"title": "", "place": "Ghent", "ends_on": "2027-06-01"}
    )
    assert refused.status_code == 422
    assert "Choose the first day as well." in text(refused)
    assert 'value="Ghent"' in text(refused)
    weaving, dyeing = edition.modules.order_by("order")
    assert (weaving.host, weaving.level) == (host, "medium")

    assert client.post(page("move_module", dyeing.oid), {"direction": "up"}).status_code == 302
    assert client.post(page("move_module", dyeing.oid), {"direction": "x"}).status_code == 404
    assert list(edition.modules.order_by("order")) == [dyeing, weaving]
    typed = current(client.get(page("module", weaving.oid)))
    assert client.post(page("module", weaving.oid), typed | {"title": "Loom"}).status_code == 302
    stale = client.post(page("module", weaving.oid), typed | {"title": "Spinning"})
    assert stale.status_code == 409
    assert "Loom" in text(stale)
    assert client.get(page("delete_module", dyeing.oid)).status_code == 200
    assert edition.modules.count() == 2
    assert client.post(page("delete_module", dyeing.oid)).status_code == 302
    assert edition.modules.get().title == "Loom"


def test_partners_are_found_in_the_directory_and_managed(client, edition, organiser):
    house = OrganisationFactory(name="House of Looms", slug="looms")

    found = client.get(page("new_partner") + "?q=looms")
    assert '?organisation=looms"' in text(found)
    assert "No organisation found" in text(client.get(page("new_partner") + "?q=nothing"))
    assert client.get(page("new_partner") + "?organisation=none").status_code == 404
    form = page("new_partner") + "?organisation=looms"
    data = {"kind": "host", "part": "Hosts", "note": "", "scope": "edition"}
    assert client.post(form, data).status_code == 302
    assert client.post(form, data).status_code == 422
    partner = edition.partners.get()
    assert partner.organisation == house
    typed = current(client.get(page("partner", partner.oid)))
    assert client.post(page("partner", partner.oid), typed | {"part": "Leads"}).status_code == 302
    assert client.post(page("partner", partner.oid), typed | {"part": "Funds"}).status_code == 409
    ModuleFactory(edition=edition, host=partner)
    kept = client.post(page("remove_partner", partner.oid))
    assert kept.status_code == 422
    assert "hosts a module" in text(kept)
    edition.modules.all().delete()
    assert client.post(page("remove_partner", partner.oid)).status_code == 302
    assert not edition.partners.exists()


def test_people_are_invited_by_address_or_from_a_partner(client, edition, organiser):
    partner = PartnerFactory(programme=edition.programme)
    member = MembershipFactory(organisation=partner.organisation, person__name="Mara").person
    stranger = PersonFactory()

    def invite(**data):
        return client.post(page("people"), {"role": "reviewer", "scope": "edition"} | data)

    assert "Mara" in text(client.get(page("people")))
    assert invite(member=member.oid).status_code == 302
    assert invite(email="rita@museum.example", role="mentor").status_code == 302
    assert set(RoleInvitation.objects.values_list("email", "role")) == {
        (member.email, "reviewer"),
        ("rita@museum.example", "mentor"),
    }
    for wrong in (
        {},
        {"member": member.oid, "email": "x@museum.example"},
        {"member": stranger.oid},
        {"email": "nonsense"},
        {"email": "a@museum.example\nBcc: b@museum.example"},
        {"email": "x@museum.example", "role": "king"},
        {"email": "x@museum.example", "scope": "world"},
    ):
        assert invite(**wrong).status_code == 422
    invitation = RoleInvitation.objects.get(role="mentor")
    client.post(page("withdraw_invitation", invitation.oid))
    invitation.refresh_from_db()
    assert invitation.status == "withdrawn"


def test_publishing_and_cancelling_ask_first(client, organiser, edition):
    Edition.objects.filter(pk=edition.pk).update(published_at=None)

    assert client.get(page("publish")).status_code == 200
    assert Edition.objects.get(pk=edition.pk).published_at is None
    assert client.post(page("publish")).status_code == 302
    assert Edition.objects.get(pk=edition.pk).published_at == NOW
    refused = client.post(page("cancel"), {"reason": ""})
    assert refused.status_code == 422
    assert client.post(page("cancel"), {"reason": "The roof fell in."}).status_code == 302
    assert "The roof fell in." in text(client.get(edition.get_absolute_url()))


def test_history_says_who_changed_what_from_what_to_what(client, edition, organiser):
    typed = current(client.get(page("details")))
    client.post(page("details"), typed | {"title": "Night <b>2027</b>"})
    times = current(client.get(page("timetable")))
    client.post(page("timetable"), times | {"call_closes_at_clock": "12:00", "step": "confirm"})
    AuditEvent.objects.create(
        at=NOW, verb="other.secret", subject="x.y:1", context=f"catalogue.edition:{edition.pk}"
    )

    shown = text(client.get(page("history")))

    assert shown.index("Changed the timetable") < shown.index("Changed the details")
    assert "Olga" in shown
    assert "<del>Night 2027</del> <ins>Night &lt;b&gt;2027&lt;/b&gt;</ins>" in shown
    assert "<ins>Friday 12 March 2027, 12:00 (Brussels time, UTC+1)</ins>" in shown
    assert "other.secret" not in shown


@pytest.mark.parametrize("events", [3, 60])
def test_history_takes_the_same_queries_for_any_number_of_events(
    client, edition, organiser, events, django_assert_num_queries
):
    for _number in range(events):
        AuditEvent.objects.create(
            at=NOW,
            actor_id=PersonFactory().pk,
            verb="catalogue.edition_edited",
            subject=f"catalogue.edition:{edition.pk}",
            context=f"catalogue.edition:{edition.pk}",
        )
    with django_assert_num_queries(9):
        client.get(page("history"))


def test_page_without_permission_to_add_offers_no_programme(client):
    programme = ProgrammeFactory()
    client.force_login(ProgrammeRoleFactory(programme=programme).person)

    shown = text(client.get("/organise/"))

    assert "Add a programme" not in shown
    assert f"/organise/{programme.slug}/new/" in shown
