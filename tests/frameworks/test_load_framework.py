"""Loading a framework: whole or not at all, again without effect, retiring what is gone."""

from io import StringIO

import pytest
import yaml
from django.core.management import CommandError, call_command

from frameworks import documents
from frameworks.models import Element, Framework
from frameworks.services import load_framework
from museumhub.kit.models import AuditEvent
from museumhub.kit.refusals import Refused
from tests.factories.catalogue import NOW
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
