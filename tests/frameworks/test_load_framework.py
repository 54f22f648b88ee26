"""Loading a framework: whole or not at all, again without effect, retiring what is gone."""

from io import StringIO

import pytest
import yaml
from django.core.management import CommandError, call_command

from frameworks import documents
from frameworks.models import Element, Framework, Mapping
from frameworks.queries import topics_mapped_to
from frameworks.services import load_framework
from museumhub.kit.models import AuditEvent
from museumhub.kit.refusals import Refused
from tests.factories.catalogue import NOW
from tests.factories.frameworks import ElementFactory, FrameworkFactory, GoalFactory, TopicFactory
from tests.frameworks.test_documents import SEVEN, framework

pytestmark = pytest.mark.django_db


def load(whole, **options):
    return load_framework(
        document=documents.read(yaml.safe_dump(whole).encode()), now=NOW, **options
    )


def command(*arguments) -> str:
    out = StringIO()
    call_command("load_framework", *arguments, stdout=out)
    return out.getvalue()


def test_load_framework_command_loads_and_then_changes_nothing():
    first = command(str(SEVEN))
    second = command(str(SEVEN))

    assert first.startswith("seven-topics: new, leads the site\n  added: environmental-change")
    assert second == "seven-topics: known, leads the site\n  unchanged: 14\n"
    assert Element.objects.topics().count() == Element.objects.goals().count() == 7
    assert Element.objects.get(slug="xr").serves.get().slug == "extended-life"
    assert AuditEvent.objects.filter(verb="frameworks.loaded").count() == 1


def test_load_framework_rehearsal_writes_nothing():
    said = command(str(SEVEN), "--dry-run")

    assert said.endswith("This was a rehearsal: nothing was written.\n")
    assert not Framework.objects.exists()


def test_load_framework_command_refuses_with_sentences(tmp_path):
    file = tmp_path / "own.yaml"
    file.write_text("framework: {}\nelements: []\n")

    with pytest.raises(CommandError, match=r"nothing was loaded\.\nframework: “slug” is missing\."):
        command(str(file))
    with pytest.raises(CommandError, match="cannot be read"):
        command(str(tmp_path / "none.yaml"))
    assert not Framework.objects.exists()


def test_load_framework_retires_what_the_file_no_longer_holds_and_takes_it_back():
    load(framework())
    shorter = framework()
    gone = shorter["elements"].pop()
    shorter["elements"][0]["code"] = gone["code"]

    assert load(shorter).retired == ["talks"]
    assert not Element.objects.topics().exists()
    assert Element.objects.get(slug="talks").retired

    again = load(framework())
    assert sorted(again.changed) == ["peace", "talks"]
    assert Element.objects.topics().get().slug == "talks"


def test_load_framework_lets_elements_exchange_codes_and_order():
    whole = framework()
    whole["elements"].insert(1, whole["elements"][0] | {"slug": "joy", "code": "2", "name": "Joy"})
    load(whole)
    whole["elements"][0], whole["elements"][1] = (
        whole["elements"][1] | {"code": "1"},
        whole["elements"][0] | {"code": "2"},
    )

    loaded = load(whole)

    assert sorted(loaded.changed) == ["joy", "peace"]
    goals = Element.objects.goals().order_by("order")
    assert list(goals.values_list("slug", "code")) == [("joy", "1"), ("peace", "2")]


def test_load_framework_changes_which_goal_a_topic_serves():
    whole = framework()
    whole["elements"].insert(1, whole["elements"][0] | {"slug": "joy", "code": "2", "name": "Joy"})
    load(whole)
    whole["elements"][2]["serves"] = ["joy", "peace"]

    loaded = load(whole)

    assert loaded.changed == ["talks"]
    topic = Element.objects.get(slug="talks")
    assert [s.goal.slug for s in topic.goals_served.all()] == ["joy", "peace"]
    assert load(whole).nothing_changed


def test_load_framework_keeps_the_lead_until_another_is_told_to():
    load(framework())
    other = framework(framework={"slug": "other", "name": "Other", "language": "fr"})

    assert not load(other).leads
    assert load(other, lead=True).leads
    assert Framework.objects.get(leads=True).slug == "other"
    goals_only = framework(framework={"slug": "sdg", "name": "Goals", "language": "en"})
    goals_only["elements"].pop()
    with pytest.raises(Refused, match="without topics cannot lead"):
        load(goals_only, lead=True)
    assert not Framework.objects.filter(slug="sdg").exists()


def test_load_framework_refuses_to_make_a_goal_a_topic():
    load(framework())
    whole = framework()
    whole["elements"][0]["kind"] = "theme"
    whole["elements"][1]["serves"] = []

    with pytest.raises(
        Refused, match="“peace” has the kind “goal” on this site and the kind “theme” in the file"
    ):
        load(whole)
    assert Element.objects.get(slug="peace").kind == "goal"


