"""Importing organisations from a table: looked at first, repeatable, and every fault named."""

import io
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TransactionTestCase

from museumhub.kit import clock
from museumhub.kit.models import AuditEvent
from museumhub.kit.refusals import Refused
from museumhub.members.models import FormerAddress, Organisation
from museumhub.members.services import imports
from tests.factories.members import OrganisationFactory

pytestmark = pytest.mark.django_db

HEAD = "name,kind,country,place,size,website,isil,ror,wikidata,latitude,longitude,same_as\n"


def table(text):
    return imports.open_import(io.BytesIO(text.encode()))[0]


def look(text):
    return [(one.number, one.what) for one in imports.look(table(text))]


def write(text, **how):
    return [
        (one.number, one.what)
        for one in imports.write(table(text), actor=None, now=clock.now(), **how)
    ]


def faults(text):
    return [
        (one.number, fault.column, fault.value, fault.reason)
        for one in imports.look(table(text))
        for fault in one.faults
    ]


def rows():
    """What stands, without the numbers and instants that tell nothing."""
    hidden = {"id", "oid", "created_at", "version"}
    return sorted(
        tuple(str(value) for name, value in row.items() if name not in hidden)
        for row in Organisation.objects.values()
    )


WHOLE = HEAD + (
    "Museum of Salt,museum,BE,Ghent,small,salt.example,BE-A1,013meh722,Q19675,51.05,3.72,\n"
    "Музей соли,Museum,Bulgaria,Sofia,,,,,,,,\n"
    "Archiv der Salze,archiv,Deutschland,,,,,,,,,\n"
)


def test_lines_become_organisations_with_tidy_values():
    assert look(WHOLE) == [(2, "created"), (3, "created"), (4, "created")]
    assert not Organisation.objects.exists(), "looking writes nothing"
    assert write(WHOLE) == [(2, "created"), (3, "created"), (4, "created")]
    salt = Organisation.objects.get(slug="museum-of-salt")
    assert (salt.website, salt.isil, salt.ror, salt.wikidata) == (
        "https://salt.example/",
        "BE-A1",
        "013meh722",
        "Q19675",
    )
    assert (salt.latitude, salt.longitude) == (Decimal("51.05"), Decimal("3.72"))
    assert (salt.name_key, salt.place_key, salt.website_host) == (
        "museum of salt",
        "ghent",
        "salt.example",
    )
    assert Organisation.objects.get(slug="muzey-soli").country == "BG"
    assert Organisation.objects.get(slug="archiv-der-salze").kind == "archive"
    events = AuditEvent.objects.filter(verb="organisation_created").order_by("pk")
    assert [event.after for event in events] == [{"line": 2}, {"line": 3}, {"line": 4}]


def test_second_run_of_a_table_changes_nothing_and_says_so():
    write(WHOLE)
    before, events = rows(), AuditEvent.objects.count()
    assert write(WHOLE) == [(2, "unchanged"), (3, "unchanged"), (4, "unchanged")]
    assert (rows(), AuditEvent.objects.count()) == (before, events)
    assert set(Organisation.objects.values_list("version", flat=True)) == {1}


@pytest.mark.parametrize(
    ("line", "matched"),
    [
        ("Other name,,,,,,BE-A1,,,,,", True),
        ("Other name,,,,,,,https://ror.org/013meh722,,,,", True),
        ("Other name,,,,,,,,q19675,,,", True),
        ("Museum of the Salt,,,,,http://www.salt.example,,,,,,", True),
        ("MUSEUM of salt,,BE,,,,,,,,,", True),
        ("Museum of Salt,,BE,ghent,,,,,,,,", True),
        ("Whatever,,,,,,,,,,,museum-of-salt", True),
        ("Whatever,,,,,,,,,,,former-address", True),
        ("Museum of Salt,museum,BE,Bruges,,,,,,,,", False),
        ("Museum of Salt,museum,FR,,,,,,,,,", False),
        ("Museum of Salt,museum,BE,,,,BE-B2,,,,,", False),
    ],
)
def test_line_finds_its_organisation(line, matched):
    write(WHOLE)
    salt = Organisation.objects.get(slug="museum-of-salt")
    FormerAddress.objects.create(slug="former-address", organisation=salt, since=clock.now())
    [outcome] = imports.look(table(HEAD + line))
    assert (outcome.organisation is not None and outcome.organisation.pk == salt.pk) is matched
    assert (outcome.what in {"updated", "unchanged"}) is matched


