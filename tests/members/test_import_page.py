"""The import as administrators of the site use it: a table is sent, a worker looks, they decide, a worker writes."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from museumhub.kit import clock
from museumhub.kit.models import AuditEvent, StoredFile
from museumhub.members.models import ImportFinding, Organisation, OrganisationImport
from museumhub.members.services import import_runs, imports
from museumhub.schedule import registry
from tests.factories.members import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db

HEAD = "name,kind,country,place\n"
TABLE = HEAD + "Museum of Salt,museum,BE,Ghent\nMuseum of Wool,museum,BE,Bruges\n"


@pytest.fixture
def administrator(client):
    person = PersonFactory(is_superuser=True, is_staff=True)
    client.force_login(person)
    return person


def send(client, text, name="museums.csv"):
    content = text if isinstance(text, bytes) else text.encode()
    return client.post(reverse("members:imports"), {"file": SimpleUploadedFile(name, content)})


def taken():
    return OrganisationImport.objects.latest("pk")


def page(client, **asked):
    return client.get(reverse("members:import", args=[taken().oid]), asked).content.decode()


def press(client, name, **sent):
    return client.post(reverse(f"members:{name}", args=[taken().oid]), sent)


def test_table_is_looked_at_decided_on_and_written(client, administrator):
    OrganisationFactory(name="Museum of Wool", place="Bruges", country="BE", size_band="small")
    answer = send(client, TABLE.replace("place", "place,size").replace("Bruges", "Bruges,large"))
    assert answer["Location"] == reverse("members:import", args=[taken().oid])
    assert "is being looked at" in page(client)
    assert import_runs.work_due() == 1
    assert "The table is in order" in page(client)
    assert "Museum of Salt" in page(client, what="created")
    assert re.search(r"size_band.*small.*large", page(client, what="updated"), re.DOTALL)
    assert Organisation.objects.count() == 1, "looking writes nothing"
    assert press(client, "import_order").status_code == 302
    assert "are being written" in page(client)
    assert import_runs.work_due() == 1
    assert "2 organisations were added or changed." in page(client)
    assert set(Organisation.objects.values_list("name", "size_band")) == {
        ("Museum of Salt", ""),
        ("Museum of Wool", "large"),
    }
    verbs = AuditEvent.objects.filter(subject__contains="organisationimport").order_by("pk")
    assert [event.verb for event in verbs] == [
        "import_taken_in",
        "import_look",
        "import_ordered",
        "import_finish",
    ]
    assert Organisation.objects.get(name="Museum of Salt").created_by == administrator
    press(client, "import_again")
    import_runs.work_due()
    assert "Everything stands already" in page(client)


def test_wrong_and_held_lines_are_shown_and_left_out_on_demand(client, administrator):
    OrganisationFactory(name="Museum of Wool", place="", country="BE", slug="wool")
    send(client, HEAD + "Wool Museum of,museum,BE,\n<b>…</b>,zoo,BE,\nFine,museum,BE,\n")
    import_runs.work_due()
    wrong, held = page(client), page(client, what="held")
    assert "Some lines need you" in wrong
    assert re.search(r"<code>kind</code>.*zoo.*none of these", wrong, re.DOTALL)
    assert "&lt;b&gt;…&lt;/b&gt;" in wrong
    assert "/organisations/wool/" in held
    assert re.search(r'href="\?what=held" aria-current="page"', held)
    assert "<code>wool</code>" in held
    refused = press(client, "import_order")
    assert refused.status_code == 422
    assert "Put them right, or leave them out" in refused.content.decode()
    press(client, "import_order", leave_out="on")
    import_runs.work_due()
    assert list(Organisation.objects.order_by("name").values_list("name", flat=True)) == [
        "Fine",
        "Museum of Wool",
    ]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "m.csv", "empty"),
        (b"PK\x03\x04\x00\x00", "m.csv", "not what its name says"),
        (TABLE.encode(), "m.exe", "CSV"),
        (b"colour,size\nred,1\n", "m.csv", "tell organisations apart"),
        ("name\nGhent".encode("utf-16"), "m.csv", ""),
    ],
)
def test_file_that_is_no_table_is_refused_at_its_field(client, administrator, content, name, words):
    answer = send(client, content, name)
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors["file"])
    assert not StoredFile.objects.exists()
    assert not OrganisationImport.objects.exists()


def test_table_that_breaks_off_is_refused_by_the_worker_in_a_sentence(client, administrator):
    send(client, HEAD + "A1,museum,BE,\n" + 'B2,museum,"BE\n')
    import_runs.work_due()
    assert taken().status == "refused"
    assert "Line 3 cannot be read" in page(client)


def test_page_of_findings_asks_the_same_queries_however_many(
    client, administrator, django_assert_max_num_queries
):
    OrganisationFactory(name="Museum of Wool", place="", country="BE")
    send(client, HEAD + "".join(f"Museum of Wool x{n},museum,BE,\n" for n in range(250)))
    import_runs.work_due()
    assert taken().number_of("held") == 250
    with django_assert_max_num_queries(9):
        text = page(client, what="held")
    assert text.count("<tr>") < 110


def test_findings_leave_as_a_table(client, administrator):
    send(client, HEAD + "=1+1,zoo,BE,\n")
    import_runs.work_due()
    answer = client.get(reverse("members:import_findings", args=[taken().oid]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert '"2","wrong","\'=1+1","kind","zoo"' in text or '"2","wrong","","kind","zoo"' in text


def test_import_that_was_stopped_half_way_is_finished_by_the_next_worker(
    client, administrator, monkeypatch
):
    monkeypatch.setattr(imports, "BATCH", 2)
    send(client, HEAD + "".join(f"Museum {chr(65 + n) * 9},museum,BE,P{n}\n" for n in range(6)))
    import_runs.work_due()
    press(client, "import_order")
    assert import_runs.work_due(seconds=0) == 0
    first = import_runs._claim_next(clock.now())
    assert first is not None
    import_runs._work(first, end=0)  # its time is up after the first lines
    assert Organisation.objects.count() == 2
    assert import_runs.waits(clock.now())
    import_runs.work_due()
    assert (taken().status, taken().written, taken().lines_done) == ("written", 6, 6)
    assert Organisation.objects.count() == 6


def test_worker_that_lost_its_claim_writes_nothing(client, administrator):
    send(client, TABLE)
    import_runs.work_due()
    press(client, "import_order")
    stale = import_runs._claim_next(clock.now())
    assert stale is not None
    OrganisationImport.objects.update(claim="another")
    import_runs._work(stale, end=float("inf"))
    assert not Organisation.objects.exists()
    assert taken().status == "ordered"


def test_import_under_a_lease_is_left_alone_until_it_runs_out(client, administrator):
    send(client, TABLE)
    now = clock.now()
    assert import_runs._claim_next(now) is not None
    assert not import_runs.waits(now)
    assert import_runs.waits(now + import_runs.LEASE + timedelta(seconds=1))


def test_every_tick_looks_whether_an_import_waits(client, administrator):
    assert import_runs.WORK not in {one.task for one in registry.queues_waiting(clock.now())}
    send(client, TABLE)
    assert import_runs.WORK in {one.task for one in registry.queues_waiting(clock.now())}


def test_old_imports_go_with_their_files(client, administrator):
    send(client, TABLE)
    import_runs.work_due()
    assert import_runs.forget_imports(clock.now()) == 0
    assert import_runs.forget_imports(clock.now() + timedelta(days=31)) == 1
    assert not ImportFinding.objects.exists()
    assert not StoredFile.objects.exists()


def test_import_is_no_business_of_others(client, administrator):
    send(client, TABLE)
    import_runs.work_due()
    client.force_login(PersonFactory(is_staff=True))
    for name in ("import", "import_findings"):
        assert client.get(reverse(f"members:{name}", args=[taken().oid])).status_code == 404
    for name in ("import_order", "import_again"):
        assert press(client, name).status_code == 404
    assert send(client, TABLE).status_code == 404
    assert OrganisationImport.objects.count() == 1


def test_reading_the_page_of_an_import_starts_nothing(client, administrator):
    send(client, TABLE)
    import_runs.work_due()
    for name in ("import_order", "import_again"):
        assert client.get(reverse(f"members:{name}", args=[taken().oid])).status_code == 405
    assert taken().status == "looked"