def renamed(whole, slug, *former):
    whole["elements"][1] |= {"slug": slug, "former": list(former)}
    return whole


def test_load_framework_renames_an_element_and_its_old_address_is_kept_for_good():
    load(framework())
    pk = Element.objects.get(slug="talks").pk

    loaded = load(renamed(framework(), "conversations", "talks"))

    assert (loaded.renamed, loaded.added, loaded.retired) == (["conversations"], [], [])
    element = Element.objects.get(pk=pk)
    assert element.slug == "conversations"
    assert [one.slug for one in element.former.all()] == ["talks"]
    again = renamed(framework(), "conversations")
    assert load(again).nothing_changed
    assert [one.slug for one in element.former.all()] == ["talks"]

    back = load(renamed(framework(), "talks", "conversations"))
    assert back.renamed == ["talks"]
    assert Element.objects.get(slug="talks").pk == pk
    assert [one.slug for one in element.former.all()] == ["conversations"]


def test_load_framework_gives_a_former_address_to_no_other_element():
    load(framework())
    load(renamed(framework(), "conversations", "talks"))
    whole = renamed(framework(), "conversations")
    whole["elements"].append(
        whole["elements"][0] | {"slug": "talks", "code": "9", "name": "Talks again"}
    )

    with pytest.raises(Refused, match="“talks” is the former address of “conversations”"):
        load(whole)
    assert Element.objects.count() == 2


def test_load_framework_keeps_the_identity_of_an_element_whose_uri_stays():
    whole = framework()
    whole["elements"][0]["uri"] = "https://vocabulary.example/peace"
    load(whole)
    whole["elements"][0]["slug"] = "paix"
    whole["elements"][1]["serves"] = ["paix"]

    assert load(whole).renamed == ["paix"]
    assert Element.objects.get(uri="https://vocabulary.example/peace").slug == "paix"


def test_load_framework_lets_elements_exchange_uris():
    whole = framework()
    whole["elements"][0]["uri"] = "https://vocabulary.example/1"
    whole["elements"][1]["uri"] = "https://vocabulary.example/2"
    load(whole)
    whole["elements"][0]["uri"], whole["elements"][1]["uri"] = (
        whole["elements"][1]["uri"],
        whole["elements"][0]["uri"],
    )

    assert sorted(load(whole).changed) == ["peace", "talks"]
    assert Element.objects.get(slug="peace").uri == "https://vocabulary.example/2"
    assert load(whole).nothing_changed


def other(**first):
    whole = framework(framework={"slug": "other", "name": "Other", "language": "en"})
    del whole["elements"][1]
    whole["elements"][0] |= {"slug": "harmony", **first}
    return whole


def mapped(to, relation="closeMatch"):
    whole = framework()
    whole["elements"][1]["mappings"] = [{"relation": relation, "to": to, "note": "Alike."}]
    return whole


@pytest.mark.parametrize("to", ["other/harmony", "https://vocabulary.example/harmony"])
def test_load_framework_finds_the_other_end_of_a_mapping_whichever_is_loaded_first(to):
    load(mapped(to))
    assert Mapping.objects.get().target is None

    load(other(uri=to if ":" in to else ""))

    mapping = Mapping.objects.get()
    assert mapping.target == Element.objects.get(slug="harmony")
    assert load(mapped(to)).nothing_changed
    assert load(mapped("other/harmony")).nothing_changed
    assert [one.slug for one in topics_mapped_to(mapping.target)] == ["talks"]


def test_load_framework_keeps_mappings_to_an_element_that_is_renamed():
    load(other())
    load(mapped("other/harmony"))
    whole = other(slug="concord", former=["harmony"])
    load(whole)

    assert load(mapped("other/harmony")).nothing_changed
    assert Mapping.objects.get(target__slug="concord").reference == "other/harmony"


def test_load_framework_refuses_mappings_that_cannot_both_be_true():
    load(mapped("other/harmony", "exactMatch"))
    contrary = other(mappings=[{"relation": "broadMatch", "to": "own/talks"}])

    with pytest.raises(Refused, match=r"“other/harmony” and “own/talks” .* \(SKOS S46\)"):
        load(contrary)
    assert not Framework.objects.filter(slug="other").exists()

    load(mapped("other/harmony", "broadMatch"))
    contrary["elements"][0]["mappings"][0]["relation"] = "relatedMatch"
    with pytest.raises(Refused, match=r"“own/talks” is part of “other/harmony” .* \(SKOS S27\)"):
        load(contrary)
    assert not Framework.objects.filter(slug="other").exists()


