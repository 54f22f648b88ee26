"""Who gets at an application: nobody else's, by no address, no file, no mixed identifier and no field more than a form asks for."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from museumhub.kit import uploads
from museumhub.kit.tables import cell
from museumhub.members.models import Organisation, Person
from museumhub.questionnaires.models import AnswerFile
from programmes.applications.models import Application, Call, Dossier, TeamMember
from programmes.applications.urls import urlpatterns
from tests.conftest import NOW
from tests.factories.applications import ApplicationFactory, CallFactory, make_form
from tests.factories.catalogue import ModuleFactory, ProgrammeRoleFactory
from tests.factories.members import MembershipFactory, OrganisationFactory, PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

OF_APPLICANTS = [
    str(pattern.name)
    for pattern in urlpatterns
    if "<oid:oid>" in str(pattern.pattern)
    and not str(pattern.name).startswith("organise")
    and "alert" not in str(pattern.name)
]
MORE = {"assessment": ["part_plan_level"], "questions": ["about"], "save": ["form"]}
MORE |= {"act": ["withdraw"], "download": ["json"]}


def plan_of(application: Application) -> AnswerFile:
    """A text file sent in answer to the question `plan`."""
    response = application.dossier.response
    question = response.version.questions.get(key="plan")
    sent = SimpleUploadedFile("plan.txt", b"The plan of our museum")
    return AnswerFile.objects.create(
        response=response,
        question=question,
        file=uploads.store(uploads.check(sent, ["txt"], 1000), now=NOW),
    )


@pytest.fixture
def application(call, museum, alice):
    made = ApplicationFactory(call=call, organisation=museum, submitted=True)
    TeamMember.objects.create(dossier=made.dossier, name="Tom", email="tom@tides.example")
    return made


@pytest.fixture
def plan(application):
    return plan_of(application)


@pytest.fixture
def oscar():
    """Organises an edition of another programme."""
    return ProgrammeRoleFactory(
        edition=CallFactory().edition, person=PersonFactory(name="Oscar")
    ).person


def address(client, name: str, application: Application, plan: AnswerFile):
    more = {**MORE, "file": [plan.oid]}
    if name.endswith("team_member"):
        more[name] = [application.dossier.team.get().oid]
    return client.at(name, application, *more.get(name, []))


def text_of(answer) -> str:
    """A page without its form tokens, the number in its address, and the picture drawn from that."""
    page = re.sub(r'(?:value|data-token)="[A-Za-z0-9]{64}"', "", answer.content.decode())
    page = re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL)
    return re.sub(r"[a-z2-7]{26}", "OID", page)


@pytest.mark.parametrize("name", OF_APPLICANTS)
def test_page_of_an_application_is_to_others_like_one_that_does_not_exist(
    browser, application, plan, charlie, oscar, olga, name
):
    for person in (charlie, oscar, olga):
        client = browser(person)
        path = address(client, name, application, plan)
        nowhere = path.replace(application.oid, "a" * 26)
        for method in (client.get, client.post):
            answer = method(path)
            assert answer.status_code in {404, 405}
            assert text_of(answer) == text_of(method(nowhere))
    application.refresh_from_db()
    assert application.status == "submitted"


@pytest.mark.parametrize("name", OF_APPLICANTS)
def test_page_of_an_application_asks_a_stranger_to_sign_in(browser, application, plan, name):
    client = browser()
    path = address(client, name, application, plan)
    assert client.get(path)["Location"].startswith("/account/login/")


@pytest.mark.parametrize(
    ("name", "needs"),
    [
        ("organise_list", ""),
        ("organise_csv", ""),
        ("organise_application", "oid"),
        ("organise_file", "file"),
        ("organise_call", ""),
        ("organise_close", ""),
        ("organise_reopen", ""),
    ],
)
def test_page_of_organisers_does_not_exist_for_applicants_and_other_organisers(
    browser, application, plan, alice, charlie, oscar, olga, name, needs
):
    edition = application.call.edition
    more = {"": [], "oid": [application.oid], "file": [application.oid, plan.oid]}[needs]
    path = reverse(f"applications:{name}", args=[edition.programme.slug, edition.slug, *more])
    assert browser(olga).get(path).status_code == 200
    for person in (alice, charlie, oscar):
        assert browser(person).get(path).status_code == 404
        assert browser(person).post(path).status_code in {404, 405}
    assert browser().get(path)["Location"].startswith("/account/login/")


def test_draft_and_its_files_are_not_the_organisers_to_see(browser, call, museum, alice, olga):
    draft = ApplicationFactory(call=call, organisation=museum, complete=True)
    file = plan_of(draft).oid
    slugs = [call.edition.programme.slug, call.edition.slug, draft.oid]
    client = browser(olga)
    page = reverse("applications:organise_application", args=slugs)
    assert client.get(page).status_code == 404
    assert client.get(reverse("applications:organise_file", args=[*slugs, file])).status_code == 404
    listed = reverse("applications:organise_list", args=slugs[:2])
    assert draft.reference not in client.get(listed).content.decode()
    assert draft.reference not in client.get(f"{listed[:-1]}.csv").content.decode()


def test_file_goes_out_as_an_inert_download(browser, application, plan, alice, olga):
    slugs = [application.call.edition.programme.slug, application.call.edition.slug]
    for_olga = reverse("applications:organise_file", args=[*slugs, application.oid, plan.oid])
    client = browser(alice)
    for answer in (
        client.get(client.at("file", application, plan.oid)),
        browser(olga).get(for_olga),
    ):
        assert b"".join(answer.streaming_content) == b"The plan of our museum"
        assert answer["Content-Disposition"].startswith("attachment;")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Cache-Control"] == "no-store"


def test_file_of_another_application_is_not_in_mine(
    browser, application, plan, call, charlie, olga
):
    mine = ApplicationFactory(
        call=call, organisation=charlie.memberships.get().organisation, submitted=True
    )
    client = browser(charlie)
    assert client.get(client.at("read", mine)).status_code == 200
    assert client.get(client.at("file", mine, plan.oid)).status_code == 404
    slugs = [call.edition.programme.slug, call.edition.slug, mine.oid, plan.oid]
    assert browser(olga).get(reverse("applications:organise_file", args=slugs)).status_code == 404


def test_member_of_the_team_of_another_application_is_not_in_mine(
    browser, application, call, charlie
):
    mine = ApplicationFactory(call=call, organisation=charlie.memberships.get().organisation)
    tom = application.dossier.team.get()
    client = browser(charlie)
    for name in ("team_member", "remove_team_member"):
        path = client.at(name, mine, tom.oid)
        form = {"name": "Eve", "email": "eve@evil.example"}
        assert client.post(path, form).status_code == 404
    tom.refresh_from_db()
    assert tom.name == "Tom"


def test_colleague_of_another_organisation_cannot_be_put_on_the_team(
    browser, call, alice, museum, charlie
):
    mine = ApplicationFactory(call=call, organisation=museum)
    client = browser(alice)
    theirs = charlie.memberships.get().oid
    assert client.post(client.at("team", mine), {"colleague": theirs}).status_code == 404
    own = alice.memberships.get().oid
    assert client.post(client.at("team", mine), {"colleague": own}).status_code == 302


def test_application_cannot_be_begun_for_an_organisation_of_others(browser, call, alice, charlie):
    theirs = charlie.memberships.get().organisation
    begin = reverse("applications:begin", args=["traces", "2027"])
    client = browser(alice)
    for key in (theirs.oid, str(theirs.pk), theirs.slug, "", "x" * 5000):
        assert client.post(begin, {"organisation": key}).status_code == 422
    assert not Application.objects.exists()


def test_staff_of_a_museum_read_and_do_not_write(browser, application, museum):
    staff = MembershipFactory(organisation=museum, role="staff").person
    client = browser(staff)
    assert client.get(client.at("read", application)).status_code == 200
    for name, more in (("tasks", []), ("act", ["withdraw"]), ("questions", ["about"])):
        answer = client.post(client.at(name, application, *more), {"why": "Nothing"})
        assert answer.status_code in {404, 405}


def fields_of_everything() -> dict[str, str]:
    """Every field of what stands behind an application, as somebody would send them who hopes for more."""
    names = {
        name
        for model in (Application, Dossier, Call, Organisation, Person)
        for field in model._meta.concrete_fields
        for name in (field.name, field.attname)
    }
    names |= {"agreed_level", "calculated_level", "revision", "reviewer", "score", "is_superuser"}
    hoped = dict.fromkeys(names, "1")
    return hoped | {
        "status": "withdrawn",
        "late": "",
        "submitted_at": "2020-01-01T00:00",
        "email": "eve@evil.example",
    }


def protected(application: Application) -> dict[str, object]:
    """What no form of an applicant may change."""
    application.refresh_from_db()
    # A first edit after submission sets a copy aside: which dossier counts may change, not what it says.
    names = {f.attname for f in Application._meta.concrete_fields} - {"dossier_id", "change_id"}
    organisation, person = application.organisation, application.created_by
    return {
        **{name: getattr(application, name) for name in names},
        "levels": list(Application.objects.values_list("dossier__calculated_level")),
        "organisation": Organisation.objects.values_list().get(pk=organisation.pk),
        "person": Person.objects.values_list("email", "is_staff", "is_superuser", "is_active").get(
            pk=person.pk if person else 0
        ),
        "call": Call.objects.values_list().get(pk=application.call_id),
    }


@pytest.mark.parametrize("name", [n for n in OF_APPLICANTS if n not in {"check", "act"}])
@pytest.mark.parametrize("kind", ["draft", "submitted"])
def test_fields_no_form_asks_for_change_nothing(browser, call, museum, alice, name, kind):
    mine = ApplicationFactory(call=call, organisation=museum, submitted=kind == "submitted")
    TeamMember.objects.create(dossier=mine.dossier, name="Tom", email="tom@tides.example")
    file = plan_of(mine)
    before = protected(mine)
    client = browser(alice)
    answer = client.post(address(client, name, mine, file), fields_of_everything())
    assert answer.status_code < 500
    assert protected(mine) == before


def test_module_of_another_edition_cannot_be_chosen(browser, call, museum, alice):
    mine = ApplicationFactory(call=call, organisation=museum)
    foreign = ModuleFactory()
    client = browser(alice)
    client.post(client.at("modules", mine), {"seen": "1", f"rank-{foreign.oid}": "1"})
    assert not mine.dossier.choices.exists()


def test_call_takes_no_questions_of_another_edition(browser, call, olga):
    foreign = make_form("catalogue.edition:999")
    path = reverse("applications:organise_call", args=["traces", "2027"])
    form = {"seen": str(call.revision), "form": foreign.oid, "modules_to_rank": "0"}
    answer = browser(olga).post(path, {**form, "grace_minutes": "15"})
    assert answer.status_code == 422
    call.refresh_from_db()
    assert call.form_id != foreign.pk


STARTS = ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"]


@pytest.mark.parametrize("start", STARTS, ids=ascii)
def test_cell_that_a_spreadsheet_would_calculate_is_text(start):
    assert cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("text", ["Museum", "", "1=1", "’tis", None, 12])
def test_other_cells_are_left_as_they_are(text):
    assert cell(text) == ("" if text is None else str(text))


def test_table_of_applications_holds_no_formula(browser, call, olga):
    for start in ["=", "+", "-", "@"]:
        museum = OrganisationFactory(name=f'{start}HYPERLINK("https://evil.example"),"x')
        ApplicationFactory(call=call, organisation=museum, submitted=True)
    answer = browser(olga).get(reverse("applications:organise_csv", args=["traces", "2027"]))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment;")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 5
    assert sorted(row[1][:2] for row in rows[1:]) == ["'+", "'-", "'=", "'@"]
    assert not [value for row in rows for value in row if value[:1] in STARTS]


@pytest.mark.parametrize("name", ["tasks", "read", "check"])
def test_who_began_an_application_and_left_the_organisation_does_not_get_at_it(
    browser, application, plan, alice, name
):
    client = browser(alice)
    path = address(client, name, application, plan)
    assert client.get(path).status_code in {200, 302}
    alice.memberships.all().delete()
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(("language", "marked"), [("en", False), ("fr", True)])
def test_questions_in_another_language_than_the_page_say_so(
    browser, application, alice, language, marked
):
    alice.language = language
    alice.save()
    client = browser(alice)
    for name in ("read", "check"):
        page = client.get(client.at(name, application)).content.decode()
        assert f'<html lang="{language}"' in page
        assert ('<dt class="summary-row__label" lang="en"' in page) is marked
        # What the site itself says of an answer that is missing speaks the language of the page.
        assert not re.search(r'<dd class="summary-row__value" lang="en"[^>]*><span', page)


@pytest.mark.parametrize(("language", "marked"), [("en", False), ("fr", True)])
def test_names_of_levels_in_another_language_than_the_page_say_so(
    browser, application, alice, olga, language, marked
):
    for person in (alice, olga):
        person.language = language
        person.save()
    Application.objects.update(agreed_level="higher")
    slugs = [application.call.edition.programme.slug, application.call.edition.slug]
    for person, name, said in (
        (alice, "level", ["Medium", "People"]),
        (alice, "read", ["Medium"]),
        (olga, "organise_application", ["Medium", "Higher", "People"]),
    ):
        path = reverse(f"applications:{name}", args=[*slugs, application.oid])
        page = browser(person).get(path).content.decode()
        for words in said:
            assert re.search(rf"<(span|h2)[^>]*>{words}<", page)
            assert bool(re.search(rf'<(span|h2)[^>]* lang="en">{words}<', page)) is marked