def test_identifier_goes_before_website_and_website_before_name():
    by_name = OrganisationFactory(name="Museum of Salt", country="BE", place="")
    by_site = OrganisationFactory(
        name="Museum of Salts", country="BE", website="https://salt.example/", place=""
    )
    by_isil = OrganisationFactory(name="Another", country="BE", isil="BE-A1", place="")

    def found(line):
        [outcome] = imports.look(table(HEAD + line))
        assert outcome.organisation is not None
        return outcome.organisation.pk

    assert found("Museum of Salt,,BE,,,salt.example,BE-A1,,,,,") == by_isil.pk
    assert found("Museum of Salt,,BE,,,salt.example,,,,,,") == by_site.pk
    assert found("Museum of Salt,,BE,,,,,,,,,") == by_name.pk


def test_only_what_a_line_says_is_changed_and_a_hyphen_empties():
    write(WHOLE)
    [outcome] = imports.write(
        table("isil,place,size,website,latitude,longitude\nBE-A1,Bruges,,-,-,-\n"),
        actor=None,
        now=clock.now(),
    )
    assert [(one.field, str(one.before), one.after) for one in outcome.changes] == [
        ("place", "Ghent", "Bruges"),
        ("website", "https://salt.example/", ""),
        ("latitude", "51.05000", None),
        ("longitude", "3.72000", None),
    ]
    salt = Organisation.objects.get(isil="BE-A1")
    assert (salt.place, salt.size_band, salt.website, salt.website_host) == (
        "Bruges",
        "small",
        "",
        "",
    )
    assert (salt.latitude, salt.version, salt.ror) == (None, 2, "013meh722")
    event = AuditEvent.objects.get(verb="organisation_edited")
    assert event.after == {"line": 2, "fields": ["place", "website", "latitude", "longitude"]}


@pytest.mark.parametrize(
    ("line", "column", "value", "words"),
    [
        ("…,museum,BE,,,,,,,,,", "name", "…", "letters or digits"),
        ('"Two\nlines",museum,BE,,,,,,,,,', "name", "Two·lines", "one line"),
        ("Bell\x07Museum,museum,BE,,,,,,,,,", "name", "Bell·Museum", "control characters"),
        ("Left\u202emuseum,museum,BE,,,,,,,,,", "name", "Left·museum", "control characters"),
        ("See www.evil.example,museum,BE,,,,,,,,,", "name", "See www.evil.example", "web address"),
        ("x" * 201 + ",museum,BE,,,,,,,,,", "name", "x" * 79 + "…", "longer than 200"),
        ("A1,zoo,BE,,,,,,,,,", "kind", "zoo", "archive, gallery"),
        ("A1,museum,Atlantis,,,,,,,,,", "country", "Atlantis", "ISO 3166"),
        ("A1,museum,BE,,huge,,,,,,,", "size", "huge", "volunteers"),
        ("A1,museum,BE,,,ftp://x.example,,,,,,", "website", "ftp://x.example", "https://"),
        ("A1,museum,BE,,,javascript:alert(1),,,,,,", "website", "javascript:alert(1)", "URL"),
        (
            "A1,museum,BE,,,https://a@b.example/,,,,,,",
            "website",
            "https://a@b.example/",
            "https://",
        ),
        ("A1,museum,BE,,,,nonsense,,,,,", "isil", "nonsense", "ISIL"),
        ("A1,museum,BE,,,,,013meh723,,,,", "ror", "013meh723", "ROR"),
        ("A1,museum,BE,,,,,,P31,,,", "wikidata", "P31", "Wikidata"),
        ("A1,museum,BE,,,,,,,91,3,", "latitude", "91", "−90"),
        ("A1,museum,BE,,,,,,,51,NaN,", "longitude", "NaN", "decimal degrees"),
        ("A1,museum,BE,,,,,,,51,,", "latitude", "51", "together"),
        ("A1,museum,BE,,,,,,,,3,", "longitude", "3", "together"),
        ("A1,museum,BE,,,,,,,51,-,", "latitude", "", "together"),
        ("A1,,BE,,,,,,,,,", "kind", "", "is new needs"),
        ("A1,museum,BE,,,,,,,,,nowhere", "same_as", "nowhere", "no organisation"),
    ],
)
def test_fault_is_named_with_line_column_value_and_reason(line, column, value, words):
    [(number, at, shown, reason)] = faults(HEAD + line)
    assert (number, at, shown) == (2, column, value)
    assert words in reason