def test_load_framework_refuses_a_uri_that_another_framework_has():
    load(other(uri="https://vocabulary.example/1"))
    whole = framework()
    whole["elements"][0]["uri"] = "https://vocabulary.example/1"

    with pytest.raises(Refused, match="belongs to the framework “other”"):
        load(whole)


def test_load_framework_names_what_replaces_a_retired_element():
    load(framework())
    whole = framework()
    whole["elements"].append(
        whole["elements"][1] | {"slug": "listening", "code": "L", "name": "Listening"}
    )
    whole["elements"][1] |= {"retired": True, "replaced_by": "listening"}

    load(whole)

    assert Element.objects.get(replaced_by__slug="listening").slug == "talks"
    assert load(whole).nothing_changed


def test_load_framework_takes_turtle_and_says_what_it_does_not_keep(tmp_path):
    file = tmp_path / "small.ttl"
    file.write_text(
        """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <https://v.example/s> a skos:ConceptScheme ; skos:prefLabel "Small"@en .
        <https://v.example/s/a> a skos:Concept ; skos:inScheme <https://v.example/s> ;
            skos:prefLabel "A thing"@en, "Une chose"@fr ; skos:scopeNote "Only here."@en ."""
    )

    said = command(str(file))

    assert "s: new\n  added: a\n" in said
    assert (
        "in the file and not kept:\n    http://www.w3.org/2004/02/skos/core#scopeNote (1)" in said
    )
    element = Element.objects.get(slug="a")
    assert element.uri == "https://v.example/s/a"
    assert element.translations == {"fr": {"name": "Une chose"}}
    assert command(str(file)).startswith("s: known\n  unchanged: 1\n")


def test_export_framework_writes_what_load_framework_reads(tmp_path):
    load(mapped("other/harmony"))
    for form, ending in (("yaml", ".yaml"), ("ttl", ".ttl"), ("jsonld", ".jsonld")):
        out = StringIO()
        call_command("export_framework", "own", "--format", form, stdout=out)
        file = tmp_path / f"own{ending}"
        file.write_text(out.getvalue())
        assert command(str(file)).splitlines()[1] == "  unchanged: 2"
    with pytest.raises(CommandError, match=r"No framework “none” on this site\. There are: own\."):
        call_command("export_framework", "none")


def test_load_framework_takes_slug_and_language_where_the_file_leaves_them_open(tmp_path):
    file = tmp_path / "open.data"
    file.write_text(
        """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <https://v.example/#> a skos:ConceptScheme ; skos:prefLabel "Things"@en, "Choses"@fr .
        <https://v.example/#a> a skos:Concept ; skos:prefLabel "A thing"@en, "Une chose"@fr ."""
    )

    with pytest.raises(CommandError, match="does not say in which language"):
        command(str(file), "--format", "turtle")
    command(str(file), "--format", "turtle", "--slug", "choses", "--language", "fr")

    framework = Framework.objects.get()
    assert (framework.slug, framework.language, framework.name) == ("choses", "fr", "Choses")
    assert Element.objects.get().translations == {"en": {"name": "A thing"}}


def test_load_framework_reads_no_more_of_a_file_than_a_framework_can_have(tmp_path):
    file = tmp_path / "large.yaml"
    with file.open("wb") as out:
        out.truncate(3_000_000_000)  # sparse: takes no room, and would take memory if it were read

    with pytest.raises(CommandError, match="larger than a framework can be"):
        command(str(file))


@pytest.mark.parametrize("relation", Mapping.Relation.values)
def test_topics_mapped_to_an_element_are_those_mapped_from_either_end(relation):
    topic, other, third = TopicFactory.create_batch(3)
    elsewhere = FrameworkFactory(slug="elsewhere", leads=False)
    asked, beside = ElementFactory.create_batch(2, framework=elsewhere)
    Mapping.objects.create(source=other, relation=relation, reference=asked.reference, target=asked)
    Mapping.objects.create(source=asked, relation=relation, reference=topic.reference, target=topic)
    Mapping.objects.create(source=third, relation=relation, reference=beside.reference, target=beside)  # fmt: skip
    retired = TopicFactory(retired=True)
    Mapping.objects.create(source=retired, relation=relation, reference=asked.reference, target=asked)  # fmt: skip

    assert list(topics_mapped_to(asked)) == [topic, other]
    assert list(topics_mapped_to(topic)) == [topic]


def test_topics_mapped_to_a_goal_are_those_that_serve_it():
    goal = GoalFactory()
    topic = TopicFactory(serves=[goal])
    TopicFactory(serves=[GoalFactory()])

    assert list(topics_mapped_to(goal)) == [topic]