def test_every_fault_of_every_line_is_named():
    text = HEAD + "…,zoo,XX,,,,,,,,,\nFine,museum,BE,,,,,,,,,\nA,b,c,d,e,f,g,h,i,j,k,l,m\n"
    assert [(number, column) for number, column, _value, _reason in faults(text)] == [
        (2, "name"),
        (2, "kind"),
        (2, "country"),
        (4, ""),
    ]


def test_identifier_of_another_organisation_is_refused_with_both_names():
    OrganisationFactory(name="Museum of Wool", isil="BE-W")
    OrganisationFactory(name="Museum of Salt", country="BE", ror="013meh722")
    [(_line, column, value, reason)] = faults("name,country,isil,ror\nX,BE,BE-W,013meh722\n")
    assert (column, value) == ("ror", "013meh722")
    assert "Museum of Salt" in reason
    assert "Museum of Wool" in reason


def test_line_about_the_organisation_of_an_earlier_line_is_refused():
    text = HEAD + (
        "Museum of Salt,museum,BE,,,,BE-A1,,,,,\n"
        "Salt museum,museum,BE,,,,BE-A1,,,,,\n"
        "Museum of Salt,museum,BE,,,,,,,,,\n"
    )
    assert look(text) == [(2, "created"), (3, "wrong"), (4, "wrong")]
    assert "Line 2 is about the same organisation" in faults(text)[0][3]


def test_line_that_looks_like_an_organisation_waits_for_a_decision():
    there = OrganisationFactory(name="City Museum of Ghent", country="BE", place="", slug="stam")
    text = HEAD + "Ghent City Museum,museum,BE,,,,,,,,,{}\n"
    [held] = imports.look(table(text.format("")))
    assert (held.what, held.alike) == ("held", [there])
    assert look(text.format("stam")) == [(2, "updated")]
    assert write(text.format("new")) == [(2, "created")]
    assert write(text.format("new")) == [(2, "unchanged")]
    assert Organisation.objects.count() == 2


@pytest.mark.parametrize(
    ("there", "place", "line"),
    [
        ("Bogland Museum", "", "Bogland Museums,museum,BE,"),
        ("Rijksmuseum Twenthe", "Enschede", "Rijksmuseum Twente,museum,BE,Enschede"),
        ("Museum Ghent", "", "Museum Gent,museum,BE,Ghent"),
        ("Town Museum", "Köln", "Town Museum,museum,BE,Cologne"),
    ],
)
def test_likely_duplicate_waits_for_a_decision(there, place, line):
    OrganisationFactory(name=there, place=place, country="BE")
    assert look(f"name,kind,country,place\n{line}\n") == [(2, "held")]


@pytest.mark.parametrize(
    ("there", "place", "line"),
    [
        ("Bogland Museum", "", "Bogland Archive,archive,BE,"),
        ("City Museum Lodupu", "Lodupu", "City Museum Dusugu,museum,BE,Dusugu"),
        ("Bogland Museum", "", "Bogland Museums,museum,FR,"),
    ],
)
def test_other_names_are_new(there, place, line):
    OrganisationFactory(name=there, place=place, country="BE")
    assert look(f"name,kind,country,place\n{line}\n") == [(2, "created")]


def test_lines_that_look_alike_within_the_table_wait_as_well():
    text = HEAD + "City Museum of Ghent,museum,BE,,,,,,,,,\nGhent City Museum,museum,BE,,,,,,,,,\n"
    assert look(text) == [(2, "created"), (3, "held")]


def test_same_website_under_another_name_waits_for_a_decision():
    OrganisationFactory(name="Town Hall", country="BE", website="https://www.town.example/")
    OrganisationFactory(name="Town Library", country="BE", website="https://town.example/library/")
    assert look("name,kind,country,website\nPort Museum,museum,BE,town.example\n") == [(2, "held")]
    assert look("name,kind,country,website\nPort Museum,museum,BE,town.example/port\n") == [
        (2, "created")
    ]


def test_museums_of_one_name_are_told_apart_by_their_place():
    text = "name,kind,country,place,same_as\n" + "".join(
        f"Heimatmuseum,museum,DE,{place},{same}\n"
        for place, same in (("Bonn", ""), ("Köln", "new"), ("Trier", "new"))
    )
    assert write(text) == [(2, "created"), (3, "created"), (4, "created")]
    assert write(text) == [(2, "unchanged"), (3, "unchanged"), (4, "unchanged")]
    assert set(Organisation.objects.values_list("slug", flat=True)) == {
        "heimatmuseum",
        "heimatmuseum-koln",
        "heimatmuseum-trier",
    }
    [(_line, column, _value, reason)] = faults("name,country\nHeimatmuseum,DE\n")
    assert column == "name"
    assert "heimatmuseum-koln" in reason


def test_nothing_is_written_while_a_line_is_wrong_or_waits():
    text = HEAD + "Museum of Salt,museum,BE,,,,,,,,,\n…,museum,BE,,,,,,,,,\n"
    with pytest.raises(imports.Stopped, match="Line 3"):
        write(text)
    assert not Organisation.objects.exists()
    assert write(text, leave_out=True) == [(2, "created"), (3, "wrong")]
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize(
    ("head", "words"),
    [("place,kind", "tell organisations apart"), ("name,kind", "tell"), ("name,Name", "twice")],
)
def test_table_that_cannot_be_one_of_organisations_is_refused(head, words):
    with pytest.raises(Refused, match=words):
        imports.open_import(io.BytesIO(f"{head}\nx,y\n".encode()))


def test_columns_nobody_knows_are_named():
    _table, unknown = imports.open_import(io.BytesIO(b"name,country,Colour\nA,BE,red\n"))
    assert unknown == ["colour"]


def test_formula_is_kept_as_text_and_guarded_again_on_the_way_out(tmp_path):
    write("name,kind,country,place\n'=1+1,museum,BE,=cmd|'/c calc'!A0\n")
    made = Organisation.objects.get()
    assert (made.name, made.place) == ("=1+1", "=cmd|'/c calc'!A0")


def test_queries_grow_with_batches_not_with_lines(django_assert_max_num_queries):
    text = "isil,place\n" + "".join(f"BE-{number},Ghent\n" for number in range(150))
    for number in range(150):
        OrganisationFactory(isil=f"BE-{number}", place="Ghent")
    with django_assert_max_num_queries(3):
        assert {what for _number, what in look(text)} == {"unchanged"}


# --- The command ------------------------------------------------------------------------------


def run(path, *options):
    said = io.StringIO()
    try:
        call_command("import_organisations", str(path), *options, stdout=said, stderr=said)
    except CommandError as error:
        said.write(f"error: {error}")
    return said.getvalue()


def test_command_looks_first_and_writes_when_it_is_told_to(tmp_path):
    path = tmp_path / "museums.csv"
    path.write_text(WHOLE)
    assert "3 new, 0 to change, 0 as they are, 0 to decide, 0 wrong.\nNothing was written" in run(
        path
    )
    assert not Organisation.objects.exists()
    assert "Written: 3 new, 0 changed." in run(path, "--apply")
    assert "Everything stands already; nothing was changed." in run(path, "--apply")
    path.write_text(WHOLE.replace("Ghent", "Bruges"))
    said = run(path, "--apply")
    assert "line 2: updated: Museum of Salt: place “Ghent” → “Bruges”" in said
    assert "Written: 0 new, 1 changed." in said


def test_command_names_faults_and_writes_nothing_beside_them(tmp_path):
    path = tmp_path / "museums.csv"
    path.write_text(WHOLE + "A,zoo,BE,,,,,,,,,\nMuseum of Salts,museum,BE,Ghent,,,,,,,,\n")
    said = run(path, "--apply")
    assert "line 5: wrong: A: kind “zoo”: This is none of these" in said
    assert "line 6: held: Museum of Salts: looks like Museum of Salt" in said
    assert "error: 1 lines are wrong and 1 need a decision. Nothing was written" in said
    assert not Organisation.objects.exists()
    assert "Written: 3 new, 0 changed." in run(path, "--apply", "--leave-out")


@pytest.mark.parametrize("content", [b"", b"\xff\xfen\x00", b"name\n", b'name,country\n"x'])
def test_command_refuses_what_is_no_table_in_a_sentence(tmp_path, content):
    path = tmp_path / "museums.csv"
    path.write_bytes(content)
    assert run(path).startswith("error: ")
    assert "error: " in run(tmp_path / "missing.csv")


# --- Importing twice is importing once ----------------------------------------------------------

NAMES = ["Museum of Salt", "Salt Museum", "Museum of Salts", "Wool", "wool!", "Музей"]
cells = {
    "name": st.sampled_from([*NAMES, ""]),
    "kind": st.sampled_from(["museum", "library", ""]),
    "country": st.sampled_from(["BE", "FR", ""]),
    "place": st.sampled_from(["", "Ghent", "Bruges", "-"]),
    "website": st.sampled_from(["", "salt.example", "www.salt.example/", "wool.example/x", "-"]),
    "isil": st.sampled_from(["", "", "BE-1", "BE-2", "-"]),
    "ror": st.sampled_from(["", "", "013meh722", "-"]),
    "same_as": st.sampled_from(["", "", "new", "museum-of-salt", "wool"]),
}
lines = st.lists(st.fixed_dictionaries(cells), min_size=1, max_size=7)


def as_text(chosen):
    return "\n".join([",".join(cells), *(",".join(one.values()) for one in chosen)]) + "\n"


class TestTwice(TransactionTestCase):
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(lines, lines, st.sampled_from([1, 2, 200]))
    def test_import_that_went_through_changes_nothing_when_it_is_repeated(
        self, before, chosen, batch
    ):
        """Whatever stood before, and whatever batches the lines fall into."""
        self.enterContext(pytest.MonkeyPatch.context()).setattr(imports, "BATCH", batch)
        Organisation.objects.all().delete()
        FormerAddress.objects.all().delete()
        write(as_text(before), leave_out=True)
        text = as_text(chosen)
        foreseen = look(text)
        try:
            done = write(text)
        except imports.Stopped:
            assert {what for _number, what in foreseen} & {"wrong", "held"}
            return
        assert done == foreseen, "looking and writing come to the same"
        stands = rows()
        again = write(text, leave_out=True)
        assert rows() == stands
        assert {what for _number, what in again} <= {"unchanged", "wrong", "held"}
